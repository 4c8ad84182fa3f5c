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


def told_in(content_type: int, members: Mapping[str, Any]) -> str | None:
    """Return who did what the server tells, and to whom or what; ``None`` for what is no such content."""
    detail = members.get("detail")
    if not isinstance(detail, str):
        return None
    try:
        found = _decode(detail)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    if content_type == ContentType.MSG_REVOKE:
        return _named(found.get("revokerNickname"), found.get("revokerID"))
    who = _user(found.get("opUser"))
    whom = [_user(each) for name in _WHOM for each in _listed(found.get(name))]
    if content_type in _SAID and isinstance(group := found.get("group"), dict):
        whom.append(text_of(group.get(_SAID[content_type])))
    names = ", ".join(name for name in whom[:_MOST_NAMED] if name)
    return f"{who}: {names}" if who and names else who or names


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _user(found: Any) -> str:
    return _named(found.get("nickname"), found.get("userID")) if isinstance(found, dict) else ""


def _named(nickname: Any, user_id: Any) -> str:
    name, who = text_of(nickname), text_of(user_id)
    return f"{name} ({who})" if who and name and name != who else who
