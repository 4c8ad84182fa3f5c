"""Making a group with its first members, in one transaction.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.idempotency import Idempotency, Remember
from amity.calls.limit import counted
from amity.errors import Code, ImError, offending
from amity.groups.change import Change, Operator
from amity.groups.changes import Changes
from amity.groups.entering import Entering, Entry
from amity.groups.making.asked import Asked, event_fields, replaced_in, require_info, roles_in, roles_made, status_made
from amity.groups.making.models import CreateGroupRequest, CreateGroupResponse
from amity.groups.models import NewGroupInfo
from amity.groups.notices import GroupCreated, GroupInfoSetAnnouncement
from amity.groups.portions import parted
from amity.groups.stored import groups
from amity.groups.stored.groups import NewGroup
from amity.groups.stored.members import Coming
from amity.groups.stored.roles import JoinSource, Role
from amity.storage import Database, Transaction
from amity.users.directory import Directory
from amity.users.models import Skipped, left_out_by_app
from amity.wire.events.groups import AfterCreateGroup, BeforeCreateGroup

_TRIES: Final = 10
_MOST_SHOWN: Final = 100
"""Members whom the notification names: it goes to all of them."""


class _Taken(Exception):
    """A group has the id that was chosen for a new one; the transaction is rolled back."""


class Creating:
    """``create_group``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        changes: Changes,
        entering: Entering,
        before: Before,
        outbox: Outbox,
        idempotency: Idempotency,
    ) -> None:
        self._database = database
        self._directory = directory
        self._changes = changes
        self._entering = entering
        self._before = before
        self._outbox = outbox
        self._idempotency = idempotency

    async def create_group(self, call: Call, request: CreateGroupRequest) -> CreateGroupResponse:
        """Make a group, with up to 1,000 members and its administrators and owner.

        Raises ``ImError``, the first that applies of: 1001, 1002, 1101, the app's refusal, 90004 or 90007 if a callback
        failed, 1202, 1360, 1361, 90002.
        """
        with counted():
            if call.idempotency_key:
                return await self._idempotency.once(
                    call, CreateGroupResponse, lambda remember: self._create(call, request, remember)
                )
            return await self._create(call, request, None)

    async def _create(self, call: Call, request: CreateGroupRequest, remember: Remember | None) -> CreateGroupResponse:
        info = request.group_info
        if info is None:
            raise ImError(Code.ARGS, "groupInfo is empty")
        roles = roles_in(request)
        require_info(info)
        if not request.owner_user_id:
            raise ImError(Code.ARGS, "ownerUserID is empty")
        call.require_self_or_admin(request.owner_user_id)
        asked = await self._known(info, roles)
        skipped: list[Skipped] = []
        if self._before.enabled(BeforeCreateGroup):
            answered = await self._ask(call, asked)
            skipped = left_out_by_app(asked.roles, answered.roles)
            asked = answered
        for _ in range(_TRIES):
            group_id = asked.info.group_id or str(secrets.randbelow(2**32))
            if asked.info.group_id and await groups.by_id(self._database, group_id) is not None:
                raise _existed(group_id)
            entry = await self._entering.ask(group_id, asked.info.ex, list(asked.roles), call.operation_id)
            try:
                return await self._write(call, request, asked, group_id, entry, skipped, remember)
            except _Taken:
                if asked.info.group_id:
                    raise _existed(group_id) from None
        raise ImError(Code.DATA, "no id was found for the group that no other group has")

    async def _known(self, info: NewGroupInfo, roles: Mapping[str, Role]) -> Asked:
        numbers = await self._directory.numbers(list(roles))
        if unknown := [user_id for user_id in roles if user_id not in numbers]:
            raise ImError(Code.USER_ID_NOT_FOUND, f"user not found: {offending(unknown)}")
        return Asked(info, roles, numbers)

    async def _ask(self, call: Call, asked: Asked) -> Asked:
        """Ask the app's business server, and return the group that it makes of it, checked as if it had been asked
        for."""
        event = BeforeCreateGroup(
            **event_fields(asked, asked.info.group_id, call.user_id), operation_id=call.operation_id
        )
        async with self._before.judged(event, call.operation_id) as answer:
            if answer.change is None:
                return asked
            info = replaced_in(asked.info, answer.change)
            roles = roles_made(asked.roles, asked.owner_id, answer.change)
            status = status_made(answer.change)
            require_info(info)
            known = await self._known(info, roles)
            creator = await self._creator(answer.change.creator_user_id)
            return known._replace(status=status, creator=creator)

    async def _creator(self, user_id: str | None) -> int:
        """Return the number of who is to be named as the creator; 0 for nobody."""
        number = 0 if user_id is None else await self._directory.number(user_id)
        if number is None:
            raise ImError(Code.USER_ID_NOT_FOUND, f"creatorUserID: user not found: {user_id}")
        return number

    async def _write(
        self,
        call: Call,
        request: CreateGroupRequest,
        asked: Asked,
        group_id: str,
        entry: Entry,
        skipped: Sequence[Skipped],
        remember: Remember | None,
    ) -> CreateGroupResponse:
        info = asked.info
        owner = asked.numbers[asked.owner_id]

        async def make(tx: Transaction, operator: Operator, now: int) -> tuple[CreateGroupResponse, Change]:
            await tx.expect(2 * len(asked.roles))
            new = NewGroup(
                group_id=group_id,
                name=info.group_name,
                notification=info.notification,
                introduction=info.introduction,
                face_url=info.face_url,
                ex=info.ex,
                created_at=now,
                creator=asked.creator or operator.number,
                owner=owner,
                member_count=0,
                need_verification=info.need_verification,
                look_member_info=info.look_member_info,
                apply_member_friend=info.apply_member_friend,
                status=asked.status,
                history_for_new=-1 if info.history_for_new_members is None else info.history_for_new_members,
            )
            if await groups.insert(tx, new) is None:
                raise _Taken
            group = await groups.by_id(tx, group_id)
            assert group is not None  # noqa: S101 - it was stored above
            change = self._changes.of(tx, call, group, operator, now)
            await change.begin(list(asked.numbers.values()))
            change.set_info()
            users = {number: user_id for user_id, number in asked.numbers.items()}
            coming = Coming(JoinSource.INVITATION, operator.number, operator.number, now)
            await self._entering.enter(change, users, asked.roles, coming, entry, is_told=False)
            await self._tell(change, request, asked, entry)
            answer = CreateGroupResponse(group_info=change.group.info(), skipped=list(skipped))
            if remember is not None:
                await remember(tx, answer)
            return answer, change

        return await self._changes.make(call, make)

    async def _tell(self, change: Change, request: CreateGroupRequest, asked: Asked, entry: Entry) -> None:
        numbers = [asked.numbers[user_id] for user_id in entry.in_order(asked.roles)]
        op_user, info = await change.op_user(), change.group.info()
        named = await change.shown(numbers[:_MOST_SHOWN])
        shown = next(parted([(each, each.characters) for each in named], _MOST_SHOWN))
        change.tell(
            GroupCreated(
                group=info,
                op_user=op_user,
                member_list=shown,
                operation_time=change.now,
                group_owner_user=shown[0],
                group_member_version=change.version,
                group_member_version_id=change.version_id,
            ),
            as_message=request.send_message,
        )
        if info.notification:
            change.tell(
                GroupInfoSetAnnouncement(
                    op_user=op_user,
                    group=info,
                    group_member_version=change.version,
                    group_member_version_id=change.version_id,
                ),
                as_message=request.send_message,
            )
        event = AfterCreateGroup(
            **{
                **event_fields(asked, info.group_id, change.operator.user_id),
                "create_time": info.create_time,
                "member_count": info.member_count,
            }
        )
        await self._outbox.record(change.tx, event, change.call.operation_id)


def _existed(group_id: str) -> ImError:
    return ImError(Code.GROUP_ID_EXISTED, f"groupInfo.groupID: there is a group of this id: {group_id}")
