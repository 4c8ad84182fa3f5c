"""What a member of a group may be, and how it came in. The values are stored, and OpenIM's."""

from enum import IntEnum


class Role(IntEnum):
    """What a member is in its group."""

    ORDINARY = 20
    ADMIN = 60
    OWNER = 100


class JoinSource(IntEnum):
    """How a member came into a group."""

    ADMIN = 1
    INVITATION = 2
    SEARCH = 3
    QR_CODE = 4
