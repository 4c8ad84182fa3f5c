"""The SQL of friend requests, and nothing else."""

from collections.abc import Sequence

from amity.relations.pair.models import FriendRequest, HandleResult
from amity.relations.pair.store import REQUEST, REQUEST_FROM, request_of
from amity.storage import Database, Transaction


async def put(
    tx: Transaction, applicant: int, to: int, result: HandleResult, handler: int, req_msg: str, ex: str, now: int
) -> None:
    """Store a request that waits or is answered already. It replaces an earlier one of the same users."""
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
    """Store the answer to a request."""
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


async def between(database: Database, first: int, second: int) -> list[FriendRequest]:
    """Return the requests between two users. The one from ``first`` to ``second`` comes first."""
    rows = await database.fetch(
        f"select {REQUEST} from {REQUEST_FROM}"
        " where (r.from_seq = $1 and r.to_seq = $2) or (r.from_seq = $2 and r.to_seq = $1)"
        " order by r.from_seq <> $1",
        first,
        second,
    )
    return [request_of(row) for row in rows]


async def page_to(
    database: Database, user: int, results: Sequence[int], offset: int, limit: int
) -> tuple[int, list[FriendRequest]]:
    """Return the number of requests to a user that have one of these results, and one page of them, newest first."""
    return await _page(database, "to_seq", "from_seq", user, results, offset, limit)


async def page_from(
    database: Database, user: int, results: Sequence[int], offset: int, limit: int
) -> tuple[int, list[FriendRequest]]:
    """Return the number of a user's own requests that have one of these results, and one page of them, newest first."""
    return await _page(database, "from_seq", "to_seq", user, results, offset, limit)


async def count_waiting(database: Database, user: int, since: int) -> int:
    """Return the number of waiting requests to a user that were made after ``since``, in milliseconds since 1970."""
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
        f"select {REQUEST} from {REQUEST_FROM} where {matching}"
        f" order by r.created_at desc, r.{other} desc limit $3 offset $4",
        user,
        list(results),
        limit,
        offset,
    )
    return total[0][0], [request_of(row) for row in rows]
