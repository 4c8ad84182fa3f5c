"""The SQL of groups' members, and nothing else: each row is on the list of its group's members, and on that of its
user's groups."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from amity.groups.models import GroupMember
from amity.groups.stored.joined import JOINED, MOST_CHANGES
from amity.groups.stored.membership import Place
from amity.groups.stored.roles import Role
from amity.storage import Database, Row, Transaction
from amity.sync.versioned_list import Change, VersionedList


class Member(NamedTuple):
    """A member of a group; times in milliseconds since 1970. ``nickname`` and ``face_url`` are as others see them,
    ``own_nickname`` and ``own_face_url`` what is set for this group alone."""

    user: int
    user_id: str
    role: int
    joined_at: int
    join_source: int
    muted_until: int
    nickname: str
    face_url: str
    ex: str
    own_nickname: str
    own_face_url: str
    inviter_id: str
    operator_id: str

    @property
    def manages(self) -> bool:
        """Whether it is the owner or an administrator of its group."""
        return self.role in MANAGERS

    @property
    def place(self) -> Place:
        """Its place among the members, which has the same order everywhere."""
        return Place(-self.role, self.joined_at, self.user_id, self.user)

    def info(self, group_id: str) -> GroupMember:
        """Return it as on the wire."""
        return GroupMember(
            group_id=group_id,
            user_id=self.user_id,
            role_level=self.role,
            join_time=self.joined_at,
            nickname=self.nickname,
            face_url=self.face_url,
            app_manger_level=0,
            join_source=self.join_source,
            operator_user_id=self.operator_id,
            ex=self.ex,
            mute_end_time=self.muted_until,
            inviter_user_id=self.inviter_id,
        )


class Coming(NamedTuple):
    """How users come into a group; users by their numbers, ``now`` in milliseconds since 1970."""

    source: int
    inviter: int
    operator: int
    now: int


MANAGERS = (Role.OWNER, Role.ADMIN)
_FEW = 64
"""Members that are looked up on the event loop."""
MEMBERS = VersionedList(
    "group_members", alias="m", owner="group_seq", item="user_seq", changes_win=True, most_changes=MOST_CHANGES
)
"""The members of a group. Its version is kept with the group."""
COLUMNS = (
    "m.user_seq, u.user_id, m.role_level, m.joined_at, m.join_source, m.muted_until,"
    " case when m.nickname = '' then u.nickname else m.nickname end,"
    " case when m.face_url = '' then u.face_url else m.face_url end, m.ex, m.nickname, m.face_url,"
    " coalesce(inviter.user_id, ''), coalesce(operator.user_id, '')"
)
WIDTH = len(Member._fields)
_FROM = (
    "group_members as m join users as u on u.user_seq = m.user_seq"
    " left join users as inviter on inviter.user_seq = m.inviter_seq"
    " left join users as operator on operator.user_seq = m.operator_seq"
)
_SELECT = f"select {COLUMNS} from {_FROM} where m.group_seq = $1 and m.deleted = 0"
_NEXT_OF_USER = JOINED.next_version("{}")
_ADD = (
    # Materialized, or the version of each list would be looked up twice.
    f"with came as materialized (select u.user_seq, {_NEXT_OF_USER.format('u.user_seq')} as version from users as u"
    " where u.user_seq in (select value from EACH_INT($2)))"
    " insert into group_members (group_seq, user_seq, version, added_version, joined_version, joined_added_version,"
    " deleted, role_level, joined_at, join_source, inviter_seq, operator_seq, muted_until, nickname, face_url, ex)"
    " select $1, came.user_seq, $3, $3, came.version, came.version, 0, $4, $5, $6, $7, $8, 0, '', '', ''"
    " from came where true"
    " on conflict (group_seq, user_seq) do update set version = excluded.version,"
    " added_version = excluded.added_version, joined_version = excluded.joined_version,"
    " joined_added_version = excluded.joined_added_version, deleted = 0, role_level = excluded.role_level,"
    " joined_at = excluded.joined_at, join_source = excluded.join_source, inviter_seq = excluded.inviter_seq,"
    " operator_seq = excluded.operator_seq, muted_until = 0, nickname = '', face_url = '', ex = ''"
)
_REMOVE = (
    "update group_members set version = $2, deleted = 1,"
    f" joined_version = {_NEXT_OF_USER.format('group_members.user_seq')} where group_seq = $1 and deleted = 0"
)
_UPDATE = "update group_members set version = $3, {} where group_seq = $1 and user_seq = $2 and deleted = 0"


def member_of(row: Row, begin: int = 0) -> Member:
    """Return the member whose ``COLUMNS`` begin at a position of a row."""
    return Member._make([row[at] for at in range(begin, begin + WIDTH)])


async def one(reader: Database | Transaction, group: int, user: int) -> Member | None:
    """Return a member, or ``None`` if the user is none."""
    rows = await reader.fetch(f"{_SELECT} and m.user_seq = $2", group, user)
    return member_of(rows[0]) if rows else None


async def some(reader: Database | Transaction, group: int, users: Collection[int]) -> dict[int, Member]:
    """Return those of these users who are members, by their numbers, in the order in which they are named."""
    wanted = list(users)
    read = reader.fetch if len(wanted) <= _FEW else reader.fetch_long
    rows = await read(f"{_SELECT} and m.user_seq in (select value from EACH_INT($2))", group, wanted)
    found = {row[0]: member_of(row) for row in rows}
    return {user: found[user] for user in dict.fromkeys(wanted) if user in found}


async def add(tx: Transaction, group: int, users: Sequence[int], version: int, role: Role, coming: Coming) -> None:
    """Make users members who are none. The transaction must have locked the group, and the users' lists."""
    if users:
        await tx.expect(len(users))
        await tx.fetch(
            _ADD,
            group,
            list(users),
            version,
            int(role),
            coming.now,
            coming.source,
            coming.inviter,
            coming.operator,
        )


