"""Lag of the event loop: measured, exported to Prometheus, and logged if it is long.

A timer is due every 50 ms, and its delay is the delay of everything else. A turn of length T delays it by T less up to
50 ms. A thread reads the loop's stack while the timer is overdue, to name what runs in a long turn.
"""

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from pathlib import Path
from types import FrameType
from typing import Final

from amity import metrics
from amity.clock import LOOP_CLOCK, Clock

EVERY: Final = 0.05
"""Seconds between two timers."""
WINDOW: Final = 60.0
"""Seconds back from now whose longest lag is exported."""
LOGGED_FROM: Final = 0.25
"""Seconds of lag from which on it is logged, at most once a minute."""
_LOG_EVERY: Final = 60.0
_SEEN_FROM: Final = 0.1
_MOST_FRAMES: Final = 4
_ROOT: Final = str(Path(__file__).parent) + "/"
_log = logging.getLogger(__name__)


class LoopLag:
    """Measures the lag of the loop on which it is started. ``start`` it once, then ``stop`` it once."""

    def __init__(self, clock: Clock = LOOP_CLOCK) -> None:
        self._monotonic = clock.monotonic
        self._due = 0.0
        self._computed = 0.0
        # Lags of the last minute that no later one exceeds, so the first is the longest.
        self._longest: deque[tuple[float, float]] = deque()
        self._logged_at = float("-inf")
        self._unlogged = 0
        self._seen = ""
        self._loop_thread = 0
        self._stopping = threading.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._sampler = threading.Thread(target=self._sample, name="loop lag", daemon=True)

    def start(self) -> None:
        """Begin to measure the running loop."""
        self._loop_thread = threading.get_ident()
        self._computed = time.thread_time()
        self._wait(asyncio.get_running_loop())
        self._sampler.start()

    def stop(self) -> None:
        """Stop the measurement."""
        if self._timer is not None:
            self._timer.cancel()
        self._stopping.set()
        self._sampler.join()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = self._monotonic() + EVERY
        self._timer = loop.call_later(EVERY, self._tick, loop)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        now = self._monotonic()
        lag = max(0.0, now - self._due)
        computed = time.thread_time()
        metrics.loop_lag(lag, self._worst(now, lag))
        if lag >= LOGGED_FROM:
            self._log_lag(now, lag, min(lag, computed - self._computed))
        self._seen = ""
        self._computed = computed
        self._wait(loop)

    def _worst(self, now: float, lag: float) -> float:
        longest = self._longest
        while longest and longest[-1][1] <= lag:
            longest.pop()
        longest.append((now, lag))
        while longest[0][0] < now - WINDOW:
            longest.popleft()
        return longest[0][1]

    def _log_lag(self, now: float, lag: float, computed: float) -> None:
        if now - self._logged_at < _LOG_EVERY:
            self._unlogged += 1
            return
        _log.warning(
            "event loop: one turn held up all others (limit %.0f ms, got %.0f ms, of them %.0f ms of processor time), "
            "in %s; %d more such turns since the last such line",
            LOGGED_FROM * 1000,
            lag * 1000,
            computed * 1000,
            self._seen or "nothing that was seen",
            self._unlogged,
        )
        self._logged_at = now
        self._unlogged = 0

    def _sample(self) -> None:
        """Note what the loop runs while its timer is overdue. Runs in a thread."""
        while not self._stopping.wait(_SEEN_FROM):
            # The first sample counts: at a later one the turn may be over, and its timer about to run.
            if not self._seen and self._monotonic() - self._due > _SEEN_FROM:
                self._seen = running(sys._current_frames().get(self._loop_thread))


def running(frame: FrameType | None) -> str:
    """Return the functions of a stack, innermost first: that one, and the next three of amity's own."""
    if frame is None:
        return ""
    shown = [_place(frame)]
    caller = frame.f_back
    while caller is not None and len(shown) < _MOST_FRAMES:
        if caller.f_code.co_filename.startswith(_ROOT):
            shown.append(_place(caller))
        caller = caller.f_back
    return " < ".join(shown)


def _place(frame: FrameType) -> str:
    code = frame.f_code
    path = code.co_filename.removeprefix(_ROOT)
    if path.startswith("/"):
        path = "/".join(path.split("/")[-2:])
    return f"{path}:{frame.f_lineno} {code.co_name}"
