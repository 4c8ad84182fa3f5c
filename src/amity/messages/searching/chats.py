"""The SQL that reads one chat, or says how much chats have, and nothing else."""

from typing import NamedTuple

from amity.messages.searching.store import Wanted
from amity.storage import Database
from amity.timeline.models import Place


class Chat(NamedTuple):
    """A timeline's number, and the numbers of the oldest message that everybody may still see and of the newest."""

    timeline: int
    oldest: int
    newest: int


async def total_in_chats(database: Database, wanted: Wanted) -> int:
    """Return how many messages the chats have of a sender or a receiver who is named, whoever wrote them."""
    rows = await database.fetch_long(
        "select coalesce(sum(t.max_seq - t.min_seq + 1), 0) from conversations as c join timelines as t"
        f" on t.timeline = c.timeline where c.owner_seq = $1 and +t.form in {wanted.in_forms} and t.last_at >= $2",
        wanted.sender or wanted.receiver,
        wanted.since,
    )
    return int(rows[0][0])


async def chat_at(database: Database, place: Place) -> Chat | None:
    """Return the timeline of a place, if there is one."""
    rows = await database.fetch(
        "select timeline, min_seq, max_seq from timelines where form = $1 and first_seq = $2 and second_seq = $3",
        int(place.form),
        place.first,
        place.second,
    )
    return Chat(*rows[0]) if rows else None


async def number_from(database: Database, chat: Chat, seq: int) -> int:
    """Return the number of arrival of the first message of a chat from one of its numbers on, 0 if there is none."""
    rows = await database.fetch(
        "select message_seq from messages where timeline = $1 and seq >= $2 order by seq limit 1", chat.timeline, seq
    )
    return int(rows[0][0]) if rows else 0


async def newest_in(
    database: Database, chat: Chat, wanted: Wanted, low: int, high: int, limit: int
) -> list[tuple[int, int]]:
    """Return the numbers of arrival and in the chat of a chat's messages with numbers there from ``low`` to below
    ``high``, the newest first. Raises ``ImError``, ``READS_LIMIT`` (1355), if that takes too long."""
    by_whom = " and sender_seq = $7" if wanted.sender else ""
    rows = await database.fetch_scan(
        "select message_seq, seq from messages where timeline = $1 and seq >= $2 and seq < $3"
        f" and sent_at >= $4 and sent_at < $5{by_whom} order by seq desc limit $6",
        *(chat.timeline, low, high, wanted.since, wanted.until, limit),
        *([wanted.sender] if wanted.sender else []),
    )
    return [(row[0], row[1]) for row in rows]
