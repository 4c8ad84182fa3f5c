"""What the page says of a job, in the reader's language."""

from typing import NamedTuple

from amity.console.imports.models import ACTIVE, Job, State
from amity.console.imports.service import Imports
from amity.console.texts.catalogue import Texts


class Fact(NamedTuple):
    """A number of a job, and what it is the number of."""

    name: str
    number: str


class Heading(NamedTuple):
    """A column of the first rows: its name, and what it is taken for; empty where it does not count."""

    name: str
    role: str


class Table(NamedTuple):
    """The first rows of a file."""

    headings: list[Heading]
    rows: list[list[str]]


def state_of(imports: Imports, job: Job) -> str:
    """Return how the state is called: *interrupted* where whoever worked on the job has ended."""
    if job.state in ACTIVE and not imports.is_alive(job):
        return "interrupted"
    if job.state is State.UPLOADING and job.received == job.file_bytes:
        return "uploaded"
    return job.state.value


def hint(state: str, job: Job) -> str:
    """Return the key of what a state means. Where the check of a file failed, nothing was imported."""
    is_unchecked = state == "failed" and job.checked is None and not job.has_begun
    return "import_hints.failed_check" if is_unchecked else f"import_hints.{state}"


def line(texts: Texts, job: Job, *, is_alive: bool) -> str:
    """Return how far a job is, in a line; empty before it begins. ``is_alive`` says whether somebody works on it."""
    progress = job.progress
    if job.state is State.UPLOADING:
        return texts("imports.line_uploading", done=f"{job.received:,}", total=f"{job.file_bytes:,}")
    if job.state is State.DONE or not progress.phase:
        return ""
    done, total = f"{progress.done:,}", f"{progress.total:,}"
    if progress.phase != "importing":
        return texts(f"imports.line_{progress.phase}", done=done, total=total) if is_alive else ""
    if not is_alive:
        return texts("imports.line_stopped", done=done, total=total)
    steps = progress.done - progress.before
    if steps <= 0 or progress.seconds <= 0:
        return texts("imports.line_begins", done=done, total=total)
    rate = steps / progress.seconds
    left = _lasting(texts, (progress.total - progress.done) / rate)
    return texts("imports.line_importing", done=done, total=total, rate=f"{rate:,.0f}", left=left)


def facts(texts: Texts, job: Job) -> list[Fact]:
    """Return the numbers of a job: of its file once it is checked, and of what was imported."""
    found: list[tuple[str, int]] = []
    checked, progress = job.checked, job.progress
    if checked is not None:
        found += [
            ("pairs", checked.pairs),
            ("owners", checked.owners),
            ("people", checked.people),
            ("duplicates", checked.duplicates),
            ("bad_lines", checked.bad_lines),
            ("unknown", checked.unknown),
        ]
        if not job.has_begun:
            found.append(("unknown_pairs", checked.unknown_pairs))
    if job.has_begun:
        found += [
            ("imported", progress.imported),
            ("existing", progress.existing),
            ("added", progress.added),
            ("skipped", progress.skipped),
            ("registered", progress.registered),
        ]
    always = {"pairs", "imported", "skipped", "bad_lines", "unknown"}
    shown = [Fact(texts(f"imports.{name}"), f"{number:,}") for name, number in found if number or name in always]
    return [
        *shown,
        *(Fact(f"{code} {reason}" if code else texts.reason(reason), f"{n:,}") for code, reason, n in progress.reasons),
    ]


def table(job: Job) -> Table:
    """Return the first rows of a file, with its columns."""
    beginning = job.progress.beginning
    width = max((len(row) for row in [beginning.names, *beginning.rows]), default=0)
    roles = dict(zip(beginning.places, ("ownerUserID", "friendUserID"), strict=False))
    names = beginning.names or [str(place + 1) for place in range(width)]
    headings = [Heading(names[place] if place < len(names) else "", roles.get(place, "")) for place in range(width)]
    return Table(headings, [[*row, *[""] * (width - len(row))] for row in beginning.rows])


def _lasting(texts: Texts, seconds: float) -> str:
    if seconds < 90:
        return texts("imports.seconds", count=f"{seconds:.0f}")
    if seconds < 5400:
        return texts("imports.minutes", count=f"{seconds / 60:.0f}")
    return texts("imports.hours", count=f"{seconds / 3600:.1f}")
