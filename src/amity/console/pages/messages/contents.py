"""What the content of a message says to its reader, and where its files are. Pure.

A page of the console shows no file of another server, so a picture is its name and a link.

Source: openim-sdk-core 3.8 ``sdk_struct``.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from amity.console.pages.messages.told import detail_of, told_in
from amity.console.pages.messages.values import text_of
from amity.texts import cut
from amity.wire.notification import ContentType

MOST_CHARACTERS: Final = 4000
"""Characters of a message that a page shows. An export has all of them."""
KINDS: Final = (101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 114, 115, 117, 118, int(ContentType.MSG_REVOKE))
"""The types that may be searched for."""
MOST_WRITTEN: Final = 999
"""The last of the types that people send: above are the server's notifications."""
DELETED: Final = 4
"""``status`` of what stands for a message that was deleted for everybody."""
_LONGEST_LINK: Final = 2000
"""Characters of an address that a page shows. A longer one is a text that is cut: its beginning leads elsewhere."""
_SCHEMES: Final = ("https://", "http://")
_log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder().decode


class Content(NamedTuple):
    """What a message says, and the addresses of its files; only those that a browser can open. ``fails`` is whether it
    could not be read."""

    text: str
    links: tuple[str, ...] = ()
    fails: bool = False


Members = Mapping[str, Any]


def content_of(content_type: int, content: bytes, *, most: int = MOST_CHARACTERS) -> Content:
    """Return what a content says, cut to ``most`` characters; 0 is all of it. What is not as OpenIM's clients make it
    is shown as it is stored. Whatever is stored, it raises nothing: the page has other messages, too."""
    try:
        found = _read(content_type, content)
        return _bounded(found, most) if most else found
    except Exception:  # noqa: BLE001 - a message that cannot be shown does not hide the others
        _log.exception("console: a message of the type %d cannot be shown", content_type)
        return Content("", fails=True)


def _bounded(found: Content, most: int) -> Content:
    short = tuple(each for each in found.links if len(each) <= _LONGEST_LINK)
    long = [cut(each, _LONGEST_LINK) for each in found.links if len(each) > _LONGEST_LINK]
    return Content("\n".join([cut(found.text, most), *long]), short)


def _read(content_type: int, content: bytes) -> Content:
    written = Content(content.decode(errors="replace"))
    try:
        members = _decode(content)
    except (msgspec.MsgspecError, RecursionError):
        return written
    if not isinstance(members, dict):
        return written
    if read := _READERS.get(content_type):
        return read(members)
    detail = detail_of(members)
    if detail is None:
        return written
    if content_type == ContentType.OF_ACCOUNT:
        return _of_account(detail) or written
    told = told_in(content_type, detail)
    return written if told is None else Content(told)


def _text(members: Members, *names: str) -> str:
    """Return the texts of members, those that there are."""
    return " ".join(filter(None, (text_of(members.get(name)) for name in names)))


def _member(members: Members, name: str) -> Members:
    found = members.get(name)
    return found if isinstance(found, dict) else {}


def _links(*addresses: object) -> tuple[str, ...]:
    """Return addresses that may be links: a script is none."""
    return tuple(each for each in addresses if isinstance(each, str) and each.lower().startswith(_SCHEMES))


def _quote(members: Members) -> Content:
    quoted = _member(members, "quoteMessage")
    said = ""
    content, content_type = quoted.get("content"), quoted.get("contentType")
    if isinstance(content, str) and isinstance(content_type, int) and content_type != 114:
        said = content_of(content_type, content.encode(errors="replace")).text
    who = _text(quoted, "senderNickname") or _text(quoted, "sendID")
    return Content(f"{_text(members, 'text')}\n\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK} {who}: {cut(said, 200)}")


def _picture(members: Members) -> Content:
    source = _member(members, "sourcePicture")
    return Content(
        _name(_text(source, "uuid") or _text(members, "sourcePath")) or _name(_text(source, "url")),
        _links(source.get("url")),
    )


def _of_account(detail: Members) -> Content | None:
    """Return what a notification account tells, and ``None`` for nothing."""
    files = [link for name, kind in _FILES.items() for link in _READERS[kind](_member(detail, name)).links]
    told = Content(_text(detail, "text"), (*_links(detail.get("externalUrl")), *files))
    return told if any(told) else None


def _name(path: str) -> str:
    """Return the last part of a path."""
    return path.replace("\\", "/").rpartition("/")[2]


_READERS: Final[Mapping[int, Callable[[Members], Content]]] = {
    101: lambda found: Content(_text(found, "content")),
    102: _picture,
    103: lambda found: Content(
        f"{_name(_text(found, 'soundPath') or _text(found, 'sourceUrl'))} {_text(found, 'duration')} s",
        _links(found.get("sourceUrl")),
    ),
    104: lambda found: Content(
        f"{_name(_text(found, 'videoPath') or _text(found, 'videoUrl'))} {_text(found, 'duration')} s",
        _links(found.get("videoUrl"), found.get("snapshotUrl")),
    ),
    105: lambda found: Content(_text(found, "fileName"), _links(found.get("sourceUrl"))),
    106: lambda found: Content(_text(found, "text")),
    107: lambda found: Content(_text(found, "title")),
    108: lambda found: Content(_text(found, "nickname", "userID")),
    109: lambda found: Content(_text(found, "description", "latitude", "longitude")),
    110: lambda found: Content(_text(found, "description", "data")),
    114: _quote,
    115: lambda found: Content(_text(found, "data", "index")),
    117: lambda found: Content(_text(found, "text")),
    118: lambda found: Content(_text(found, "content")),
}
"""What reads the content of a type."""
_FILES: Final = {"pictureElem": 102, "soundElem": 103, "videoElem": 104, "fileElem": 105}
"""The types of what a notification account tells beside its text."""
