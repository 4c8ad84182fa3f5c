"""The SQL that reads all messages and chats, page by page, and nothing else."""

import base64
from typing import Final

from amity.conversations.store import AT_TYPE
from amity.messages import forms
from amity.messages.taking_back.quotes import masked
from amity.moving.exporting import marks_store
from amity.moving.exporting.cursor import Cursor, Newest
from amity.moving.models import ChatRecord, MessageMarks, MessageRecord
from amity.storage import Database
from amity.timeline.models import PART_MS, Form
from amity.timeline.naming import sent_as
from amity.timeline.quotes import quoted_in
from amity.wire.proto.sdkws_pb2 import MsgData

COUNTED: Final = 100_000
"""Timelines whose messages one statement counts."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Bytes of the messages on a page, unless one alone has more."""
_FORMS: Final = "(1, 3, 4, 11, 13)"
_FORMS_OF_GROUPS: Final = "(3, 13)"
_OF_USERS: Final = "t.form in (1, 4, 11) and t.first_seq <= $3 and t.second_seq <= $3"
_OF_GROUPS: Final = f"t.form in {_FORMS_OF_GROUPS} and g.group_seq <= $4 and g.owner_seq <= $3"
OF_MEMBER_OR_FORMER: Final = (
    "(c.max_seq > 0 or exists (select 1 from timelines as t join group_members as m on m.group_seq = t.first_seq"
    " and m.user_seq = c.owner_seq where t.timeline = c.timeline and m.deleted = 0))"
)
"""The condition on the row ``c`` of a group that its owner is a member, or was one when something was written."""


async def about_how_many(database: Database) -> int:
    """Return how many numbers of messages there are. Those of messages that were removed are counted, too."""
    (row,) = await database.fetch("select coalesce(max(timeline), 0) from timelines")
    count = 0
    for after in range(0, int(row[0]), COUNTED):
        rows = await database.fetch_scan(
            "select coalesce(sum(max_seq - min_seq + 1), 0) from timelines where timeline > $1 and timeline <= $2"
            f" and form in {_FORMS}",
            after,
            after + COUNTED,
        )
        count += int(rows[0][0])
    return count


async def end_of_page(database: Database, after: int, limit: int) -> int:
    """Return the number of the last message of a page in the order of arrival; ``after`` if there is none left."""
    rows = await database.fetch_scan(
        "select message_seq, length(body) from messages where message_seq > $1 order by message_seq limit $2",
        after,
        limit,
    )
    end, size = after, 0
    for row in rows:
        size += row[1]
        if size > MOST_BYTES and end > after:
            break
        end = row[0]
    return end


async def messages(database: Database, after: int, end: int, newest: Newest) -> list[MessageRecord]:
    """Return the messages of a page that name users and groups of the export only."""
    # Before the messages: what is taken back meanwhile has no text, rather than a mark beside the text.
    marks = await marks_store.marks(database, after, end, newest.user)
    rows = await database.fetch_scan(
        "select t.form, coalesce(a.user_id, ''), coalesce(b.user_id, ''), m.seq, s.user_id, m.sent_at, m.once_part,"
        " m.body, m.message_seq, m.once, m.sender_seq, case when m.seq < t.min_seq then 1 else 0 end,"
        " case when exists (select 1 from quotes as q where q.timeline = m.timeline and q.seq = m.seq and (q.is_due = 1"
        "   or exists (select 1 from withdrawn_names as w where w.timeline = q.timeline and w.quoted = q.quoted)))"
        " then 1 else 0 end, coalesce(g.group_id, '')"
        " from messages as m join timelines as t on t.timeline = m.timeline"
        " join users as s on s.user_seq = m.sender_seq"
        f" left join users as a on t.form not in {_FORMS_OF_GROUPS} and a.user_seq = t.first_seq"
        f" left join users as b on t.form not in {_FORMS_OF_GROUPS} and b.user_seq = t.second_seq"
        f" left join chat_groups as g on t.form in {_FORMS_OF_GROUPS} and g.group_seq = t.first_seq"
        " where m.message_seq > $1 and m.message_seq <= $2 and m.sender_seq <= $3"
        f" and (({_OF_USERS}) or ({_OF_GROUPS})) order by m.message_seq",
        after,
        end,
        *newest,
    )
    records = []
    for row in rows:
        message, of = MsgData.FromString(row[7]), marks.get(row[8])
        name = sent_as(row[9], row[10], message, of.asked_id if of else "")
        if row[11]:
            # Nobody sees it. On another server it may get another number than those before which nobody sees anything.
            of = of or MessageMarks()
            of.is_hidden = True
        records.append(
            MessageRecord(
                form=row[0],
                # Not in the order of the users' numbers, which is another one on another server.
                user_id1=min(row[1], row[2]),
                user_id2=max(row[1], row[2]),
                group_id=row[13],
                seq=row[3],
                send_id=row[4],
                send_time=row[5],
                accept_time=row[6] * PART_MS,
                data=base64.b64encode(_body(row[7], message, is_gone=row[11], quotes_gone=row[12])).decode(),
                sent_as=name.value,
                marks=of,
            )
        )
    return records


