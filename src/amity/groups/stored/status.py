"""What a group may be. The values are stored, and OpenIM's."""

from enum import IntEnum


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


WORKING = 2
"""``groupType`` of all groups."""
