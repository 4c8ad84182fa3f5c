"""The platforms that clients run on, and on how many of them a user may be logged in. Pure.

Source: ``openimsdk/protocol`` ``constant`` (platform numbers and classes, ``multiLogin`` policies).
"""

from enum import IntEnum
from typing import Final

IOS: Final = 1
ANDROID: Final = 2
WEB: Final = 5
ADMIN: Final = 10

PLATFORMS: Final = range(1, 12)
"""Every platform: 1 iOS, 2 Android, 3 Windows, 4 macOS, 5 Web, 6 mini program, 7 Linux, 8 Android pad, 9 iPad,
10 administrator, 11 HarmonyOS."""
PC: Final = "PC"

_CLASSES: Final = {
    IOS: "Mobile",
    ANDROID: "Mobile",
    3: PC,
    4: PC,
    WEB: "Web",
    6: "MiniWeb",
    7: PC,
    8: "Pad",
    9: "Pad",
    ADMIN: "Admin",
    11: "HarmonyOS",
}

_NAMES: Final = {
    1: "IOS",
    2: "Android",
    3: "Windows",
    4: "OSX",
    5: "Web",
    6: "MiniWeb",
    7: "Linux",
    8: "APad",
    9: "IPad",
    10: "Admin",
    11: "HarmonyOS",
}
"""The names of platforms in callbacks."""


class LoginPolicy(IntEnum):
    """Who has to go when a user logs in on one device more (``multiLogin.policy``)."""

    KEEP_ALL = 0
    ONE_PER_PLATFORM = 1
    ONE_PER_CLASS = 4
    PC_AND_ONE_OTHER = 5


def class_of(platform_id: int) -> str:
    """Return the class of a platform: the mobile phones are one, the computers one. Empty for what is no platform."""
    return _CLASSES.get(platform_id, "")


def platform_name(platform_id: int) -> str:
    """Return a platform's name, or an empty string for an unknown number."""
    return _NAMES.get(platform_id, "")
