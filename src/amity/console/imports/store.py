"""The SQL of imports of files, and nothing else. Times in milliseconds since 1970."""

from collections.abc import Sequence
from typing import Final

import msgspec

from amity.console.imports.models import OVER, Checked, Choices, Job, Progress, Result, State
from amity.storage import Database, Row, Transaction
from amity.storage.over_rows import OverRows

_COLUMNS: Final = (
    "job_seq, admin, file_name, file_bytes, received, state, run_key, runner, SHARED_NOW - beat_at, created_at,"
    " changed_at, choices, checked, progress"
)
_OPEN: Final = ", ".join(f"'{state}'" for state in State if state not in OVER)
_EXPIRED: Final = f"state = '{State.DISCARDED}' or changed_at < $2 or (changed_at < $1 and state <> '{State.DONE}')"
_ADD_RESULTS: Final = OverRows(
    "insert into import_results (job_seq, phase, number, row_count, byte_count, content) ROWS",
    *("integer", "integer", "integer", "integer", "integer", "blob"),
)
_choices = msgspec.json.Decoder(Choices).decode
_checked = msgspec.json.Decoder(Checked).decode
_progress = msgspec.json.Decoder(Progress).decode


def text_of(value: msgspec.Struct) -> str:
    """Return a struct as it is stored."""
    return msgspec.json.encode(value).decode()


def _job(row: Row) -> Job:
    *identity, state, run_key, runner, beat_age, created_at, changed_at, choices, checked, progress = row
    seq, admin, file_name, file_bytes, received = identity
    return Job(
        *(seq, admin, file_name, file_bytes, received, State(state), run_key, runner, beat_age, created_at, changed_at),
        choices=_choices(choices),
        checked=_checked(checked) if checked else None,
        progress=_progress(progress),
    )


async def insert(tx: Transaction, admin: str, name: str, size: int, run_key: str, now: int) -> int:
    """Store a new job, and return its number."""
    rows = await tx.fetch(
        "insert into import_jobs (admin, file_name, file_bytes, received, state, run_key, runner, beat_at, created_at,"
        f" changed_at, choices, checked, progress) values ($1, $2, $3, 0, '{State.UPLOADING}', $4, '', 0, $5, $5,"
        " '{}', '', '{}') returning job_seq",
        *(admin, name, size, run_key, now),
    )
    number: int = rows[0][0]
    return number


async def lock_admin(tx: Transaction, admin: str) -> None:
    """Let no other transaction count or make jobs of an administrator until this one ends."""
    await tx.fetch(
        "insert into import_admins (admin) values ($1) on conflict (admin) do update set admin = excluded.admin", admin
    )


async def count_open(tx: Transaction, admin: str) -> int:
    """Count the jobs of an administrator that are not over."""
    rows = await tx.fetch(f"select count(*) from import_jobs where admin = $1 and state in ({_OPEN})", admin)
    number: int = rows[0][0]
    return number


async def find(database: Database, seq: int) -> Job | None:
    rows = await database.fetch(f"select {_COLUMNS} from import_jobs where job_seq = $1", seq)
    return _job(rows[0]) if rows else None


async def lock(tx: Transaction, seq: int) -> Job | None:
    """Return a job; nobody else changes it until the transaction ends."""
    rows = await tx.fetch(f"select {_COLUMNS} from import_jobs where job_seq = $1 FOR_UPDATE", seq)
    return _job(rows[0]) if rows else None


async def page(database: Database, before: int, most: int) -> list[Job]:
    """Return up to ``most`` jobs with numbers below ``before``, newest first."""
    rows = await database.fetch_long(
        f"select {_COLUMNS} from import_jobs where job_seq < $1 and state <> '{State.DISCARDED}'"
        " order by job_seq desc limit $2",
        before,
        most,
    )
    return [_job(row) for row in rows]


async def add_part(tx: Transaction, seq: int, part: int, content: bytes, now: int) -> None:
    await tx.fetch("insert into import_parts (job_seq, part, content) values ($1, $2, $3)", seq, part, content)
    await tx.fetch(
        "update import_jobs set received = received + $2, changed_at = $3 where job_seq = $1", seq, len(content), now
    )


async def part(database: Database, seq: int, number: int) -> bytes:
    """Return a part of a file; empty behind its end."""
    rows = await database.fetch_long("select content from import_parts where job_seq = $1 and part = $2", seq, number)
    return bytes(rows[0][0]) if rows else b""


