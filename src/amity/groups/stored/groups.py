"""The SQL of groups, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.groups.models import GroupInfo
from amity.groups.stored.status import WORKING, Status
from amity.storage import Database, Row, Transaction
from amity.sync.lists import EMPTY_VERSION
from amity.users.folding import fold_beginning


class Group(NamedTuple):
    """A group as it is stored; users by their numbers, times in milliseconds since 1970.

    ``version`` is that of the list of its members, ``info_version`` and ``sort_version`` those at which its own fields
    and the order of its members last changed. ``history_for_new`` is 1, 0, or -1: as the settings say.
    """

    seq: int
    group_id: str
    name: str
    notification: str
    introduction: str
    face_url: str
    ex: str
    created_at: int
    owner: int
    member_count: int
    status: int
    need_verification: int
    look_member_info: int
    apply_member_friend: int
    announced_at: int
    announcer: int
    history_for_new: int
    version: int
    info_version: int
    sort_version: int
    creator_id: str
    owner_id: str
    announcer_id: str

    @property
    def is_dismissed(self) -> bool:
        """Whether it has ended."""
        return self.status == Status.DISMISSED

    def info(self, *, to_stranger: bool = False) -> GroupInfo:
        """Return it as on the wire. A stranger is not shown the announcement, nor who made it and when, nor what
        new members see."""
        return GroupInfo(
            group_id=self.group_id,
            group_name=self.name,
            notification="" if to_stranger else self.notification,
            introduction=self.introduction,
            face_url=self.face_url,
            owner_user_id=self.owner_id,
            create_time=self.created_at,
            member_count=self.member_count,
            ex=self.ex,
            status=self.status,
            creator_user_id=self.creator_id,
            group_type=WORKING,
            need_verification=self.need_verification,
            look_member_info=self.look_member_info,
            apply_member_friend=self.apply_member_friend,
            notification_update_time=0 if to_stranger else self.announced_at,
            notification_user_id="" if to_stranger else self.announcer_id,
            history_for_new_members=None if to_stranger or self.history_for_new < 0 else self.history_for_new,
        )


class Head(NamedTuple):
    """What says whether clients have a group as it is, without its texts. The fields are those of ``Group``."""

    seq: int
    group_id: str
    status: int
    version: int
    member_count: int

    @property
    def is_dismissed(self) -> bool:
        """Whether it has ended."""
        return self.status == Status.DISMISSED


class NewGroup(NamedTuple):
    """A group that is to be made, in the order of the statement. Users by their numbers."""

    group_id: str
    name: str
    notification: str
    introduction: str
    face_url: str
    ex: str
    created_at: int
    creator: int
    owner: int
    member_count: int
    need_verification: int
    look_member_info: int
    apply_member_friend: int
    status: int
    history_for_new: int


MOST_FOLDED = 1024
"""Characters of a folded name that are stored and searched."""
_FEW = 64
"""Groups that are looked up on the event loop."""
COLUMNS = (
    "g.group_seq, g.group_id, g.group_name, g.notification, g.introduction, g.face_url, g.ex, g.created_at,"
    " g.owner_seq, g.member_count, g.status, g.need_verification, g.look_member_info, g.apply_member_friend,"
    " g.announced_at, g.announcer_seq, g.history_for_new, g.member_version, g.info_version, g.sort_version,"
    " coalesce(creator.user_id, ''), coalesce(owner.user_id, ''), coalesce(announcer.user_id, '')"
)
WIDTH = len(Group._fields)
USERS = (
    " left join users as creator on creator.user_seq = g.creator_seq"
    " left join users as owner on owner.user_seq = g.owner_seq"
    " left join users as announcer on announcer.user_seq = g.announcer_seq"
)
_SELECT = f"select {COLUMNS} from chat_groups as g{USERS}"


def folded(name: str) -> str:
    """Return a group's name, or a part of one, as searches compare it."""
    return fold_beginning(name, MOST_FOLDED)


def group_of(row: Row, begin: int = 0) -> Group:
    """Return the group whose ``COLUMNS`` begin at a position of a row."""
    return Group._make([row[at] for at in range(begin, begin + WIDTH)])


async def by_id(reader: Database | Transaction, group_id: str) -> Group | None:
    """Return a group, or ``None`` if there is none of this id."""
    rows = await reader.fetch(f"{_SELECT} where g.group_id = $1", group_id)
    return group_of(rows[0]) if rows else None


async def by_ids(reader: Database | Transaction, group_ids: Sequence[str]) -> dict[str, Group]:
    """Return those of the named groups that exist, by their ids, in the order in which they are named."""
    wanted = list(dict.fromkeys(group_ids))
    read = reader.fetch if len(wanted) <= _FEW else reader.fetch_long
    rows = await read(f"{_SELECT} where g.group_id in (select value from EACH_TEXT($1))", wanted)
    found = {row[1]: group_of(row) for row in rows}
    return {group_id: found[group_id] for group_id in wanted if group_id in found}


