"""Muting members, and whole groups: who is muted sends nothing, and reads everything.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order. There muting a dismissed group
brings it back.
"""

from typing import Final

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.managing.models import (
    CancelMuteGroupMemberRequest,
    CancelMuteGroupRequest,
    MuteGroupMemberRequest,
    MuteGroupRequest,
)
from amity.groups.notices import GroupCancelMuted, GroupMemberCancelMuted, GroupMemberMuted, GroupMuted
from amity.groups.permission import not_in, require_manager, require_open, unknown_to
from amity.groups.rules import require_group
from amity.groups.stored import members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Member
from amity.groups.stored.roles import Role
from amity.groups.stored.status import Status
from amity.users.directory import Directory
from amity.wire.events.group_members import AfterMuteGroupMember
from amity.wire.events.groups import AfterMuteGroup

_MOST_SECONDS: Final = 2**32 - 1


class Muting:
    """``mute_group_member``, ``cancel_mute_group_member``, ``mute_group`` and ``cancel_mute_group``."""

    def __init__(self, directory: Directory, changes: Changes, outbox: Outbox) -> None:
        self._directory = directory
        self._changes = changes
        self._outbox = outbox

    async def mute_group_member(self, call: Call, request: MuteGroupMemberRequest) -> None:
        """Mute a member for some seconds from now.

        Raises ``ImError``, the first that applies of: 1001, 1004, 1204, 1004 for who is no member, 1002, 90002.
        """
        if not 0 < request.muted_seconds <= _MOST_SECONDS:
            raise ImError(Code.ARGS, f"mutedSeconds: must be 1 to {_MOST_SECONDS}, got {request.muted_seconds}")
        await self._mute_member(call, request.group_id, request.user_id, request.muted_seconds)

    async def cancel_mute_group_member(self, call: Call, request: CancelMuteGroupMemberRequest) -> None:
        """Let a member send again. Raises what ``mute_group_member`` raises."""
        await self._mute_member(call, request.group_id, request.user_id, 0)

    async def mute_group(self, call: Call, request: MuteGroupRequest) -> None:
        """Let nobody send in a group but its owner and its administrators.

        Raises ``ImError``, the first that applies of: 1001, 1002 for an unknown group, to an administrator of the
        server 1004, 1204, 1002, 90002.
        """
        await self._mute_group(call, request.group_id, is_muted=True)

    async def cancel_mute_group(self, call: Call, request: CancelMuteGroupRequest) -> None:
        """Let all members send in a group again. Raises what ``mute_group`` raises."""
        await self._mute_group(call, request.group_id, is_muted=False)

    async def _mute_member(self, call: Call, group_id: str, user_id: str, seconds: int) -> None:
        require_group(group_id)
        if not user_id:
            raise ImError(Code.ARGS, "userID is empty")
        number = await self._directory.number(user_id) or 0

        async def work(change: Change) -> None:
            group = change.group
            require_open(group)
            own = await change.member(change.operator.number)
            if own is None and not call.is_admin:
                # A stranger is not told which users are in the group.
                raise not_in(call.user_id, group.group_id, Code.RECORD_NOT_FOUND)
            member = await change.member(number)
            if member is None:
                raise ImError(Code.RECORD_NOT_FOUND, f"userID: {user_id} is not in group {group_id}")
            _require_may_mute(call, group, own, member)
            await change.begin()
            if seconds:
                await _mute(change, member, seconds)
            else:
                await unmute(change, member)
            event = AfterMuteGroupMember(
                group_id=group_id, user_id=user_id, operator_user_id=change.operator.user_id, muted_seconds=seconds
            )
            await self._outbox.record(change.tx, event, call.operation_id)

        await self._changes.change(call, group_id, work)

    async def _mute_group(self, call: Call, group_id: str, *, is_muted: bool) -> None:
        require_group(group_id)

        async def work(change: Change) -> None:
            require_open(change.group)
            require_manager(call, change.group, await change.member(change.operator.number))
            await change.begin()
            change.set_info(status=Status.MUTED if is_muted else Status.OPEN)
            kind = GroupMuted if is_muted else GroupCancelMuted
            change.tell(
                kind(
                    group=change.group.info(),
                    op_user=await change.op_user(),
                    group_member_version=change.version,
                    group_member_version_id=change.version_id,
                )
            )
            event = AfterMuteGroup(group_id=group_id, operator_user_id=change.operator.user_id, is_muted=is_muted)
            await self._outbox.record(change.tx, event, call.operation_id)

        await self._changes.change(call, group_id, work, unknown=unknown_to(call))


async def unmute(change: Change, member: Member) -> None:
    """Let a member send again, and tell of it. The change has begun."""
    await members.set_muted(change.tx, change.group.seq, member.user, change.version, 0)
    (shown,) = await change.shown([member.user])
    change.tell(
        GroupMemberCancelMuted(
            group=change.group.info(),
            op_user=await change.op_user(),
            muted_user=shown,
            group_member_version=change.version,
            group_member_version_id=change.version_id,
        )
    )


async def _mute(change: Change, member: Member, seconds: int) -> None:
    until = change.now + seconds * 1000
    await members.set_muted(change.tx, change.group.seq, member.user, change.version, until)
    (shown,) = await change.shown([member.user])
    change.tell(
        GroupMemberMuted(
            group=change.group.info(),
            op_user=await change.op_user(),
            muted_user=shown,
            muted_seconds=seconds,
            group_member_version=change.version,
            group_member_version_id=change.version_id,
        )
    )


def _require_may_mute(call: Call, group: Group, own: Member | None, member: Member) -> None:
    """Raise ``ImError``, 1002, unless the role of the caller, which is the member ``own``, is above that of the member,
    and that of an ordinary one. Administrators of the server mute anybody."""
    require_manager(call, group, own)
    if own is not None and not call.is_admin and member.role >= own.role:
        who = "owns" if member.role == Role.OWNER else "is an administrator of"
        raise ImError(Code.NO_PERMISSION, f"userID: {member.user_id} {who} group {group.group_id}")
