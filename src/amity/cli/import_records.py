"""``amity import FILE`` for a file of records, as ``amity export`` writes it."""

import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from amity.cli.connection import ServerOptions
from amity.cli.exits import USAGE
from amity.cli.importing.failures import (
    BAD_LINES_KEPT,
    Refusal,
    refuse_bad_lines,
    require_distinct_files,
    run_import,
)
from amity.cli.importing.screen import screen_for
from amity.cli.moving.from_file import Checked, FileMover, check
from amity.cli.moving.job import MoveJob
from amity.cli.moving.outcome import named, show_counts
from amity.cli.moving.records import RecordFile
from amity.cli.moving.target import Target
from amity.client import AmityClient
from amity.http.url import shown
from amity.importing.retrying import Retrying
from amity.importing.source import FileProblem, Source


def import_records(
    source: Source,
    server: ServerOptions,
    *,
    as_json: bool,
    register: bool,
    dry_run: bool,
    columns: str | None,
    skip_bad_lines: bool,
    batch_size: int,
    retry_for: float,
    report: Path | None,
    journal: Path | None,
    **job_options: Any,
) -> dict[str, Any]:
    """Import a file and return the facts of the summary. Raises ``Refusal``."""
    if register:
        raise Refusal(USAGE, f"{source.name} says itself who its users are: --register is for files of pairs")
    if columns is not None:
        raise Refusal(USAGE, f"{source.name} is no CSV: --columns is for files of pairs")
    out = Console(file=sys.stdout, soft_wrap=True, quiet=as_json)
    client = None if dry_run else server.client()
    records = RecordFile(source)
    checked = _checked(records, skip_bad_lines=skip_bad_lines)
    facts: dict[str, Any] = {"file": source.name, "inFile": named(checked.counts), "badLines": checked.bad_line_count}
    show_counts(out, f"{source.name}: checked", {**named(checked.counts), "badLines": checked.bad_line_count})
    if not checked.has_end:
        out.print("the file has no last line that counts its records: if it was cut short, nobody can tell")
    if client is None:
        out.print("nothing was sent (--dry-run)", markup=False, highlight=False)
        return {**facts, "dryRun": True}
    job = MoveJob(
        journal=journal or source.beside(".journal"),
        report=report or source.beside(".skipped.csv"),
        always_report=report is not None,
        bad_lines=checked.bad_lines,
        **job_options,
    )
    require_distinct_files(source.path, job.journal, job.report)
    mover = FileMover(records, checked, batch_size)
    facts |= {"server": shown(client.url), **run_import(_run(job, mover, client, retry_for))}
    seconds, rate = facts["seconds"], facts["recordsPerSecond"]
    show_counts(out, f"{source.name}: imported in {seconds:.1f} s, {rate:,} records/s", facts)
    if facts["report"]:
        out.print(f"skipped, and why: {facts['report']}", markup=False, highlight=False)
    return facts


def _checked(records: RecordFile, *, skip_bad_lines: bool) -> Checked:
    try:
        checked = check(records, BAD_LINES_KEPT)
    except FileProblem as problem:
        raise Refusal(USAGE, str(problem)) from None
    if checked.bad_line_count and not skip_bad_lines:
        raise refuse_bad_lines(records.source.name, checked.bad_lines, checked.bad_line_count)
    return checked


async def _run(job: MoveJob, mover: FileMover, client: AmityClient, retry_for: float) -> dict[str, Any]:
    async with client:
        with screen_for(Console(stderr=True)) as screen:
            return await job.run(mover, Target(client, Retrying(retry_for, screen.waiting)), screen)
