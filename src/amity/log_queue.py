"""Writing log lines in a thread, so that nobody waits for whoever reads the log.

A log that nobody reads, a full pipe, blocks who writes to it. Lines wait in memory up to a bound. Beyond it they are
dropped and counted, and the log says how many as soon as it takes lines again.
"""

import contextlib
import logging
import os
import select
import threading
from collections import deque
from typing import Final

from amity import metrics

MOST_BYTES: Final = 4 << 20
"""Bytes of lines that wait."""
FLUSH_SECONDS: Final = 2.0
"""How long the end of the process waits for lines to be taken."""
_PORTION: Final = 64 << 10
"""Bytes that are written at once: so much, and the lines around it, is in the hands of the thread."""


class _Gap:
    """Stands among the lines where some were dropped."""

    __slots__ = ("count",)

    def __init__(self, count: int = 0) -> None:
        self.count = count


class QueueHandler(logging.Handler):
    """Formats records where they are logged, as the operationID is known there, and has a thread write them.

    ``descriptor`` is that of an open file, a pipe or a terminal; it is not closed.
    """

    def __init__(self, descriptor: int, most_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._lines: deque[bytes | _Gap] = deque()
        self._bytes = 0
        """Of the lines that wait, and of those that the thread is writing."""
        self._is_failing = False
        """Whether the last write failed: a gap alone is then no reason to try again."""
        self._is_closing = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
        except Exception:  # noqa: BLE001 - as logging does it: a line that cannot be made ends nothing
            self.handleError(record)
            return
        with self._changed:
            if self._bytes and self._bytes + len(line) > self._most_bytes:
                last = self._lines[-1] if self._lines else None
                if not isinstance(last, _Gap):
                    last = _Gap()
                    self._lines.append(last)
                last.count += 1
                metrics.log_lines_dropped(1)
                return
            self._lines.append(line)
            self._bytes += len(line)
            if self._thread is None:
                # A daemon: a reader that never comes must not keep the process from ending.
                self._thread = threading.Thread(target=self._run, name="amity-log", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self) -> None:
        """Wait until what was logged is written or dropped, for ``FLUSH_SECONDS`` at most."""
        if threading.current_thread() is not self._thread:
            with self._changed:
                self._changed.wait_for(lambda: not self._is_due(), FLUSH_SECONDS)

    def close(self) -> None:
        """Write what waits, for ``FLUSH_SECONDS`` at most, and end the thread."""
        self.flush()
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        super().close()

    def _is_due(self) -> bool:
        return bool(self._bytes or (self._lines and not self._is_failing))

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_due() or self._is_closing)
                if not self._is_due():
                    return
                taken = self._take()
            is_written = self._write(b"".join([self._told(each) if isinstance(each, _Gap) else each for each in taken]))
            with self._changed:
                self._is_failing = not is_written
                self._bytes -= sum([len(each) for each in taken if isinstance(each, bytes)])
                if not is_written:
                    self._put_back(taken)
                self._changed.notify_all()

    def _take(self) -> list[bytes | _Gap]:
        taken: list[bytes | _Gap] = []
        size = 0
        while self._lines and size < _PORTION:
            taken.append(self._lines.popleft())
            size += _size(taken[-1])
        return taken

    def _put_back(self, lost: list[bytes | _Gap]) -> None:
        """Leave a gap where lines could not be written."""
        first = self._lines[0] if self._lines else None
        if not isinstance(first, _Gap):
            first = _Gap()
            self._lines.appendleft(first)
        count = sum([1 for each in lost if isinstance(each, bytes)])
        first.count += count + sum([each.count for each in lost if isinstance(each, _Gap)])
        metrics.log_lines_dropped(count)

    def _told(self, gap: _Gap) -> bytes:
        lines = "1 log line was" if gap.count == 1 else f"{gap.count} log lines were"
        text = f"{lines} dropped: nobody took them (limit {self._most_bytes} bytes)"
        record = logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, (), None)
        return self.format(record).encode() + b"\n"

    def _write(self, text: bytes) -> bool:
        """Write all of it, however long that takes; return whether it could be. A reader that has gone, or a full disk,
        may come right again: the next lines are tried all the same."""
        left = memoryview(text)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                # Somebody has made the descriptor, which others share, one that does not block.
                with contextlib.suppress(OSError, ValueError):
                    select.select((), (self._descriptor,), (), 1.0)
            except OSError:
                return False
        return True


def _size(each: bytes | _Gap) -> int:
    return len(each) if isinstance(each, bytes) else 0
