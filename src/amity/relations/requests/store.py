"""The SQL of friend requests, and nothing else."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from amity.relations.requests.models import FriendRequest
from amity.storage import Database, Row, Transaction


class HandleResult(IntEnum):
    """What became of a request, as on the wire."""

    REFUSED = -1
    WAITING = 0
    AGREED = 1


class Standing(NamedTuple):
    """What two users are to each other. ``first`` and ``second`` are the two in the order they were asked about;
    ``applied`` is the state of first's request to second, ``asked`` of second's to first, ``None`` where there is
    none."""

    first_has_second: bool
    second_has_first: bool
    first_blocks_second: bool
    second_blocks_first: bool
    applied: int | None
    asked: int | None


_STANDING = """
    select exists (select 1 from friends where owner_seq = $1 and friend_seq = $2 and deleted = 0),
        exists (select 1 from friends where owner_seq = $2 and friend_seq = $1 and deleted = 0),
        exists (select 1 from blacks where owner_seq = $1 and black_seq = $2 and deleted = 0),
        exists (select 1 from blacks where owner_seq = $2 and black_seq = $1 and deleted = 0),
        (select handle_result from friend_requests where from_seq = $1 and to_seq = $2),
        (select handle_result from friend_requests where from_seq = $2 and to_seq = $1)
"""
_REQUEST = """
    a.user_id, a.nickname, a.face_url, b.user_id, b.nickname, b.face_url, r.handle_result, r.req_msg, r.created_at,
    coalesce(handler.user_id, ''), r.handle_msg, r.handled_at, r.ex
"""
_FROM = """
    friend_requests as r join users as a on a.user_seq = r.from_seq join users as b on b.user_seq = r.to_seq
    left join users as handler on handler.user_seq = r.handler_seq
"""

ANY_WAITS = """
    (exists (select 1 from friend_requests where from_seq = {user} and handle_result = 0)
    or exists (select 1 from friend_requests where to_seq = {user} and handle_result = 0))
"""
"""Whether any request from or to a user waits: a look into two small indexes."""


async def standing(reader: Database | Transaction, first: int, second: int) -> Standing:
    """Return what two users are to each other."""
    (row,) = await reader.fetch(_STANDING, first, second)
    return Standing(bool(row[0]), bool(row[1]), bool(row[2]), bool(row[3]), row[4], row[5])


async def put(
    tx: Transaction, applicant: int, to: int, result: HandleResult, handler: int, req_msg: str, ex: str, now: int
) -> None:
    """Store a request, new or anew: one that waits, or that is answered as it is made."""
    await tx.fetch(
        "insert into friend_requests"
        " (from_seq, to_seq, handle_result, handler_seq, req_msg, ex, created_at, handled_at, handle_msg)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, '')"
        " on conflict (from_seq, to_seq) do update set handle_result = excluded.handle_result,"
        " handler_seq = excluded.handler_seq, req_msg = excluded.req_msg, ex = excluded.ex,"
        " created_at = excluded.created_at, handled_at = excluded.handled_at, handle_msg = ''",
        applicant,
        to,
        int(result),
        handler,
        req_msg,
        ex,
        now,
        0 if result == HandleResult.WAITING else now,
    )


async def answer(
    tx: Transaction, applicant: int, to: int, result: HandleResult, handler: int, handle_msg: str, now: int
) -> None:
    """Store what was said to a request."""
    await tx.fetch(
        "update friend_requests set handle_result = $3, handler_seq = $4, handle_msg = $5, handled_at = $6"
        " where from_seq = $1 and to_seq = $2",
        applicant,
        to,
        int(result),
        handler,
        handle_msg,
        now,
    )


async def settle(tx: Transaction, first: int, second: int, result: HandleResult, handler: int, now: int) -> None:
    """Answer what waits between two users, in either direction."""
    await tx.fetch(
        "update friend_requests set handle_result = $3, handler_seq = $4, handled_at = $5"
        " where handle_result = 0 and ((from_seq = $1 and to_seq = $2) or (from_seq = $2 and to_seq = $1))",
        first,
        second,
        int(result),
        handler,
        now,
    )


async def agree_all(tx: Transaction, user: int, others: Sequence[int], handler: int, now: int) -> list[tuple[int, int]]:
    """Agree to what waits between a user and each of ``others``; return from whom to whom."""
    rows = await tx.fetch(
        "update friend_requests set handle_result = 1, handler_seq = $3, handled_at = $4 where handle_result = 0"
        " and ((from_seq = $1 and to_seq in (select value from EACH_INT($2)))"
        "   or (to_seq = $1 and from_seq in (select value from EACH_INT($2)))) returning from_seq, to_seq",
        user,
        list(others),
        handler,
        now,
    )
    return [(row[0], row[1]) for row in rows]


async def request(reader: Database | Transaction, applicant: int, to: int) -> FriendRequest:
    """Return a request that exists."""
    (row,) = await reader.fetch(
        f"select {_REQUEST} from {_FROM} where r.from_seq = $1 and r.to_seq = $2", applicant, to
    )
    return _request(row)


async def between(database: Database, first: int, second: int) -> list[FriendRequest]:
    """Return the requests between two users, first's to second first."""
    rows = await database.fetch(
        f"select {_REQUEST} from {_FROM}"
        " where (r.from_seq = $1 and r.to_seq = $2) or (r.from_seq = $2 and r.to_seq = $1)"
        " order by r.from_seq <> $1",
        first,
        second,
    )
    return [_request(row) for row in rows]


async def page_to(
    database: Database, user: int, results: Sequence[int], offset: int, limit: int
) -> tuple[int, list[FriendRequest]]:
    """Return how many requests to a user have one of these results, and one page of them, the newest first."""
    return await _page(database, "to_seq", "from_seq", user, results, offset, limit)


async def page_from(
    database: Database, user: int, results: Sequence[int], offset: int, limit: int
) -> tuple[int, list[FriendRequest]]:
    """Return how many requests of a user have one of these results, and one page of them, the newest first."""
    return await _page(database, "from_seq", "to_seq", user, results, offset, limit)


async def count_waiting(database: Database, user: int, since: int) -> int:
    """Return how many requests to a user wait that came after a time, in milliseconds since 1970."""
    rows = await database.fetch_long(
        "select count(*) from friend_requests where to_seq = $1 and handle_result = 0 and created_at > $2", user, since
    )
    return int(rows[0][0])


async def _page(
    database: Database, side: str, other: str, user: int, results: Sequence[int], offset: int, limit: int
) -> tuple[int, list[FriendRequest]]:
    matching = f"r.{side} = $1 and r.handle_result in (select value from EACH_INT($2))"
    total = await database.fetch_long(
        f"select count(*) from friend_requests as r where {matching}", user, list(results)
    )
    rows = await database.fetch_long(
        f"select {_REQUEST} from {_FROM} where {matching}"
        f" order by r.created_at desc, r.{other} desc limit $3 offset $4",
        user,
        list(results),
        limit,
        offset,
    )
    return total[0][0], [_request(row) for row in rows]


def _request(row: Row) -> FriendRequest:
    return FriendRequest(
        from_user_id=row[0],
        from_nickname=row[1],
        from_face_url=row[2],
        to_user_id=row[3],
        to_nickname=row[4],
        to_face_url=row[5],
        handle_result=row[6],
        req_msg=row[7],
        create_time=row[8],
        handler_user_id=row[9],
        handle_msg=row[10],
        handle_time=row[11],
        ex=row[12],
    )
