"""Watch the event loop of a test: find the turns that the server blocks, for how long, and in which functions.

A test and its server share one loop, so a turn has steps of both. The owner of a step distinguishes them: the coroutine
of the task, the callback's function, or the protocol that receives a transport's bytes. Only the server's steps count,
each with everything that it calls. A step of a test's own coroutine does not count, even if it calls the server's
functions, because tests start servers and migrate databases while nobody is connected.

Two times are measured. One is the processor time of the loop's thread. The time of the garbage collector is left out,
because its heap is that of all tests; other processes do not add to it. The other is the time in which the thread was
neither on a processor nor waiting for one: it waited for a lock, a disk or a name lookup.
"""

import asyncio
import gc
import os
import sys
import threading
import time
from asyncio import base_events, events
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple

import amity

MOST_COMPUTED: Final = 0.05
"""Seconds of processor time that the server may take in one turn of the loop, on a machine of the usual speed."""
_USUAL: Final = 0.0035
"""Seconds that ``_measure`` takes on a machine of the usual speed."""
MOST_ASLEEP: Final = 0.25
"""Seconds that the loop's thread may sleep in one step of the server."""
_SAMPLE_EVERY: Final = 0.01
_SAMPLE_FROM: Final = 0.015
_NOTED: Final = 0.0002
"""Seconds of processor time above which a step is remembered until the end of its turn."""
_ROOT: Final = str(Path(amity.__file__).parent) + "/"
_ELSEWHERE: Final = ("cli/", "client/")
"""Packages of programs that have a loop of their own, on which nothing else depends."""


_FUNCTIONS: Final[dict[int, tuple[CodeType, str | None]]] = {}
"""The names of functions by the identity of their code, which stays alive here: its hash is dear."""


class Step(NamedTuple):
    """One callback, or one step of a task: its owner, the seconds that it computed and slept, and the server's
    functions that a sample found running in it, innermost first."""

    owner: str
    computed: float
    asleep: float
    seen: tuple[str, ...]

    def __str__(self) -> str:
        seen = " < ".join(self.seen) or "nothing of the server that was seen"
        return (
            f"{self.computed * 1000:.0f} ms computing and {self.asleep * 1000:.0f} ms asleep: {self.owner}, in {seen}"
        )


class Turn(NamedTuple):
    """A turn of the loop that the server blocked, and its longest steps."""

    computed: float
    steps: tuple[Step, ...]

    def names(self, function: str) -> bool:
        """Return whether a function, given as ``relations/friends/service.py:Friends.add``, ran in it."""
        return any(function == step.owner or function in step.seen for step in self.steps)

    def __str__(self) -> str:
        return "\n  ".join([f"{self.computed * 1000:.0f} ms of one turn of the loop:", *map(str, self.steps)])


