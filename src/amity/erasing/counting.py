"""The SQL that counts what an erasure would take away, and nothing else."""

from typing import Final

from amity.erasing.models import ErasureCounts
from amity.errors import Code, ImError
from amity.storage import Database

_NOT_COUNTED: Final = -1
_COUNTS = (
    "select (select count(*) from friends where owner_seq = $1 and deleted = 0),"
    " (select count(*) from blacks where owner_seq = $1 and deleted = 0)"
    " + (select count(*) from blacks where black_seq = $1 and deleted = 0),"
    " (select count(*) from friend_requests where from_seq = $1)"
    " + (select count(*) from friend_requests where to_seq = $1)"
    " + (select count(*) from group_requests where user_seq = $1),"
    " (select count(*) from group_members where user_seq = $1 and deleted = 0),"
    " (select count(*) from group_members as m join chat_groups as g on g.group_seq = m.group_seq"
    "   where m.user_seq = $1 and m.deleted = 0 and g.owner_seq = $1),"
    " (select count(*) from conversations where owner_seq = $1)"
)
# What the user has in none of its conversations was sent in its name; that is counted when it is removed.
_MESSAGES = (
    "select count(*) from conversations as c join timelines as t on t.timeline = c.timeline"
    " join messages as m on m.timeline = c.timeline and m.sender_seq = $1 where c.owner_seq = $1"
)


async def count(database: Database, user: int) -> ErasureCounts:
    """Count what a user has, by its number. Raises ``ImError``: 90002."""
    (row,) = await database.fetch_long(_COUNTS, user)
    try:
        messages = int((await database.fetch_scan(_MESSAGES, user))[0][0])
    except ImError as error:
        if error.code != Code.READS_LIMIT:
            raise
        messages = _NOT_COUNTED
    return ErasureCounts(
        friend_count=row[0],
        black_count=row[1],
        request_count=row[2],
        group_count=row[3],
        owned_group_count=row[4],
        message_count=messages,
        conversation_count=row[5],
    )
