"""How much there is to export: counted by SQL, and nothing else."""

from amity.moving.exporting import chats_store
from amity.moving.exporting.cursor import Newest
from amity.moving.models import Totals
from amity.storage import Database

COUNTED = 20_000
"""Users whose rows one statement counts."""
_COUNTS = (
    "select (select count(*) from users where user_seq > $1 and user_seq <= $2),"
    " (select count(*) from friends where owner_seq > $1 and owner_seq <= $2 and deleted = 0),"
    " (select count(*) from friend_requests where from_seq > $1 and from_seq <= $2),"
    " (select count(*) from blacks where owner_seq > $1 and owner_seq <= $2 and deleted = 0),"
    " (select count(*) from group_members where user_seq > $1 and user_seq <= $2 and deleted = 0),"
    " (select count(*) from group_requests where user_seq > $1 and user_seq <= $2),"
    " (select count(*) from conversations where owner_seq > $1 and owner_seq <= $2 and peer_seq > 0"
    f" and peer_seq <= $3) + (select count(*) from conversations as c where owner_seq > $1 and owner_seq <= $2"
    f" and peer_seq = 0 and {chats_store.OF_MEMBER_OR_FORMER})"
    " + (select count(*) from timelines where form = 11 and second_seq > $1 and second_seq <= $2)"
)


async def newest(database: Database) -> Newest:
    """Return the highest numbers of a user and of a group, 0 where there is none."""
    (row,) = await database.fetch(
        "select coalesce((select max(user_seq) from users), 0), coalesce((select max(group_seq) from chat_groups), 0)"
    )
    return Newest(int(row[0]), int(row[1]))


async def totals(database: Database, newest: Newest) -> Totals:
    """Count all records, ``COUNTED`` users at a time, so that no statement takes long. Records that name a user or a
    group that is too new for the export may be counted, too."""
    counts = [0] * 7
    for after in range(0, newest.user, COUNTED):
        rows = await database.fetch_scan(_COUNTS, after, min(after + COUNTED, newest.user), newest.user)
        counts = [count + int(rows[0][at]) for at, count in enumerate(counts)]
    rows = await database.fetch_scan(
        "select (select count(*) from chat_groups where group_seq <= $1),"
        " (select count(*) from timelines where form = 13 and first_seq <= $1)",
        newest.group,
    )
    return Totals(
        users=counts[0],
        friends=counts[1],
        applications=counts[2],
        blacks=counts[3],
        groups=int(rows[0][0]),
        group_members=counts[4],
        group_applications=counts[5],
        messages=await chats_store.about_how_many(database),
        chats=counts[6] + int(rows[0][1]),
    )
