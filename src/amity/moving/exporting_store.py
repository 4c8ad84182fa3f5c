"""The SQL that reads everything, page by page, and nothing else. Pages go by the primary keys: what changes elsewhere
neither shifts nor repeats what is still to be read."""

from typing import NamedTuple

from amity.moving.models import ApplicationRecord, BlackRecord, FriendRecord, Totals, UserRecord
from amity.storage import Database

COUNTED = 20_000
"""Users whose rows are counted at a time."""
NOBODY = "coalesce((select user_id from users where user_seq = {number}), '')"


class Place(NamedTuple):
    """Behind which row a page begins: the columns of its primary key, the second 0 for a user."""

    first: int = 0
    second: int = 0


async def newest_user(database: Database) -> int:
    """Return the highest number of a user, 0 where there is none."""
    rows = await database.fetch("select coalesce(max(user_seq), 0) from users")
    return int(rows[0][0])


async def totals(database: Database, newest: int) -> Totals:
    """Count everything of users up to the number ``newest``, so many users at a time that no count takes long."""
    counts = [0, 0, 0, 0]
    for behind in range(0, newest, COUNTED):
        rows = await database.fetch_scan(
            "select (select count(*) from users where user_seq > $1 and user_seq <= $2),"
            " (select count(*) from friends where owner_seq > $1 and owner_seq <= $2 and deleted = 0),"
            " (select count(*) from friend_requests where from_seq > $1 and from_seq <= $2),"
            " (select count(*) from blacks where owner_seq > $1 and owner_seq <= $2 and deleted = 0)",
            behind,
            min(behind + COUNTED, newest),
        )
        counts = [count + int(rows[0][at]) for at, count in enumerate(counts)]
    return Totals(users=counts[0], friends=counts[1], applications=counts[2], blacks=counts[3])


async def users(database: Database, after: Place, newest: int, limit: int) -> tuple[list[UserRecord], Place]:
    """Return a page of the users up to the number ``newest``, and its last place."""
    rows = await database.fetch_scan(
        "select user_seq, user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt"
        " from users where user_seq > $1 and user_seq <= $2 order by user_seq limit $3",
        after.first,
        newest,
        limit,
    )
    records = [
        UserRecord(
            user_id=row[1],
            nickname=row[2],
            face_url=row[3],
            ex=row[4],
            create_time=row[5],
            app_manger_level=row[6],
            global_recv_msg_opt=row[7],
        )
        for row in rows
    ]
    return records, Place(rows[-1][0]) if rows else after


async def friends(database: Database, after: Place, newest: int, limit: int) -> tuple[list[FriendRecord], Place]:
    """Return a page of friends, and its last place: of users up to the number ``newest`` only."""
    rows = await database.fetch_scan(
        "select f.owner_seq, f.friend_seq, o.user_id, u.user_id, f.remark, f.created_at, f.add_source,"
        f" {NOBODY.format(number='f.operator_seq')}, f.ex, f.is_pinned"
        " from (select * from friends where (owner_seq, friend_seq) > ($1, $2) and owner_seq <= $3"
        "   and friend_seq <= $3 and deleted = 0 order by owner_seq, friend_seq limit $4) as f"
        " join users as o on o.user_seq = f.owner_seq join users as u on u.user_seq = f.friend_seq"
        " order by f.owner_seq, f.friend_seq",
        *after,
        newest,
        limit,
    )
    records = [
        FriendRecord(
            owner_user_id=row[2],
            friend_user_id=row[3],
            remark=row[4],
            create_time=row[5],
            add_source=row[6],
            operator_user_id=row[7],
            ex=row[8],
            is_pinned=bool(row[9]),
        )
        for row in rows
    ]
    return records, Place(rows[-1][0], rows[-1][1]) if rows else after


async def applications(
    database: Database, after: Place, newest: int, limit: int
) -> tuple[list[ApplicationRecord], Place]:
    """Return a page of friend requests, and its last place: of users up to the number ``newest`` only."""
    rows = await database.fetch_scan(
        "select r.from_seq, r.to_seq, a.user_id, b.user_id, r.handle_result, r.req_msg, r.created_at,"
        f" {NOBODY.format(number='r.handler_seq')}, r.handle_msg, r.handled_at, r.ex"
        " from (select * from friend_requests where (from_seq, to_seq) > ($1, $2) and from_seq <= $3"
        "   and to_seq <= $3 order by from_seq, to_seq limit $4) as r"
        " join users as a on a.user_seq = r.from_seq join users as b on b.user_seq = r.to_seq"
        " order by r.from_seq, r.to_seq",
        *after,
        newest,
        limit,
    )
    records = [
        ApplicationRecord(
            from_user_id=row[2],
            to_user_id=row[3],
            handle_result=row[4],
            req_msg=row[5],
            create_time=row[6],
            handler_user_id=row[7],
            handle_msg=row[8],
            handle_time=row[9],
            ex=row[10],
        )
        for row in rows
    ]
    return records, Place(rows[-1][0], rows[-1][1]) if rows else after


async def blacks(database: Database, after: Place, newest: int, limit: int) -> tuple[list[BlackRecord], Place]:
    """Return a page of blacklists, and its last place: of users up to the number ``newest`` only."""
    rows = await database.fetch_scan(
        "select b.owner_seq, b.black_seq, o.user_id, u.user_id, b.created_at, b.add_source,"
        f" {NOBODY.format(number='b.operator_seq')}, b.ex"
        " from (select * from blacks where (owner_seq, black_seq) > ($1, $2) and owner_seq <= $3"
        "   and black_seq <= $3 and deleted = 0 order by owner_seq, black_seq limit $4) as b"
        " join users as o on o.user_seq = b.owner_seq join users as u on u.user_seq = b.black_seq"
        " order by b.owner_seq, b.black_seq",
        *after,
        newest,
        limit,
    )
    records = [
        BlackRecord(
            owner_user_id=row[2],
            black_user_id=row[3],
            create_time=row[4],
            add_source=row[5],
            operator_user_id=row[6],
            ex=row[7],
        )
        for row in rows
    ]
    return records, Place(rows[-1][0], rows[-1][1]) if rows else after
