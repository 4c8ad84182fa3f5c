"""The SQL that reads all groups, their members and the wishes to join them, page by page, and nothing else.

A group whose owner is not in the export is not in it either, nor is what names the group.
"""

from typing import Final

from amity.moving.exporting.cursor import Cursor, Newest
from amity.moving.exporting.store import USER_ID_OR_EMPTY
from amity.moving.models import GroupApplicationRecord, GroupRecord, MemberRecord
from amity.storage import Database

_PAGE: Final = (
    "(select * from {table} where (group_seq, user_seq) > ($1, $2) and group_seq <= $4 and user_seq <= $3 and {which}"
    " and exists (select 1 from chat_groups as g where g.group_seq = {table}.group_seq and g.owner_seq <= $3)"
    " order by group_seq, user_seq limit $5)"
)


async def groups(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[GroupRecord], Cursor]:
    """Return a page of the groups, and the cursor of its last row."""
    rows = await database.fetch_scan(
        "select g.group_seq, g.group_id, g.group_name, g.notification, g.introduction, g.face_url, g.ex, g.created_at,"
        f" {USER_ID_OR_EMPTY.format(number='g.creator_seq')}, {USER_ID_OR_EMPTY.format(number='g.owner_seq')},"
        " g.status, g.need_verification, g.look_member_info, g.apply_member_friend, g.announced_at,"
        f" {USER_ID_OR_EMPTY.format(number='g.announcer_seq')}, g.history_for_new from chat_groups as g"
        " where g.group_seq > $1 and g.group_seq <= $3 and g.owner_seq <= $2 order by g.group_seq limit $4",
        after.first,
        *newest,
        limit,
    )
    records = [
        GroupRecord(
            group_id=row[1],
            group_name=row[2],
            notification=row[3],
            introduction=row[4],
            face_url=row[5],
            ex=row[6],
            create_time=row[7],
            creator_user_id=row[8],
            owner_user_id=row[9],
            status=row[10],
            need_verification=row[11],
            look_member_info=row[12],
            apply_member_friend=row[13],
            notification_update_time=row[14],
            notification_user_id=row[15],
            history_for_new_members=row[16],
        )
        for row in rows
    ]
    return records, Cursor(rows[-1][0]) if rows else after


async def members(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[MemberRecord], Cursor]:
    """Return a page of the members of groups, and the cursor of its last row."""
    rows = await database.fetch_scan(
        "select m.group_seq, m.user_seq, g.group_id, u.user_id, m.role_level, m.joined_at, m.join_source,"
        f" {USER_ID_OR_EMPTY.format(number='m.inviter_seq')}, {USER_ID_OR_EMPTY.format(number='m.operator_seq')},"
        f" m.muted_until, m.nickname, m.face_url, m.ex"
        f" from {_PAGE.format(table='group_members', which='deleted = 0')} as m"
        " join chat_groups as g on g.group_seq = m.group_seq join users as u on u.user_seq = m.user_seq"
        " order by m.group_seq, m.user_seq",
        *after,
        *newest,
        limit,
    )
    records = [
        MemberRecord(
            group_id=row[2],
            user_id=row[3],
            role_level=row[4],
            join_time=row[5],
            join_source=row[6],
            inviter_user_id=row[7],
            operator_user_id=row[8],
            mute_end_time=row[9],
            nickname=row[10],
            face_url=row[11],
            ex=row[12],
        )
        for row in rows
    ]
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after


async def applications(
    database: Database, after: Cursor, newest: Newest, limit: int
) -> tuple[list[GroupApplicationRecord], Cursor]:
    """Return a page of the wishes to join groups, and the cursor of its last row."""
    rows = await database.fetch_scan(
        "select r.group_seq, r.user_seq, g.group_id, u.user_id, r.handle_result, r.req_msg, r.created_at,"
        f" {USER_ID_OR_EMPTY.format(number='r.handler_seq')}, r.handle_msg, r.handled_at, r.join_source,"
        f" {USER_ID_OR_EMPTY.format(number='r.inviter_seq')}, r.ex"
        f" from {_PAGE.format(table='group_requests', which='true')} as r"
        " join chat_groups as g on g.group_seq = r.group_seq join users as u on u.user_seq = r.user_seq"
        " order by r.group_seq, r.user_seq",
        *after,
        *newest,
        limit,
    )
    records = [
        GroupApplicationRecord(
            group_id=row[2],
            user_id=row[3],
            handle_result=row[4],
            req_msg=row[5],
            create_time=row[6],
            handler_user_id=row[7],
            handle_msg=row[8],
            handle_time=row[9],
            join_source=row[10],
            inviter_user_id=row[11],
            ex=row[12],
        )
        for row in rows
    ]
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after
