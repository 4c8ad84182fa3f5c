"""How much one notification holds: so much that clients can read it. Pure.

OpenIM's native clients break off a frame above 1 MiB, counted as it is sent. What a notification says is JSON in JSON,
where a control character has 7 bytes, and to clients in JavaScript it goes as base64, which is a third longer. A group
has texts of 41,984 characters, a member of 25,600, a user's profile of 74,752; and a notification may have the group
and an applicant twice, or several members.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

import msgspec

from amity.groups.models import GroupMember, GroupRequest
from amity.groups.notices import Told
from amity.users.models import PublicUser

T = TypeVar("T")
_Told = TypeVar("_Told", bound=Told)

AT_ONCE: Final = 50
"""Members whom one notification names at most, as in OpenIM. Each has a version of its own, so that clients need not
ask."""
MOST_CHARACTERS: Final = 32_768
"""Characters of the texts of those whom one notification names, unless it is one alone: up to 229,376 bytes, with the
group and two more users 652,288."""
MOST_BYTES: Final = 760 * 1024
"""Bytes of JSON in a notification, which are 1 MiB in base64 with what is around them."""

_encode = msgspec.json.Encoder().encode


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


def fitting(told: _Told) -> _Told:
    """Return what a notification says, without the ``ex`` of the users and the application in it if it would be too
    long. Clients fetch what they are told of."""
    if size_of(told) <= MOST_BYTES:
        return told
    cut = {name: _without_ex(getattr(told, name)) for name in told.__struct_fields__}
    return msgspec.structs.replace(told, **cut)


def size_of(told: Told) -> int:
    """Return how many bytes of JSON a notification has that says this: it is a text in JSON there."""
    encoded = _encode(told)
    return len(encoded) + encoded.count(b'"') + encoded.count(b"\\")


def _without_ex(value: Any) -> Any:
    if isinstance(value, GroupRequest):
        return msgspec.structs.replace(value, ex="", user_info=_without_ex(value.user_info))
    return msgspec.structs.replace(value, ex="") if isinstance(value, GroupMember | PublicUser) else value
