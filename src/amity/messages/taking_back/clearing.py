"""Clearing conversations: a user sees nothing any more of what was there, and has read it.

Source: open-im-server 3.8 ``internal/rpc/msg/clear.go``.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions
from amity.conversations.finding import Finding
from amity.conversations.notices import notify_changed
from amity.conversations.positions import Position
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.groups.stored import groups
from amity.groups.stored.membership import Memberships
from amity.messages.notices import ClearConversation
from amity.messages.taking_back.models import (
    MOST_CLEARED,
    ClearConversationsMsgRequest,
    DeleteSyncOpt,
    UserClearAllMsgRequest,
)
from amity.messages.taking_back.purging import Purging
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline.models import Form
from amity.users.directory import Directory
from amity.users.rules import require_few
from amity.wire.notification import Notification

_AT_ONCE: Final = 100
"""Conversations that one transaction clears."""


class Clearing:
    """``clear_conversation_msg`` and ``user_clear_all_msg``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        finding: Finding,
        push: Push,
        purging: Purging,
        memberships: Memberships,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._memberships = memberships
        self._database = database
        self._directory = directory
        self._finding = finding
        self._push = push
        self._purging = purging
        self._clock = clock

    async def clear_conversation_msg(self, call: Call, request: ClearConversationsMsgRequest) -> None:
        """Clear conversations of a user; those that it does not have are left out. Raises ``ImError``: 1001, 1002."""
        if request.conversation_ids is None:
            raise ImError(Code.ARGS, "conversationIDs is empty")
        call.require_own(request.user_id, "userID")
        require_few("conversationIDs", request.conversation_ids, MOST_CLEARED)
        option = _allowed(call, request.delete_sync_opt)
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return
        timelines = await self._finding.timelines(owner, request.user_id, request.conversation_ids)
        rows = await positions.some(self._database, owner, list(timelines.values()))
        named = [(each, rows[timeline]) for each, timeline in timelines.items() if timeline in rows]
        await self._clear(call, owner, request.user_id, named, option)

    async def user_clear_all_msg(self, call: Call, request: UserClearAllMsgRequest) -> None:
        """Clear all conversations of a user. Raises ``ImError``: 1001, 1002."""
        call.require_own(request.user_id, "userID")
        option = _allowed(call, request.delete_sync_opt)
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return
        every = await positions.all_of(self._database, owner, [])
        named = [(each.conversation_id(request.user_id), each) for each in every]
        await self._clear(call, owner, request.user_id, named, option)

    async def _clear(
        self, call: Call, owner: int, owner_id: str, named: Sequence[tuple[str, Position]], option: DeleteSyncOpt
    ) -> None:
        for done in range(0, len(named), _AT_ONCE):
            part = named[done : done + _AT_ONCE]
            if option.is_sync_other:
                await self._clear_for_both(part)
                for conversation_id, position in part:
                    await self._tell_all(call, owner_id, conversation_id, position)
                continue
            changed = await self._clear_own(owner, part)
            if option.is_sync_self:
                self._tell(call, owner_id, owner_id, [conversation_id for conversation_id, _ in part])
            elif changed:
                # The device that asks has cleared them, and may have been sent something since.
                self._tell(call, owner_id, owner_id, changed, except_platform=call.platform_id)
            if changed:
                call.after_answer(notify_changed, self._push, owner_id, changed, call.operation_id)

    async def _clear_own(self, owner: int, part: Sequence[tuple[str, Position]]) -> list[str]:
        """Clear conversations for their owner alone; return those that were not clear yet."""

        async def write(tx: Transaction) -> list[str]:
            # With this lock the owner comes into no group and leaves none, and gets nothing in chats of two. In groups
            # others write on: of one that the owner has left only what it saw is cleared, as it may come back.
            await lock_lists(tx, [owner])
            seen = await positions.bounds(tx, owner, [each.timeline for _, each in part], of_peers=False)
            now = self._clock.now_ms()
            changed = []
            for conversation_id, each in part:
                if each.timeline not in seen:
                    continue  # deleted meanwhile
                newest = seen[each.timeline].last
                if await positions.begin_at(tx, owner, each.timeline, newest + 1, now):
                    changed.append(conversation_id)
            return changed

        return await self._database.write(write, rows=len(part))

    async def _clear_for_both(self, part: Sequence[tuple[str, Position]]) -> None:
        async def write(tx: Transaction) -> None:
            timelines = sorted(each.timeline for _, each in part)
            await timeline_store.lock(tx, timelines)
            for timeline, ends in (await timeline_store.ends(tx, timelines)).items():
                await self._purging.begin_at(tx, timeline, ends.newest + 1, ends.last_at)

        await self._database.write(write, rows=len(part))
        await self._purging.purge_first([each.timeline for _, each in part])

    async def _tell_all(self, call: Call, owner_id: str, conversation_id: str, position: Position) -> None:
        """Tell everybody in a conversation that it was cleared."""
        if position.form != Form.GROUP:
            self._tell(call, owner_id, position.peer_id, [conversation_id])
            return
        group = await groups.by_id(self._database, position.peer_id)
        if group is not None:
            users = (await self._memberships.at(self._database, group)).ids | {owner_id}
            detail = ClearConversation(user_id=owner_id, conversation_ids=[conversation_id])
            told = Notification(owner_id, position.peer_id, detail, is_of_group=True)
            call.after_answer(self._push.notify, users, told, call.operation_id)

    def _tell(
        self,
        call: Call,
        owner_id: str,
        peer_id: str,
        conversation_ids: list[str],
        *,
        except_platform: int | None = None,
    ) -> None:
        detail = ClearConversation(user_id=owner_id, conversation_ids=conversation_ids)
        notification = Notification(owner_id, peer_id, detail)
        users = list(dict.fromkeys((owner_id, peer_id)))
        tell = partial(self._push.notify, except_platform=except_platform)
        call.after_answer(tell, users, notification, call.operation_id)


def _allowed(call: Call, asked: DeleteSyncOpt | None) -> DeleteSyncOpt:
    """Return who is to be told. Raises ``ImError``, ``NO_PERMISSION`` (1002), if a user clears for another one."""
    option = asked or DeleteSyncOpt()
    if option.is_sync_other and not call.is_admin:
        raise ImError(
            Code.NO_PERMISSION, "deleteSyncOpt.IsSyncOther: only administrators clear conversations for everybody"
        )
    return option
