"""Import records into an amity, in batches within its limits, and find the records that it leaves out."""

from collections.abc import Sequence
from typing import Final

import msgspec

from amity.cli.importing.failures import ServerRefused
from amity.cli.moving.journal import Moved, Skip
from amity.cli.moving.records import key_of
from amity.client import AmityClient, UnexpectedAnswer
from amity.client.moving import LISTS, WIRE_NAMES, Record
from amity.client.types.moving import ExportResponse, LeftOut, Totals
from amity.errors import ImError
from amity.http.url import shown
from amity.importing.people import ABOUT_THE_CALLER
from amity.importing.retrying import Retrying, Unreachable

BATCH_RECORDS: Final = 1000
BATCH_BYTES: Final = 1 << 20
_encode = msgspec.json.Encoder().encode


class Target:
    """Imports records into a server."""

    def __init__(self, client: AmityClient, retrying: Retrying) -> None:
        self.client = client
        self.retrying = retrying

    async def totals(self) -> Totals:
        """Return the server's numbers of records. Raises ``Unreachable``, and ``ServerRefused`` if it does not have the
        operations of a move, or does not permit this caller to use them."""
        try:
            page = await self.retrying.call(self._first_page)
        except Unreachable as problem:
            raise Unreachable(f"{shown(self.client.url)}: {problem}") from None
        except ImError as error:
            raise ServerRefused(self.client, error) from None
        return page.totals or Totals()

    async def _first_page(self) -> ExportResponse:
        try:
            return await self.client.export_page(limit=1)
        except UnexpectedAnswer as error:
            if error.status == 404:
                detail = "there is no /relation/export: it is no amity, or an older one"
                raise ServerRefused(self.client, ImError(error.status, detail, message="not found")) from None
            raise

    async def put(self, records: Sequence[Record], into: Moved) -> None:
        """Import records, and count them in an entry of the journal. Invalid records are left out.

        Raises ``ServerRefused`` if the caller may not import, and ``Unreachable``.
        """
        if not records:
            return
        try:
            answer = await self.retrying.call(lambda: self.client.restore(records))
        except Unreachable as problem:
            raise Unreachable(f"{shown(self.client.url)}: {problem}") from None
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                raise ServerRefused(self.client, error) from None
            await self._put_in_halves(records, error, into)
            return
        for name in LISTS.values():
            setattr(into, name, getattr(into, name) + getattr(answer, name))
        into.skipped += _named(records, answer.skipped)

    async def _put_in_halves(self, records: Sequence[Record], error: ImError, into: Moved) -> None:
        """Import the halves of a refused request, to find the record for which the server refuses it."""
        if len(records) == 1:
            key = key_of(records[0])
            into.skipped.append(Skip(*key, error.code, error.message, error.detail))
            return
        half = len(records) // 2
        await self.put(records[:half], into)
        await self.put(records[half:], into)


class DryTarget(Target):
    """Imports nothing, and counts the records."""

    async def totals(self) -> Totals:
        """Return zeros: there is no server."""
        return Totals()

    async def put(self, records: Sequence[Record], into: Moved) -> None:
        """Count records as if they had been imported."""
        for record in records:
            name = LISTS[type(record)]
            setattr(into, name, getattr(into, name) + 1)


class Batch:
    """Collects records for one request, up to its limits in records and bytes."""

    def __init__(self, most: int = BATCH_RECORDS) -> None:
        self._most = most
        self._size = 0
        self.records: list[Record] = []

    def add(self, record: Record) -> list[Record]:
        """Add a record; return the earlier ones if they must be sent first, else nothing."""
        size = len(_encode(record))
        full: list[Record] = []
        if len(self.records) >= self._most or (self.records and self._size + size > BATCH_BYTES):
            full = self.take()
        self.records.append(record)
        self._size += size
        return full

    def take(self) -> list[Record]:
        """Return the records, and clear the batch."""
        taken, self.records, self._size = self.records, [], 0
        return taken


def _named(records: Sequence[Record], left_out: Sequence[LeftOut]) -> list[Skip]:
    by_list: dict[str, list[Record]] = {}
    for record in records:
        by_list.setdefault(WIRE_NAMES[LISTS[type(record)]], []).append(record)
    skips = []
    for each in left_out:
        record = by_list[each.list][each.index]
        # The index in the request means nothing to a reader of the report.
        reason = each.err_dlt.removeprefix(f"{each.list}[{each.index}]").lstrip(".: ")
        skips.append(Skip(*key_of(record), each.err_code, each.err_msg, reason))
    return skips
