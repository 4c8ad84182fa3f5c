"""Leaving a group, and being removed from one.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order.
"""

from collections.abc import Mapping, Sequence

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.joining.models import KickGroupMemberRequest, QuitGroupRequest
from amity.groups.notices import MemberKicked, MemberQuit
from amity.groups.permission import not_in, require_manager, require_open
from amity.groups.portions import parted
from amity.groups.rules import require_group, require_text, require_users
from amity.groups.stored import members
from amity.groups.stored.roles import Role
from amity.users.directory import Directory
from amity.wire.events.group_members import AfterKickGroup, AfterQuitGroup


class Leaving:
    """``quit_group`` and ``kick_group``."""

    def __init__(self, directory: Directory, changes: Changes, outbox: Outbox) -> None:
        self._directory = directory
        self._changes = changes
        self._outbox = outbox

    async def quit_group(self, call: Call, request: QuitGroupRequest) -> None:
        """Take a user out of a group, itself or by an administrator of the server.

        Raises ``ImError``, the first that applies of: 1001, 1002, 1004 (also of a group that has ended, in which nobody
        is), 1002 for the owner, 90002.
        """
        require_group(request.group_id)
        user_id = request.user_id or call.user_id
        call.require_self_or_admin(user_id)
        number = await self._directory.number(user_id) or 0
        await self.take_out(call, request.group_id, number, user_id)

    async def take_out(self, call: Call, group_id: str, number: int, user_id: str) -> None:
        """Do as ``quit_group`` with a user whose number is known."""
        await self._changes.change(call, group_id, lambda change: self._quit(change, number, user_id))

    async def kick_group(self, call: Call, request: KickGroupMemberRequest) -> None:
        """Remove members from a group, all in one transaction.

        Raises ``ImError``, the first that applies of: 1001, 1004, 1204, 1002 to a stranger, 1101 for who is no member,
        1002, 90002.
        """
        require_group(request.group_id)
        require_text("reason", request.reason)
        kicked = require_users("kickedUserIDs", request.kicked_user_ids)
        if call.user_id in kicked:
            raise ImError(Code.ARGS, f"kickedUserIDs: {call.user_id} cannot remove itself: quit_group does that")
        numbers = await self._directory.numbers(kicked)
        await self._changes.change(call, request.group_id, lambda change: self._kick(change, request, kicked, numbers))

    async def _quit(self, change: Change, number: int, user_id: str) -> None:
        group = change.group
        member = await change.member(number)
        if member is None:
            raise not_in(user_id, group.group_id, Code.RECORD_NOT_FOUND)
        if member.role == Role.OWNER:
            raise ImError(Code.NO_PERMISSION, f"userID: {user_id} owns group {group.group_id}: transfer it first")
        await change.begin([number])
        await change.remove({number: user_id})
        change.tell(
            MemberQuit(
                group=change.group.info(),
                quit_user=member.info(group.group_id),
                group_member_version=change.version,
                group_member_version_id=change.version_id,
            )
        )
        event = AfterQuitGroup(group_id=group.group_id, user_id=user_id)
        await self._outbox.record(change.tx, event, change.call.operation_id)

    async def _kick(
        self, change: Change, request: KickGroupMemberRequest, kicked: Sequence[str], numbers: Mapping[str, int]
    ) -> None:
        call, group = change.call, change.group
        require_open(group)
        if group.owner_id in kicked:
            raise ImError(Code.ARGS, f"kickedUserIDs: {group.owner_id} owns the group")
        own = await change.member(change.operator.number)
        if own is None and not call.is_admin:
            raise not_in(call.user_id, group.group_id)  # who is not told which users are in the group
        there = await members.some(change.tx, group.seq, list(numbers.values()))
        for user_id in kicked:
            if numbers.get(user_id) not in there:
                raise ImError(Code.USER_ID_NOT_FOUND, f"kickedUserIDs: {user_id} is not in group {group.group_id}")
        require_manager(call, group, own)
        if own is not None and not call.is_admin:
            over = [member.user_id for member in there.values() if member.role >= own.role]
            if over:
                raise ImError(Code.NO_PERMISSION, f"kickedUserIDs: {over[0]} is an administrator of the group, too")
        await change.begin(list(there))
        going = [
            (member.user, member.info(group.group_id)) for member in sorted(there.values(), key=lambda each: each.place)
        ]
        for at, part in enumerate(parted([(each, each[1].characters) for each in going])):
            if at:
                change.bump()
            await change.remove({user: info.user_id for user, info in part})
            change.tell(
                MemberKicked(
                    group=change.group.info(),
                    op_user=await change.op_user(),
                    kicked_user_list=[info for _, info in part],
                    group_member_version=change.version,
                    group_member_version_id=change.version_id,
                ),
                as_message=request.send_message,
            )
        event = AfterKickGroup(group_id=group.group_id, kicked_user_ids=tuple(kicked), reason=request.reason)
        await self._outbox.record(change.tx, event, call.operation_id)
