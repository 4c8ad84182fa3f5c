"""The content of messages that administrators send: which types there are, and what each must have.

Source: open-im-server 3.8 ``internal/api/msg.go`` and ``pkg/apistruct/manage.go``.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from amity.errors import Code, ImError
from amity.wire.notification import ContentType

_decoder = msgspec.json.Decoder(dict[str, Any])
_PICTURE: Final = ("type", "width", "height", "url")
MOST_NAMED: Final = 1000
NOTIFICATIONS: Final = range(1000, 5001)
"""Content types that only the server sends."""
OF_ACCOUNT: Final = int(ContentType.OF_ACCOUNT)
"""What a notification account tells, and nobody else."""
_MIX_TYPES: Final = range(6)
_INT32: Final = range(-(2**31), 2**31)
_REQUIRED: Final[Mapping[int, tuple[str, ...]]] = {
    101: ("content",),
    102: ("sourcePicture", "bigPicture", "snapshotPicture"),
    103: ("sourceUrl", "duration"),
    104: ("videoUrl", "videoType", "videoSize", "duration", "snapshotUrl", "snapshotWidth", "snapshotHeight"),
    105: ("sourceUrl", "fileName", "fileSize"),
    106: ("atUserList",),
    110: ("data",),
    114: (),
    118: ("content",),
    OF_ACCOUNT: ("notificationName", "notificationType", "text"),
}
"""By content type: the members that OpenIM requires, none of which may be empty."""


def is_object(content: bytes) -> bool:
    """Return whether a content is a JSON object."""
    try:
        _decoder.decode(content)
    except (ValueError, RecursionError):
        return False
    return True


def require_content(content_type: int, content: msgspec.Raw) -> bytes:
    """Return the content of a message as it is stored: the caller's object, with everything in it. That of a
    notification account is a text within ``detail``, as in all notifications.

    Raises ``ImError``, ``ARGS`` (1001), for a type that is not sent so, and for an object that lacks a member.
    """
    required = _REQUIRED.get(content_type)
    if required is None:
        raise ImError(Code.ARGS, f"contentType: unsupported content type {content_type}")
    try:
        members = _decoder.decode(content)
    except (ValueError, RecursionError):
        raise ImError(Code.ARGS, "content: is no JSON object") from None
    for name in required:
        _require(members, name, "content")
    if content_type == 102:
        for name in required:
            picture = members[name]
            if not isinstance(picture, dict):
                raise ImError(Code.ARGS, f"content.{name}: is no object")
            for member in _PICTURE:
                _require(picture, member, f"content.{name}")
    if content_type == 106:
        named = members["atUserList"]
        if not isinstance(named, list) or len(named) > MOST_NAMED:
            raise ImError(Code.ARGS, f"content.atUserList: is a list of at most {MOST_NAMED} users")
    if content_type == OF_ACCOUNT:
        _require_number(members, "notificationType", _INT32)
        _require_number(members, "mixType", _MIX_TYPES)
        return msgspec.json.encode({"detail": bytes(content).decode()})
    return bytes(content)


def _require_number(members: Mapping[str, Any], name: str, allowed: range) -> None:
    number = members.get(name, 0)
    if not isinstance(number, int) or isinstance(number, bool) or number not in allowed:
        raise ImError(Code.ARGS, f"content.{name}: is a whole number from {allowed[0]} to {allowed[-1]}")


def named_in(content_type: int, content: bytes) -> list[str]:
    """Return the users whom the content of an @ message names, which ``require_content`` has returned."""
    named = _decoder.decode(content)["atUserList"] if content_type == 106 else ()
    return [each for each in named if isinstance(each, str)]


def _require(members: Mapping[str, Any], name: str, path: str) -> None:
    if not members.get(name):
        raise ImError(Code.ARGS, f"{path}.{name}: is missing or empty")
