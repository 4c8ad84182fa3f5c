"""What a group's owner does: handing the group over, and ending it.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order. There a dismissal ends in two
transactions, of which one tells nobody.
"""

from collections.abc import Mapping

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.managing.models import DismissGroupRequest, TransferGroupOwnerRequest
from amity.groups.managing.muting import unmute
from amity.groups.notices import GroupDismissed, GroupOwnerTransferred
from amity.groups.permission import require_open
from amity.groups.rules import require_group
from amity.groups.stored import members
from amity.groups.stored.groups import Group
from amity.groups.stored.roles import Role
from amity.groups.stored.status import Status
from amity.users.directory import Directory
from amity.wire.events.groups import WORKING, AfterDisMissGroup, AfterTransferGroupOwner


class Owning:
    """``transfer_group`` and ``dismiss_group``."""

    def __init__(self, directory: Directory, changes: Changes, outbox: Outbox) -> None:
        self._directory = directory
        self._changes = changes
        self._outbox = outbox

    async def transfer_group(self, call: Call, request: TransferGroupOwnerRequest) -> None:
        """Make another member the owner. Who was it gets the other's role; a mute of the new owner ends.

        Raises ``ImError``, the first that applies of: 1001, 1004, 1204, 1002 to a stranger, 1001 for one who is no
        member, 1002, 1001 for who does not own the group, 90002.
        """
        require_group(request.group_id)
        old, new = request.old_owner_user_id, request.new_owner_user_id
        for field, user_id in (("oldOwnerUserID", old), ("newOwnerUserID", new)):
            if not user_id:
                raise ImError(Code.ARGS, f"{field} is empty")
        await self.hand_over(call, request, await self._directory.numbers([old, new]))

    async def hand_over(self, call: Call, request: TransferGroupOwnerRequest, numbers: Mapping[str, int]) -> None:
        """Do as ``transfer_group`` with users whose numbers are known."""
        await self._changes.change(call, request.group_id, lambda change: self._transfer(change, request, numbers))

    async def dismiss_group(self, call: Call, request: DismissGroupRequest) -> None:
        """End a group for good: nobody is a member any more, and who was keeps what was written.

        Raises ``ImError``, the first that applies of: 1001, 1004, also for a group that was dismissed, 1002, 90002.
        """
        require_group(request.group_id)
        await self._changes.change(call, request.group_id, lambda change: self._dismiss(change, request))

    async def _transfer(self, change: Change, request: TransferGroupOwnerRequest, numbers: Mapping[str, int]) -> None:
        tx, call, group = change.tx, change.call, change.group
        old_id, new_id = request.old_owner_user_id, request.new_owner_user_id
        require_open(group)
        if old_id == new_id:
            raise ImError(Code.ARGS, f"newOwnerUserID: {new_id} is oldOwnerUserID, too")
        if not call.is_admin and await change.member(change.operator.number) is None:
            raise _no_owner(call, group)  # who is not told which users are in the group
        there = await members.some(tx, group.seq, list(numbers.values()))
        old, new = there.get(numbers.get(old_id, 0)), there.get(numbers.get(new_id, 0))
        if old is None:
            raise ImError(Code.ARGS, f"oldOwnerUserID: {old_id} is not in group {group.group_id}")
        if new is None:
            raise ImError(Code.ARGS, f"newOwnerUserID: {new_id} is not in group {group.group_id}")
        if not call.is_admin and (call.user_id != old_id or old.role != Role.OWNER):
            raise _no_owner(call, group)
        if old.role != Role.OWNER:
            raise ImError(Code.ARGS, f"oldOwnerUserID: {old_id} does not own group {group.group_id}")
        await change.begin()
        if new.muted_until > change.now:
            await unmute(change, new)
            change.bump()
        await members.set_role(tx, group.seq, old.user, change.version, new.role)
        await members.set_role(tx, group.seq, new.user, change.version, Role.OWNER)
        change.reorder()
        change.set_info(owner=new.user, owner_id=new_id)
        was, became = await change.shown([old.user, new.user])
        change.tell(
            GroupOwnerTransferred(
                group=change.group.info(),
                op_user=await change.op_user(),
                new_group_owner=became,
                old_group_owner_info=was,
                group_member_version=change.version,
                group_member_version_id=change.version_id,
            )
        )
        event = AfterTransferGroupOwner(group_id=group.group_id, old_owner_user_id=old_id, new_owner_user_id=new_id)
        await self._outbox.record(tx, event, call.operation_id)

    async def _dismiss(self, change: Change, request: DismissGroupRequest) -> None:
        call, group = change.call, change.group
        if group.is_dismissed:
            raise ImError(Code.RECORD_NOT_FOUND, f"groupID: group {group.group_id} has no owner: it is dismissed")
        if not call.is_admin and call.user_id != group.owner_id:
            raise _no_owner(call, group)
        everybody = {place.user: place.user_id for place in (await change.members()).in_order}
        await change.tx.expect(2 * len(everybody))
        await change.begin(list(everybody))
        change.set_info(status=Status.DISMISSED)
        # The notification has the group as its members know it: with its owner, and with them.
        change.tell(
            GroupDismissed(group=change.group.info(), op_user=await change.op_user()),
            as_message=request.send_message,
        )
        await change.remove(everybody)
        change.set_info(owner=0, owner_id="")
        event = AfterDisMissGroup(
            group_id=group.group_id,
            owner_id=group.owner_id,
            group_type=WORKING,
            members_id=tuple(everybody.values()),
        )
        await self._outbox.record(change.tx, event, call.operation_id)


def _no_owner(call: Call, group: Group) -> ImError:
    return ImError(Code.NO_PERMISSION, f"user {call.user_id} does not own group {group.group_id}")
