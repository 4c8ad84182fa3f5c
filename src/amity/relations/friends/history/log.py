"""The log of imports: what became of calls of ``/friend/import_friend``, the newest ten thousand."""

import contextlib
from collections.abc import Iterator
from typing import Final

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.relations.friends.history.models import Verdict
from amity.relations.friends.models import ImportFriendResponse
from amity.storage import Database
from amity.storage.late_rows import KEPT, LateRows

_COLUMNS: Final = {
    "at": "integer",
    "owner": "text",
    "caller": "text",
    "job": "integer",
    "operation_id": "text",
    "asked": "integer",
    "imported": "integer",
    "existing": "integer",
    "skipped": "integer",
    "verdict": "text",
    "err_code": "integer",
    "reason": "text",
}
MOST_OF_A_USER: Final = 10
"""Entries that the log takes of one user's own calls in ``WINDOW_SECONDS``: so nobody pushes out all of it."""
WINDOW_SECONDS: Final = 60.0
_UNANSWERED: Final = frozenset({Code.NETWORK, Code.DATA})


class Course:
    """How far an import has come: whether the business server is being asked, and was; whether it gave another list;
    and the answer to the caller."""

    __slots__ = ("answer", "asks", "is_modified", "was_asked")

    def __init__(self) -> None:
        self.asks = self.was_asked = self.is_modified = False
        self.answer: ImportFriendResponse | None = None

    @contextlib.contextmanager
    def asking(self, *, enabled: bool) -> Iterator[None]:
        """The block asks the business server, if the callback is ``enabled``."""
        self.asks = self.was_asked = enabled
        yield
        self.asks = False

    def verdict(self, error: ImError | None) -> Verdict:
        """Return what became of the import, which ended with this error or none."""
        if error is None:
            return "modified" if self.is_modified else "allowed"
        if error.code == Code.DATABASE or (self.asks and error.code in _UNANSWERED):
            return "failed"
        return "rejected" if self.asks else "refused"


class ImportLog(LateRows):
    """Takes notes and writes them a quarter second later: no import waits for the log."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(database, "import log", table="import_log", key="log_seq", columns=_COLUMNS, clock=clock)
        self._noted: dict[str, int] = {}
        self._window_ends = float("-inf")

    @contextlib.contextmanager
    def noting(self, call: Call, owner: str, asked: int) -> Iterator[Course]:
        """Note what becomes of an import of ``asked`` friends, which the block does.

        What a user asks for and the server refuses without having asked the business server is not noted, nor is more
        than ``MOST_OF_A_USER`` of the rest: a user could fill the log so. Of an import of a file, what was allowed is
        not noted: its report has the numbers.
        """
        course = Course()
        error: ImError | None = None
        try:
            yield course
        except ImError as failure:
            error = failure
            raise
        finally:
            if course.answer is not None or error is not None:
                self._note(call, owner, asked, course, error)

    def _note(self, call: Call, owner: str, asked: int, course: Course, error: ImError | None) -> None:
        verdict = course.verdict(error)
        if call.job and verdict == "allowed":
            return
        if not call.is_admin and ((error is not None and not course.was_asked) or not self._admits(call.user_id)):
            return
        if (verdict == "allowed" or call.job > 0) and not self.takes_routine():
            return
        answer = course.answer
        numbers = (0, 0, 0)
        if answer is not None:
            numbers = (len(answer.imported), len(answer.existing), len(answer.skipped))
        self.add(
            (
                *(self._clock.now_ms(), owner, call.user_id, call.job, call.operation_id, asked),
                *numbers,
                verdict,
                error.code if error else 0,
                f"{error.message}: {error.detail}" if error else "",
            )
        )

    def _admits(self, caller: str) -> bool:
        """Count an entry of a user's own call; return whether it is not one too many."""
        now = self._clock.monotonic()
        if now >= self._window_ends:
            self._noted, self._window_ends = {}, now + WINDOW_SECONDS
        noted = self._noted.get(caller, 0)
        if noted >= MOST_OF_A_USER or (not noted and len(self._noted) >= KEPT):
            return False
        self._noted[caller] = noted + 1
        return True
