"""What the server tells in a conversation, for its reader: who did it, and to whom. Pure.

Source: open-im-server 3.8 ``openimsdk/protocol`` ``sdkws``: such a content has its particulars as a text of JSON.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from amity.console.pages.messages.values import text_of
from amity.wire.notification import ContentType

_WHOM: Final = (
    *("invitedUserList", "kickedUserList", "memberList"),
    *("entrantUser", "quitUser", "mutedUser", "newGroupOwner"),
)
_MOST_NAMED: Final = 50
_SAID: Final[Mapping[int, str]] = {
    ContentType.GROUP_INFO_SET_ANNOUNCEMENT: "notification",
    ContentType.GROUP_INFO_SET_NAME: "groupName",
}
"""By type: the member of the group that was set."""
_decode = msgspec.json.Decoder().decode


def detail_of(members: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the particulars of what the server or a notification account tells; ``None`` for what is no such
    content."""
    detail = members.get("detail")
    if not isinstance(detail, str):
        return None
    try:
        found = _decode(detail)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def told_in(content_type: int, found: Mapping[str, Any]) -> str | None:
    """Return what these particulars say: who did what, and to whom or what. ``None`` where they say nothing of it."""
    if content_type == ContentType.MSG_REVOKE:
        return _named(found.get("revokerNickname"), found.get("revokerID"))
    if content_type == ContentType.BUSINESS:
        return _joined(*(_plain(found.get(name)) for name in ("key", "data"))) or None
    if content_type == ContentType.FRIEND_APPLICATION_APPROVED:
        return _friends(found) or None
    who = _user(found.get("opUser"))
    whom = [_user(each) for name in _WHOM for each in _listed(found.get(name))]
    if content_type in _SAID and isinstance(group := found.get("group"), dict):
        whom.append(_plain(group.get(_SAID[content_type])))
    return _joined(who, ", ".join(name for name in whom[:_MOST_NAMED] if name)) or None


def _friends(found: Mapping[str, Any]) -> str:
    """Return who are friends now, and with which words that was agreed to."""
    pair, request = (
        each if isinstance(each, dict) else {} for each in (found.get("fromToUserID"), found.get("request"))
    )
    both = [_named(request.get(f"{side}Nickname"), pair.get(f"{side}UserID")) for side in ("from", "to")]
    return _joined(", ".join(filter(None, both)), _plain(found.get("handleMsg")))


def _joined(who: str, what: str) -> str:
    return f"{who}: {what}" if who and what else who or what


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _user(found: Any) -> str:
    return _named(found.get("nickname"), found.get("userID")) if isinstance(found, dict) else ""


def _named(nickname: Any, user_id: Any) -> str:
    name, who = text_of(nickname), text_of(user_id)
    return f"{name} ({who})" if who and name and name != who else who


def _plain(value: Any) -> str:
    """Return a text or a number; empty for what is neither, and so says nothing here."""
    return "" if isinstance(value, dict | list) else text_of(value)
