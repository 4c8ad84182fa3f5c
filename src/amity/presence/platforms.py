"""Names of platforms in callbacks.

Source: ``openimsdk/protocol`` ``constant`` (platform numbers and names).
"""

_NAMES = {
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


def platform_name(platform_id: int) -> str:
    """Return a platform's name, or an empty string for an unknown number."""
    return _NAMES.get(platform_id, "")
