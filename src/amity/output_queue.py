"""Writing to a pipe, a terminal or a file in a thread, so that nobody waits for a slow reader.

A pipe that is not read, a paused terminal and a slow disk block a writer. Lines wait in memory up to a bound in bytes.
Beyond it the oldest are dropped and counted, and the output says how many as soon as it can be written. The newest are
kept: they show what the server does now, and why it ended.
"""

import contextlib
import io
import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, TextIO, cast

from amity.clock import monotonic

MOST_BYTES: Final = 4 << 20
"""Bytes of memory that waiting lines may take."""
STALLED_SECONDS: Final = 2.0
"""How long the end of the process waits while no line is accepted."""
FLUSH_SECONDS: Final = 5.0
"""How long it waits while lines are accepted slowly."""
_PORTION: Final = 256 << 10
"""Bytes that the thread takes at a time: more than is logged in the 5 ms for which it has the GIL at least."""
_AT_ONCE: Final = 64 << 10
"""Bytes of one write. A reader that accepts this many is reading."""
_LINE_BYTES: Final = 64
"""Memory of a line besides its text."""
_PIPE_BYTES: Final = 4096
"""Bytes that a pipe accepts without blocking once it reports that it is writable."""


class OutputQueue:
    """Lines for one descriptor, in order.

    ``descriptor`` is that of an open file, a pipe or a terminal; it is not closed. ``missing_line`` makes the line that
    says how many lines are missing, and why; ``dropped`` is called with each number. Any thread may call the methods,
    and none but ``flush`` and ``close`` waits.
    """

    def __init__(
        self,
        descriptor: int,
        missing_line: Callable[[int, str], bytes],
        dropped: Callable[[int], None] = lambda _: None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.missing_line = missing_line
        self.error: OSError | None = None
        """Why the last write failed, if it did."""
        self._descriptor = descriptor
        self._dropped = dropped
        self._most_bytes = most_bytes
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        """Bytes of waiting lines, and of those that the thread is writing."""
        self._missing = 0
        """Lines that were dropped before the first waiting one."""
        self._written = 0
        self._gave_up_at = -1
        """Bytes written when a flush gave up: the next flush does not wait again for the same ones."""
        self._is_mid_line = False
        """Whether the last write failed in the middle of a line."""
        self._is_busy = False
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, line: bytes) -> None:
        """Queue a line, which must end with a line feed."""
        with self._changed:
            if self._is_closed:
                self._write_at_end(line)
                return
            if self._thread is None and not self._start():
                self._write_at_end(line)
                return
            self._lines.append(line)
            self._bytes += len(line) + _LINE_BYTES
            if self._bytes > self._most_bytes:
                self._make_room()
            if not self._is_busy:
                self._changed.notify_all()

    def flush(self, *, stalled: float = STALLED_SECONDS, most: float = FLUSH_SECONDS) -> bool:
        """Wait until all queued lines are written or have failed; return whether none is left.

        Waits for at most ``most`` seconds, and at most ``stalled`` seconds while nothing is accepted.
        """
        if threading.current_thread() is self._thread:
            return False
        now = monotonic()
        end, seen, seen_at = now + most, self._written, now
        with self._changed:
            while self._lines or self._is_busy:
                now = monotonic()
                if self._written != seen:
                    seen, seen_at = self._written, now
                if now > end or now - seen_at > stalled or self._gave_up_at == self._written:
                    self._gave_up_at = self._written
                    return False
                self._changed.wait(0.05)
        return True

    def close(self) -> None:
        """Flush, and end the thread. Later lines are written at once, or dropped if that would block."""
        if not self._is_closed:
            self.flush()
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _start(self) -> bool:
        """Start the thread; return whether that succeeded. It cannot once the interpreter ends."""
        # A daemon, because a blocked write must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="amity-output", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._is_closed = True
        return not self._is_closed

    def _make_room(self) -> None:
        before = self._missing
        while self._lines and self._bytes > self._most_bytes:
            self._bytes -= len(self._lines.popleft()) + _LINE_BYTES
            self._missing += 1
        self._dropped(self._missing - before)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._lines or self._is_closed)
                if not self._lines:
                    return
                self._is_busy = True
                taken = self._take()
                missing, self._missing = self._missing, 0
            why = self._why()
            lines = [self.missing_line(missing, why), *taken] if missing else taken
            failed = self._write(lines)
            with self._changed:
                self._bytes -= sum(map(len, taken)) + _LINE_BYTES * len(taken)
                if failed:
                    lost = min(failed, len(taken))
                    self._missing += lost + (missing if failed > len(taken) else 0)
                    self._dropped(lost)

    def _take(self) -> list[bytes]:
        taken: list[bytes] = []
        size = 0
        while self._lines and size < _PORTION:
            taken.append(self._lines.popleft())
            size += len(taken[-1])
        return taken

    def _why(self) -> str:
        if self.error is not None:
            return self.error.strerror or "they could not be written"
        return f"nobody took them (limit {self._most_bytes} bytes)"

    def _write(self, lines: list[bytes]) -> int:
        """Write all lines, however long that takes; return how many of the last ones could not be written completely.

        After an error the next lines are tried all the same: a reader may come back, a disk may get free space.
        """
        text = (b"\n" if self._is_mid_line else b"") + b"".join(lines)
        left = memoryview(text)
        try:
            while left:
                left = left[self._write_some(left[:_AT_ONCE]) :]
        except OSError as error:
            self.error = error
            at = len(text) - len(left)
            if at:
                self._is_mid_line = text[at - 1 : at] != b"\n"
            whole = at - (len(text) - sum(map(len, lines)))
            for number, line in enumerate(lines):
                whole -= len(line)
                if whole < 0:
                    return len(lines) - number
            return 0
        self.error = None
        self._is_mid_line = False
        return 0

    def _write_some(self, text: memoryview) -> int:
        while True:
            try:
                count = os.write(self._descriptor, text)
            except BlockingIOError:
                # Another process has made the shared descriptor non-blocking.
                self._is_writable(1.0)
            else:
                self._written += count
                return count

    def _write_at_end(self, line: bytes) -> None:
        """Write without waiting, when the thread has ended and no other can be started."""
        with contextlib.suppress(OSError):
            if self._is_writable(0.0):
                os.write(self._descriptor, line[:_PIPE_BYTES])

    def _is_writable(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        return bool(poll.poll(seconds * 1000))


class QueuedStream(io.TextIOBase):
    """Replaces ``sys.stdout`` or ``sys.stderr``, with the same descriptor, encoding and error handling.

    Complete lines go into ``queue``. An incomplete line waits for its rest, or for ``flush``, which does not block.
    """

    def __init__(self, stream: TextIO, dropped: Callable[[int], None] = lambda _: None) -> None:
        self._descriptor = stream.fileno()
        self._encoding = stream.encoding
        self._errors = stream.errors or "strict"
        self._is_terminal = stream.isatty()
        self._begun = ""
        self._lock = threading.RLock()
        self.queue = OutputQueue(self._descriptor, _missing_lines, dropped)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        return self._errors

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return self._is_terminal

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        with self._lock:
            lines, end, rest = (self._begun + text).rpartition("\n")
            self._begun = rest
            if end:
                self.queue.put((lines + end).encode(self._encoding, self._errors))
        return len(text)

    def flush(self) -> None:
        with self._lock:
            begun, self._begun = self._begun, ""
            if begun:
                self.queue.put(begun.encode(self._encoding, self._errors))


@contextlib.contextmanager
def queued_output() -> Iterator[None]:
    """Queue what is printed to standard output and standard error, and at the end wait until all of it is written.

    Raises the ``OSError`` of standard output if that could not be written.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = now = _queued(sys.stdout), _queued(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for each in now:
            if isinstance(each, QueuedStream):
                each.flush()
                each.queue.flush(stalled=float("inf"), most=float("inf"))
                each.queue.close()
    if isinstance(now[0], QueuedStream) and now[0].queue.error is not None:
        raise now[0].queue.error


def _queued(stream: TextIO) -> TextIO:
    try:
        return cast("TextIO", QueuedStream(stream))
    except (OSError, ValueError):
        return stream  # a text in memory


def _missing_lines(count: int, why: str) -> bytes:
    lines = "1 line was" if count == 1 else f"{count} lines were"
    return f"{lines} dropped: {why}\n".encode()