def _body(body: bytes, message: MsgData, *, is_gone: bool, quotes_gone: bool) -> bytes:
    """Return what is exported of a message: no text that is still to be taken out of the database."""
    if is_gone:
        return body if forms.is_deleted(message) else forms.deleted(message)
    if quotes_gone and quoted_in(message.contentType, message.content) is not None:
        message.content = masked(message.content)
        return message.SerializeToString()
    return body


async def chats(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[ChatRecord], Cursor, bool]:
    """Return a page of the conversations with users and groups of the export, the cursor of its last row, and whether
    it is the last page. Who has left a group before anything was written has nothing of it, and no record."""
    rows = await database.fetch_scan(
        "select c.owner_seq, c.timeline, o.user_id, coalesce(p.user_id, ''), c.deleted, c.recv_msg_opt, c.is_pinned,"
        f" c.is_private_chat, c.burn_duration, {AT_TYPE}, c.is_msg_destruct, c.msg_destruct_time,"
        " c.latest_msg_destruct_time, c.attached_info, c.ex, c.min_seq, c.max_seq, c.came_seq, c.read_seq, t.min_seq,"
        " t.max_seq, t.last_at, t.form, coalesce(g.group_id, ''),"
        f" case when c.peer_seq > 0 or g.group_seq <= $4 and g.owner_seq <= $3 and {OF_MEMBER_OR_FORMER}"
        " then 1 else 0 end from (select * from conversations where (owner_seq, timeline) > ($1, $2)"
        "   and owner_seq <= $3 and peer_seq <= $3 order by owner_seq, timeline limit $5) as c"
        " join users as o on o.user_seq = c.owner_seq join timelines as t on t.timeline = c.timeline"
        " left join users as p on p.user_seq = c.peer_seq"
        " left join chat_groups as g on c.peer_seq = 0 and g.group_seq = t.first_seq"
        " order by c.owner_seq, c.timeline",
        *after,
        *newest,
        limit,
    )
    records = [
        ChatRecord(
            form=row[22],
            owner_user_id=row[2],
            user_id=row[3],
            group_id=row[23],
            deleted=bool(row[4]),
            recv_msg_opt=row[5],
            is_pinned=bool(row[6]),
            is_private_chat=bool(row[7]),
            burn_duration=row[8],
            group_at_type=row[9],
            is_msg_destruct=bool(row[10]),
            msg_destruct_time=row[11],
            latest_msg_destruct_time=row[12],
            attached_info=row[13],
            ex=row[14],
            min_seq=row[15],
            max_seq=row[16],
            came_seq=row[17],
            has_read_seq=row[18],
            oldest_seq=row[19],
            newest_seq=row[20],
            newest_time=row[21],
        )
        for row in rows
        if row[24]
    ]
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after, len(rows) < limit


async def notices(database: Database, after: Cursor, newest: Newest, limit: int) -> tuple[list[ChatRecord], Cursor]:
    """Return a page of the ends of the stored notifications of users up to number ``newest``, and the cursor of its
    last row. Some or all of these may be deleted, and clients count on from the numbers that they had."""
    rows = await database.fetch_scan(
        "select t.second_seq, t.first_seq, coalesce(a.user_id, ''), b.user_id, t.min_seq, t.max_seq, t.last_at"
        f" from (select * from timelines where form = {Form.NOTICES:d} and (second_seq, first_seq) > ($1, $2)"
        "   and second_seq <= $3 order by second_seq, first_seq limit $4) as t"
        " join users as b on b.user_seq = t.second_seq left join users as a on a.user_seq = t.first_seq"
        " order by t.second_seq, t.first_seq",
        *after,
        newest.user,
        limit,
    )
    records = [
        ChatRecord(
            form=11,
            # Not in the order of the users' numbers, which is another one on another server.
            owner_user_id=min(row[2], row[3]) or row[3],
            user_id=max(row[2], row[3]) if row[2] else "",
            oldest_seq=row[4],
            newest_seq=row[5],
            newest_time=row[6],
        )
        for row in rows
    ]
    return records, Cursor(rows[-1][0], rows[-1][1]) if rows else after


async def group_notices(
    database: Database, after: Cursor, newest: Newest, limit: int
) -> tuple[list[ChatRecord], Cursor]:
    """Return a page of the ends of the stored notifications of groups, and the cursor of its last row."""
    rows = await database.fetch_scan(
        "select g.group_seq, g.group_id, t.min_seq, t.max_seq, t.last_at from timelines as t"
        f" join chat_groups as g on g.group_seq = t.first_seq where t.form = {Form.GROUP_NOTICES:d}"
        " and t.first_seq > $1 and t.first_seq <= $3 and g.owner_seq <= $2 order by t.first_seq limit $4",
        after.first,
        *newest,
        limit,
    )
    records = [
        ChatRecord(form=13, group_id=row[1], oldest_seq=row[2], newest_seq=row[3], newest_time=row[4]) for row in rows
    ]
    return records, Cursor(rows[-1][0]) if rows else after
