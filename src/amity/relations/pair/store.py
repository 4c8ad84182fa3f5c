"""The SQL of the relation of two users, and nothing else: what friends, requests and blacklists all read."""

from collections.abc import Sequence

from amity.relations.pair.models import Black, FriendRequest, HandleResult, Standing
from amity.storage import Database, Row, Transaction
from amity.users.models import PublicUser

_STANDING = """
    select exists (select 1 from friends where owner_seq = $1 and friend_seq = $2 and deleted = 0),
        exists (select 1 from friends where owner_seq = $2 and friend_seq = $1 and deleted = 0),
        exists (select 1 from blacks where owner_seq = $1 and black_seq = $2 and deleted = 0),
        exists (select 1 from blacks where owner_seq = $2 and black_seq = $1 and deleted = 0),
        (select handle_result from friend_requests where from_seq = $1 and to_seq = $2),
        (select handle_result from friend_requests where from_seq = $2 and to_seq = $1)
"""
REQUEST = """
    a.user_id, a.nickname, a.face_url, b.user_id, b.nickname, b.face_url, r.handle_result, r.req_msg, r.created_at,
    coalesce(handler.user_id, ''), r.handle_msg, r.handled_at, r.ex
"""
REQUEST_FROM = """
    friend_requests as r join users as a on a.user_seq = r.from_seq join users as b on b.user_seq = r.to_seq
    left join users as handler on handler.user_seq = r.handler_seq
"""

ANY_WAITING = """
    (exists (select 1 from friend_requests where from_seq = {user} and handle_result = 0)
    or exists (select 1 from friend_requests where to_seq = {user} and handle_result = 0))
"""
"""Whether any request from or to a user waits. It reads two small indexes."""
BLACK = """
    b.created_at, u.user_id, u.nickname, u.face_url, u.ex, b.add_source, coalesce(operator.user_id, ''), b.ex
"""
BLACK_FROM = """
    blacks as b join users as u on u.user_seq = b.black_seq left join users as operator
    on operator.user_seq = b.operator_seq where b.owner_seq = $1
"""


async def standing(reader: Database | Transaction, first: int, second: int) -> Standing:
    """Return the relation of two users."""
    (row,) = await reader.fetch(_STANDING, first, second)
    return Standing(bool(row[0]), bool(row[1]), bool(row[2]), bool(row[3]), row[4], row[5])


async def answer_waiting(
    tx: Transaction, first: int, second: int, result: HandleResult, handler: int, now: int
) -> None:
    """Answer the waiting requests between two users, in either direction."""
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
    """Agree to the waiting requests between a user and each of ``others``; return applicant and recipient of each."""
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
    """Return a request, which must exist."""
    (row,) = await reader.fetch(
        f"select {REQUEST} from {REQUEST_FROM} where r.from_seq = $1 and r.to_seq = $2", applicant, to
    )
    return request_of(row)


def request_of(row: Row) -> FriendRequest:
    """Make a request from a row with the columns of ``REQUEST``."""
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


async def blocked_of(database: Database, owner: int, owner_id: str, users: Sequence[int]) -> dict[str, Black]:
    """Return an owner's blacklist entries of ``users``, by the ids of the users."""
    rows = await database.fetch_long(
        f"select {BLACK} from {BLACK_FROM} and b.deleted = 0 and b.black_seq in (select value from EACH_INT($2))",
        owner,
        list(users),
    )
    return {row[1]: black_of(owner_id, row) for row in rows}


async def who_blacklisted(reader: Database | Transaction, owner: int, friends: Sequence[int]) -> set[int]:
    """Return those of ``friends`` who have the owner on their blacklist."""
    rows = await reader.fetch(
        "select owner_seq from blacks"
        " where owner_seq in (select value from EACH_INT($1)) and black_seq = $2 and deleted = 0",
        list(friends),
        owner,
    )
    return {row[0] for row in rows}


async def has_blocked(reader: Database | Transaction, owner: int, user: int) -> bool:
    """Return whether an owner has blacklisted a user."""
    rows = await reader.fetch(
        "select 1 from blacks where owner_seq = $1 and black_seq = $2 and deleted = 0", owner, user
    )
    return bool(rows)


def black_of(owner_id: str, row: Row) -> Black:
    """Make an entry from a row that begins with the columns of ``BLACK``."""
    return Black(
        owner_user_id=owner_id,
        create_time=row[0],
        black_user_info=PublicUser(user_id=row[1], nickname=row[2], face_url=row[3], ex=row[4]),
        add_source=row[5],
        operator_user_id=row[6],
        ex=row[7],
    )
