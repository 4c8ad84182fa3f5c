"""The dead letters of a user: events about it, of its chats, and of what it wrote in groups. They have its texts."""

from typing import Final

import msgspec

from amity.storage import LARGE, Database
from amity.wire.conversation_ids import peers_in

PART: Final = 500
"""Events that are looked at by one statement."""


async def delete(database: Database, user_id: str) -> None:
    """Delete them. Events that still wait are delivered. Raises ``ImError``, ``DATABASE`` (90002); to do it again does
    no harm."""
    # As the server's encoder writes it. In a text within the JSON each quote has a backslash before it.
    written = '"sendID":' + msgspec.json.encode(user_id).decode()
    last = 0
    while (end := await _end_of_part(database, last)) is not None:
        await _delete_part(database, user_id, written, last, end)
        last = end


async def _end_of_part(database: Database, last: int) -> int | None:
    """Return the number of the last event of the part behind one; ``None`` if there is none."""
    # The sign keeps SQLite from sorting all of them by the index of owners.
    part = "select event_seq from outbox where +state = 1 and event_seq > $1 order by event_seq limit $2"
    rows = await database.fetch_long(f"select max(event_seq) from ({part}) as part", last, PART)
    end: int | None = rows[0][0]
    return end


async def _delete_part(database: Database, user_id: str, written: str, last: int, end: int) -> None:
    # Both heed the case of letters.
    find = "instr" if database.dialect == "sqlite" else "strpos"
    rows = await database.fetch_long(
        f"select event_seq, owner, {find}(body, $4) from outbox where +state = 1 and event_seq > $1 and event_seq <= $2"
        f" and ({find}(owner, $3) > 0 or {find}(body, $4) > 0)",
        *(last, end, user_id, written),
    )
    seqs = [row[0] for row in rows if row[2] or row[1] == user_id or peers_in(row[1], user_id)]
    if seqs:
        gone = "delete from outbox where state = 1 and event_seq in (select value from EACH_INT($1))"
        await database.write(lambda tx: tx.fetch(gone, seqs), rows=LARGE)