class LoopWatch:
    """Watches the loops of the thread that created it, within ``watching``.

    ``turns`` are those that the server blocked for longer than ``most_computed`` seconds of processor time, and those
    with a step that slept for longer than ``most_asleep`` seconds. ``slowness`` says by how much a slow machine moves
    the former limit.
    """

    def __init__(
        self,
        most_computed: float = MOST_COMPUTED,
        most_asleep: float = MOST_ASLEEP,
        slowness: Callable[[], float] | None = None,
    ) -> None:
        self.turns: list[Turn] = []
        self._slowness = slowness or slowness_of_this_machine
        self._most_computed = most_computed
        self._most_asleep = most_asleep
        self._thread = threading.get_ident()
        self._statistics = _open_statistics()
        self._steps: list[Step] = []
        self._computed = 0.0
        self._began: float | None = None
        self._seen: tuple[str, ...] = ()
        self._queued_before = 0.0
        self._collecting = 0.0
        self._collected = 0.0

    @contextmanager
    def watching(self) -> Iterator["LoopWatch"]:
        """Watch until the end of the context. Only one watch may run at a time."""
        run, run_once = events.Handle._run, base_events.BaseEventLoop._run_once  # type: ignore[attr-defined]
        ended = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(ended,), name="loop watch", daemon=True)

        def watched_run(handle: events.Handle) -> None:
            if threading.get_ident() != self._thread or (owner := owner_of(handle)) is None:
                run(handle)
            else:
                self._step(owner, run, handle)

        def watched_run_once(loop: base_events.BaseEventLoop) -> None:
            run_once(loop)
            if self._computed and threading.get_ident() == self._thread:
                self._turn()

        events.Handle._run = watched_run  # type: ignore[method-assign, assignment]
        base_events.BaseEventLoop._run_once = watched_run_once  # type: ignore[attr-defined]
        gc.callbacks.append(self._collects)
        sampler.start()
        try:
            yield self
        finally:
            events.Handle._run = run  # type: ignore[method-assign]
            base_events.BaseEventLoop._run_once = run_once  # type: ignore[attr-defined]
            gc.callbacks.remove(self._collects)
            ended.set()
            sampler.join()
            if self._statistics is not None:
                os.close(self._statistics)

    def _step(self, owner: str, run: Any, handle: events.Handle) -> None:
        self._seen = ()
        if not self._computed:
            self._queued_before = self._queued()  # once a turn, because this call takes longer than most steps
        collected = self._collected
        self._began = began = time.perf_counter()
        computed = time.thread_time()
        try:
            run(handle)
        finally:
            computed = time.thread_time() - computed
            elapsed = time.perf_counter() - began
            self._began = None
            asleep = elapsed - computed if self._statistics is not None else 0.0
            if asleep > self._most_asleep:
                asleep -= self._queued() - self._queued_before
            computed -= self._collected - collected
            self._computed += computed
            if computed > _NOTED or asleep > self._most_asleep:
                self._steps.append(Step(owner, computed, asleep, self._seen))

    def _turn(self) -> None:
        computed, self._computed = self._computed, 0.0
        is_long = computed > self._most_computed and computed > self._most_computed * self._slowness()
        if is_long or any(step.asleep > self._most_asleep for step in self._steps):
            steps = sorted(self._steps, key=lambda step: max(step.computed, step.asleep), reverse=True)
            self.turns.append(Turn(computed, tuple(steps[:5])))
        self._steps.clear()

    def _queued(self) -> float:
        """Return the seconds that the thread has waited for a processor."""
        if self._statistics is None:
            return 0.0
        return int(os.pread(self._statistics, 80, 0).split()[1]) / 1e9

    def _collects(self, phase: str, _: dict[str, int]) -> None:
        if threading.get_ident() != self._thread:
            return
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._collected += time.thread_time() - self._collecting

    def _sample(self, ended: threading.Event) -> None:
        """Note what runs in a long step. Runs in a thread of its own."""
        while not ended.wait(_SAMPLE_EVERY):
            began = self._began
            if began is not None and time.perf_counter() - began > _SAMPLE_FROM:
                seen = _functions(sys._current_frames().get(self._thread))
                if self._began == began:
                    self._seen = seen


def owner_of(handle: events.Handle) -> str | None:
    """Return the owner of a step, such as ``api/exchange.py:Exchange.run``; ``None`` if it is not the server's."""
    callback: Any = handle._callback  # type: ignore[attr-defined]
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        coroutine: Any = owner.get_coro()
        return _function(getattr(coroutine, "cr_code", None) or getattr(coroutine, "gi_code", None))
    if isinstance(owner, asyncio.BaseTransport):
        protocol = getattr(owner, "_protocol", None)
        protocol = type(getattr(protocol, "_app_protocol", protocol))  # behind TLS
        module = protocol.__module__.replace(".", "/").removeprefix("amity/") + ".py"
        is_servers = protocol.__module__.startswith("amity.") and not module.startswith(_ELSEWHERE)
        return f"{module}:{protocol.__qualname__}" if is_servers else None
    return _function(getattr(callback, "__code__", None) or getattr(type(callback).__call__, "__code__", None))


def _function(code: CodeType | None) -> str | None:
    if code is None:
        return None
    known = _FUNCTIONS.get(id(code))
    if known is None:
        known = _FUNCTIONS[id(code)] = (code, _named(code))
    return known[1]


def _named(code: CodeType) -> str | None:
    if not code.co_filename.startswith(_ROOT):
        return None
    path = code.co_filename.removeprefix(_ROOT)
    return None if path.startswith(_ELSEWHERE) else f"{path}:{code.co_qualname}"


def _functions(frame: FrameType | None) -> tuple[str, ...]:
    found = []
    while frame is not None:
        if (function := _function(frame.f_code)) is not None:
            found.append(function)
        frame = frame.f_back
    return tuple(found)


def slowness_of_this_machine() -> float:
    """Return how much slower this machine is at the moment than usual, at least 1: others share its cores."""
    return max(1.0, min(_measure() for _ in range(3)) / _USUAL)


def _measure() -> float:
    """Return the seconds of processor time that a fixed piece of work takes."""
    began = time.thread_time()
    {str(number): number for number in range(20_000)}
    return time.thread_time() - began


def _open_statistics() -> int | None:
    """Open Linux's statistics of this thread: nanoseconds on a processor, nanoseconds waited for one, time slices."""
    try:
        return os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    except OSError:
        return None  # not Linux, or without these statistics: sleep is not measured
