"""An import of a file, as it is stored."""

import hashlib
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec


class State(StrEnum):
    """What is done with a job, and what may be done next.

    *uploading*: parts of its file arrive; *checking*: it is read; *ready*: it can be started; *running*: its imports
    are sent; *stopping*: they are, until those under way are answered; *stopped*: it can be gone on with; *done*: all
    was sent; *failed*: it could not be read, or sending it failed; *discarded*: its rows are being deleted.
    """

    UPLOADING = "uploading"
    CHECKING = "checking"
    READY = "ready"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


ACTIVE: Final = frozenset({State.CHECKING, State.RUNNING, State.STOPPING})
"""The states in which a process works on a job, if that process still lives."""
OVER: Final = frozenset({State.DONE, State.DISCARDED})


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read and imported, as the options of ``amity import``."""

    columns: str = ""
    skip_bad_lines: bool = False
    register: bool = False


class Beginning(msgspec.Struct, frozen=True):
    """How a file begins: its header, its first rows, and which columns count; texts are cut."""

    names: list[str] = []
    rows: list[list[str]] = []
    places: list[int] = []


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a file. ``unknown`` people are not registered; ``unknown_pairs`` are the pairs that they are in."""

    sha256: str
    people: int
    pairs: int
    owners: int
    duplicates: int
    bad_lines: int
    unknown: int
    unknown_pairs: int


class Progress(msgspec.Struct, kw_only=True):
    """How far a job has come.

    ``phase`` is what is done, of which ``done`` of ``total`` steps are; ``seconds`` is how long that has taken, and
    ``before`` the steps that were done before it began. ``position`` is the number of finished batches. The others
    are numbers of pairs, of ``registered`` users; ``reasons`` are codes and texts with numbers of skipped pairs.
    ``begun``: imports were sent, or are about to be.
    """

    phase: str = ""
    done: int = 0
    total: int = 0
    before: int = 0
    seconds: float = 0.0
    position: int = 0
    begun: bool = False
    pairs: int = 0
    imported: int = 0
    existing: int = 0
    added: int = 0
    skipped: int = 0
    registered: int = 0
    problem: str = ""
    beginning: Beginning = Beginning()
    reasons: list[tuple[int, str, int]] = []


class Job(NamedTuple):
    """A job. Times are milliseconds since 1970; ``beat_age`` is how many ago its ``runner`` was heard of."""

    seq: int
    admin: str
    file_name: str
    file_bytes: int
    received: int
    state: State
    run_key: str
    runner: str
    beat_age: int
    created_at: int
    changed_at: int
    choices: Choices
    checked: Checked | None
    progress: Progress

    @property
    def has_begun(self) -> bool:
        """Whether imports of it were sent: it is gone on with then, and not checked again."""
        # The first batch may be the last one to end. Older jobs have a position alone.
        return self.progress.begun or self.progress.position > 0


def shown_of(job: Job) -> str:
    """Return what stands for what was checked of a job, how its file is read and what is done with it: who starts it
    says by that what they were shown."""
    what = msgspec.json.encode((job.checked, job.choices))
    return hashlib.sha256(what).hexdigest()[:16]


class Result(NamedTuple):
    """A piece of a report: rows of CSV. ``phase`` and ``number`` order the pieces."""

    phase: int
    number: int
    rows: int
    content: bytes


BAD_LINES: Final = 0
UNKNOWN: Final = 1
SKIPPED: Final = 2
