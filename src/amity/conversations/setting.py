"""Setting conversations: each owner its own row, and whether a chat is private for both of its users.

Source: open-im-server 3.8 ``internal/rpc/conversation``. There a row of any id is made for anybody, and a chat may be
private for one of its users.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from amity.calls.call import Call
from amity.calls.limit import LimitReached, counted
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions, store
from amity.conversations.chat_copies import ChatCopies
from amity.conversations.group_setting import group_of, open_row, set_group_row
from amity.conversations.models import ConversationSettings, SetConversationsRequest
from amity.conversations.naming import form_of, id_by_form
from amity.conversations.notices import ConversationPrivateChat, notify_changed, notify_private
from amity.conversations.store import Member, Settings
from amity.delivery.push import Push
from amity.errors import Code, ImError, offending
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.texts import count
from amity.timeline import store as timeline_store
from amity.timeline.models import Form, Place, place_of
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.rules import require_few
from amity.wire.conversation_ids import group_id as group_conversation
from amity.wire.conversation_ids import peers_in, single_id
from amity.wire.message_kinds import GROUP_CHAT, NOTIFICATION_ACCOUNT, SINGLE_CHAT
from amity.wire.notification import Notification, message_of

_TYPES: Final = range(1, 5)
_FORMS: Final = {SINGLE_CHAT: Form.CHAT, NOTIFICATION_ACCOUNT: Form.ACCOUNT}
_SENT: Final = 2
_PINNED_ROWS: Final = 20_000
"""Rows of a list that are read to count what is pinned."""
_ROWS: Final = 4
"""Rows of one owner: its timeline, its row, the other user's, and a message."""


class Admission(Protocol):
    """Decides whether a user may write into a chat."""

    def count(self, call: Call) -> None:
        """Count a message of the caller's. Raises ``ImError`` if that is too many."""

    async def require(self, tx: Transaction, sender: tuple[int, str], receiver: tuple[int, str], timeline: int) -> None:
        """Raise ``ImError`` if a user, by number and id, does not take another's messages."""


@dataclass(slots=True)
class _Outcome:
    """What a transaction has changed: owners whose settings have, and chats that are private, or are not any more."""

    changed: list[tuple[str, str]] = field(default_factory=list)
    private: list[tuple[ConversationPrivateChat, Callable[[], None]]] = field(default_factory=list)


