"""A server in a process of its own, and what it must not do whatever it is sent: fail, hang, or grow."""

import os
import re
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psutil

from tests.fuzz.fuzzing import Fault
from tests.support.server_process import ServerProcess

MOST_SECONDS: Final = 0.3
"""Seconds of processor time of the server's loop for one input."""
MOST_GROWTH: Final = 64 * 1024 * 1024
"""Bytes that a server may grow by while it is fuzzed, beyond what it has after its first inputs."""
_FAULTS = re.compile(rb'"level": "(?:ERROR|CRITICAL)"|Traceback \(most recent call last\)|never (?:awaited|retrieved)')


class WatchedServer(ServerProcess):
    """A server whose processor time, memory, descriptors and log are looked at. An async context manager."""

    def __init__(self, directory: Path, settings: dict[str, Any]) -> None:
        super().__init__(directory, settings)
        self._clock: int | None = None
        self._log_read = 0
        self._size = 0
        self._descriptors = 0

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        # Nanoseconds that the main thread was on a processor, where the loop runs.
        if sys.platform == "linux":
            self._clock = os.open(f"/proc/{self.pid}/schedstat", os.O_RDONLY)
        self.settled()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._clock is not None:
            os.close(self._clock)
        await super().__aexit__(kind, error, trace)

    def computed(self) -> float:
        """Return the seconds of processor time that the loop has taken until now; of all threads, where this is
        no Linux."""
        if self._clock is None:
            times = psutil.Process(self.pid).cpu_times()
            return float(times.user + times.system)
        return int(os.pread(self._clock, 80, 0).split()[0]) / 1e9

    def settled(self) -> None:
        """Take the size that the server has now for the one that it may grow from."""
        process = psutil.Process(self.pid)
        self._size = process.memory_info().rss
        self._descriptors = process.num_fds()

    def require_healthy(self) -> None:
        """Raise ``Fault`` where the server has ended, or its log has a line that it should not have."""
        assert self._process is not None
        if (code := self._process.poll()) is not None:
            raise Fault(f"the server ended with exit code {code}")
        with self.log.open("rb") as log:
            log.seek(self._log_read)
            new = log.read()
        # A line that is not whole yet is for the next time.
        whole = new.rfind(b"\n") + 1
        self._log_read += whole
        if found := _FAULTS.search(new, 0, whole):
            start = new.rfind(b"\n", 0, found.start()) + 1
            raise Fault("the log says: " + new[start : start + 2000].decode("utf-8", "replace"))

    def require_small(self, within: float = 10.0) -> None:
        """Raise ``Fault`` where the server has grown, or keeps descriptors open. Call it when all is closed here."""
        process = psutil.Process(self.pid)
        deadline = time.monotonic() + within
        while (descriptors := process.num_fds()) > self._descriptors + 8:
            if time.monotonic() > deadline:
                raise Fault(f"{descriptors} descriptors are open, {self._descriptors} were at first")
            time.sleep(0.05)
        grown = process.memory_info().rss - self._size
        if grown > MOST_GROWTH:
            raise Fault(f"the server has grown by {grown >> 20} MiB")
