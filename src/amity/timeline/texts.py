"""The index of messages' texts: which messages contain a text.

A text is folded by its caller, and indexed by its pairs of characters (``storage/substrings.py``). The rows are written
in the transaction of their message. They leave in the transaction that takes its text away, whether or not texts are
searched at that time. On SQLite a message waits for its pairs until ``index_part``. A search also visits those that
wait.

FTS5 keeps the pairs of a removed message in its older segments until they are merged. ``forget_part`` merges them. Of
the text itself nothing is left at once.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.storage import ROW_BYTES, Database, Transaction
from amity.storage.database import Dialect
from amity.storage.over_rows import OverRows
from amity.storage.substrings import MERGED_PAGES, Query, fts5_query, lexemes, merge_part, terms, tsquery

MOST_INDEXED: Final = 200
"""Messages whose pairs one transaction indexes: about ten milliseconds."""
_MOST_CHARACTERS: Final = 32_768
"""Characters of texts that one transaction indexes, if it indexes more than one."""
_PAIRS: Final = "message_texts_pairs"
_LETTER: Final = "a"
_REMOVED: Final = "message_texts_removed"
"""A fact that is there as long as FTS5 may have pairs of removed messages."""
_MERGING: Final = "merging"
"""Its value from the first part that forgets them until another message is removed."""
_NUMBERS = OverRows(
    "select m.timeline, m.seq, m.message_seq from (ROWS) as v"
    " join messages as m on m.timeline = v.column1 and m.seq = v.column2",
    *("integer", "integer"),
)


class Text(NamedTuple):
    """The folded text of a message, and the message's number of arrival and content type."""

    number: int
    content_type: int
    text: str


async def numbers_of(tx: Transaction, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the numbers of arrival of messages, given by timeline and number."""
    return {(row[0], row[1]): row[2] for row in await _NUMBERS.fetch(tx, keys)}


async def add(tx: Transaction, texts: Sequence[Text]) -> None:
    """Index texts of messages that are not in the index."""
    if not texts:
        return
    if tx.dialect == "postgres":
        await tx.fetch(
            "insert into message_texts (message_seq, content_type, text, pairs)"
            " select number, content_type, text, pairs::tsvector"
            " from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) as x(number, content_type, text, pairs)"
            " on conflict (message_seq) do nothing",
            [each.number for each in texts],
            [each.content_type for each in texts],
            [each.text for each in texts],
            [lexemes(_LETTER, each.text) for each in texts],
        )
        return
    await tx.expect(2 * len(texts) + sum([len(each.text) for each in texts]) // ROW_BYTES)
    await tx.execute_many("insert into message_texts (message_seq, content_type, text) values ($1, $2, $3)", texts)
    await tx.execute_many(
        "insert into message_texts_waiting (message_seq) values ($1)", [(each.number,) for each in texts]
    )


async def remove(tx: Transaction, numbers: Sequence[int]) -> None:
    """Remove the texts of messages from the index, if they are there, given by the messages' numbers of arrival."""
    if not numbers:
        return
    if tx.dialect == "postgres":
        await tx.fetch("delete from message_texts where message_seq in (select value from EACH_INT($1))", list(numbers))
        return
    rows = await tx.fetch(
        "select t.message_seq, t.text, w.message_seq from message_texts as t left join message_texts_waiting as w"
        " on w.message_seq = t.message_seq where t.message_seq in (select value from EACH_INT($1))",
        list(numbers),
    )
    if not rows:
        return
    # The pairs of a text cost about as much as a row for each sixty characters.
    await tx.expect(3 * len(rows) + sum([len(row[1]) for row in rows]) // 64)
    indexed = [(row[0], terms(_LETTER, row[1])) for row in rows if row[2] is None]
    await tx.execute_many(f"insert into {_PAIRS} ({_PAIRS}, rowid, pairs) values ('delete', $1, $2)", indexed)
    for table in ("message_texts_waiting", "message_texts"):
        await tx.execute_many(f"delete from {table} where message_seq = $1", [(row[0],) for row in rows])
    if indexed:
        await _set_removed(tx, "")


async def stored(tx: Transaction, numbers: Sequence[int]) -> dict[int, str]:
    """Return the texts in the index of those of these messages that are in it, by their numbers of arrival."""
    rows = await tx.fetch(
        "select message_seq, text from message_texts where message_seq in (select value from EACH_INT($1))",
        list(numbers),
    )
    return {row[0]: row[1] for row in rows}


def containing(dialect: Dialect, text: str) -> Query:
    """Return the query for the messages that contain a folded text of two characters or more: ``number`` of arrival and
    ``content_type``. The rows have no order."""
    if dialect == "postgres":
        sql = (
            "select message_seq as number, content_type from message_texts"
            " where pairs @@ $1::text::tsquery and strpos(text, $2) > 0"
        )
        return Query(sql, (tsquery(_LETTER, text), text))
    columns = "t.message_seq as number, t.content_type"
    sql = (
        f"select {columns} from {_PAIRS} as p cross join message_texts as t on t.message_seq = p.rowid"
        f" where {_PAIRS} match $1 and instr(t.text, $2) > 0"
        f" union all select {columns} from message_texts_waiting as w cross join message_texts as t"
        " on t.message_seq = w.message_seq where instr(t.text, $2) > 0"
    )
    return Query(sql, (fts5_query(_LETTER, text), text))


async def has_waiting(database: Database) -> bool:
    """Return whether messages wait for their pairs."""
    return database.dialect == "sqlite" and bool(await database.fetch("select 1 from message_texts_waiting limit 1"))


async def has_removed(database: Database) -> bool:
    """Return whether there may be pairs of removed messages."""
    return database.dialect == "sqlite" and bool(await database.fetch("select 1 from facts where name = $1", _REMOVED))


async def index_part(tx: Transaction) -> bool:
    """Index the pairs of the next messages that wait, and return whether there were any."""
    rows = await tx.fetch(
        "select w.message_seq, t.text from message_texts_waiting as w join message_texts as t"
        f" on t.message_seq = w.message_seq order by w.message_seq limit {MOST_INDEXED}"
    )
    some = rows[: how_many([len(row[1]) for row in rows])]
    await tx.execute_many(
        f"insert into {_PAIRS} (rowid, pairs) values ($1, $2)", [(row[0], terms(_LETTER, row[1])) for row in some]
    )
    await tx.execute_many("delete from message_texts_waiting where message_seq = $1", [(row[0],) for row in some])
    return bool(some)


async def merge_some(tx: Transaction) -> bool:
    """Merge some segments of the index, so that it stays fast to read; return whether there was anything to merge."""
    return await merge_part(tx, _PAIRS)


async def forget_part(tx: Transaction, *, is_first: bool) -> bool:
    """Merge a part of the whole index, so that nothing of removed messages is left in it; return whether more is to be
    done. What is removed after the first part is to be forgotten again; so is everything if there is no last part."""
    if is_first:
        await _set_removed(tx, _MERGING)
        await merge_part(tx, _PAIRS, -MERGED_PAGES)
        return True
    more = await merge_part(tx, _PAIRS)
    if not more:
        await tx.fetch("delete from facts where name = $1 and value = $2", _REMOVED, _MERGING)
    return more


async def _set_removed(tx: Transaction, value: str) -> None:
    await tx.fetch(
        "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        _REMOVED,
        value,
    )


def how_many(sizes: Sequence[int]) -> int:
    """Return how many texts of these sizes one transaction takes: at least one, if there is any."""
    total = 0
    for place, size in enumerate(sizes):
        total += size
        if total > _MOST_CHARACTERS and place:
            return place
    return len(sizes)