class Setting:
    """The operation that sets conversations; ``most_pinned`` is the limit of pinned ones of a user, 0 being none."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        push: Push,
        copies: ChatCopies,
        admission: Admission,
        most_pinned: int,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._push = push
        self._copies = copies
        self._admission = admission
        self._most_pinned = most_pinned
        self._clock = clock

    async def set_conversations(self, call: Call, request: SetConversationsRequest) -> None:
        """Set what is given of a conversation for each of these users; one who has no row gets one.

        Raises ``ImError``: 1001, 1002, 1004, and 1359 for a user who has pinned too many. To make a chat private is to
        write to its other user, so that raises what sending a message does: 1302, 1303, 1358.
        """
        if request.user_ids is None:
            raise ImError(Code.ARGS, "userIDs is empty")
        asked = request.conversation
        if asked is None:
            raise ImError(Code.ARGS, "conversation is empty")
        require_few("userIDs", request.user_ids)
        _require_values(asked)
        owners = list(dict.fromkeys(request.user_ids))
        for index, owner in enumerate(owners):
            call.require_own(owner, f"userIDs[{index}]")
        if asked.conversation_type == GROUP_CHAT:
            await self._set_group(call, asked, owners)
            return
        if asked.conversation_type not in _FORMS:
            raise ImError(Code.RECORD_NOT_FOUND, "conversation.conversationID: conversation not found")
        pairs = {owner: _peer_of(owner, asked) for owner in owners}
        numbers = await self._directory.numbers(list(dict.fromkeys([*pairs, *pairs.values()])))
        for name, users in (("userIDs", pairs.keys()), ("conversation.userID", pairs.values())):
            if missing := [user for user in users if user not in numbers]:
                raise ImError(Code.RECORD_NOT_FOUND, f"{name}: user not found: {offending(missing)}")
        form = _FORMS[asked.conversation_type]
        settings = _settings_of(asked)
        if asked.is_private_chat is None and not any(value is not None for value in settings):
            return
        if asked.is_private_chat is not None:
            self._admission.count(call)
        with counted():
            outcome = await self._database.write(
                lambda tx: self._write(tx, call, form, pairs, numbers, settings, asked.is_private_chat),
                rows=_ROWS * len(pairs),
            )
        call.after_answer(self._tell, outcome, call.operation_id)

    async def _set_group(self, call: Call, asked: ConversationSettings, owners: Sequence[str]) -> None:
        """Set the conversation of a group for those who have it."""
        group_id = group_of(asked)
        numbers = await self._directory.numbers(owners)
        if missing := [owner for owner in owners if owner not in numbers]:
            raise ImError(Code.RECORD_NOT_FOUND, f"userIDs: user not found: {offending(missing)}")
        settings = _settings_of(asked)
        if all(value is None for value in settings):
            return

        async def write(tx: Transaction) -> _Outcome:
            await lock_lists(tx, sorted(numbers.values()))
            outcome = _Outcome()
            for owner_id, owner in numbers.items():
                timeline = await open_row(tx, owner, group_id)
                if settings.is_pinned:
                    await self._require_pins(tx, owner, timeline)
                if await set_group_row(tx, owner, group_id, settings):
                    outcome.changed.append((owner_id, group_conversation(group_id)))
            return outcome

        with counted():
            outcome = await self._database.write(write, rows=_ROWS * len(owners))
        call.after_answer(self._tell, outcome, call.operation_id)

    async def _write(
        self,
        tx: Transaction,
        call: Call,
        form: Form,
        pairs: dict[str, str],
        numbers: dict[str, int],
        settings: Settings,
        is_private: bool | None,
    ) -> _Outcome:
        outcome = _Outcome()
        announced: set[int] = set()
        peers = pairs.values() if is_private is not None else ()
        await lock_lists(tx, sorted({numbers[user] for user in (*pairs, *peers)}))
        places = {owner: place_of(form, numbers[owner], numbers[peer]) for owner, peer in pairs.items()}
        if form is Form.ACCOUNT:
            for owner_id, place in places.items():
                await self._require_account_s(tx, place, numbers[owner_id])
        timelines = await self._timelines.open(tx, sorted(set(places.values())))
        if is_private is not None:
            # Before the first of them gets a message: others lock them in this order.
            await timeline_store.lock(tx, sorted(timelines.values()))
        for owner_id, peer_id in pairs.items():
            owner, peer = numbers[owner_id], numbers[peer_id]
            timeline = timelines[places[owner_id]]
            if settings.is_pinned:
                await self._require_pins(tx, owner, timeline)
            members = [Member(owner, timeline, peer)]
            if is_private is not None:
                if not call.is_admin:
                    await self._admission.require(tx, (owner, owner_id), (peer, peer_id), timeline)
                members.append(Member(peer, timeline, owner))
            is_new = owner in await store.ensure(tx, members)
            if await store.set_settings(tx, owner, timeline, settings) or (is_new and is_private is None):
                outcome.changed.append((owner_id, id_by_form(form, owner_id, peer_id)))
            if is_private is not None and timeline not in announced:
                announced.add(timeline)
                for user in {owner, peer}:
                    await store.set_private(tx, user, timeline, is_private)
                # Also where it was so before: as OpenIM's server.
                detail = ConversationPrivateChat(
                    recv_id=peer_id,
                    send_id=owner_id,
                    is_private=is_private,
                    conversation_id=single_id(owner_id, peer_id),
                )
                notice = message_of(Notification(owner_id, peer_id, detail), self._clock.now_ms())
                notice.status = _SENT
                tell = await self._copies.store(tx, [(owner, peer)], [notice], call.operation_id)
                outcome.private.append((detail, tell))
        return outcome

    async def _require_account_s(self, tx: Transaction, place: Place, owner: int) -> None:
        """Raise ``ImError``, 1004, unless a notification account has told this user something: it alone opens the
        conversation."""
        timeline = (await self._timelines.known(tx, [place])).get(place)
        if timeline is None or await positions.one(tx, owner, timeline) is None:
            raise ImError(Code.RECORD_NOT_FOUND, "conversation.conversationID: conversation not found")

    async def _require_pins(self, tx: Transaction, owner: int, timeline: int) -> None:
        most = self._most_pinned
        await tx.expect(_PINNED_ROWS if most else 0)
        if most and await store.pinned_beside(tx, owner, timeline, most) >= most:
            raise LimitReached(
                "pinnedConversationsPerUser",
                Code.PINS_LIMIT,
                "conversation.isPinned: limits.pinnedConversationsPerUser: too many are pinned"
                f" (limit {count(most, 'conversation')})",
            )

    def _tell(self, outcome: _Outcome, operation_id: str) -> None:
        for owner, conversation_id in outcome.changed:
            notify_changed(self._push, owner, [conversation_id], operation_id)
        for detail, tell in outcome.private:
            tell()
            notify_private(self._push, detail, operation_id)


def _require_values(asked: ConversationSettings) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for what no conversation can have."""
    if asked.conversation_type not in _TYPES:
        raise ImError(Code.ARGS, f"conversation.conversationType: is 1 to 4, not {asked.conversation_type}")
    if asked.conversation_type in _FORMS and not asked.user_id:
        raise ImError(Code.ARGS, "conversation.userID is empty")
    if asked.conversation_type != SINGLE_CHAT and asked.is_private_chat is not None:
        raise ImError(Code.ARGS, "conversation.isPrivateChat: is for chats alone (conversationType 1)")
    for name, value, most in (
        ("recvMsgOpt", asked.recv_msg_opt, 2),
        ("groupAtType", asked.group_at_type, 4),
        ("burnDuration", asked.burn_duration, 2**31 - 1),
        ("msgDestructTime", asked.msg_destruct_time, 2**31 - 1),
    ):
        if value is not None and not 0 <= value <= most:
            raise ImError(Code.ARGS, f"conversation.{name}: is 0 to {most}, not {value}")


