"""Substring search over rows, through an index, from one character on.

A text is indexed by its pairs of characters and its last character: ``anna`` by ``an``, ``nn``, ``na`` and ``a``. Rows
with all pairs of the searched text are candidates (for one character: those with a pair that begins with it). Only the
candidates' texts are then searched.

SQLite stores the pairs in an FTS5 table without content and positions, PostgreSQL in a ``tsvector`` under a GIN index.
Neither needs an extension. Chinese names have two or three characters and no words, so indexes of words or of trigrams
do not find them.

FTS5 writes its buffer at the commit or before, and merges it with the index, at times much of it. So on SQLite no
caller's transaction writes to it. Rows wait in a table, ``settle`` indexes them in parts that run in the thread, and
searches also visit the rows that wait. PostgreSQL's GIN index has such a pending list built in.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from operator import add
from typing import Final, NamedTuple

from amity.storage.database import LARGE, Database, Row, Transaction

MOST_PAIRS: Final = 32
"""Pairs of a searched text that select candidates; a longer text uses its first ones."""
_PART: Final = 200
"""Rows that one transaction indexes: about five milliseconds."""
MERGED_PAGES: Final = 100
"""Pages that one transaction merges: about five milliseconds."""
_LETTERS = "abcdefgh"
"""Prefixes that distinguish the pairs of one field from those of another."""

# FTS5 splits texts at ASCII characters that are neither letter nor digit. Those are mapped to unused code points. A
# text with such code points of its own may become a candidate, and no more.
_DIVIDING = re.compile(r"[\x00-/:-@\[-`{-\x7f]").search
_MOVED = {number: 0xF0000 + number for number in range(128) if not chr(number).isalnum()}


class Texts(NamedTuple):
    """The texts of one row."""

    number: int
    texts: tuple[str, ...]


class Query(NamedTuple):
    """A select of one column, ``number``, in ascending order, with its parameters ``$1`` to ``$n``."""

    sql: str
    args: tuple[object, ...]


def pairs_of(text: str) -> list[str]:
    """Return the distinct pairs of characters in a text, and its last character."""
    if not text:
        return []
    if _DIVIDING(text):
        text = text.translate(_MOVED)
    return list(dict.fromkeys([*map(add, text, text[1:]), text[-1]]))


def terms(letter: str, text: str) -> str:
    """Return the pairs of a text of one field in FTS5's form."""
    # Joined with the letter, which takes a third of the time that adding it to each pair does.
    return letter + f" {letter}".join(pairs_of(text)) if text else ""


def lexemes(letter: str, text: str) -> str:
    """Return the pairs of a text of one field as PostgreSQL's ``tsvector``."""
    return f"'{letter}" + f"' '{letter}".join(pairs_of(text)) + "'" if text else ""


