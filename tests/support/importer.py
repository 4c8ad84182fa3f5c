"""Run ``amity import`` as a program, which a test can interrupt and kill."""

import asyncio
import csv
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.openim import SECRET
from tests.support.processes import dies_with_parent


@dataclass(frozen=True)
class Outcome:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """Return its output, parsed as JSON."""
        facts: dict[str, Any] = json.loads(self.out)
        return facts


async def start_import(
    url: str, file: Path, *options: str, secret: str = SECRET, as_json: bool = True
) -> asyncio.subprocess.Process:
    """Start ``amity import`` in the folder of its file."""
    words = ["import", str(file), "--url", url, "--secret", secret, *(["--json"] if as_json else []), *options]
    return await start_amity(file.parent, *words)


async def start_amity(folder: Path, *words: str) -> asyncio.subprocess.Process:
    """Start a command in a folder."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "amity", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("AMITY_")},
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )


async def outcome_of(process: asyncio.subprocess.Process, within: float = 60.0) -> Outcome:
    """Wait for the end of a command, and return its outcome. Fails if it does not end in time."""
    try:
        async with asyncio.timeout(within):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise AssertionError(f"amity import did not end within {within} s") from None
    assert process.returncode is not None
    return Outcome(process.returncode, out.decode(), err.decode())


async def amity_import(url: str, file: Path, *options: str, secret: str = SECRET, as_json: bool = True) -> Outcome:
    """Run ``amity import`` to its end."""
    return await outcome_of(await start_import(url, file, *options, secret=secret, as_json=as_json))


def journal_of(file: Path) -> Path:
    return file.with_name(file.name + ".journal")


async def journal_lines(file: Path, count: int, within: float = 20.0) -> list[bytes]:
    """Return the complete lines of a file's journal as soon as there are ``count``, the header included."""
    return await whole_lines(journal_of(file), count, within)


async def whole_lines(journal: Path, count: int, within: float = 20.0) -> list[bytes]:
    """Return a journal's complete lines as soon as there are ``count``, the header included."""
    async with asyncio.timeout(within):
        while True:
            if len(lines := _whole_lines(journal)) >= count:
                return lines
            await asyncio.sleep(0.01)


def _whole_lines(journal: Path) -> list[bytes]:
    if not journal.exists():
        return []
    return [line for line in journal.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def report_of(file: Path) -> list[tuple[str, ...]]:
    """Return the rows of the report beside a file."""
    with file.with_name(file.name + ".skipped.csv").open(newline="", encoding="utf-8") as rows:
        return [tuple(row.values()) for row in csv.DictReader(rows)]
