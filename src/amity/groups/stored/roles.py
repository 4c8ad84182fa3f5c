"""What a group, and a member of one, may be. The values are stored, and OpenIM's."""

from enum import IntEnum


class Role(IntEnum):
    """What a member is in its group."""

    ORDINARY = 20
    ADMIN = 60
    OWNER = 100


class Status(IntEnum):
    """What a group is."""

    OPEN = 0
    DISMISSED = 2
    MUTED = 3


class Verification(IntEnum):
    """Who gets into a group without being let in by its managers."""

    UNLESS_INVITED = 0
    """Those whom a member invites."""
    ALL = 1
    """Nobody, but those whom its managers invite."""
    NONE = 2
    """Everybody who asks."""


class JoinSource(IntEnum):
    """How a member came into a group."""

    ADMIN = 1
    INVITATION = 2
    SEARCH = 3
    QR_CODE = 4


class Result(IntEnum):
    """What became of a wish to join."""

    WAITING = 0
    AGREED = 1
    REFUSED = -1


WORKING = 2
"""``groupType`` of all groups."""
