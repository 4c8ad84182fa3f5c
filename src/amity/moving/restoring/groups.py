"""Restore groups, their members and the wishes to join them: how they are stored.

A group that is not dismissed has one owner, who is a member, and its record makes that user one. A member's record with
the role of the owner makes its user the owner, and who was it an ordinary member. A dismissed group has no members.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from amity.conversations import group_rows
from amity.groups.stored import members as stored_members
from amity.groups.stored.roles import JoinSource, Role
from amity.groups.stored.status import Status
from amity.moving.models import GroupApplicationRecord, GroupRecord, MemberRecord
from amity.moving.restoring import groups_store
from amity.moving.restoring.group_checks import is_dismissed
from amity.moving.restoring.groups_store import ApplicationRow, GroupRow, MemberRow, Pair
from amity.moving.restoring.rows import next_version
from amity.storage import Transaction
from amity.timeline.models import Form, Place, place_of
from amity.timeline.restoring import Bounds


class Groups(NamedTuple):
    """Valid records about groups."""

    groups: Sequence[GroupRecord]
    members: Sequence[MemberRecord]
    applications: Sequence[GroupApplicationRecord]

    def __bool__(self) -> bool:
        return bool(self.groups or self.members or self.applications)

    @property
    def new(self) -> set[str]:
        """The ids of groups that may have to be made."""
        return {each.group_id for each in self.groups}

    @property
    def group_ids(self) -> set[str]:
        """The ids of all groups that the records name."""
        return self.new | {each.group_id for each in self.members} | {each.group_id for each in self.applications}

    def named(self, numbers: Mapping[str, int]) -> set[int]:
        """Return the numbers of all users who are, or will be, members or applicants."""
        ids = {each.owner_user_id for each in self.groups if not is_dismissed(each)}
        ids |= {each.user_id for each in self.members} | {each.user_id for each in self.applications}
        return {numbers[user] for user in ids}

    def places(self, there: Mapping[str, GroupRow]) -> list[Place]:
        """Return the timelines of the groups into which members come, or which end."""
        return [place_of(Form.GROUP, there[each].seq) for each in self.new | {each.group_id for each in self.members}]

    async def leaving(self, tx: Transaction, there: Mapping[str, GroupRow]) -> dict[int, list[int]]:
        """Return the members of those groups that the records dismiss, by the groups' numbers."""
        ending = [there[each.group_id] for each in self.groups if is_dismissed(each)]
        await tx.expect(3 * sum(group.member_count for group in ending))
        return {group.seq: await groups_store.members_of(tx, group.seq) for group in ending if group.member_count}

    async def put(
        self,
        tx: Transaction,
        there: Mapping[str, GroupRow],
        leaving: Mapping[int, Sequence[int]],
        timelines: Mapping[int, tuple[int, Bounds]],
        numbers: Mapping[str, int],
        *,
        history_for_new: bool,
    ) -> list[MemberRecord]:
        """Store the records, and return those of members that are not stored: their groups are dismissed.

        ``there`` are the groups, which the transaction has locked, and ``leaving`` is what the method of this name has
        returned; the lists of both, and of who is named, are locked, and so are ``timelines``, by groups.
        """
        pairs = {(there[each.group_id].seq, numbers[each.user_id]) for each in self.members}
        pairs |= {(group.seq, group.owner) for group in there.values() if group.owner}
        owners = [each for each in self.groups if not is_dismissed(each)]
        pairs |= {(there[each.group_id].seq, numbers[each.owner_user_id]) for each in owners}
        restored = _Restored(there, await groups_store.members_at(tx, pairs))
        for group in self.groups:
            restored.set_group(group, numbers)
        left_out = [each for each in self.members if not restored.set_member(each, numbers)]
        added = await restored.save(tx, leaving)
        for seq, users in added.items():
            timeline, bounds = timelines[seq]
            policy = restored.groups[seq].history_for_new
            # What came from another server: the records of chats say how much of it is read.
            await group_rows.enter(
                tx,
                users,
                timeline,
                bounds.ends.newest,
                sees_before=history_for_new if policy < 0 else bool(policy),
                is_read=not bounds.is_restored,
            )
        for seq, gone in leaving.items():
            timeline, bounds = timelines[seq]
            await stored_members.remove(tx, seq, restored.groups[seq].version, gone)
            await group_rows.leave(tx, gone, timeline, bounds.ends.newest)
        rows = [_application_row(each, there, numbers) for each in self.applications]
        await groups_store.put_applications(tx, rows)
        await groups_store.agree_to_members(tx, {row[:2] for row in rows} | pairs)
        return left_out


