"""How many members one notification names: so many that clients can read it. Pure.

OpenIM's native clients break off a frame above 1 MiB. A member's texts may have 25,600 characters, and a notification
also has the group, with 41,984, and up to two more members.
"""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")

AT_ONCE: Final = 50
"""Members whom one notification names at most, as in OpenIM. Each has a version of its own, so that clients need not
ask."""
MOST_CHARACTERS: Final = 65_536
"""Characters of the texts of those whom one notification names, unless it is one alone."""


def parted(members: Iterable[tuple[T, int]], most: int = AT_ONCE) -> Iterator[list[T]]:
    """Part members, each with the number of characters of its texts, into those that one notification names."""
    part: list[T] = []
    size = 0
    for member, characters in members:
        if part and (len(part) == most or size + characters > MOST_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(member)
        size += characters
    if part:
        yield part
