"""The content of messages that administrators send: which types there are, and what each must have.

Source: open-im-server 3.8 ``internal/api/msg.go`` and ``pkg/apistruct/manage.go``.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from amity.errors import Code, ImError

_decoder = msgspec.json.Decoder(dict[str, Any])
_PICTURE: Final = ("type", "width", "height", "url")
MOST_NAMED: Final = 1000
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
}
"""By content type: the members that OpenIM requires, none of which may be empty."""


def require_content(content_type: int, content: msgspec.Raw) -> bytes:
    """Return the content of a message as it is stored: the caller's object, with everything in it.

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
    return bytes(content)


def named_in(content_type: int, content: bytes) -> list[str]:
    """Return the users whom the content of an @ message names, which ``require_content`` has returned."""
    named = _decoder.decode(content)["atUserList"] if content_type == 106 else ()
    return [each for each in named if isinstance(each, str)]


def _require(members: Mapping[str, Any], name: str, path: str) -> None:
    if not members.get(name):
        raise ImError(Code.ARGS, f"{path}.{name}: is missing or empty")
