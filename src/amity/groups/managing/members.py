"""Setting what members of a group are called, and what they are in it.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``, whose checks have this order. There an administrator of a
group makes others administrators.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.managing.member_rules import (
    replaced_in,
    require_entries,
    require_may_set,
    sets_something,
    sets_texts,
    shows_own,
)
from amity.groups.managing.models import MemberInfoForSet, SetGroupMemberInfoRequest
from amity.groups.notices import GroupMemberInfoSet, GroupMemberSetToAdmin, GroupMemberSetToOrdinary
from amity.groups.permission import found, not_in, require_open, unknown_to
from amity.groups.portions import AT_ONCE
from amity.groups.stored import groups, members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Member
from amity.groups.stored.roles import Role
from amity.storage import Database, Transaction
from amity.users.directory import Directory
from amity.wire.events.group_members import AfterSetGroupMemberInfo, BeforeSetGroupMemberInfo

Entries = Sequence[MemberInfoForSet]


class SettingMembers:
    """``set_group_member_info``."""

    def __init__(
        self, database: Database, directory: Directory, changes: Changes, before: Before, outbox: Outbox
    ) -> None:
        self._database = database
        self._directory = directory
        self._changes = changes
        self._before = before
        self._outbox = outbox

    async def set_group_member_info(self, call: Call, request: SetGroupMemberInfoRequest) -> None:
        """Set what is given of members: those of a group in one transaction, and nothing if any of all is refused.

        Raises ``ImError``, the first that applies of: 1001, 1002 for a new owner, 1002 for an unknown group and a
        dismissed one, to an administrator of the server 1004 and 1204, 1002 to a stranger, 1001 for who is no member,
        1002, 1001 for the owner's role, the app's refusal, 90004 or 90007 if a callback failed, 90002.
        """
        by_group = require_entries(request.members)
        numbers = await self._directory.numbers([entry.user_id for own in by_group.values() for entry in own])
        asks = self._before.enabled(BeforeSetGroupMemberInfo)
        if asks or len(by_group) > 1:
            caller = (await self._changes.operator(call)).number
            standings = {}
            for group_id, entries in by_group.items():
                group = found(await groups.by_id(self._database, group_id), group_id, unknown_to(call))
                standings[group_id] = await _standing(self._database, call, caller, group, entries, numbers)
                _require_may_set(standings[group_id], entries)
            if asks:
                for group_id, entries in by_group.items():
                    by_group[group_id] = await self._ask(call, standings[group_id], entries)
        for group_id, entries in by_group.items():
            await self._change(call, group_id, entries, numbers)

    async def _ask(self, call: Call, standing: "Standing", entries: Entries) -> Entries:
        """Ask the app's business server about each entry, and return what it makes of them, checked as if it had been
        asked for."""
        made = []
        for entry in entries:
            event = BeforeSetGroupMemberInfo(**_event_fields(entry))
            async with self._before.judged(event, call.operation_id) as answer:
                made.append(entry if answer.change is None else replaced_in(entry, answer.change))
                _require_may_set(standing, made)
        return made

    async def _change(self, call: Call, group_id: str, entries: Entries, numbers: Mapping[str, int]) -> None:
        async def work(change: Change) -> None:
            standing = await _standing(change.tx, call, change.operator.number, change.group, entries, numbers)
            _require_may_set(standing, entries)
            setting = [entry for entry in entries if sets_something(entry)]
            if not setting:
                return
            await change.tx.expect(2 * len(setting))
            # Who is shown with its own nickname or picture from now on is told of to the group when these change.
            await change.begin([standing.there[entry.user_id].user for entry in setting if shows_own(entry)])
            for at, entry in enumerate(setting):
                if at:
                    change.bump()  # clients take the first notification of a version alone
                # What is told one by one is told of few. Clients fetch the list where they have missed versions.
                is_told = len(setting) <= AT_ONCE or at == len(setting) - 1
                await _set(change, standing.there[entry.user_id], entry, is_told=is_told)
            events = [(AfterSetGroupMemberInfo(**_event_fields(entry)), call.operation_id) for entry in setting]
            await self._outbox.record_all(change.tx, events)

        await self._changes.change(call, group_id, work, unknown=unknown_to(call))


class Standing(NamedTuple):
    """Who sets something in a group, ``None`` for an administrator of the server, and of whom, by id."""

    own: Member | None
    there: Mapping[str, Member]


async def _standing(
    reader: Database | Transaction,
    call: Call,
    caller: int,
    group: Group,
    entries: Entries,
    numbers: Mapping[str, int],
) -> Standing:
    """Return who is concerned. Raises ``ImError``: 1002 for a stranger, 1204."""
    own = None
    if not call.is_admin:
        own = await members.one(reader, group.seq, caller)
        if own is None:
            raise not_in(call.user_id, group.group_id)
    require_open(group)
    named = [numbers[entry.user_id] for entry in entries if entry.user_id in numbers]
    there = await members.some(reader, group.seq, named)
    return Standing(own, {member.user_id: member for member in there.values()})


def _require_may_set(standing: Standing, entries: Entries) -> None:
    for entry in entries:
        require_may_set(entry, standing.there.get(entry.user_id), standing.own)


async def _set(change: Change, member: Member, entry: MemberInfoForSet, *, is_told: bool) -> None:
    """Set what is given of a member, and tell of it if ``is_told``."""
    tx, group = change.tx, change.group
    kinds: list[type[GroupMemberInfoSet]] = []
    if entry.role_level is not None:
        await members.set_role(tx, group.seq, member.user, change.version, entry.role_level)
        change.reorder()
        kinds.append(GroupMemberSetToAdmin if entry.role_level == Role.ADMIN else GroupMemberSetToOrdinary)
    if sets_texts(entry):
        texts = (entry.nickname, entry.face_url, entry.ex)
        await members.set_texts(tx, group.seq, member.user, change.version, *texts)
        kinds.append(GroupMemberInfoSet)
    if not is_told:
        return
    (shown,) = await change.shown([member.user])
    op_user = await change.op_user()
    for kind in kinds:
        change.tell(
            kind(
                group=change.group.info(),
                op_user=op_user,
                changed_user=shown,
                group_member_version=change.version,
                group_member_version_id=change.version_id,
                group_sort_version=change.group.sort_version if entry.role_level is not None else 0,
            )
        )


def _event_fields(entry: MemberInfoForSet) -> dict[str, Any]:
    return {
        "group_id": entry.group_id,
        "user_id": entry.user_id,
        "nick_name": entry.nickname,
        "face_url": entry.face_url,
        "role_level": entry.role_level,
        "ex": entry.ex,
    }