class Substrings:
    """The index of one kind of rows, whose numbers and texts are the columns ``key`` and ``fields`` of ``table``.

    A migration creates it (as ``0007_search.sql`` does). Stored and searched texts are folded the same way.
    """

    def __init__(self, table: str, key: str, fields: Sequence[str]) -> None:
        self._table = table
        self._key = key
        self._fields = tuple(fields)
        self._letters = dict(zip(fields, _LETTERS, strict=False))
        self._columns = ", ".join((key, *fields))
        self._values = ", ".join(f"${index}" for index in range(1, len(fields) + 2))

    async def put(self, tx: Transaction, rows: Sequence[Texts]) -> None:
        """Index the texts of rows, each given once, replacing their previous texts."""
        before = await self._stored(tx, [row.number for row in rows])
        changed = [row for row in rows if before.get(row.number) != row.texts]
        if not changed:
            return
        if tx.dialect == "postgres":
            await self._put_on_postgres(tx, changed)
            return
        sets = ", ".join(f"{field} = ${index}" for index, field in enumerate(self._fields, start=2))
        new = [(row.number, *row.texts) for row in changed if row.number not in before]
        known = [(row.number, *row.texts) for row in changed if row.number in before]
        await self._queue_rows(tx, [row.number for row in changed], before)
        await tx.execute_many(f"insert into {self._table} ({self._columns}) values ({self._values})", new)
        await tx.execute_many(f"update {self._table} set {sets} where {self._key} = $1", known)

    async def remove(self, tx: Transaction, numbers: Sequence[int]) -> None:
        """Remove rows from the index, if they are there."""
        if tx.dialect == "sqlite":
            before = await self._stored(tx, numbers)
            await self._queue_rows(tx, list(before), before)
        await tx.fetch(
            f"delete from {self._table} where {self._key} in (select value from EACH_INT($1))", list(numbers)
        )

    async def settle(self, database: Database) -> None:
        """Index the rows that wait, in parts, because a search visits each of them. Raises ``ImError``, ``DATABASE``
        (90002).

        Does nothing on PostgreSQL, which does so by itself.
        """
        if database.dialect == "sqlite" and await database.fetch(f"select 1 from {self._table}_waiting limit 1"):
            for part in (self._index_part, partial(merge_part, table=f"{self._table}_pairs")):
                while await database.write(part, rows=LARGE):
                    pass

    def containing(self, database: Database, asked: Mapping[str, str], most: int) -> Query:
        """Return the query for the first ``most`` rows that contain the asked text in one of the fields. No asked text
        is empty."""
        fields = [field for field in self._fields if field in asked]
        needles = tuple(asked[field] for field in fields)
        terms = [(self._letters[field], asked[field]) for field in fields]
        if database.dialect == "postgres":
            match = " | ".join(f"({tsquery(letter, text)})" for letter, text in terms)
            found = " or ".join(f"strpos({field}, ${place}) > 0" for place, field in enumerate(fields, start=2))
            sql = (
                f"select {self._key} as number from {self._table} where pairs @@ $1::text::tsquery and ({found})"
                f" order by {self._key} limit {most}"
            )
        else:
            match = " OR ".join(f"({fts5_query(letter, text)})" for letter, text in terms)
            found = " or ".join(f"instr(t.{field}, ${place}) > 0" for place, field in enumerate(fields, start=2))
            # "cross": the pairs are read first, in the order of the rows, and only up to the last row wanted.
            sql = (
                f"select number from (select p.rowid as number from {self._table}_pairs as p"
                f" cross join {self._table} as t on t.{self._key} = p.rowid"
                f" where {self._table}_pairs match $1 and ({found}) order by p.rowid limit {most})"
                f" union select number from (select t.{self._key} as number from {self._table}_waiting as w"
                f" cross join {self._table} as t on t.{self._key} = w.{self._key} where {found})"
                f" order by number limit {most}"
            )
        return Query(sql, (match, *needles))

    async def _stored(self, tx: Transaction, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
        rows = await tx.fetch(
            f"select {self._columns} from {self._table} where {self._key} in (select value from EACH_INT($1))",
            list(numbers),
        )
        width = len(self._fields) + 1
        return {row[0]: tuple(row[index] for index in range(1, width)) for row in rows}

    def _pairs(self, texts: Sequence[str]) -> list[str]:
        return [
            self._letters[field] + pair
            for field, text in zip(self._fields, texts, strict=True)
            for pair in pairs_of(text)
        ]

    # PostgreSQL

    async def _put_on_postgres(self, tx: Transaction, rows: Sequence[Texts]) -> None:
        columns = zip(*(row.texts for row in rows), strict=True)
        sets = ", ".join(f"{column} = excluded.{column}" for column in (*self._fields, "pairs"))
        lists = ", ".join(f"${index}::text[]" for index in range(2, len(self._fields) + 3))
        await tx.fetch(
            f"insert into {self._table} ({self._columns}, pairs)"
            f" select {self._columns}, pairs::tsvector from unnest($1::bigint[], {lists}) as x({self._columns}, pairs)"
            f" on conflict ({self._key}) do update set {sets}",
            [row.number for row in rows],
            *(list(column) for column in columns),
            [" ".join(map(lexeme, self._pairs(row.texts))) for row in rows],
        )

    # SQLite

    async def _queue_rows(self, tx: Transaction, numbers: Sequence[int], before: Mapping[int, tuple[str, ...]]) -> None:
        """Queue rows with the texts by which they are indexed: FTS5 stores none, and needs them to remove a row. A row
        that waits already has them."""
        nothing = (None,) * len(self._fields)
        await tx.execute_many(
            f"insert into {self._table}_waiting ({self._columns}) values ({self._values}) on conflict do nothing",
            [(number, *before.get(number, nothing)) for number in numbers],
        )

    async def _index_part(self, tx: Transaction) -> bool:
        """Index the next waiting rows, and return whether there were any."""
        fields = ", ".join(f"{table}.{field}" for table in "wt" for field in self._fields)
        rows = await tx.fetch(
            f"select w.{self._key}, {fields} from {self._table}_waiting as w left join {self._table} as t"
            f" on t.{self._key} = w.{self._key} order by w.{self._key} limit {_PART}"
        )
        width = len(self._fields) + 1
        old = [(row[0], self._joined(row, 1)) for row in rows if row[1] is not None]
        new = [(row[0], self._joined(row, width)) for row in rows if row[width] is not None]
        pairs = f"{self._table}_pairs"
        steps: tuple[tuple[str, Sequence[tuple[object, ...]]], ...] = (
            (f"insert into {pairs} ({pairs}, rowid, pairs) values ('delete', $1, $2)", old),
            (f"insert into {pairs} (rowid, pairs) values ($1, $2)", new),
            (f"delete from {self._table}_waiting where {self._key} = $1", [(row[0],) for row in rows]),
        )
        for sql, texts in steps:
            await tx.execute_many(sql, texts)
        return bool(rows)

    def _joined(self, row: Row, first: int) -> str:
        """Return the pairs of the texts in a row, from column ``first`` on, in FTS5's form."""
        return " ".join(self._pairs([row[first + index] for index in range(len(self._fields))]))


async def merge_part(tx: Transaction, table: str, pages: int = MERGED_PAGES) -> bool:
    """Merge some segments of an FTS5 table, and return whether there was anything to merge.

    With ``-MERGED_PAGES`` a merge of all of it into one segment begins, which leaves nothing of deleted rows.
    """
    count = "select total_changes()"
    before = (await tx.fetch(count))[0][0]
    await tx.fetch(f"insert into {table} ({table}, rank) values ('merge', {pages})")
    # As FTS5 documents: a merge that changes fewer than two rows has found nothing to do.
    return bool((await tx.fetch(count))[0][0] - before >= 2)


def _search_pairs(letter: str, text: str) -> list[str]:
    """Return the pairs that select candidates, without the last character, which need not be the last in the row's
    text."""
    return [letter + pair for pair in pairs_of(text) if len(pair) == 2][:MOST_PAIRS]


def fts5_query(letter: str, text: str) -> str:
    """Return the expression of FTS5 that selects candidates for a text."""
    if len(text) == 1:
        return f'"{letter}{pairs_of(text)[0]}" *'
    return " AND ".join(f'"{pair}"' for pair in _search_pairs(letter, text))


def tsquery(letter: str, text: str) -> str:
    """Return the same as PostgreSQL's ``tsquery``."""
    if len(text) == 1:
        return f"{lexeme(letter + pairs_of(text)[0])}:*"
    return " & ".join(map(lexeme, _search_pairs(letter, text)))


def lexeme(pair: str) -> str:
    """Return a lexeme in PostgreSQL's syntax. Quotes and backslashes are mapped like all other splitting characters."""
    return f"'{pair}'"
