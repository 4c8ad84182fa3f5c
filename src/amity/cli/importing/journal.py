"""The journal of an import: the finished batches and their results, on disk before anything relies on them.

It is a file of JSON lines beside the input. The first line says what is imported where; each further line is a finished
batch. A line that a crash truncated is dropped, and its batch is sent again with the same idempotency key.
"""

import asyncio
import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Generic, Protocol, Self, TypeVar

import msgspec

FORMAT = 1
# The beginning of a journal. A file that begins otherwise is something else, and is never written to.
_MARK = b'{"amity_import":'


class JournalProblem(Exception):
    """The journal cannot be used; the text gives the reason and advice."""


class Header(msgspec.Struct, kw_only=True, frozen=True):
    """The header of a journal: the source and the server of an import."""

    amity_import: int = FORMAT
    server: str

    def differs(self, path: Path, earlier: Self) -> str:
        """Return why an import that was begun as ``earlier`` cannot be resumed as this one; empty if it can."""
        if earlier.amity_import != self.amity_import:
            return f"{path} was written by another version: --restart begins anew"
        if earlier.server != self.server:
            return f"the import was begun with the server {earlier.server}: --restart begins anew"
        return ""


class FileHeader(Header, kw_only=True, frozen=True):
    """The header of an import of pairs from a file. ``run`` makes its idempotency keys unique to this import."""

    file: str
    batch_size: int
    batches: int
    run: str = msgspec.field(default_factory=lambda: uuid.uuid4().hex)

    def key(self, number: int, friends: list[str]) -> str:
        """Return a batch's idempotency key. It is the same whenever the same friends are sent again in this run."""
        content = "\n".join((self.run, str(number), *friends))
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def differs(self, path: Path, earlier: Self) -> str:
        """Return why the import cannot be resumed; empty if it can."""
        if earlier.file != self.file:
            return f"the file has changed since the import was begun ({path}): --restart begins anew"
        if (earlier.batch_size, earlier.batches) != (self.batch_size, self.batches):
            return f"the import was begun with --batch-size {earlier.batch_size}: use the same"
        return super().differs(path, earlier)


class Entry(Protocol):
    """The journal's entry of a finished batch: a struct with its number."""

    @property
    def number(self) -> int: ...


H = TypeVar("H", bound=Header)
E = TypeVar("E", bound=Entry)
_encode = msgspec.json.Encoder().encode


class Journal(Generic[H, E]):
    """An open journal. ``note`` is cheap: entries are written and fsynced together, in the background."""

    def __init__(
        self, path: Path, header: H, entries: "_EntryDecoder[E]", file: BinaryIO, done: set[int], *, resumed: bool
    ) -> None:
        self.path = path
        self.header = header
        self.done = done
        self.resumed = resumed
        self._entries = entries
        self._file = file
        self._noted: list[bytes] = []
        self._wake = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()
        self._closing = False
        self._writer = asyncio.create_task(self._write())

    @classmethod
    def open(
        cls, path: Path, header: H, entry: type[E], *, resume: bool, restart: bool, seen: Callable[[E], None]
    ) -> Self:
        """Open the journal of this import, or create one. ``entry`` is the type of its entries; ``seen`` is called with
        each entry that it already has.

        Raises ``JournalProblem`` if there is a journal and neither ``resume`` nor ``restart`` is set, if it is about
        another import, if another process uses it, and if it cannot be read or written.
        """
        try:
            file = path.open("a+b")
        except OSError as error:
            raise JournalProblem(f"{path}: {error.strerror or error} (--journal names another place)") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cls._open(path, header, _EntryDecoder(entry), file, resume=resume, restart=restart, seen=seen)
        except BlockingIOError:
            file.close()
            raise JournalProblem(f"{path} is in use: the same import is running already") from None
        except BaseException:
            file.close()
            raise

    @classmethod
    def _open(
        cls,
        path: Path,
        header: H,
        entries: "_EntryDecoder[E]",
        file: BinaryIO,
        *,
        resume: bool,
        restart: bool,
        seen: Callable[[E], None],
    ) -> Self:
        file.seek(0)
        first = file.readline()
        if not (first.startswith(_MARK) or _MARK.startswith(first)):
            raise JournalProblem(f"{path} is no journal of an import: --journal names another place")
        done: set[int] = set()
        begun = first.endswith(b"\n") and not restart
        if begun:
            earlier = _header(path, first, type(header))
            if not resume:
                raise JournalProblem(
                    f"this import was begun and not finished ({path}): --resume goes on with it, --restart begins anew"
                )
            if differs := header.differs(path, earlier):
                raise JournalProblem(differs)
            header = earlier
            end = len(first)
            for line in file:
                entry = entries.read(line)
                if entry is None:
                    if file.read(1):
                        raise JournalProblem(f"{path} is damaged: --restart begins anew (an import may be repeated)")
                    break
                end += len(line)
                if entry.number not in done:
                    done.add(entry.number)
                    seen(entry)
            file.truncate(end)
        else:
            file.truncate(0)
            file.write(_encode(header) + b"\n")
        file.flush()
        os.fsync(file.fileno())
        return cls(path, header, entries, file, done, resumed=begun)

    def note(self, entry: E) -> None:
        """Note a finished batch."""
        self.done.add(entry.number)
        self._noted.append(_encode(entry) + b"\n")
        self._written.clear()
        self._wake.set()

    async def flush(self) -> None:
        """Return when all entries are on the disk. Raises ``JournalProblem``."""
        written = asyncio.create_task(self._written.wait())
        await asyncio.wait((written, self._writer), return_when=asyncio.FIRST_COMPLETED)
        if not written.done():
            written.cancel()
            raise JournalProblem(f"{self.path} cannot be written any more")

    def entries(self) -> Iterator[E]:
        """Read all entries from the disk. Call it only after ``flush`` or ``close``."""
        seen: set[int] = set()
        with self.path.open("rb") as file:
            file.readline()
            for line in file:
                entry = self._entries.read(line)
                if entry is not None and entry.number not in seen:
                    seen.add(entry.number)
                    yield entry

    async def close(self) -> None:
        """Write the remaining entries, and close the file. Raises ``JournalProblem`` if a write fails or has failed."""
        self._closing = True
        self._wake.set()
        try:
            await self._writer
        except OSError as error:
            raise JournalProblem(f"{self.path}: {error.strerror or error}") from None
        finally:
            self._file.close()

    def remove(self) -> None:
        """Remove the journal of a finished import."""
        self.path.unlink(missing_ok=True)

    @property
    def failed(self) -> bool:
        """Return whether writing has failed, so that further entries would be lost."""
        return self._writer.done() and not self._closing

    async def _write(self) -> None:
        while not self._closing or self._noted:
            await self._wake.wait()
            self._wake.clear()
            noted, self._noted = b"".join(self._noted), []
            await asyncio.to_thread(self._sync, noted)
            if not self._noted:
                self._written.set()

    def _sync(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()
        os.fsync(self._file.fileno())


class _EntryDecoder(Generic[E]):
    """Decodes the lines of a journal."""

    def __init__(self, entry: type[E]) -> None:
        self._decode = msgspec.json.Decoder(entry).decode

    def read(self, line: bytes) -> E | None:
        """Return the entry of a line; ``None`` for an incomplete line."""
        if not line.endswith(b"\n"):
            return None
        try:
            return self._decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


def _header(path: Path, line: bytes, kind: type[H]) -> H:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise JournalProblem(f"{path} is no journal of this import: --journal names another place") from None
