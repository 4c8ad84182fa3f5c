"""Inviting users into a group: they are in it at once, or wait for its managers where the group wants that.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order.
"""

from collections.abc import Mapping, Sequence

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.limit import counted
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.entering import AS_ASKED, Entering, Entry
from amity.groups.joining.applications import apply
from amity.groups.joining.models import InviteUserToGroupRequest, InviteUserToGroupResponse
from amity.groups.notices import MemberInvited
from amity.groups.permission import found, not_in, require_known, require_open
from amity.groups.portions import parted
from amity.groups.rules import require_group, require_text, require_users
from amity.groups.stored import groups, members, requests
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Coming
from amity.groups.stored.requests import NewRequest, Result
from amity.groups.stored.roles import JoinSource, Role
from amity.groups.stored.status import Verification
from amity.storage import Database, Transaction
from amity.users.directory import Directory
from amity.users.models import Skipped, left_out_by_app
from amity.wire.events.group_joining import BeforeInviteJoinGroup


class Inviting:
    """``invite_user_to_group``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        changes: Changes,
        entering: Entering,
        before: Before,
        outbox: Outbox,
    ) -> None:
        self._database = database
        self._directory = directory
        self._changes = changes
        self._entering = entering
        self._before = before
        self._outbox = outbox

    async def invite_user_to_group(
        self, call: Call, request: InviteUserToGroupRequest
    ) -> InviteUserToGroupResponse | None:
        """Bring users into a group, all in one transaction; who is a member already is left out.

        If the group lets its managers decide, and the caller is none of them, each user waits for them instead. Raises
        ``ImError``, the first that applies of: 1001, 1004, 1204, 1002, the app's refusal, 90004 or 90007 if a callback
        failed, 1360, 1361, 90002.
        """
        require_group(request.group_id)
        require_text("reason", request.reason)
        invited = require_users("invitedUserIDs", request.invited_user_ids)
        numbers = await self._directory.numbers(invited)
        entry = AS_ASKED
        skipped: list[Skipped] = []
        if self._before.enabled(BeforeInviteJoinGroup) or self._entering.asks:
            caller = (await self._changes.operator(call)).number
            group = found(await groups.by_id(self._database, request.group_id), request.group_id)
            waits = await self._waits(self._database, call, caller, group)
            require_known(invited, numbers, "invitedUserIDs")
            asked, invited = invited, await self._ask(call, request, invited)
            skipped = left_out_by_app(asked, invited)
            if not invited:
                return InviteUserToGroupResponse(skipped=skipped)
            numbers = await self._directory.numbers(invited)
            if not waits:
                entry = await self._entering.ask(group.group_id, group.ex, invited, call.operation_id)
        with counted():
            await self._entering.with_asking(
                call,
                entry,
                lambda entry: self._changes.change(
                    call, request.group_id, lambda change: self._invite(change, request, invited, numbers, entry)
                ),
            )
        return InviteUserToGroupResponse(skipped=skipped) if skipped else None

    async def _ask(self, call: Call, request: InviteUserToGroupRequest, invited: Sequence[str]) -> Sequence[str]:
        """Ask the app's business server, and return whom it lets in."""
        event = BeforeInviteJoinGroup(
            operation_id=call.operation_id,
            group_id=request.group_id,
            reason=request.reason,
            invited_user_ids=tuple(invited),
        )
        async with self._before.judged(event, call.operation_id) as answer:
            if answer.change is None:
                return invited
            if (replaced := answer.change.invited_user_ids) is not None:
                invited = replaced
                if replaced:
                    require_users("invitedUserIDs", replaced)
                    require_known(replaced, await self._directory.numbers(replaced), "invitedUserIDs")
        refused = frozenset(answer.change.refused_members_account or ())
        return [user_id for user_id in invited if user_id not in refused]

    async def _invite(
        self,
        change: Change,
        request: InviteUserToGroupRequest,
        invited: Sequence[str],
        numbers: Mapping[str, int],
        entry: Entry,
    ) -> None:
        waits = await self._waits(change.tx, change.call, change.operator.number, change.group)
        require_known(invited, numbers, "invitedUserIDs")
        there = await change.members()
        new = {user_id: numbers[user_id] for user_id in invited if numbers[user_id] not in there}
        if not new:
            return
        if waits:
            await self._apply(change, request, list(new.values()))
        else:
            self._entering.require_asked(change, new, entry)
            in_order = entry.in_order(dict.fromkeys(new, Role.ORDINARY))
            await self._bring(change, request, {new[user_id]: user_id for user_id in in_order}, entry)

    async def _bring(
        self, change: Change, request: InviteUserToGroupRequest, users: Mapping[int, str], entry: Entry
    ) -> None:
        """Make users members, in parts that notifications can name, in the order of lists of members."""
        await change.begin(list(users))
        operator = change.operator
        await requests.answer(change.tx, change.group.seq, list(users), Result.AGREED, operator.number, "", change.now)
        coming = Coming(JoinSource.INVITATION, operator.number, operator.number, change.now)
        characters = await members.characters(change.tx, list(users))
        sized = [((each, user_id), characters[each] + entry.characters(user_id)) for each, user_id in users.items()]
        for at, some in enumerate(parted(sized)):
            if at:
                change.bump()
            part = dict(some)
            await self._entering.enter(change, part, {}, coming, entry, inviter_id=operator.user_id)
            op_user = await change.op_user()
            change.tell(
                MemberInvited(
                    group=change.group.info(),
                    op_user=op_user,
                    invited_user_list=await change.shown(list(part)),
                    group_member_version=change.version,
                    group_member_version_id=change.version_id,
                    inviter_user=op_user,
                ),
                as_message=request.send_message,
            )

    async def _apply(self, change: Change, request: InviteUserToGroupRequest, users: Sequence[int]) -> None:
        """Let users wait for the managers of the group."""
        waiting = [
            NewRequest(
                group=change.group.seq,
                user=number,
                now=change.now,
                inviter=change.operator.number,
                source=JoinSource.INVITATION,
                req_msg=request.reason,
                ex="",
            )
            for number in users
        ]
        await apply(change, self._outbox, waiting)

    async def _waits(self, reader: Database | Transaction, call: Call, caller: int, group: Group) -> bool:
        """Return whether who is invited waits for the managers of the group. Raises ``ImError``: 1204, or 1002 unless
        the caller is a member or an administrator of the server."""
        require_open(group)
        if call.is_admin:
            return False
        member = await members.one(reader, group.seq, caller)
        if member is None:
            raise not_in(call.user_id, group.group_id)
        return group.need_verification == Verification.ALL and not member.manages
