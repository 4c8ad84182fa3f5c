"""The steps that go through the conversations of a user.

What the user wrote is emptied, or its name in it is replaced; so is its name in what others wrote. No index leads to
the messages of a sender, so all timelines in which the user may have written are read through: those of its
conversations, those in which others have one with it, and stored notifications. Quotes of what is emptied are masked as
those of all messages that are taken back (``messages/taking_back/masking.py``).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock
from amity.erasing import messages_store, store
from amity.erasing.messages_store import Timeline
from amity.erasing.rewriting import without_user
from amity.erasing.store import Counts, Erasure
from amity.messages import forms
from amity.messages.content import NOTIFICATIONS
from amity.messages.notices import DeleteMsgs
from amity.messages.taking_back.emptying import empty
from amity.messages.taking_back.in_groups.chats import GroupChat, GroupChats
from amity.storage import LARGE, Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline import taking_back
from amity.timeline.models import Form, Message
from amity.timeline.notices import Notice, Notices
from amity.wire.conversation_ids import group_id as group_conversation
from amity.wire.conversation_ids import single_id
from amity.wire.notification import Notification, message_of
from amity.wire.proto.sdkws_pb2 import MsgData

PART: Final = 100
"""Messages that one transaction changes, each of which it reads."""
_LOOKS: Final = 10
"""Reads of one part: so much is read again after a kill."""
_TIMELINES: Final = 500
"""Timelines that are looked up together."""
_CONVERSATIONS: Final = 100
"""Conversations that one transaction deletes."""


class _Part(NamedTuple):
    """Messages of a timeline that a part changes, and up to which number it is done then."""

    seqs: Sequence[int]
    last: int


class _Members(NamedTuple):
    """Who is told that messages are gone: the ids of a group's members; ``None`` in a chat, where that is the other
    user."""

    ids: frozenset[str] | None


class Messages:
    """The steps ``MESSAGES`` and ``CONVERSATIONS``. Each part returns whether the step is over."""

    def __init__(self, database: Database, notices: Notices, chats: GroupChats, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._notices = notices
        self._chats = chats
        self._clock = clock
        self._timelines: dict[int, list[int]] = {}

    async def visit(self, erasure: Erasure) -> bool:
        """Go through some of the messages of the next timeline."""
        place = await self._place(erasure)
        if place is None:
            self._timelines.pop(erasure.user, None)
            return True
        part = await self._look(erasure, place)

        async def work(tx: Transaction) -> Notice | None:
            if part.seqs:
                return await self._change(tx, erasure, place, part)
            await store.advance(tx, erasure, Counts(), timeline=place.timeline, seq=part.last)
            return None

        notice = await self._database.write(work, rows=LARGE if part.seqs else 1)
        if notice is not None:
            self._notices.push(notice)
        return False

    async def leave(self, erasure: Erasure) -> bool:
        """Delete some of the user's conversations: what it has set, read and hidden there."""

        async def work(tx: Transaction) -> int:
            await lock_lists(tx, [erasure.user])
            deleted = await messages_store.delete_conversations(tx, erasure.user, _CONVERSATIONS)
            await store.advance(tx, erasure, Counts(conversations=deleted))
            return deleted

        return await self._database.write(work, rows=LARGE) < _CONVERSATIONS

    async def _place(self, erasure: Erasure) -> Timeline | None:
        """Return the timeline that is under way, or the next one; ``None`` after the last."""
        if erasure.timeline:
            place = await messages_store.timeline(self._database, erasure.user, erasure.timeline)
            if erasure.seq < place.newest:
                return place
        left = [each for each in self._timelines.get(erasure.user, ()) if each > erasure.timeline]
        if not left:
            left = await messages_store.timelines_after(
                self._database, erasure.user, erasure.timeline, _TIMELINES, own_only=erasure.round > 0
            )
        self._timelines[erasure.user] = left
        return await messages_store.timeline(self._database, erasure.user, left[0]) if left else None

    async def _look(self, erasure: Erasure, place: Timeline) -> _Part:
        after = erasure.seq if place.timeline == erasure.timeline else 0
        seqs: list[int] = []
        user_id = erasure.user_id.encode()
        for _ in range(_LOOKS):
            looked = await messages_store.found(self._database, place, after, erasure.user, user_id)
            seqs += looked.seqs
            after = looked.last
            if len(seqs) > PART:
                return _Part(seqs[:PART], seqs[PART - 1])
            if not looked.more:
                return _Part(seqs, max(after, place.newest))
        return _Part(seqs, after)

    async def _change(self, tx: Transaction, erasure: Erasure, place: Timeline, part: _Part) -> Notice | None:
        members = await self._lock(tx, erasure, place)
        gone: list[Message] = []
        told: list[int] = []
        named: dict[int, bytes] = {}
        for message in await taking_back.locked(tx, place.timeline, part.seqs):
            data = MsgData.FromString(message.body)
            if _goes(erasure, place, message, data):
                gone.append(message)
                if not forms.is_deleted(data):
                    told.append(message.seq)
            elif (body := without_user(data, erasure.user_id, keeps_quotes=erasure.keeps_messages)) is not None:
                named[message.seq] = body
        await taking_back.replace_all(tx, place.timeline, named, keeps_text=True)
        if gone:
            await empty(tx, place.timeline, gone)
        await store.advance(tx, erasure, Counts(messages=len(told)), timeline=place.timeline, seq=part.last)
        if members is None or not told:
            return None
        return await self._tell(tx, erasure, place, told, members)

    async def _lock(self, tx: Transaction, erasure: Erasure, place: Timeline) -> _Members | None:
        """Lock what a part changes, and return who is told; ``None`` where nobody is."""
        if place.form is Form.GROUP:
            party = await self._chats.lock(tx, GroupChat(place.timeline, place.other), erasure.user)
            await self._notices.lock_of_group(tx, place.other, place.timeline)
            return _Members(party.member_ids) if party.member_ids else None
        if place.form is Form.CHAT and not place.is_own:
            await lock_lists(tx, sorted((erasure.user, place.other)))
            await self._notices.lock(tx, erasure.user, place.other, place.timeline)
            return _Members(None)
        await timeline_store.lock(tx, [place.timeline])
        return None

    async def _tell(
        self, tx: Transaction, erasure: Erasure, place: Timeline, seqs: list[int], members: _Members
    ) -> Notice:
        """Store the notification that messages are gone, as for any message that is deleted for everybody."""
        user, user_id, other_id = erasure.user, erasure.user_id, place.other_id
        if members.ids is None:
            detail = DeleteMsgs(user_id=user_id, conversation_id=single_id(user_id, other_id), seqs=seqs)
            told = Notification(user_id, other_id, detail)
            return await self._notices.store(tx, user, place.other, told, erasure.operation_id)
        detail = DeleteMsgs(user_id=user_id, conversation_id=group_conversation(other_id), seqs=seqs)
        told = Notification(user_id, other_id, detail, is_of_group=True)
        stored = message_of(told, self._clock.now_ms(), is_stored=True)
        return await self._notices.store_in_group(tx, user, place.other, members.ids, stored, erasure.operation_id)


def _goes(erasure: Erasure, place: Timeline, message: Message, data: MsgData) -> bool:
    """Return whether nothing is left of a message but its ids and times: what the user wrote, unless it is kept, and
    what nobody else reads."""
    if place.is_own:
        return True
    is_written = message.sender == erasure.user and data.contentType not in NOTIFICATIONS
    return is_written and not erasure.keeps_messages and place.form in (Form.CHAT, Form.GROUP)
