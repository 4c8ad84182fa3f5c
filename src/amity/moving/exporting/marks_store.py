"""The SQL that reads what became of messages, and nothing else."""

from collections import defaultdict
from typing import Final

from amity.errors import Code, ImError
from amity.moving.models import MessageMarks
from amity.storage import Database
from amity.timeline.taking_back import EVERYBODY, REVOKED

MOST_HIDDEN: Final = 200_000
"""Users, each with a message of a group, of whom a page says that they have hidden it."""
_PAGE = "m.message_seq > $1 and m.message_seq <= $2"
# The owners are named, so that each message is looked up in the index and a chat's other hidden messages are not read.
# A "cross join" keeps SQLite at this order: it would begin with all timelines.
_HIDDEN = (
    "select m.message_seq, h.owner_seq, coalesce(u.user_id, '') from messages as m"
    " cross join timelines as t cross join hidden_messages as h left join users as u on u.user_seq = h.owner_seq"
    f" where {_PAGE} and t.timeline = m.timeline and t.form in (1, 4, 11) and h.timeline = m.timeline"
    f" and h.owner_seq in ({EVERYBODY}, {REVOKED}, t.first_seq, t.second_seq) and h.seq = m.seq"
)
# A group's members are too many to name, so that each of its hidden messages between the ends of the page is read.
_HIDDEN_IN_GROUPS = (
    "select m.message_seq, h.owner_seq, coalesce(u.user_id, '') from (select m.timeline, min(m.seq) as low,"
    " max(m.seq) as high from messages as m join timelines as t on t.timeline = m.timeline"
    f" where {_PAGE} and t.form in (3, 13) group by m.timeline) as page"
    " cross join hidden_messages as h cross join messages as m left join users as u on u.user_seq = h.owner_seq"
    " where h.timeline = page.timeline and h.seq between page.low and page.high and h.owner_seq <= $3"
    f" and m.timeline = h.timeline and m.seq = h.seq and {_PAGE} limit $4"
)
_PRIVATE = (
    "select m.message_seq, p.burn_seconds, p.due_at from messages as m"
    f" join private_messages as p on p.timeline = m.timeline and p.seq = m.seq where {_PAGE}"
)
_REROUTED = (
    "select m.message_seq, u.user_id from messages as m"
    " join rerouted_messages as r on r.timeline = m.timeline and r.seq = m.seq"
    f" join users as u on u.user_seq = r.asked_seq where {_PAGE} and r.asked_seq <= $3"
)


async def marks(database: Database, after: int, end: int, newest: int) -> dict[int, MessageMarks]:
    """Return what became of the messages of a page, by their numbers in the order of arrival. It names users up to
    number ``newest`` only. Raises ``ImError``, ``ARGS`` (1001), for a page that is too large for an answer."""
    found: defaultdict[int, MessageMarks] = defaultdict(MessageMarks)
    of_groups = await database.fetch_scan(_HIDDEN_IN_GROUPS, after, end, newest, MOST_HIDDEN + 1)
    if len(of_groups) > MOST_HIDDEN:
        raise ImError(Code.ARGS, f"members of groups have hidden more than {MOST_HIDDEN} messages of the page")
    for row in (*await database.fetch_scan(_HIDDEN, after, end), *of_groups):
        if row[1] == EVERYBODY:
            found[row[0]].is_hidden = True
        elif row[1] == REVOKED:
            found[row[0]].is_revoked = True
        else:
            found[row[0]].hidden_from.append(row[2])
    for row in await database.fetch_scan(_PRIVATE, after, end):
        found[row[0]].burn_seconds = row[1]
        found[row[0]].burn_at = row[2]
    for row in await database.fetch_scan(_REROUTED, after, end, newest):
        found[row[0]].asked_id = row[1]
    for each in found.values():
        # Not in the order of the users' numbers, which is another one on another server.
        each.hidden_from.sort()
    return dict(found)
