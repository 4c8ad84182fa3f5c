"""The content types that a callback's settings name: numbers, and ranges of them. Pure."""

from collections.abc import Sequence


def ranges_of(entries: Sequence[int | str]) -> tuple[range, ...]:
    """Return the types that entries such as ``101`` and ``"200-500"`` name; both ends of a range belong to it.

    Raises ``ValueError`` for a range that ends before it begins.
    """
    return tuple(map(_range_of, entries))


def _range_of(entry: int | str) -> range:
    if isinstance(entry, int):
        return range(entry, entry + 1)
    first, _, last = entry.partition("-")
    begin, end = int(first), int(last or first)
    if end < begin:
        raise ValueError(f"the range {entry} ends before it begins")
    return range(begin, end + 1)
