"""Reading for a caller in portions, so that what is too large for any answer is never in memory."""

from collections.abc import Sequence
from typing import Final

from amity.caller import caller_id
from amity.errors import Code, ImError
from amity.storage.database import Row

FEW: Final = 32
"""Rows that are read uncounted: a profile has up to 74,752 characters."""
PORTION: Final = 200
"""Rows that are read at once beyond these."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""Bytes of all that one read for a caller may bring: as many as an answer may have."""


def is_bounded() -> bool:
    """Whether the read is for a caller. The server's own tasks bound theirs themselves."""
    return bool(caller_id.get())


def size_of(rows: Sequence[Row]) -> int:
    """Return how many bytes at most the texts of these rows have, which have the same columns."""
    if not rows:
        return 0
    texts = [at for at, value in enumerate(rows[0]) if isinstance(value, str)]  # type: ignore[arg-type, var-annotated]
    found = [row[at] for row in rows for at in texts if row[at] is not None]
    return sum([len(text) if text.isascii() else 4 * len(text) for text in found])


def too_large() -> ImError:
    """Return the error for a read that brings more than any answer may hold."""
    detail = f"the answer is too large (limit {MOST_BYTES >> 20} MiB): ask for fewer entries"
    return ImError(Code.ARGS, detail)
