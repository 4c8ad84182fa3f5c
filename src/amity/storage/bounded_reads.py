"""Reads in portions, so that a result larger than any answer is never in memory as a whole."""

from collections.abc import Sequence
from typing import Final

from amity.caller import caller_id
from amity.errors import Code, ImError
from amity.storage.database import Row

FEW: Final = 32
"""Rows that are read without a check of their size. A profile has up to 74,752 characters."""
PORTION: Final = 200
"""Rows of each further portion."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""Bytes that one read for a caller may return: as many as an answer may have."""


def is_bounded() -> bool:
    """Return whether the read is for a caller. The server's own tasks bound their reads themselves."""
    return bool(caller_id.get())


def size_of(rows: Sequence[Row]) -> int:
    """Return an upper bound of the bytes of the texts in these rows. All rows have the same columns."""
    if not rows:
        return 0
    texts = [at for at, value in enumerate(rows[0]) if isinstance(value, str)]
    found = [row[at] for row in rows for at in texts if row[at] is not None]
    return sum([len(text) if text.isascii() else 4 * len(text) for text in found])


def too_large() -> ImError:
    """Return the error for a read that returns more than any answer may hold."""
    detail = f"the answer is too large (limit {MOST_BYTES >> 20} MiB): ask for fewer entries"
    return ImError(Code.ARGS, detail)
