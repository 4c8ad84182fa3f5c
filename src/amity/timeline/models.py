"""Timelines and messages as they are stored."""

import hashlib
from enum import IntEnum
from typing import Final, NamedTuple

PART_MS: Final = 43_200_000
"""Milliseconds of the parts of time by which messages are found again: half a day."""


class Form(IntEnum):
    """What a timeline is of. The values are stored."""

    CHAT = 1
    """The chat of two users, or of one with itself: ``si_``."""
    GROUP = 3
    ACCOUNT = 4
    """What a notification account tells a user: ``sn_``."""
    NOTICES = 11
    """Stored notifications between two users, or of one: ``n_``."""
    GROUP_NOTICES = 13


_GROUP, _GROUP_NOTICES = Form.GROUP, Form.GROUP_NOTICES  # a member is looked up each time it is named by its class

TALK: Final = (Form.CHAT, Form.GROUP)
"""Timelines of what people write to each other. Their messages are found by their texts."""


class Place(NamedTuple):
    """Which timeline: its form, and the numbers of its users, the smaller first, or of its group and 0.

    OpenIM's conversation ids do not serve for that: user ids may contain what parts them, so two pairs may have one.
    """

    form: Form
    first: int
    second: int


def place_of(form: Form, one: int, other: int = 0) -> Place:
    """Return the timeline of two users, or of a group."""
    if form is _GROUP or form is _GROUP_NOTICES:
        return Place(form, one, 0)
    return Place(form, one, other) if one < other else Place(form, other, one)


class Draft(NamedTuple):
    """A message that is to be stored. Times in milliseconds since 1970.

    ``sender`` is a user's number; ``once`` is from ``once_of``. ``body`` is what is stored of it, whatever its form.
    """

    place: Place
    sender: int
    sent_at: int
    created_at: int
    once: int
    body: bytes

    @property
    def key(self) -> tuple[int, int]:
        """What names the message, whatever else of it has changed."""
        return self.sender, self.once


class Stored(NamedTuple):
    """A message that is stored: ``timeline`` is the number of its timeline. ``is_repeat``: it was there before, and the
    draft is dropped; the timeline may then be another one than the draft's."""

    timeline: int
    seq: int
    sent_at: int
    is_repeat: bool


class Message(NamedTuple):
    """A stored message."""

    seq: int
    sender: int
    sent_at: int
    body: bytes


class Ends(NamedTuple):
    """The numbers between which a timeline has messages, and when the newest was sent. ``newest`` is 0 where there is
    none."""

    oldest: int
    newest: int
    last_at: int


def once_of(sender: int, client_msg_id: str) -> int:
    """Return the number by which a message is found again: 63 bits of a hash of its sender and the client's id.

    With a hundred million messages in half a day, two of them have one number in one of a thousand half days.
    """
    digest = hashlib.blake2b(f"{sender}:{client_msg_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def part_of(time: int) -> int:
    """Return the part of time to which a time in milliseconds belongs."""
    return time // PART_MS
