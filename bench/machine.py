"""Describe the machine of a measurement, which makes its figures comparable, and pin programs to its cores."""

import os
import platform
import sqlite3
import statistics
import time
from importlib.metadata import version
from pathlib import Path


def cores() -> list[int]:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


class Pinning:
    """The core of the measured program, and the core of the programs that load it.

    Both are ``None`` if there is only one core, or the system cannot pin.
    """

    def __init__(self) -> None:
        available = cores()
        self.possible = len(available) > 1 and hasattr(os, "sched_setaffinity")
        self.measured = available[0] if self.possible else None
        self.other = available[1] if self.possible else None

    def __str__(self) -> str:
        if not self.possible:
            return "not pinned: what is measured and what loads it share the cores, so every rate is too low"
        return f"what is measured on core {self.measured}, what loads it and the business server on core {self.other}"


def pin(core: int | None) -> None:
    """Pin this process, and the programs that it starts later, to one core; do nothing if ``core`` is ``None``."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def facts(directory: Path) -> dict[str, str]:
    """Return a description of the machine; the disk is that of ``directory``."""
    return {
        "processor": f"{len(cores())} x {_processor()}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "SQLite": sqlite3.sqlite_version,
        "libraries": ", ".join(f"{name} {version(name)}" for name in ("uvloop", "picows", "msgspec")),
        "disk": f"{sync_seconds(directory) * 1000:.2f} ms for 4 KiB and fdatasync (median of 50)",
    }


def sync_seconds(directory: Path) -> float:
    """Return the seconds that it takes to write and sync one page to the disk (the median of 50)."""
    path = directory / "sync-probe"
    sync = getattr(os, "fdatasync", os.fsync)
    taken = []
    with path.open("wb", buffering=0) as file:
        for _ in range(50):
            began = time.perf_counter()
            file.write(bytes(4096))
            sync(file.fileno())
            taken.append(time.perf_counter() - began)
    path.unlink()
    return statistics.median(taken)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