async def claim(tx: Transaction, job: Job, now: int) -> None:
    """Store whose a job is now, its state, its choices and its progress."""
    await tx.fetch(
        "update import_jobs set admin = $2, state = $3, runner = $4, beat_at = SHARED_NOW, changed_at = $5,"
        " choices = $6, checked = $7, progress = $8 where job_seq = $1",
        *(job.seq, job.admin, str(job.state), job.runner, now, text_of(job.choices)),
        "" if job.checked is None else text_of(job.checked),
        text_of(job.progress),
    )


async def set_state(tx: Transaction, seq: int, state: State, now: int) -> None:
    await tx.fetch("update import_jobs set state = $2, changed_at = $3 where job_seq = $1", seq, str(state), now)


async def beat(tx: Transaction, job: Job, progress: str, now: int) -> State | None:
    """Store the progress of whoever works on a job, and return its state; ``None`` if that is somebody else now."""
    rows = await tx.fetch(
        "update import_jobs set beat_at = SHARED_NOW, changed_at = $3, progress = $4 where job_seq = $1 and runner = $2"
        " returning state",
        *(job.seq, job.runner, now, progress),
    )
    return State(rows[0][0]) if rows else None


async def conclude(tx: Transaction, job: Job, now: int) -> bool:
    """Store how the work on a job has ended; return whether it was still this runner's."""
    rows = await tx.fetch(
        "update import_jobs set state = $3, runner = '', changed_at = $4, checked = $5, progress = $6"
        " where job_seq = $1 and runner = $2 returning job_seq",
        *(job.seq, job.runner, str(job.state), now),
        "" if job.checked is None else text_of(job.checked),
        text_of(job.progress),
    )
    return bool(rows)


async def add_results(tx: Transaction, seq: int, results: Sequence[Result]) -> None:
    rows = [(seq, each.phase, each.number, each.rows, len(each.content), each.content) for each in results]
    await _ADD_RESULTS.fetch(tx, rows)


async def results(database: Database, seq: int, behind: tuple[int, int], most: int) -> list[Result]:
    """Return up to ``most`` pieces of a report behind a phase and number."""
    rows = await database.fetch_long(
        "select phase, number, row_count, content from import_results"
        " where job_seq = $1 and (phase, number) > ($2, $3) order by phase, number limit $4",
        *(seq, *behind, most),
    )
    return [Result(row[0], row[1], row[2], bytes(row[3])) for row in rows]


async def size_of_results(database: Database, seq: int) -> tuple[int, int, int, int]:
    """Return how many rows and bytes a report has, and the phase and number of its last piece."""
    last = await database.fetch_long(
        "select phase, number from import_results where job_seq = $1 order by phase desc, number desc limit 1", seq
    )
    if not last:
        return 0, 0, -1, 0
    phase, number = last[0]
    sums = await database.fetch_long(
        "select sum(row_count), sum(byte_count) from import_results where job_seq = $1 and (phase, number) <= ($2, $3)",
        *(seq, phase, number),
    )
    return int(sums[0][0]), int(sums[0][1]), phase, number


async def delete_some(tx: Transaction, table: str, key: str, seq: int, phases: str, most: int) -> int:
    """Delete up to ``most`` rows of a job from ``table``; return how many. ``phases`` is a condition on them."""
    rows = await tx.fetch(
        f"delete from {table} where job_seq = $1 and ({key}) in"
        f" (select {key} from {table} where job_seq = $1{phases} order by {key} limit $2) returning 1",
        seq,
        most,
    )
    return len(rows)


async def delete_job(tx: Transaction, seq: int) -> None:
    await tx.fetch("delete from import_jobs where job_seq = $1", seq)


async def expired(database: Database, open_before: int, over_before: int, most: int) -> list[int]:
    """Return jobs that nobody has changed for too long: those that are open since ``open_before``, and those that are
    over since ``over_before``; and those that are being discarded."""
    rows = await database.fetch_long(
        f"select job_seq from import_jobs where {_EXPIRED} order by job_seq limit $3",
        *(open_before, over_before, most),
    )
    return [row[0] for row in rows]


async def discard_expired(tx: Transaction, seq: int, open_before: int, over_before: int) -> bool:
    """Discard a job unless somebody has changed it since it was found ``expired``; return whether it is discarded."""
    rows = await tx.fetch(
        f"update import_jobs set state = '{State.DISCARDED}' where job_seq = $3 and ({_EXPIRED}) returning job_seq",
        *(open_before, over_before, seq),
    )
    return bool(rows)


async def done_with_file(database: Database, most: int) -> list[int]:
    """Return jobs that are done and still have their file."""
    rows = await database.fetch_long(
        f"select job_seq from import_jobs where state = '{State.DONE}' and exists"
        " (select 1 from import_parts where import_parts.job_seq = import_jobs.job_seq) order by job_seq limit $1",
        most,
    )
    return [row[0] for row in rows]