async def by_seqs(reader: Database | Transaction, seqs: Sequence[int]) -> dict[int, Group]:
    """Return groups by their numbers."""
    read = reader.fetch if len(seqs) <= _FEW else reader.fetch_long
    rows = await read(f"{_SELECT} where g.group_seq in (select value from EACH_INT($1))", list(seqs))
    return {row[0]: group_of(row) for row in rows}


async def heads(database: Database, group_ids: Sequence[str]) -> dict[str, Head]:
    """Return the heads of those of the named groups that exist, by their ids, in no order."""
    read = database.fetch if len(group_ids) <= _FEW else database.fetch_long
    rows = await read(
        "select group_seq, group_id, status, member_version, member_count from chat_groups"
        " where group_id in (select value from EACH_TEXT($1))",
        list(group_ids),
    )
    return {row[1]: Head._make(row) for row in rows}


async def locked(tx: Transaction, group_id: str) -> Group | None:
    """Return a group as it is until the end of the transaction, which alone changes it; ``None`` for an unknown one.

    Whoever locks groups locks them before lists of users, and those before timelines.
    """
    await tx.lock("select group_seq from chat_groups where group_id = $1 FOR_UPDATE", group_id)
    return await by_id(tx, group_id)


async def share(tx: Transaction, seqs: Sequence[int]) -> None:
    """Let nobody change these groups until the end of the transaction. Others may do the same meanwhile."""
    await tx.lock(
        "select group_seq from chat_groups where group_seq in (select value from EACH_INT($1)) order by group_seq"
        " FOR_SHARE",
        sorted(seqs),
    )


async def insert(tx: Transaction, group: NewGroup) -> int | None:
    """Store a new group and return its number, or ``None`` if there is one of this id."""
    rows = await tx.fetch(
        "insert into chat_groups (group_id, group_name, notification, introduction, face_url, ex, created_at,"
        " creator_seq, owner_seq, member_count, need_verification, look_member_info, apply_member_friend, status,"
        " history_for_new, folded_name, announced_at, announcer_seq, member_version, info_version, sort_version,"
        " at_all_seq, announced_seq) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0,"
        f" 0, {EMPTY_VERSION}, {EMPTY_VERSION}, {EMPTY_VERSION}, 0, 0) on conflict (group_id) do nothing"
        " returning group_seq",
        *group,
        folded(group.name),
    )
    return rows[0][0] if rows else None


async def save(tx: Transaction, group: Group) -> None:
    """Store what may change of a group. The transaction must have locked it."""
    await tx.fetch(
        "update chat_groups set group_name = $2, notification = $3, introduction = $4, face_url = $5, ex = $6,"
        " owner_seq = $7, member_count = $8, status = $9, need_verification = $10, look_member_info = $11,"
        " apply_member_friend = $12, announced_at = $13, announcer_seq = $14, history_for_new = $15,"
        " member_version = $16, info_version = $17, sort_version = $18, folded_name = $19 where group_seq = $1",
        group.seq,
        group.name,
        group.notification,
        group.introduction,
        group.face_url,
        group.ex,
        group.owner,
        group.member_count,
        group.status,
        group.need_verification,
        group.look_member_info,
        group.apply_member_friend,
        group.announced_at,
        group.announcer,
        group.history_for_new,
        group.version,
        group.info_version,
        group.sort_version,
        folded(group.name),
    )


async def note_announced(tx: Transaction, group: int, seq: int) -> None:
    """Note which message told a group's announcement."""
    await tx.fetch("update chat_groups set announced_seq = $2 where group_seq = $1", group, seq)


async def note_at_all(tx: Transaction, group: int, seq: int) -> None:
    """Note the newest message that names everybody in a group. The transaction must have locked the group."""
    await tx.fetch("update chat_groups set at_all_seq = $2 where group_seq = $1", group, seq)


async def numbers_of(database: Database, group_ids: Sequence[str]) -> dict[str, int]:
    """Return the numbers of those of these groups that exist, by their ids."""
    rows = await database.fetch(
        "select group_id, group_seq from chat_groups where group_id in (select value from EACH_TEXT($1))",
        list(group_ids),
    )
    return {row[0]: row[1] for row in rows}


async def lock(tx: Transaction, seqs: Sequence[int]) -> None:
    """Lock groups, as ``locked`` does, in the order of their numbers."""
    await tx.lock(
        "select group_seq from chat_groups where group_seq in (select value from EACH_INT($1)) order by group_seq"
        " FOR_UPDATE",
        sorted(seqs),
    )
