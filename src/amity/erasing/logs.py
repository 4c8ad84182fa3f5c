"""What the logs of callbacks and of imports have of a user, taken out of them.

Each has ten thousand entries at most, some of which have bodies of some KiB. They are read in parts outside of any
transaction, and only those that name the user are written.
"""

from collections import defaultdict
from typing import Final, NamedTuple

from amity.erasing.naming import Naming
from amity.storage import LARGE, Database, Row, Transaction
from amity.wire.conversation_ids import peers_in

PART: Final = 50
"""Entries that are read at once, of which those that name the user are written in one transaction."""


class _Log(NamedTuple):
    """A table with its columns: ids of users, of which the first is whom an entry is about, or the conversation; a text
    for people; and JSON, of which nothing is left where any of it names the user."""

    table: str
    ids: tuple[str, ...]
    words: str
    bodies: tuple[str, ...]


_LOGS: Final = (
    _Log("callback_log", ("owner",), "reason", ("request", "answer")),
    _Log("import_log", ("owner", "caller"), "reason", ()),
)


async def clear(database: Database, user_id: str) -> None:
    """Take a user out of the logs. Raises ``ImError``, ``DATABASE`` (90002); to do it again does no harm."""
    naming = Naming(user_id)
    for log in _LOGS:
        last = 0
        while (end := await _end_of_part(database, log, last)) is not None:
            await _clear_part(database, log, user_id, naming, last, end)
            last = end


async def _end_of_part(database: Database, log: _Log, last: int) -> int | None:
    """Return the number of the last entry of the part behind one; ``None`` if there is none."""
    part = f"select log_seq from {log.table} where log_seq > $1 order by log_seq limit $2"
    rows = await database.fetch_long(f"select max(log_seq) from ({part}) as part", last, PART)
    end: int | None = rows[0][0]
    return end


async def _clear_part(database: Database, log: _Log, user_id: str, naming: Naming, last: int, end: int) -> None:
    # Both heed the case of letters.
    find = "instr" if database.dialect == "sqlite" else "strpos"
    conditions = [f"{find}({column}, $3) > 0" for column in (*log.ids, log.words)]
    conditions += [f"{find}({column}, ${place}) > 0" for column in log.bodies for place in (4, 5)]
    rows = await database.fetch_long(
        f"select log_seq, {', '.join((*log.ids, log.words, *log.bodies))} from {log.table}"
        f" where log_seq > $1 and log_seq <= $2 and ({' or '.join(conditions)})",
        *(last, end, user_id, *(naming.beginnings if log.bodies else ())),
    )
    emptied = defaultdict[tuple[str, ...], list[int]](list)
    for row in rows:
        if columns := _naming_columns(log, row, user_id, naming):
            emptied[columns].append(row[0])
    if not emptied:
        return

    async def work(tx: Transaction) -> None:
        for columns, seqs in emptied.items():
            sets = ", ".join(f"{column} = ''" for column in columns)
            await tx.fetch(
                f"update {log.table} set {sets} where log_seq in (select value from EACH_INT($1))", sorted(seqs)
            )

    await database.write(work, rows=LARGE)


def _naming_columns(log: _Log, row: Row, user_id: str, naming: Naming) -> tuple[str, ...]:
    """Return the columns of an entry that are to be empty."""
    values = [row[place] for place in range(1, 2 + len(log.ids) + len(log.bodies))]
    ids, (words, *bodies) = values[: len(log.ids)], values[len(log.ids) :]
    columns = [column for column, value in zip(log.ids, ids, strict=True) if value == user_id]
    is_own = ids[0] == user_id
    if not is_own and peers_in(ids[0], user_id):
        is_own = True
        columns.append(log.ids[0])
    if is_own or naming.in_words(words):
        columns.append(log.words)
    if is_own or any(naming.in_json(body) for body in bodies):
        columns += log.bodies
    return tuple(columns)
