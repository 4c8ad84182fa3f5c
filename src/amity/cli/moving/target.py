"""The amity that takes everything in: batches that it can bear, and what it leaves out, by name."""

from collections.abc import Sequence
from typing import Final

import msgspec

from amity.cli.importing.ending import Refused
from amity.cli.importing.retrying import Retrying, Unreachable
from amity.cli.importing.running import ABOUT_THE_CALLER
from amity.cli.moving.journal import Moved, Skip
from amity.cli.moving.records import key_of
from amity.client import AmityClient, UnexpectedAnswer
from amity.client.moving import LISTS, Record
from amity.client.types.moving import ExportResponse, LeftOut, Totals
from amity.errors import ImError
from amity.http.url import shown

BATCH_RECORDS: Final = 1000
BATCH_BYTES: Final = 1 << 20
_encode = msgspec.json.Encoder().encode


class Target:
    """Brings records into a server."""

    def __init__(self, client: AmityClient, retrying: Retrying) -> None:
        self.client = client
        self.retrying = retrying

    async def totals(self) -> Totals:
        """Return what the server has. Raises ``Refused`` where it does not know how to take a move in, or does not let
        this caller, and ``Unreachable``."""
        try:
            page = await self.retrying.call(self._first_page)
        except Unreachable as problem:
            raise Unreachable(f"{shown(self.client.url)}: {problem}") from None
        except ImError as error:
            raise Refused(self.client, error) from None
        return page.totals or Totals()

    async def _first_page(self) -> ExportResponse:
        try:
            return await self.client.export_page(limit=1)
        except UnexpectedAnswer as error:
            if error.status == 404:
                detail = "there is no /relation/export: it is no amity, or an older one"
                raise Refused(self.client, ImError(error.status, detail, message="not found")) from None
            raise

    async def put(self, records: Sequence[Record], into: Moved) -> None:
        """Bring in records, and count them in an entry of the journal.

        Raises ``Refused`` where the caller may not, and ``Unreachable``; what is not valid is left out.
        """
        if not records:
            return
        try:
            answer = await self.retrying.call(lambda: self.client.restore(records))
        except Unreachable as problem:
            raise Unreachable(f"{shown(self.client.url)}: {problem}") from None
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                raise Refused(self.client, error) from None
            await self._put_in_halves(records, error, into)
            return
        for name in LISTS.values():
            setattr(into, name, getattr(into, name) + getattr(answer, name))
        into.skipped += _named(records, answer.skipped)

    async def _put_in_halves(self, records: Sequence[Record], error: ImError, into: Moved) -> None:
        """Find out which record the server refuses all for."""
        if len(records) == 1:
            key = key_of(records[0])
            into.skipped.append(Skip(*key, error.code, error.message, error.detail))
            return
        half = len(records) // 2
        await self.put(records[:half], into)
        await self.put(records[half:], into)


class DryTarget(Target):
    """Takes nothing in, and counts what it was given."""

    async def totals(self) -> Totals:
        """There is nothing."""
        return Totals()

    async def put(self, records: Sequence[Record], into: Moved) -> None:
        """Count records as if they had been brought in."""
        for record in records:
            name = LISTS[type(record)]
            setattr(into, name, getattr(into, name) + 1)


class Batch:
    """Records for one request, as many as it may hold."""

    def __init__(self, most: int = BATCH_RECORDS) -> None:
        self._most = most
        self._size = 0
        self.records: list[Record] = []

    def add(self, record: Record) -> list[Record]:
        """Add a record; return those before it where they are to be sent first."""
        size = len(_encode(record))
        full: list[Record] = []
        if len(self.records) >= self._most or (self.records and self._size + size > BATCH_BYTES):
            full = self.take()
        self.records.append(record)
        self._size += size
        return full

    def take(self) -> list[Record]:
        """Return what is in it, and empty it."""
        taken, self.records, self._size = self.records, [], 0
        return taken


def _named(records: Sequence[Record], left_out: Sequence[LeftOut]) -> list[Skip]:
    by_list: dict[str, list[Record]] = {}
    for record in records:
        by_list.setdefault(LISTS[type(record)], []).append(record)
    skips = []
    for each in left_out:
        record = by_list[each.list][each.index]
        # The place in the request says nothing to whoever reads the report.
        reason = each.err_dlt.removeprefix(f"{each.list}[{each.index}]").lstrip(".: ")
        skips.append(Skip(*key_of(record), each.err_code, each.err_msg, reason))
    return skips
