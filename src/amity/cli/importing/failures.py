"""The failures of an import: each ends it with a line that gives the reason and advice, and an exit code."""

import asyncio
import os
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from amity.cli.exits import INTERRUPTED, UNREACHABLE, USAGE, Failure
from amity.cli.importing.journal import JournalProblem
from amity.cli.output import printable
from amity.client import AmityClient
from amity.errors import Code, ImError
from amity.http.url import shown
from amity.importing.lines import BadLine
from amity.importing.retrying import Unreachable
from amity.importing.source import FileProblem, Source

BAD_LINES_SHOWN = 20
BAD_LINES_KEPT = 1_000_000
RESUME_HINT = "what was imported until then is noted: --resume goes on from there"


class Refusal(Failure):
    """The command cannot go on. It ends with a message and an exit code; ``facts`` go into the JSON summary."""

    def __init__(self, exit_code: int, message: str, **facts: Any) -> None:
        super().__init__(message, exit_code)
        self.facts = facts


class ServerRefused(Exception):
    """A server does not permit this caller a call that an import needs."""

    def __init__(self, client: AmityClient, error: ImError) -> None:
        text = f"{shown(client.url)} refuses: {error.code} {error.message}: {error.detail}"
        if error.code in (Code.NO_PERMISSION, Code.ARGS):
            text += f" (is the secret the server's, and {client.admin} one of its administrators?)"
        super().__init__(text)
        self.code = error.code


def opened(file: Path) -> Source:
    """Open the input of an import. Raises ``Refusal``."""
    try:
        return Source.open(file)
    except FileProblem as problem:
        raise Refusal(USAGE, str(problem)) from None


def refuse_bad_lines(file: str, lines: Sequence[BadLine], count: int) -> Refusal:
    """Return the refusal of a file with ``count`` bad lines, of which ``lines`` are the first."""
    first = lines[:BAD_LINES_SHOWN]
    shown_lines = [f"  line {line.number} {printable(line.reason)}" for line in first]
    if count > len(first):
        shown_lines.append(f"  ... and {count - len(first):,} more")
    return Refusal(
        USAGE,
        "\n".join([f"{file} has bad lines: nothing was sent (--skip-bad-lines imports the rest)", *shown_lines]),
        badLines=[{"line": line.number, "reason": line.reason} for line in lines],
    )


def require_distinct_files(file: Path | None, journal: Path, report: Path) -> None:
    """Raise ``Refusal`` unless input, journal and report are different files and the report can be written."""
    paths = [path.resolve() for path in (file, journal, report) if path is not None]
    if len(set(paths)) < len(paths):
        raise Refusal(USAGE, "the input, the journal and the report are three different files")
    if not os.access(report.parent, os.W_OK):
        raise Refusal(USAGE, f"{report} cannot be written: --report names another place")


def run_import(work: Coroutine[Any, Any, dict[str, Any]], *, is_noted: bool = True) -> dict[str, Any]:
    """Run the import and return its facts. Raises ``Refusal`` for each of its errors, with how to go on where what was
    imported until then ``is_noted``."""
    hint = f"; {RESUME_HINT}" if is_noted else ""
    try:
        return asyncio.run(work)
    except (FileProblem, JournalProblem) as problem:
        raise Refusal(USAGE, str(problem)) from None
    except Unreachable as problem:
        raise Refusal(UNREACHABLE, f"{problem}{hint}") from None
    except ServerRefused as problem:
        raise Refusal(USAGE, f"{problem}{hint}", errCode=problem.code) from None
    except OSError as error:
        raise Refusal(USAGE, f"{error.filename or 'a file'}: {error.strerror or error}{hint}") from None
    except KeyboardInterrupt:
        raise Refusal(INTERRUPTED, f"interrupted{hint}") from None
