"""Asking to join a group: users are in it at once, or wait for its managers.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order. There anybody may make
anybody join.
"""

from typing import Final

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.limit import counted
from amity.errors import Code, ImError
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.entering import AS_ASKED, Entering, Entry
from amity.groups.joining.applications import apply, of_user, require_made, tell_answered
from amity.groups.joining.models import GroupApplicationResponseRequest, JoinGroupRequest
from amity.groups.notices import MemberEnter, MemberInvited
from amity.groups.permission import found, require_manager, require_open
from amity.groups.rules import require_group, require_texts
from amity.groups.stored import groups, members, requests
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Coming
from amity.groups.stored.requests import Application, NewRequest, Result
from amity.groups.stored.roles import JoinSource
from amity.groups.stored.status import Verification
from amity.storage import Database, Transaction
from amity.texts import listed
from amity.users.directory import Directory
from amity.wire.events.group_joining import AfterHandleGroupApplication, AfterJoinGroup, BeforeJoinGroup
from amity.wire.events.groups import WORKING

_SOURCES: Final = frozenset(JoinSource)


class Joining:
    """``join_group`` and ``group_application_response``."""

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

    async def join_group(self, call: Call, request: JoinGroupRequest) -> None:
        """Join a group that lets everybody in, or ask its managers; asking again begins that anew.

        Raises ``ImError``, the first that applies of: 1001, 1002, 1004, 1204, 1001 for a member, the app's refusal,
        90004 or 90007 if a callback failed, 1360, 1361, 90002.
        """
        require_group(request.group_id)
        if request.join_source not in _SOURCES:
            raise ImError(Code.ARGS, f"joinSource: must be {listed(sorted(_SOURCES))}, got {request.join_source}")
        joiner = request.inviter_user_id
        if not joiner:
            raise ImError(Code.RECORD_NOT_FOUND, "inviterUserID is empty: it is who joins")
        call.require_self_or_admin(joiner)
        require_texts("", {"reqMessage": request.req_message, "ex": request.ex})
        number = await self._directory.number(joiner)
        if number is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"inviterUserID: user not found: {joiner}")
        entry = await self._ask(call, request, joiner, number)
        with counted():
            await self._entering.with_asking(
                call,
                entry,
                lambda entry: self._changes.change(
                    call, request.group_id, lambda change: self._join(change, request, number, joiner, entry)
                ),
            )

    async def group_application_response(self, call: Call, request: GroupApplicationResponseRequest) -> None:
        """Answer an application: agree, and the applicant is a member, or refuse.

        Raises ``ImError``, the first that applies of: 1001, 1004, 1204, 1002, 1206, the app's refusal, 90004 or 90007
        if a callback failed, 1360, 1361, 90002.
        """
        require_group(request.group_id)
        if not request.from_user_id:
            raise ImError(Code.ARGS, "fromUserID is empty")
        if request.handle_result not in (Result.AGREED, Result.REFUSED):
            raise ImError(Code.ARGS, f"handleResult: must be 1 or -1, got {request.handle_result}")
        require_texts("", {"handledMsg": request.handled_msg})
        number = await self._directory.number(request.from_user_id) or 0
        entry = AS_ASKED
        if request.handle_result == Result.AGREED and self._entering.asks:
            operator = await self._changes.operator(call)
            group = found(await groups.by_id(self._database, request.group_id), request.group_id)
            await self._require_may_answer(self._database, call, operator.number, group)
            _require_waiting(await requests.one(self._database, group.seq, number), group)
            if await members.one(self._database, group.seq, number) is None:
                entry = await self._entering.ask(group.group_id, group.ex, [request.from_user_id], call.operation_id)
        with counted():
            await self._entering.with_asking(
                call,
                entry,
                lambda entry: self._changes.change(
                    call, request.group_id, lambda change: self._answer(change, request, number, entry)
                ),
            )

    async def _ask(self, call: Call, request: JoinGroupRequest, joiner: str, number: int) -> Entry:
        """Ask the app's business server whether a user may join, or apply."""
        if not self._before.enabled(BeforeJoinGroup) and not self._entering.asks:
            return AS_ASKED
        group = found(await groups.by_id(self._database, request.group_id), request.group_id)
        require_open(group)
        event = BeforeJoinGroup(
            group_id=group.group_id,
            group_type=WORKING,
            apply_id=joiner,
            req_message=request.req_message,
            ex=request.ex,
        )
        await self._before.ask(event, call.operation_id)
        await _require_new(self._database, group, number, joiner)
        if group.need_verification != Verification.NONE:
            return AS_ASKED
        return await self._entering.ask(group.group_id, group.ex, [joiner], call.operation_id)

    async def _join(self, change: Change, request: JoinGroupRequest, number: int, joiner: str, entry: Entry) -> None:
        group = change.group
        require_open(group)
        await _require_new(change.tx, group, number, joiner)
        if group.need_verification != Verification.NONE:
            new = NewRequest(
                group=group.seq,
                user=number,
                now=change.now,
                inviter=0,
                source=request.join_source,
                req_msg=request.req_message,
                ex=request.ex,
            )
            await apply(change, self._outbox, [new])
            return
        await change.begin([number])
        await requests.answer(change.tx, group.seq, [number], Result.AGREED, change.operator.number, "", change.now)
        coming = Coming(request.join_source, number, change.operator.number, change.now)
        await self._entering.enter(change, {number: joiner}, {}, coming, entry, is_told=False)
        await _tell_entered(change, number)
        event = AfterJoinGroup(
            operation_id=change.call.operation_id,
            group_id=group.group_id,
            req_message=request.req_message,
            join_source=request.join_source,
            inviter_user_id=joiner,
        )
        await self._outbox.record(change.tx, event, change.call.operation_id)

    async def _answer(
        self, change: Change, request: GroupApplicationResponseRequest, number: int, entry: Entry
    ) -> None:
        tx, group, operator = change.tx, change.group, change.operator
        await self._require_may_answer(tx, change.call, operator.number, group)
        application = _require_waiting(await requests.one(tx, group.seq, number), group)
        result = Result(request.handle_result)
        is_new = result is Result.AGREED and await change.member(number) is None
        if is_new:
            await change.begin([number])
        await requests.answer(tx, group.seq, [number], result, operator.number, request.handled_msg, change.now)
        event = AfterHandleGroupApplication(
            group_id=group.group_id,
            applicant_user_id=application.user_id,
            handler_user_id=operator.user_id,
            handle_result=int(result),
            handle_msg=request.handled_msg,
        )
        await self._outbox.record(tx, event, change.call.operation_id)
        if is_new:
            coming = Coming(application.source, application.inviter, operator.number, change.now)
            inviter_id = application.inviter_id
            users = {number: application.user_id}
            await self._entering.enter(change, users, {}, coming, entry, inviter_id=inviter_id)
            if application.inviter:
                await _tell_invited(change, number, application.inviter)
            else:
                await _tell_entered(change, number)
        await tell_answered(change, await of_user(change, number))

    async def _require_may_answer(self, reader: Database | Transaction, call: Call, caller: int, group: Group) -> None:
        require_open(group)
        require_manager(call, group, await members.one(reader, group.seq, caller), Code.RECORD_NOT_FOUND)


