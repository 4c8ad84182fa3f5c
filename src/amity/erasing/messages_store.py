"""The SQL that finds the messages of a user, and what names it, and nothing else."""

from typing import Final, NamedTuple

from amity.storage import Database, Transaction
from amity.timeline.models import Form

LOOKED_AT: Final = 500
"""Messages of a timeline that one read looks at. There is no index of senders."""


class Timeline(NamedTuple):
    """A timeline in which a user may be named. ``other`` is the number of the other user, or that of the group, and
    ``other_id`` its id. ``is_own``: nobody else reads it, as what a notification account tells the user."""

    timeline: int
    form: Form
    other: int
    other_id: str
    newest: int
    is_own: bool = False


_OWN = "select timeline from conversations where owner_seq = $1 and timeline > $2"
# Who has left a group stays there as a tombstone. If messages that were kept are now to go, the conversations are gone.
_OF_GROUPS = (
    "select t.timeline from group_members as m join timelines as t"
    f" on t.form in ({Form.GROUP:d}, {Form.GROUP_NOTICES:d}) and t.first_seq = m.group_seq and t.second_seq = 0"
    " where m.user_seq = $1 and t.timeline > $2"
)
_ALL = " union all ".join(
    (
        _OWN,
        _OF_GROUPS,
        "select timeline from conversations where peer_seq = $1 and timeline > $2",
        *(
            f"select timeline from timelines where form = {form:d} and first_seq = $1 and timeline > $2"
            for form in (Form.CHAT, Form.ACCOUNT, Form.NOTICES)
        ),
        f"select timeline from timelines where form = {Form.NOTICES:d} and second_seq = $1 and timeline > $2",
    )
)


async def timelines_after(database: Database, user: int, after: int, most: int, *, own_only: bool) -> list[int]:
    """Return the first ``most`` timelines above a number in which a user may be named, in their order. With
    ``own_only`` those alone of conversations that it has."""
    rows = await database.fetch_scan(
        f"select distinct timeline from ({_OWN if own_only else _ALL}) as named order by timeline limit $3",
        user,
        after,
        most,
    )
    return [row[0] for row in rows]


async def timeline(database: Database, user: int, number: int) -> Timeline:
    """Return a timeline by its number, as a user sees it."""
    (row,) = await database.fetch(
        "select t.form, t.first_seq, t.second_seq, t.max_seq, g.group_id, u.user_id, w.user_id from timelines as t"
        f" left join chat_groups as g on t.form in ({Form.GROUP:d}, {Form.GROUP_NOTICES:d})"
        " and g.group_seq = t.first_seq left join users as u on u.user_seq = t.first_seq"
        " left join users as w on w.user_seq = t.second_seq where t.timeline = $1",
        number,
    )
    form = Form(row[0])
    if form in (Form.GROUP, Form.GROUP_NOTICES):
        return Timeline(number, form, row[1], row[4] or "", row[3])
    other, other_id = (row[2], row[6]) if row[1] == user else (row[1], row[5])
    return Timeline(number, form, other, other_id or "", row[3], is_own=other == user or form is Form.ACCOUNT)


class Looked(NamedTuple):
    """What one read of a timeline has found: messages by their numbers, the last number looked at, and whether there
    are more."""

    seqs: list[int]
    last: int
    more: bool


async def found(database: Database, place: Timeline, after: int, user: int, user_id: bytes) -> Looked:
    """Look at the next messages of a timeline above a number, for those that a user has sent or that have its id in
    them; where nobody else is in it, for all."""
    rows = await database.fetch_long(
        "select seq, case when sender_seq = $3 or HAS_BYTES(body, $4) then 1 else 0 end from messages"
        " where timeline = $1 and seq > $2 order by seq limit $5",
        place.timeline,
        after,
        user,
        user_id,
        LOOKED_AT,
    )
    seqs = [row[0] for row in rows if row[1] or place.is_own]
    return Looked(seqs, rows[-1][0] if rows else after, len(rows) == LOOKED_AT)


async def delete_conversations(tx: Transaction, owner: int, most: int) -> int:
    """Delete some rows of a user's conversations, with what it has hidden there; return how many. The transaction must
    have locked the list."""
    rows = await tx.fetch_long(
        "delete from conversations where owner_seq = $1 and timeline in (select timeline from conversations"
        " where owner_seq = $1 order by timeline limit $2) returning timeline",
        owner,
        most,
    )
    await tx.fetch_long(
        "delete from hidden_messages where owner_seq = $1 and timeline in (select value from EACH_INT($2))",
        owner,
        [row[0] for row in rows],
    )
    return len(rows)