async def remove(tx: Transaction, group: int, version: int, users: Sequence[int]) -> None:
    """Take members out of a group. The transaction must have locked the group, and the users' lists."""
    await tx.expect(len(users))
    await tx.fetch(f"{_REMOVE} and user_seq in (select value from EACH_INT($3))", group, version, list(users))


async def set_role(tx: Transaction, group: int, user: int, version: int, role: int) -> None:
    """Give a member a role. The transaction must have locked the group."""
    await tx.fetch(_UPDATE.format("role_level = $4"), group, user, version, role)


async def set_muted(tx: Transaction, group: int, user: int, version: int, until: int) -> None:
    """Mute a member until a time, in milliseconds since 1970; 0 ends it. The transaction must have locked the group."""
    await tx.fetch(_UPDATE.format("muted_until = $4"), group, user, version, until)


async def touch(tx: Transaction, group: int, user: int, version: int) -> None:
    """Give a member's row a version, as what it shows of the user has changed. The transaction must have locked the
    group."""
    await tx.fetch("update group_members set version = $3 where group_seq = $1 and user_seq = $2", group, user, version)


async def set_texts(
    tx: Transaction, group: int, user: int, version: int, nickname: str | None, face_url: str | None, ex: str | None
) -> None:
    """Set what is not ``None`` of a member. The transaction must have locked the group."""
    texts = (
        "nickname = coalesce(cast($4 as text), nickname), face_url = coalesce(cast($5 as text), face_url),"
        " ex = coalesce(cast($6 as text), ex)"
    )
    await tx.fetch(_UPDATE.format(texts), group, user, version, nickname, face_url, ex)


async def changes(database: Database, group: int, since: int, most: int) -> list[Change[Member]]:
    """Return the changes of a group's members above version ``since``, oldest first: at most ``most``, and either all
    rows of a version or none. Those of one version have the order of lists: clients keep members that came together in
    the order in which they get them."""
    rows = await database.fetch_long(
        f"select {COLUMNS}, {MEMBERS.row_versions} from {_FROM} where {MEMBERS.where_changed}"
        f" order by {MEMBERS.version_of_change}, m.role_level desc, m.joined_at, u.user_id",
        group,
        since,
        most,
    )
    return [MEMBERS.change(member, member.user_id, row, WIDTH) for row in rows for member in [member_of(row)]]


async def characters(tx: Transaction, users: Sequence[int]) -> dict[int, int]:
    """Return how many characters the nicknames and the addresses of the pictures of these users have, by their
    numbers."""
    rows = await tx.fetch(
        "select user_seq, length(nickname) + length(face_url) from users"
        " where user_seq in (select value from EACH_INT($1))",
        list(users),
    )
    return {row[0]: row[1] for row in rows}


async def names(database: Database, group: int, users: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return two names of each of these users who is a member, by its number: the one for this group, which may be
    empty, and its own."""
    rows = await database.fetch_scan(
        "select m.user_seq, m.nickname, u.nickname from group_members as m join users as u on u.user_seq = m.user_seq"
        " where m.group_seq = $1 and m.deleted = 0 and m.user_seq in (select value from EACH_INT($2))",
        group,
        list(users),
    )
    return {row[0]: (row[1], row[2]) for row in rows}
