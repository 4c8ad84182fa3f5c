"""Numbers in the queries and forms of the console. Pure."""

from collections.abc import Mapping
from typing import Final

from amity.errors import Code, ImError

_MOST_DIGITS: Final = 18
_MOST_PAGES: Final = 1_000_000


def number_in(values: Mapping[str, str], name: str, default: int = 0) -> int:
    """Return a whole number of a query or a form, ``default`` where it has none. Raises ``ImError``, ``ARGS`` (1001),
    if it is none below 2 to the 63rd."""
    text = values.get(name, "")
    if not text:
        return default
    if len(text) > _MOST_DIGITS or not (text.isascii() and text.isdigit()):
        raise ImError(Code.ARGS, f"{name}: is no whole number")
    return int(text)


def page_in(values: Mapping[str, str]) -> int:
    """Return which page of a list a query or a form asks for, from 1. Raises ``ImError`` as ``number_in`` does."""
    return min(max(number_in(values, "page", 1), 1), _MOST_PAGES)