def _peer_of(owner: str, asked: ConversationSettings) -> str:
    """Return with whom an owner has the chat that is asked about. Either of its users may be named as the other one:
    several owners are asked about with one conversation."""
    if not asked.conversation_id:
        return asked.user_id
    if form_of(asked.conversation_id) is not _FORMS[asked.conversation_type]:
        raise ImError(Code.ARGS, f"conversation.conversationID: is not of conversationType {asked.conversation_type}")
    peers = peers_in(asked.conversation_id, owner)
    if asked.user_id in peers:
        return asked.user_id
    if asked.user_id == owner and len(peers) == 1:
        return peers[0]
    detail = f"is not that of a chat of {owner} with {asked.user_id}: {offending([asked.conversation_id])}"
    raise ImError(Code.ARGS, f"conversation.conversationID: {detail}")


def _settings_of(asked: ConversationSettings) -> Settings:
    return Settings(
        recv_msg_opt=asked.recv_msg_opt,
        is_pinned=None if asked.is_pinned is None else int(asked.is_pinned),
        burn_duration=asked.burn_duration,
        group_at_type=asked.group_at_type,
        is_msg_destruct=None if asked.is_msg_destruct is None else int(asked.is_msg_destruct),
        msg_destruct_time=asked.msg_destruct_time,
        attached_info=asked.attached_info,
        ex=asked.ex,
    )
