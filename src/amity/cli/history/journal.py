"""The journal of an import of messages: the requests that are answered, and the lines that were left out."""

from pathlib import Path
from typing import Self

import msgspec

from amity.cli.importing.journal import Header, Journal


class HistoryHeader(Header, kw_only=True, frozen=True):
    """The header of an import of messages: the hash of the file, and the most messages of a request."""

    messages: str
    batch_size: int

    def differs(self, path: Path, earlier: Self) -> str:
        """Return why the import cannot be resumed; empty if it can."""
        if earlier.messages != self.messages:
            return f"the file has changed since the import was begun ({path}): --restart begins anew"
        if earlier.batch_size != self.batch_size:
            return f"the import was begun with --batch-size {earlier.batch_size}: use the same"
        return super().differs(path, earlier)


class Skip(msgspec.Struct, array_like=True, frozen=True):
    """A line that was left out: the server's code and its name, and the reason."""

    line: int
    sender: str
    receiver: str
    code: int
    message: str
    reason: str


class Sent(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"number": "n"}):
    """What became of a request: how many messages were stored, and how many were there before."""

    number: int
    imported: int = 0
    existing: int = 0
    skipped: list[Skip] = []


HistoryJournal = Journal[HistoryHeader, Sent]
