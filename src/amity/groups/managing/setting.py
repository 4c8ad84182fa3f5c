"""Setting what a group is called, says of itself, and lets its members do.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order.
"""

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.managing.asked import EX, PLAIN, Form, GroupFields, asked_by, event_fields, replaced_in
from amity.groups.managing.models import SetGroupInfoExRequest, SetGroupInfoRequest
from amity.groups.notices import GroupInfoSet, GroupInfoSetAnnouncement, GroupInfoSetName
from amity.groups.permission import found, require_manager, require_open
from amity.groups.rules import require_group
from amity.groups.stored import groups, members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Member
from amity.storage import Database


class SettingInfo:
    """``set_group_info`` and ``set_group_info_ex``."""

    def __init__(self, database: Database, changes: Changes, before: Before, outbox: Outbox) -> None:
        self._database = database
        self._changes = changes
        self._before = before
        self._outbox = outbox

    async def set_group_info(self, call: Call, request: SetGroupInfoRequest) -> None:
        """Set what is given of a group.

        Raises ``ImError``, the first that applies of: 1001, 1004, 1002, 1204, the app's refusal, 90004 or 90007 if a
        callback failed, 90002.
        """
        asked = request.group_info_for_set
        if asked is None:
            raise ImError(Code.ARGS, "groupInfoForSet is empty")
        require_group(asked.group_id, "groupInfoForSet.groupID")
        await self._set(call, asked.group_id, asked_by(asked, PLAIN), PLAIN)

    async def set_group_info_ex(self, call: Call, request: SetGroupInfoExRequest) -> None:
        """Set what is given of a group, which may be empty, but for the name. Raises what ``set_group_info`` raises."""
        require_group(request.group_id)
        await self._set(call, request.group_id, asked_by(request, EX), EX)

    async def _set(self, call: Call, group_id: str, fields: GroupFields, form: Form) -> None:
        if self._before.enabled(form.before):
            caller = (await self._changes.operator(call)).number
            group = found(await groups.by_id(self._database, group_id), group_id)
            _require_may_set(call, group, await members.one(self._database, group.seq, caller))
            event = form.before(
                operation_id=call.operation_id, group_id=group_id, **event_fields(fields, form.absent_before)
            )
            async with self._before.judged(event, call.operation_id) as answer:
                if answer.change is not None:
                    fields = replaced_in(fields, answer.change, group_id, form)
        await self._changes.change(call, group_id, lambda change: self._write(change, fields, form))

    async def _write(self, change: Change, fields: GroupFields, form: Form) -> None:
        operator, call = change.operator, change.call
        _require_may_set(call, change.group, await change.member(operator.number))
        if not (stored := fields.stored()):
            return
        if fields.notification is not None:
            stored |= {"announced_at": change.now, "announcer": operator.number, "announcer_id": operator.user_id}
        await change.begin()
        change.set_info(**stored)
        await _tell(change, fields)
        event = form.after(
            operation_id=call.operation_id,
            group_id=change.group.group_id,
            **event_fields(fields, form.absent_after),
        )
        await self._outbox.record(change.tx, event, call.operation_id)


def _require_may_set(call: Call, group: Group, own: Member | None) -> None:
    require_manager(call, group, own, Code.RECORD_NOT_FOUND)
    require_open(group)


async def _tell(change: Change, fields: GroupFields) -> None:
    """Tell what was set, all with one version: clients take the first, and each has the whole group."""
    op_user, info = await change.op_user(), change.group.info()
    version, version_id = change.version, change.version_id
    if fields.notification is not None:
        change.tell(
            GroupInfoSetAnnouncement(
                op_user=op_user, group=info, group_member_version=version, group_member_version_id=version_id
            ),
            as_message=bool(fields.notification),
        )
    if fields.group_name is not None:
        change.tell(
            GroupInfoSetName(
                op_user=op_user, group=info, group_member_version=version, group_member_version_id=version_id
            )
        )
    if fields.has_other:
        change.tell(
            GroupInfoSet(op_user=op_user, group=info, group_member_version=version, group_member_version_id=version_id)
        )
