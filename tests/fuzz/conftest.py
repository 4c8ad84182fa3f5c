"""What fuzzers ask for: their share of the seconds, a seed, and a summary of what they tried.

``AMITY_FUZZ_SECONDS`` are the seconds of all fuzzers together, 20 unless told otherwise; each has a share, by its mark.
``AMITY_SEED`` takes the chance of an earlier run again.
"""

import os
import time
from collections.abc import Iterator

import pytest

from tests.fuzz.fuzzing import Fuzz

SECONDS = float(os.environ.get("AMITY_FUZZ_SECONDS") or 20)
_SEED = pytest.StashKey[str]()
_SHARES = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "share(parts): how many parts of the seconds a fuzzer gets")
    # Workers of one run take the same.
    seed = os.environ.setdefault("AMITY_SEED", str(time.time_ns() % 1_000_000))
    config.stash[_SEED] = seed


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Divide the seconds among the fuzzers that were asked for, and let each test take its own."""
    fuzzers = [item for item in items if item.get_closest_marker("share") is not None]
    config.stash[_SHARES] = sum(_share(item) for item in fuzzers)
    for item in fuzzers:
        item.add_marker(pytest.mark.timeout(SECONDS + 120))


def _share(item: pytest.Item) -> float:
    marker = item.get_closest_marker("share")
    return float(marker.args[0]) if marker is not None else 0.0


@pytest.fixture
def fuzz(request: pytest.FixtureRequest) -> Iterator[Fuzz]:
    """The run of this fuzzer, which is named as its file. It fails at the end with all that was found."""
    seed = request.config.stash[_SEED]
    seconds = SECONDS * _share(request.node) / request.config.stash[_SHARES]
    parameter = f"-{request.node.callspec.id}" if hasattr(request.node, "callspec") else ""
    name = request.path.stem.removeprefix("test_") + parameter
    run = Fuzz(name, seconds, seed)
    print(f"AMITY_SEED={seed} {seconds:.1f} s")
    yield run
    request.node.user_properties.append(("fuzzed", f"{name}: {run.tried} inputs, AMITY_SEED={seed}"))
    run.finish()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much each fuzzer has tried."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "fuzzed" and report.when == "teardown":
                    terminalreporter.write_line(value)
