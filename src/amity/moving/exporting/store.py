"""The SQL that reads everything, page by page, and nothing else. Pages follow the primary keys, so changes of other
rows neither skip nor repeat rows that are still to be read."""

from amity.moving.exporting.cursor import Cursor, Newest
from amity.moving.models import ApplicationRecord, BlackRecord, FriendRecord, UserRecord
from amity.storage import Database

USER_ID_OR_EMPTY = "coalesce((select user_id from users where user_seq = {number}), '')"


async def users(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[UserRecord], Cursor]:
    """Return a page of the users up to number ``newest``, and the cursor of its last row."""
    rows = await database.fetch_scan(
        "select user_seq, user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt"
        " from users where user_seq > $1 and user_seq <= $2 order by user_seq limit $3",
        after.first,
        newest.user,
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
    return records, Cursor(rows[-1][0]) if rows else after


async def friends(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[FriendRecord], Cursor]:
    """Return a page of the friends that name users up to number ``newest`` only, and the cursor of its last row."""
    rows = await database.fetch_scan(
        "select f.owner_seq, f.friend_seq, o.user_id, u.user_id, f.remark, f.created_at, f.add_source,"
        f" {USER_ID_OR_EMPTY.format(number='f.operator_seq')}, f.ex, f.is_pinned"
        " from (select * from friends where (owner_seq, friend_seq) > ($1, $2) and owner_seq <= $3"
        "   and friend_seq <= $3 and deleted = 0 order by owner_seq, friend_seq limit $4) as f"
        " join users as o on o.user_seq = f.owner_seq join users as u on u.user_seq = f.friend_seq"
        " order by f.owner_seq, f.friend_seq",
        *after,
        newest.user,
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
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after


async def applications(
    database: Database, after: Cursor, newest: Newest, limit: int
) -> tuple[list[ApplicationRecord], Cursor]:
    """Return a page of the friend requests that name users up to number ``newest`` only, and the cursor of its last
    row."""
    rows = await database.fetch_scan(
        "select r.from_seq, r.to_seq, a.user_id, b.user_id, r.handle_result, r.req_msg, r.created_at,"
        f" {USER_ID_OR_EMPTY.format(number='r.handler_seq')}, r.handle_msg, r.handled_at, r.ex"
        " from (select * from friend_requests where (from_seq, to_seq) > ($1, $2) and from_seq <= $3"
        "   and to_seq <= $3 order by from_seq, to_seq limit $4) as r"
        " join users as a on a.user_seq = r.from_seq join users as b on b.user_seq = r.to_seq"
        " order by r.from_seq, r.to_seq",
        *after,
        newest.user,
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
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after


async def blacks(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[BlackRecord], Cursor]:
    """Return a page of the blacklist entries that name users up to number ``newest`` only, and the cursor of its last
    row."""
    rows = await database.fetch_scan(
        "select b.owner_seq, b.black_seq, o.user_id, u.user_id, b.created_at, b.add_source,"
        f" {USER_ID_OR_EMPTY.format(number='b.operator_seq')}, b.ex"
        " from (select * from blacks where (owner_seq, black_seq) > ($1, $2) and owner_seq <= $3"
        "   and black_seq <= $3 and deleted = 0 order by owner_seq, black_seq limit $4) as b"
        " join users as o on o.user_seq = b.owner_seq join users as u on u.user_seq = b.black_seq"
        " order by b.owner_seq, b.black_seq",
        *after,
        newest.user,
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
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after
