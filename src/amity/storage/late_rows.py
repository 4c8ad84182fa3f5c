"""Rows of a log that are written late, many at once, of which the newest are kept: nobody waits for such a log."""

import asyncio
import codecs
import logging
from collections import deque
from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Final

from amity import metrics
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import ImError
from amity.storage.database import ROW_BYTES, Database, Transaction
from amity.storage.outages import Outages
from amity.storage.over_rows import OverRows
from amity.texts import count, storable

KEPT: Final = 10_000
"""Rows that are kept."""
FLUSH_SECONDS: Final = 0.25
"""How long a row waits to be written: so much is lost when the process is killed."""
FLUSH_ENTRIES: Final = 500
ROUTINE: Final = 25
"""Of what went as it should, so many rows are taken between two flushes: a busy server's log reaches back to what went
wrong."""
BUFFERED: Final = 10_000
"""Rows that are held while the database is failing; then the oldest are dropped."""
CHARACTERS: Final = 500
"""Of each text in it; the rest is cut off."""
HELD_BYTES: Final = 4 << 20
"""Bytes that the rows which wait may hold, beside their texts."""
FLUSH_BYTES: Final = 256 << 10
"""Of those, about as many as one transaction writes."""

_LARGEST: Final = 2**63 - 1
_Decoder: Final = codecs.getincrementaldecoder("utf-8")
_log = logging.getLogger(__name__)


class LateRows:
    """Takes rows of the log ``name`` and writes them into ``table`` a quarter second later. ``columns`` are their names
    and types, as ``OverRows`` has them; ``key`` is the table's ``AUTO_ID``. Bytes in a row are the
    beginning of a text in UTF-8, which its caller has cut."""

    def __init__(
        self,
        database: Database,
        name: str,
        *,
        table: str,
        key: str,
        columns: dict[str, str],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._insert = OverRows(f"insert into {table} ({', '.join(columns)}) ROWS", *columns.values())
        self._trim = f"delete from {table} where {key} <= (select max({key}) from {table}) - $1"
        self._rows: deque[tuple[object, ...]] = deque(maxlen=BUFFERED)
        self._some = asyncio.Event()
        self._many = asyncio.Event()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._flushing = asyncio.Lock()
        self._routine = 0
        self._held = 0
        self._count_dropped = metrics.late_rows_counter(table)
        self._being_written = 0
        """The first of the rows that wait, so many, which the transaction under way writes."""

    def has_room(self, size: int) -> bool:
        """Return whether a row with so many bytes may wait."""
        return self._held + size <= HELD_BYTES

    def takes_routine(self) -> bool:
        """Count a row of routine, and return whether it is to be added: ``ROUTINE`` of them are between two flushes."""
        self._routine += 1
        return self._routine <= ROUTINE

    def add(self, row: tuple[object, ...]) -> None:
        """Take a row."""
        rows = self._rows
        if len(rows) == BUFFERED:
            if self._being_written:
                self._being_written -= 1
            else:
                self._count_dropped(1)
            self._held -= _bytes(rows[0])
        self._held += _bytes(row)
        rows.append(row)
        held = len(rows)
        if held == 1:
            self._some.set()
        elif held == FLUSH_ENTRIES:
            self._many.set()

    def start(self) -> None:
        """Begin to write what is taken."""
        self._stop.clear()
        self._task = asyncio.create_task(self._run(), name=self._name.replace(" ", "-"))

    async def stop(self) -> None:
        """Write what is left, then end. What the database does not take now is lost."""
        self._stop.set()
        self._some.set()
        self._many.set()
        if self._task is not None:
            await self._task
            self._task = None
        try:
            await self.flush()
        except ImError:
            self._count_dropped(len(self._rows))
            _log.warning("%s: lost %s: the database fails", self._name, count(len(self._rows), "entry", "entries"))

    async def flush(self) -> None:
        """Write everything that is taken. Raises ``ImError`` where the database fails; the rows are kept."""
        async with self._flushing:
            self._routine = 0
            while self._rows:
                batch, size = self._first()
                await self._write_first(batch, size)
            self._some.clear()
            self._many.clear()

    async def _write_first(self, batch: Sequence[tuple[object, ...]], size: int) -> None:
        """Write the first rows and drop them. Raises ``ImError`` where the database fails."""
        self._being_written = len(batch)
        try:
            await self._database.write(partial(self._write, batch), rows=2 * len(batch) + size // ROW_BYTES)
        except BaseException:
            # Those that made room meanwhile were the oldest: these.
            self._count_dropped(len(batch) - self._being_written)
            self._being_written = 0
            raise
        for _ in range(self._being_written):
            self._held -= _bytes(self._rows.popleft())
        self._being_written = 0

    def _first(self) -> tuple[list[tuple[object, ...]], int]:
        """Return the rows that the next transaction writes, and the bytes in them."""
        batch: list[tuple[object, ...]] = []
        size = 0
        for row in islice(self._rows, FLUSH_ENTRIES):
            batch.append(tuple(map(_storable, row)))
            size += _bytes(row)
            if size >= FLUSH_BYTES:
                break
        return batch, size

    async def _run(self) -> None:
        outages = Outages(
            _log,
            f"the {self._name} cannot be written; it is kept in memory and tried again",
            f"an error of its own keeps the {self._name} from being written; it goes on",
        )
        while not self._stop.is_set():
            await self._some.wait()
            await self._clock.wait(self._many, FLUSH_SECONDS)
            await outages.survive(self.flush)
            if outages.is_failing:
                self._many.clear()

    async def _write(self, batch: Sequence[tuple[object, ...]], tx: Transaction) -> None:
        await self._insert.fetch(tx, batch)
        await tx.fetch(self._trim, KEPT)


def _bytes(row: tuple[object, ...]) -> int:
    return sum([len(value) for value in row if isinstance(value, bytes)])


def _storable(value: object) -> object:
    """Return a text or a number that every database takes."""
    if isinstance(value, str):
        return storable(value[:CHARACTERS])
    if isinstance(value, bytes):
        # What was cut may end in the middle of a character, which is left out.
        return storable(_Decoder("replace").decode(value))
    return value if not isinstance(value, int) or -_LARGEST <= value <= _LARGEST else 0
