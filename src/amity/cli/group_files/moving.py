"""The import of a file of groups: first all groups with their owners, then their other members.

What is there already stays as it is: a group of the same id and owner gets the members that it lacks.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from amity.cli.group_files.checking import Checked
from amity.cli.group_files.reading import GoodLine, GroupFile, GroupLine, MemberLine
from amity.cli.importing.failures import ServerRefused
from amity.cli.importing.screen import Screen
from amity.cli.moving.journal import GROUPS, MEMBERS, Moved, MoveJournal, Skip
from amity.cli.moving.outcome import Totals
from amity.cli.moving.target import BATCH_BYTES, Batch, Target
from amity.client.moving import Record
from amity.client.types.groups import GroupInfo
from amity.client.types.moving import GroupRecord, MemberRecord
from amity.errors import NAMES, Code, ImError
from amity.groups.stored.roles import JoinSource, Role
from amity.http.url import shown
from amity.importing.people import People
from amity.importing.retrying import Unreachable

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode
_ALONE: Final = 1


class Entry(NamedTuple):
    """A group and its owner, or in the second phase a group and another member."""

    group: GroupLine
    member: MemberLine


class GroupMover:
    """Imports a checked file, ``batch_size`` groups or members at a time. ``now``, in milliseconds since 1970, is when
    groups are made that don't say it."""

    def __init__(self, file: GroupFile, checked: Checked, batch_size: int, *, register: bool, now: int) -> None:
        self.source = checked.sha256
        self.part_size = batch_size
        self.words: Mapping[int, str] = {GROUPS: "groups", MEMBERS: "members of groups"}
        self._file = file
        self._checked = checked
        self._register = register
        self._now = now
        self._people: People | None = None

    async def begin(self, target: Target, screen: Screen) -> None:
        """Ask who is registered, and register the others if that is wanted."""
        ids = self._checked.people
        screen.phase("registering" if self._register else "asking who is registered", len(ids))
        self._people = People(target.client, target.retrying, screen.advance)
        await _asked(target, lambda: self._classified(ids))
        if self._people.refused:
            advice = "" if self._register else " (--register registers them first)"
            screen.say(f"unknown to the server, and left out of their groups: {len(self._people.refused):,}{advice}")

    async def _classified(self, ids: list[str]) -> None:
        assert self._people is not None  # noqa: S101 - begin has made it
        await self._people.classify(ids, register=self._register)

    def steps(self, phase: int) -> int:
        """Count the groups, or their members but the owners."""
        return self._checked.groups if phase == GROUPS else self._checked.members - self._checked.groups

    async def parts(self, phase: int, journal: MoveJournal) -> AsyncIterator[tuple[int, list[Entry]]]:
        """Yield numbered batches, the same whenever the same file is read."""
        left_out = set()
        if phase == MEMBERS:
            left_out = {skip.user for entry in journal.entries() for skip in entry.skipped if skip.kind == "group"}
        for number, batch in enumerate(self._batches(phase)):
            yield number, [entry for entry in batch if entry.group.group_id not in left_out]

    def _batches(self, phase: int) -> Iterator[list[Entry]]:
        batch: list[Entry] = []
        size = 0
        for entry in self._entries(phase):
            own = len(_encode(entry if phase == GROUPS else entry.member))
            if batch and (len(batch) >= self.part_size or size + own > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(entry)
            size += own
        if batch:
            yield batch

    def _entries(self, phase: int) -> Iterator[Entry]:
        for line in self._file.lines():
            if isinstance(line, GoodLine):
                members = [line.owner] if phase == GROUPS else line.members
                yield from [Entry(line.group, member) for member in members]

    def steps_of(self, phase: int, part: list[Entry]) -> int:
        """Count the groups or members of a batch."""
        return len(part)

    async def move(self, phase: int, part: list[Entry], target: Target, into: Moved) -> None:
        """Import one batch."""
        if not part:
            return
        ids = list(dict.fromkeys(entry.group.group_id for entry in part))
        found = await _asked(target, lambda: target.client.get_groups_info(ids))
        known = {group.group_id: group for group in found}
        batch = Batch()
        if phase == GROUPS:
            for entry in part:
                for record in self._new(entry, known.get(entry.group.group_id), into):
                    await target.put(batch.add(record), into)
        else:
            for group_id, entries in groupby(part, key=lambda entry: entry.group.group_id):
                if group_id not in known:
                    continue  # it was skipped, and is reported
                for record in await self._missing(target, known[group_id], [each.member for each in entries], into):
                    await target.put(batch.add(record), into)
        await target.put(batch.take(), into)

    def _new(self, entry: Entry, known: GroupInfo | None, into: Moved) -> list[Record]:
        """Return the records of a group that is not there yet, and of its owner."""
        group, owner = entry
        if (reason := self._refusal(owner.user_id)) is not None:
            code, message, text = reason
            into.skipped.append(Skip("group", group.group_id, "", code, message, f"the owner {owner.user_id}: {text}"))
            return []
        if known is not None and known.owner_user_id == owner.user_id:
            into.existing += 1
            return []
        if known is not None:
            theirs = f"its owner is {known.owner_user_id}" if known.owner_user_id else "it is dismissed"
            code = Code.GROUP_ID_EXISTED
            into.skipped.append(
                Skip("group", group.group_id, "", code, NAMES[code], f"another group has the id: {theirs}")
            )
            return []
        made_at = group.create_time or self._now
        history = group.history_for_new_members
        record = GroupRecord(
            group_id=group.group_id,
            group_name=group.group_name,
            notification=group.notification,
            introduction=group.introduction,
            face_url=group.face_url,
            ex=group.ex,
            create_time=made_at,
            creator_user_id=group.creator_user_id or owner.user_id,
            owner_user_id=owner.user_id,
            status=group.status,
            need_verification=group.need_verification,
            look_member_info=group.look_member_info,
            apply_member_friend=group.apply_member_friend,
            notification_update_time=group.notification_update_time,
            notification_user_id=group.notification_user_id,
            history_for_new_members=None if history is None else int(history),
        )
        return [record, _member(group.group_id, owner, Role.OWNER, made_at)]

    async def _missing(
        self, target: Target, group: GroupInfo, members: Sequence[MemberLine], into: Moved
    ) -> list[Record]:
        """Return the records of those of these members who are users, and none of the group yet."""
        wanted = []
        for member in members:
            if (reason := self._refusal(member.user_id)) is not None:
                into.skipped.append(Skip("member", member.user_id, group.group_id, *reason))
            else:
                wanted.append(member)
        there: set[str] = set()
        if group.member_count > _ALONE and wanted:
            ids = [each.user_id for each in wanted]
            found = await _asked(target, lambda: target.client.get_some_group_members(group.group_id, ids))
            there = {each.user_id for each in found}
        into.existing += len(there)
        return [
            _member(group.group_id, each, Role(each.role_level or Role.ORDINARY), group.create_time)
            for each in wanted
            if each.user_id not in there
        ]

    def _refusal(self, user_id: str) -> tuple[int, str, str] | None:
        assert self._people is not None  # noqa: S101 - begin has made it
        skip = self._people.refused.get(user_id)
        return None if skip is None else (skip.code, skip.message, skip.reason)

    async def finish(self, target: Target, journal: MoveJournal, totals: Totals, screen: Screen) -> dict[str, Any]:
        """Return how many groups and members were there before, and how many people were registered."""
        return {
            "existing": sum(entry.existing for entry in journal.entries()),
            "registered": self._people.registered if self._people is not None else 0,
        }


def _member(group_id: str, member: MemberLine, role: Role, made_at: int) -> MemberRecord:
    return MemberRecord(
        group_id=group_id,
        user_id=member.user_id,
        role_level=int(role),
        join_time=member.join_time or made_at,
        join_source=member.join_source or int(JoinSource.ADMIN),
        inviter_user_id=member.inviter_user_id,
        operator_user_id=member.operator_user_id,
        mute_end_time=member.mute_end_time,
        nickname=member.nickname,
        face_url=member.face_url,
        ex=member.ex,
    )


async def _asked(target: Target, question: Callable[[], Awaitable[T]]) -> T:
    """Ask the server, and again while it fails. Raises ``Unreachable`` and ``ServerRefused``."""
    try:
        return await target.retrying.call(question)
    except Unreachable as problem:
        raise Unreachable(f"{shown(target.client.url)}: {problem}") from None
    except ImError as error:
        raise ServerRefused(target.client, error) from None
