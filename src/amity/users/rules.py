"""Validation of user ids, of lists of ids, and of the lengths of texts."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from amity.calls.bounded import entries_up_to
from amity.errors import Code, ImError, offending

MOST_ID_CHARACTERS = 128
MOST_NAMED = 1000
"""The most users that one call may name."""
FewIds = Annotated[list[str], entries_up_to(MOST_NAMED)]
"""The ids that a request names, ``MOST_NAMED`` at most."""
MOST_CHARACTERS = {"nickname": 1024, "faceURL": 8192, "ex": 65536, "remark": 1024, "reqMsg": 1024, "handleMsg": 1024}

_plain_id = re.compile(r"[A-Za-z0-9_.@-]{1,128}").fullmatch


def is_user_id(user_id: str) -> bool:
    """Return whether an id is 1 to 128 letters (of any script), decimal digits, ``_``, ``-``, ``.`` or ``@``."""
    if _plain_id(user_id):
        return True
    return 0 < len(user_id) <= MOST_ID_CHARACTERS and all(
        character.isalpha() or character.isdecimal() or character in "_-.@" for character in user_id
    )


def require_user_id(user_id: str, field: str) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), naming the field, unless ``user_id`` may be registered."""
    if not user_id:
        raise ImError(Code.ARGS, f"{field}: userID is empty")
    if not is_user_id(user_id):
        raise ImError(
            Code.ARGS,
            f"{field}: a userID is 1 to {MOST_ID_CHARACTERS} letters, digits, '_', '-', '.' or '@', "
            f"not {user_id[:140]!r}",
        )


def require_length(field: str, value: str | None) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if a text is longer than its field allows. ``field`` ends with the field's
    name on the wire."""
    most = MOST_CHARACTERS[field.rpartition(".")[2]]
    if value is not None and len(value) > most:
        raise ImError(Code.ARGS, f"{field}: {len(value)} characters, and at most {most} are allowed")


def require_some(field: str, ids: Sequence[str] | None) -> Sequence[str]:
    """Return the ids that a request names. Raises ``ImError``, ``ARGS`` (1001), for none and for more than
    ``MOST_NAMED``."""
    if not ids:
        raise ImError(Code.ARGS, f"{field} is empty")
    require_few(field, ids)
    return ids


def require_few(field: str, entries: Sequence[object], most: int = MOST_NAMED) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if there are more entries than ``most``."""
    if len(entries) > most:
        raise ImError(Code.ARGS, f"{field}: {len(entries)} entries, and at most {most} are allowed")


def require_distinct(field: str, ids: Iterable[str]) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), naming the ids that occur more than once."""
    if repeated := repeated_ids(ids):
        raise ImError(Code.ARGS, f"{field}: repeated: {offending(repeated)}")


def repeated_ids(ids: Iterable[str]) -> list[str]:
    """Return the ids that occur more than once, each once, in the order of their second occurrence."""
    seen: set[str] = set()
    repeated: dict[str, None] = {}
    for user_id in ids:
        if user_id in seen:
            repeated[user_id] = None
        seen.add(user_id)
    return list(repeated)
