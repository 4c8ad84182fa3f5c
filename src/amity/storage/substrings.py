"""Finding rows by a text that is anywhere in one of their texts, by an index, from one character on.

A text is indexed by the pairs of characters in it: ``anna`` by ``an``, ``nn``, ``na``, and by its last character. Rows
that have all pairs of the text that is asked for are candidates (for one character: those with a pair that begins with
it), and the text is looked for in the texts of these alone.

SQLite keeps the pairs in a table of FTS5 without content and positions, PostgreSQL in a ``tsvector`` under a GIN index;
neither needs an extension. Chinese names have two or three characters and no words: indexes of words or of triples of
characters do not find them.

FTS5 writes what it has gathered at the commit, or before, and merges it with what it has: now and then much of it. So
on SQLite no caller's transaction writes to it. Rows wait for it in a table, ``settle`` brings them in, in parts that
run in the thread, and searches look at the texts of those that wait, too. PostgreSQL's GIN has such a list built in.
"""

import re
from collections.abc import Mapping, Sequence
from operator import add
from typing import Final, NamedTuple

from amity.storage.database import LARGE, Database, Row, Transaction

MOST_PAIRS: Final = 32
"""Pairs of a text that is asked for by which candidates are found; of a longer one the first."""
_PART: Final = 200
"""Rows that one transaction brings into the index: about five milliseconds."""
_MERGED_PAGES: Final = 100
"""Pages that one transaction merges: about five milliseconds."""
_LETTERS = "abcdefgh"
"""By which the pairs of one field are told from those of another."""

# FTS5 divides texts at whatever is no letter or digit of ASCII and not beyond ASCII: the others are moved to where
# Unicode has nothing. Whoever writes such characters on purpose is found as a candidate, and no more.
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
    """Return the pairs of characters in a text and its last character, each once."""
    if not text:
        return []
    if _DIVIDING(text):
        text = text.translate(_MOVED)
    return list(dict.fromkeys([*map(add, text, text[1:]), text[-1]]))


class Substrings:
    """The index of one kind of rows, whose numbers and texts are the columns ``key`` and ``fields`` of ``table``. A
    migration makes it (as ``0007_search.sql`` does). What is stored and what is asked for is folded the same way."""

    def __init__(self, table: str, key: str, fields: Sequence[str]) -> None:
        self._table = table
        self._key = key
        self._fields = tuple(fields)
        self._letters = dict(zip(fields, _LETTERS, strict=False))
        self._columns = ", ".join((key, *fields))
        self._values = ", ".join(f"${index}" for index in range(1, len(fields) + 2))

    async def put(self, tx: Transaction, rows: Sequence[Texts]) -> None:
        """Store the texts of rows, each named once, in place of what they were before."""
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
        await self._have_wait(tx, [row.number for row in changed], before)
        await tx.execute_many(f"insert into {self._table} ({self._columns}) values ({self._values})", new)
        await tx.execute_many(f"update {self._table} set {sets} where {self._key} = $1", known)

    async def remove(self, tx: Transaction, numbers: Sequence[int]) -> None:
        """Forget rows, if they are there."""
        if tx.dialect == "sqlite":
            before = await self._stored(tx, numbers)
            await self._have_wait(tx, list(before), before)
        await tx.fetch(
            f"delete from {self._table} where {self._key} in (select value from EACH_INT($1))", list(numbers)
        )

    async def settle(self, database: Database) -> None:
        """Bring into the index what waits for it, in parts: a search looks at each row that waits. Raises 90002.

        On PostgreSQL there is nothing to do: it does so by itself.
        """
        if database.dialect == "sqlite" and await database.fetch(f"select 1 from {self._table}_waiting limit 1"):
            for part in (self._index_part, self._merge_part):
                while await database.write(part, rows=LARGE):
                    pass

    def containing(self, database: Database, asked: Mapping[str, str], most: int) -> Query:
        """Return the query for the first ``most`` rows in one of whose fields is what is asked for there; nothing that
        is asked for is empty."""
        fields = [field for field in self._fields if field in asked]
        needles = tuple(asked[field] for field in fields)
        terms = [(self._letters[field], asked[field]) for field in fields]
        if database.dialect == "postgres":
            match = " | ".join(f"({_tsquery(letter, text)})" for letter, text in terms)
            found = " or ".join(f"strpos({field}, ${place}) > 0" for place, field in enumerate(fields, start=2))
            sql = (
                f"select {self._key} as number from {self._table} where pairs @@ $1::text::tsquery and ({found})"
                f" order by {self._key} limit {most}"
            )
        else:
            match = " OR ".join(f"({_match(letter, text)})" for letter, text in terms)
            found = " or ".join(f"instr(t.{field}, ${place}) > 0" for place, field in enumerate(fields, start=2))
            # "cross": the pairs are read first, in the order of their rows, and no further than to the last one wanted.
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
            [" ".join(map(_lexeme, self._pairs(row.texts))) for row in rows],
        )

    # SQLite

    async def _have_wait(self, tx: Transaction, numbers: Sequence[int], before: Mapping[int, tuple[str, ...]]) -> None:
        """Have rows wait, with the texts that they are indexed by: FTS5 keeps none, and must be told what to forget.
        What a row that waits already is indexed by, it knows."""
        nothing = (None,) * len(self._fields)
        await tx.execute_many(
            f"insert into {self._table}_waiting ({self._columns}) values ({self._values}) on conflict do nothing",
            [(number, *before.get(number, nothing)) for number in numbers],
        )

    async def _index_part(self, tx: Transaction) -> bool:
        """Index the next rows that wait, and return whether there were any."""
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
        """Return the pairs of the texts in a row from one column on, as FTS5 takes them."""
        return " ".join(self._pairs([row[first + index] for index in range(len(self._fields))]))

    async def _merge_part(self, tx: Transaction) -> bool:
        """Merge some of what was added part by part, and return whether there was anything to merge."""
        pairs = f"{self._table}_pairs"
        count = "select total_changes()"
        before = (await tx.fetch(count))[0][0]
        await tx.fetch(f"insert into {pairs} ({pairs}, rank) values ('merge', {_MERGED_PAGES})")
        # FTS5 says so: a merge that changes fewer rows than two has found nothing to do.
        return bool((await tx.fetch(count))[0][0] - before >= 2)


def _asked(letter: str, text: str) -> list[str]:
    """Return the pairs by which candidates are found: without the last character, which need not be the last there."""
    return [letter + pair for pair in pairs_of(text) if len(pair) == 2][:MOST_PAIRS]


def _match(letter: str, text: str) -> str:
    if len(text) == 1:
        return f'"{letter}{pairs_of(text)[0]}" *'
    return " AND ".join(f'"{pair}"' for pair in _asked(letter, text))


def _tsquery(letter: str, text: str) -> str:
    if len(text) == 1:
        return f"{_lexeme(letter + pairs_of(text)[0])}:*"
    return " & ".join(map(_lexeme, _asked(letter, text)))


def _lexeme(pair: str) -> str:
    """Return a lexeme as PostgreSQL reads it. Quotes and backslashes were moved with all that divides texts."""
    return f"'{pair}'"
