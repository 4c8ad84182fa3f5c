"""The SQL of applications: users' wishes to join groups, and nothing else."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from amity.groups.models import GroupRequest
from amity.groups.stored import groups
from amity.groups.stored.groups import Group, group_of
from amity.storage import Database, Row, Transaction
from amity.users.models import PublicUser


class Result(IntEnum):
    """What became of an application. The values are stored, and OpenIM's."""

    WAITING = 0
    AGREED = 1
    REFUSED = -1


class NewRequest(NamedTuple):
    """An application that is made, in the order of the statement. Users by their numbers, ``now`` in milliseconds since
    1970."""

    group: int
    user: int
    now: int
    inviter: int
    source: int
    req_msg: str
    ex: str


class Application(NamedTuple):
    """An application as it is stored; times in milliseconds since 1970. ``inviter`` is 0 where nobody has invited."""

    user: int
    result: int
    created_at: int
    handled_at: int
    source: int
    req_msg: str
    handle_msg: str
    ex: str
    inviter: int
    inviter_id: str
    handler_id: str
    user_id: str
    nickname: str
    face_url: str
    user_ex: str

    @property
    def applicant(self) -> PublicUser:
        """Who wants to join."""
        return PublicUser(user_id=self.user_id, nickname=self.nickname, face_url=self.face_url, ex=self.user_ex)

    def info(self, group: Group, *, to_stranger: bool = False) -> GroupRequest:
        """Return it as on the wire, for a member or a stranger of the group."""
        return GroupRequest(
            user_info=self.applicant,
            group_info=group.info(to_stranger=to_stranger),
            handle_result=self.result,
            req_msg=self.req_msg,
            handle_msg=self.handle_msg,
            req_time=self.created_at,
            handle_user_id=self.handler_id,
            handle_time=self.handled_at,
            ex=self.ex,
            join_source=self.source,
            inviter_user_id=self.inviter_id,
        )


COLUMNS = (
    "r.user_seq, r.handle_result, r.created_at, r.handled_at, r.join_source, r.req_msg, r.handle_msg, r.ex,"
    " r.inviter_seq, coalesce(inviter.user_id, ''), coalesce(handler.user_id, ''), u.user_id, u.nickname, u.face_url,"
    " u.ex"
)
WIDTH = len(Application._fields)
_FROM = (
    "group_requests as r join users as u on u.user_seq = r.user_seq"
    " left join users as inviter on inviter.user_seq = r.inviter_seq"
    " left join users as handler on handler.user_seq = r.handler_seq"
)


def application_of(row: Row) -> Application:
    """Return the application whose ``COLUMNS`` a row begins with."""
    return Application._make([row[at] for at in range(WIDTH)])


async def one(reader: Database | Transaction, group: int, user: int) -> Application | None:
    """Return a user's application to a group, or ``None`` if there is none."""
    rows = await reader.fetch(f"select {COLUMNS} from {_FROM} where r.group_seq = $1 and r.user_seq = $2", group, user)
    return application_of(rows[0]) if rows else None


async def put(tx: Transaction, request: NewRequest) -> None:
    """Store an application that waits, in place of an earlier one. The transaction must have locked the group."""
    await tx.fetch(
        "insert into group_requests (group_seq, user_seq, handle_result, created_at, handled_at, handler_seq,"
        " inviter_seq, join_source, req_msg, handle_msg, ex) values ($1, $2, 0, $3, 0, 0, $4, $5, $6, '', $7)"
        " on conflict (group_seq, user_seq) do update set handle_result = 0, created_at = excluded.created_at,"
        " handled_at = 0, handler_seq = 0, inviter_seq = excluded.inviter_seq, join_source = excluded.join_source,"
        " req_msg = excluded.req_msg, handle_msg = '', ex = excluded.ex",
        *request,
    )


async def answer(
    tx: Transaction, group: int, users: Sequence[int], result: Result, handler: int, message: str, now: int
) -> None:
    """Answer those of these users' applications that wait. The transaction must have locked the group."""
    await tx.fetch(
        "update group_requests set handle_result = $3, handler_seq = $4, handle_msg = $5, handled_at = $6"
        " where group_seq = $1 and handle_result = 0 and user_seq in (select value from EACH_INT($2))",
        group,
        list(users),
        int(result),
        handler,
        message,
        now,
    )


class Listed(NamedTuple):
    """A condition on applications, with its parameters."""

    where: str
    args: Sequence[object]


def of_groups(group_seqs: Sequence[int], results: Sequence[int]) -> Listed:
    """Return the condition of applications to these groups, with one of these results, or any."""
    if len(group_seqs) == 1:  # an index has these in the order of their times
        return _with_results("r.group_seq = $1", [group_seqs[0]], results)
    return _with_results("r.group_seq in (select value from EACH_INT($1))", [list(group_seqs)], results)


def of_users(group: int, users: Sequence[int]) -> Listed:
    """Return the condition of these users' applications to a group."""
    return Listed("r.group_seq = $1 and r.user_seq in (select value from EACH_INT($2))", [group, list(users)])


def of_user(user: int, group_seqs: Sequence[int] | None, results: Sequence[int]) -> Listed:
    """Return the condition of a user's applications, to these groups or any, with one of these results, or any."""
    if group_seqs is None:
        return _with_results("r.user_seq = $1", [user], results)
    where = "r.user_seq = $1 and r.group_seq in (select value from EACH_INT($2))"
    return _with_results(where, [user, list(group_seqs)], results)


def _with_results(where: str, args: Sequence[object], results: Sequence[int]) -> Listed:
    if not results:
        return Listed(where, args)
    if set(results) == {Result.WAITING}:  # those that wait have an index of their own
        return Listed(f"{where} and r.handle_result = {Result.WAITING:d}", args)
    given = f"r.handle_result in (select value from EACH_INT(${len(args) + 1}))"
    return Listed(f"{where} and {given}", [*args, list(results)])


async def count(database: Database, listed: Listed) -> int:
    """Return how many applications there are of a condition."""
    rows = await database.fetch_long(f"select count(*) from group_requests as r where {listed.where}", *listed.args)
    return int(rows[0][0])


async def page(database: Database, listed: Listed, offset: int, limit: int) -> list[tuple[Application, Group]]:
    """Return some applications of a condition, the newest first, and the group of each."""
    at = len(listed.args)
    rows = await database.fetch_long(
        # Very many may fulfil the condition: nothing is looked up of those that are not on the page.
        "with page as materialized (select r.group_seq, r.user_seq from group_requests as r"
        f" where {listed.where} order by r.created_at desc, r.group_seq, r.user_seq limit ${at + 1} offset ${at + 2})"
        f" select {COLUMNS}, {groups.COLUMNS}"
        f" from page cross join {_FROM} cross join chat_groups as g{groups.USERS}"
        " where r.group_seq = page.group_seq and r.user_seq = page.user_seq and g.group_seq = r.group_seq"
        " order by r.created_at desc, r.group_seq, r.user_seq",
        *listed.args,
        limit,
        offset,
    )
    return [(application_of(row), group_of(row, WIDTH)) for row in rows]


async def count_waiting(database: Database, group_seqs: Sequence[int], after: int) -> int:
    """Return how many applications to these groups wait that were made after a time, in milliseconds since 1970."""
    rows = await database.fetch_long(
        "select count(*) from group_requests where handle_result = 0 and created_at > $2"
        " and group_seq in (select value from EACH_INT($1))",
        list(group_seqs),
        after,
    )
    return int(rows[0][0])
