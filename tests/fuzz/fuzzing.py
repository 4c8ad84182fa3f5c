"""What every fuzzer has: its seconds, its chance, its corpus, and where it writes what has failed.

A fuzzer tries one input after the other until its seconds are over. First come those of its corpus, the small inputs
that once failed. An input that fails is written to ``tests/fuzz/found/<fuzzer>/``; once it is mended, it moves to
``tests/fuzz/corpus/<fuzzer>/``, so that every run tries it again.
"""

import hashlib
import random
import time
import tomllib
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
CORPUS: Final = FOLDER / "corpus"
FOUND: Final = FOLDER / "found"
_MOST_BEFORE = 50
_MOST_FAULTS = 5
"""Faults after which a fuzzer ends: the next are most likely the same ones."""


class Fault(Exception):
    """What is not to happen has happened. The text says what."""


class Known:
    """Faults that are known and not mended yet: ``known.toml`` of a corpus has for each the name of its input, what the
    failure says (a part of it), and the reason why it still stands."""

    def __init__(self, folder: Path) -> None:
        file = folder / "known.toml"
        self.entries: list[dict[str, str]] = tomllib.loads(file.read_text()).get("input", []) if file.exists() else []

    def of_input(self, name: str) -> bool:
        """Whether an input of the corpus is one that still fails."""
        return any(entry["file"] == name for entry in self.entries)

    def of_failure(self, text: str) -> bool:
        """Whether a failure is one that is known."""
        return any(entry["says"] in text for entry in self.entries)


class Fuzz:
    """One fuzzer's run: ``for data in fuzz.inputs(...)``, or ``fuzz.try_all(make, check)``."""

    def __init__(self, name: str, seconds: float, seed: str, *, corpus: Path = CORPUS, found: Path = FOUND) -> None:
        self.name = name
        self.seconds = seconds
        self.chance = random.Random(f"{seed}/{name}")
        self.tried = 0
        self.faults: list[str] = []
        self._before: deque[bytes] = deque(maxlen=_MOST_BEFORE)
        self._corpus = corpus / name
        self._found = found / name
        self._known = Known(self._corpus)
        self._until = 0.0

    def start(self) -> None:
        """Begin to count the seconds."""
        self._until = time.monotonic() + self.seconds

    def goes_on(self) -> bool:
        """Whether another input is to be tried."""
        if not self._until:
            self.start()
        return time.monotonic() < self._until and len(self.faults) < _MOST_FAULTS

    def corpus(self) -> Iterator[tuple[str, bytes]]:
        """Yield the inputs that once failed, with their names."""
        if self._corpus.is_dir():
            for path in sorted(self._corpus.iterdir()):
                if path.name != "known.toml":
                    yield path.name, path.read_bytes()

    def replay(self, check: Callable[[bytes], object]) -> None:
        """Try the corpus: what is mended stays so, and what is known to fail still does."""
        for name, data in self.corpus():
            problem = _problem(check, data)
            if self._known.of_input(name):
                if not problem:
                    self.faults.append(f"{name}: does not fail any more; take it out of known.toml")
            elif problem:
                self.faults.append(f"{name}, of the corpus: {problem}")

    def try_all(self, make: Callable[[], bytes], check: Callable[[bytes], object]) -> None:
        """Replay the corpus, then make inputs and check them until the seconds are over."""
        self.replay(check)
        while self.goes_on():
            self.try_one(make(), check)

    def try_one(self, data: bytes, check: Callable[[bytes], object]) -> None:
        """Check one input, and keep it where it fails."""
        self.tried += 1
        self._before.append(data)
        if (problem := _problem(check, data)) and not self._known.of_failure(problem):
            self.failed(data, problem)

    def failed(self, data: bytes, problem: str) -> None:
        """Keep an input that has failed, and beside it those before it, each a line of base64: what comes
        of an input may depend on them."""
        self._found.mkdir(parents=True, exist_ok=True)
        path = self._found / hashlib.sha256(data).hexdigest()[:12]
        path.write_bytes(data)
        path.with_suffix(".before").write_bytes(b"\n".join(map(b64encode, self._before)))
        self.faults.append(f"{path}: {problem}")

    def finish(self) -> None:
        """Fail where anything has failed."""
        assert not self.faults, f"{len(self.faults)} faults in {self.tried} inputs\n" + "\n".join(self.faults)


def _problem(check: Callable[[bytes], object], data: bytes) -> str:
    """Return what is wrong, and nothing where an input is as it should be."""
    try:
        check(data)
    except Fault as fault:
        return str(fault)
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
        return f"{type(error).__name__} at {place}: {str(error)[:500]}"
    return ""


def in_time(work: Callable[[], object], seconds: float, what: str) -> object:
    """Return what ``work`` returns. Raises ``Fault`` where it computes for longer than ``seconds``, three times in
    a row: a collection of garbage does not last."""
    least = float("inf")
    outcome: object = None
    for _ in range(3):
        began = time.thread_time()
        outcome = work()
        least = min(least, time.thread_time() - began)
        if least <= seconds:
            return outcome
    raise Fault(f"{what}: {least:.3f} s of processor time (limit {seconds:.3f})")