async def _require_new(reader: Database | Transaction, group: Group, number: int, user_id: str) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if a user is a member already."""
    if await members.one(reader, group.seq, number) is not None:
        raise ImError(Code.ARGS, f"inviterUserID: {user_id} is in group {group.group_id} already")


def _require_waiting(application: Application | None, group: Group) -> Application:
    """Return an application that waits. Raises ``ImError``: 1004 if there is none, 1206 if it was answered."""
    application = require_made(application, group)
    if application.result != Result.WAITING:
        raise ImError(
            Code.GROUP_REQUEST_HANDLED, f"fromUserID: the application of {application.user_id} was answered already"
        )
    return application


async def _tell_entered(change: Change, number: int) -> None:
    (entrant,) = await change.shown([number])
    change.tell(
        MemberEnter(
            group=change.group.info(),
            entrant_user=entrant,
            operation_time=change.now,
            group_member_version=change.version,
            group_member_version_id=change.version_id,
        )
    )


async def _tell_invited(change: Change, number: int, inviter: int) -> None:
    by_whom = await change.shown([inviter])
    change.tell(
        MemberInvited(
            group=change.group.info(),
            op_user=await change.op_user(),
            invited_user_list=await change.shown([number]),
            group_member_version=change.version,
            group_member_version_id=change.version_id,
            inviter_user=by_whom[0] if by_whom else None,
        )
    )