class _Restored:
    """Groups and members, as they were stored before and as they will be."""

    def __init__(self, there: Mapping[str, GroupRow], members: Mapping[Pair, MemberRow]) -> None:
        self._there = there
        self._before = members
        self._members = dict(members)
        self.groups = {group.seq: group for group in there.values()}

    def set_group(self, record: GroupRecord, numbers: Mapping[str, int]) -> None:
        group = self._there[record.group_id]
        is_over = is_dismissed(record)
        history = record.history_for_new_members
        self.groups[group.seq] = group._replace(
            created_at=record.create_time,
            creator=numbers.get(record.creator_user_id, 0),
            owner=0 if is_over else group.owner,
            member_count=0 if is_over else group.member_count,
            status=record.status,
            need_verification=record.need_verification,
            look_member_info=record.look_member_info,
            apply_member_friend=record.apply_member_friend,
            announced_at=record.notification_update_time,
            announcer=numbers.get(record.notification_user_id, 0),
            history_for_new=group.history_for_new if history is None else history,
            name=record.group_name,
            notification=record.notification,
            introduction=record.introduction,
            face_url=record.face_url,
            ex=record.ex,
        )
        if not is_over:
            self._own(group.seq, numbers[record.owner_user_id])

    def set_member(self, record: MemberRecord, numbers: Mapping[str, int]) -> bool:
        """Return whether there is such a member now."""
        group, user = self.groups[self._there[record.group_id].seq], numbers[record.user_id]
        if group.status == Status.DISMISSED:
            return False
        if Role(record.role_level) is Role.OWNER:
            self._own(group.seq, user)
        is_owner = self.groups[group.seq].owner == user
        self._members[group.seq, user] = self._row(group.seq, user)._replace(
            deleted=0,
            role=int(Role.OWNER) if is_owner else record.role_level,
            joined_at=record.join_time,
            join_source=record.join_source,
            inviter=numbers.get(record.inviter_user_id, 0),
            operator=numbers.get(record.operator_user_id, 0),
            muted_until=record.mute_end_time,
            nickname=record.nickname,
            face_url=record.face_url,
            ex=record.ex,
        )
        return True

    def _own(self, seq: int, user: int) -> None:
        """Make a user the owner of a group, and a member if it is none."""
        group = self.groups[seq]
        if group.owner == user:
            return
        if group.owner:
            former = self._members[seq, group.owner]
            self._members[seq, group.owner] = former._replace(role=int(Role.ORDINARY))
        row = self._row(seq, user)
        if row.deleted:
            row = _member_row(row, group.created_at)
        self._members[seq, user] = row._replace(role=int(Role.OWNER))
        self.groups[seq] = group._replace(owner=user)

    def _row(self, seq: int, user: int) -> MemberRow:
        return self._members.get((seq, user)) or MemberRow(seq, user, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, "", "", "")

    async def save(self, tx: Transaction, leaving: Collection[int]) -> dict[int, list[int]]:
        """Store what has changed, with the versions of the lists that it is on. Return who came into which groups."""
        changed: defaultdict[int, list[MemberRow]] = defaultdict(list)
        added: defaultdict[int, list[int]] = defaultdict(list)
        for pair, row in self._members.items():
            before = self._before.get(pair)
            if row != before and self.groups[row.group].status != Status.DISMISSED:
                changed[row.group].append(row)
                if before is None or before.deleted:
                    added[row.group].append(row.user)
        joined = await groups_store.next_joined_versions(tx, {user for users in added.values() for user in users})
        rows: list[MemberRow] = []
        saved: list[GroupRow] = []
        for before_group in self._there.values():
            seq = before_group.seq
            group, of = self.groups[seq], changed[seq]
            is_changed = group.info != before_group.info
            if not (is_changed or of or seq in leaving):
                continue
            version = group.version + 1
            new = set(added.get(seq, ()))
            is_sorted_anew = any(
                (row.role, row.joined_at) != self._before[seq, row.user][7:9] for row in of if row.user not in new
            )
            self.groups[seq] = group._replace(
                member_count=group.member_count + len(new),
                version=version,
                info_version=version if is_changed else group.info_version,
                sort_version=version if is_sorted_anew else group.sort_version,
            )
            saved.append(self.groups[seq])
            for row in of:
                if row.user not in new:
                    rows.append(row._replace(version=version))
                    continue
                own = next_version(joined, row.user)
                rows.append(row._replace(version=version, added_version=version))
                rows[-1] = rows[-1]._replace(joined_version=own, joined_added_version=own)
        await groups_store.save(tx, saved)
        await groups_store.put_members(tx, rows)
        return dict(added)


def _member_row(row: MemberRow, joined_at: int) -> MemberRow:
    """Return the row of a user who becomes a member without a record."""
    return row._replace(
        deleted=0,
        joined_at=joined_at,
        join_source=int(JoinSource.INVITATION),
        inviter=0,
        operator=0,
        muted_until=0,
        nickname="",
        face_url="",
        ex="",
    )


def _application_row(
    record: GroupApplicationRecord, there: Mapping[str, GroupRow], numbers: Mapping[str, int]
) -> ApplicationRow:
    return ApplicationRow(
        group=there[record.group_id].seq,
        user=numbers[record.user_id],
        handle_result=record.handle_result,
        created_at=record.create_time,
        handled_at=record.handle_time,
        handler=numbers.get(record.handler_user_id, 0),
        inviter=numbers.get(record.inviter_user_id, 0),
        join_source=record.join_source,
        req_msg=record.req_msg,
        handle_msg=record.handle_msg,
        ex=record.ex,
    )
