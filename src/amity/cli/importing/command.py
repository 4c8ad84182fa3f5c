"""What the commands that import a file have in common: options, what they print at the end, and how they exit."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from amity.cli.importing.failures import Refusal, opened
from amity.cli.output import print_json
from amity.importing.source import Source

DONE, SOME_SKIPPED = 0, 1

_Command = TypeVar("_Command", bound=Callable[..., Any])

_COURSE = (
    click.option("--dry-run", is_flag=True, help="Read and check the file, ask the server who exists, send nothing."),
    click.option(
        "--resume", is_flag=True, help="Go on with an import that was interrupted, or begin if there is none."
    ),
    click.option("--restart", is_flag=True, help="Forget an interrupted import of this file and begin anew."),
)
_JOB = (
    click.option(
        "--retry-for",
        type=click.FloatRange(0, 86400),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for a server that does not answer.",
    ),
    click.option(
        "--journal",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Where to note what is finished.  [default: FILE.journal]",
    ),
    click.option(
        "--report",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Where to list what was skipped and why, as CSV.  [default: FILE.skipped.csv, if anything is]",
    ),
)


def course_options(command: _Command) -> _Command:
    """Add ``--dry-run``, ``--resume`` and ``--restart``."""
    return _with(_COURSE, command)


def job_options(command: _Command) -> _Command:
    """Add ``--retry-for``, ``--journal`` and ``--report``."""
    return _with(_JOB, command)


def _with(options: Sequence[Callable[[_Command], _Command]], command: _Command) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command


def import_file_and_exit(
    context: click.Context, file: Path, run: Callable[[Source], dict[str, Any]], *, as_json: bool
) -> None:
    """Open ``file``, import it with ``run``, print the facts that it returns as JSON where that is wanted, and exit:
    with 1 if anything was skipped, else with 0.

    Raises ``Refusal``, once it is printed as JSON where that is wanted.
    """
    try:
        with opened(file) as source:
            facts = run(source)
    except Refusal as refusal:
        if as_json:
            print_json({"file": str(file), "error": refusal.message, **refusal.facts})
        raise
    if as_json:
        print_json(facts)
    context.exit(SOME_SKIPPED if facts.get("skipped") or facts["badLines"] else DONE)
