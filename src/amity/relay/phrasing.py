"""The one answer that OpenIM's server obeys.

OpenIM's server takes integers only, and it rejects where ``actionCode`` is 0 and ``nextCode`` is 1. Some replacements
it ignores, some it cannot do, and from some it crashes: each is refused here by name. Two of its callbacks blank what
an answer does not name: it is named here.

Source: internal/rpc and internal/push of open-im-server 3.8, read and recorded.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from amity.errors import Code, ImError, offending
from amity.users.rules import MOST_NAMED, repeated_ids

Fields = dict[str, Any]
Request = Mapping[str, Any]

_encode = msgspec.json.Encoder().encode
_GO_ON = {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}
ALLOWED = _encode(_GO_ON)
"""The answer that changes nothing, to an after-callback too."""


class Inexpressible(Exception):
    """OpenIM's server cannot do what the answer says. The text says what."""


def approval(setting: str, request: Request, change: Fields) -> bytes:
    """Return the answer to a before-callback that goes on with ``change`` in place of fields of ``request``.

    Raises ``Inexpressible``; ``ImError``, ``DATA`` (90007), for a replacement that is not allowed.
    """
    rule = _RULES.get(setting)
    if rule is not None:
        change = rule(request, change)
    return _encode(_GO_ON | change) if change else ALLOWED


def rejection(error: ImError) -> bytes:
    """Return the answer that refuses with an error's code and texts. OpenIM's server would call 0 a success."""
    code = error.code if error.code and -(2**31) <= error.code < 2**31 else int(Code.CALLBACK)
    return _encode({"actionCode": 0, "errCode": code, "errMsg": error.message, "errDlt": error.detail, "nextCode": 1})


def _import_friends(request: Request, change: Fields) -> Fields:
    friends = change.get("friendUserIDs")
    if friends is None:
        return change
    if not friends:
        raise Inexpressible("the app's answer leaves nobody to import, and OpenIM would import everybody")
    if len(friends) > MOST_NAMED:
        raise _malformed(f"friendUserIDs: {len(friends)} entries, and 1 to {MOST_NAMED} are allowed")
    if "" in friends:
        raise _malformed("friendUserIDs: an entry is empty")
    if repeated := repeated_ids(friends):
        raise _malformed(f"friendUserIDs: repeated: {offending(repeated)}")
    if request.get("ownerUserID") in friends:
        raise _malformed("friendUserIDs: names the owner")
    return change


def _register(_request: Request, change: Fields) -> Fields:
    users = change.get("users")
    if users is None:
        return change
    if not users:
        raise Inexpressible("the app's answer leaves nobody to register, and OpenIM would register everybody")
    ids = [user["userID"] for user in users]
    if "" in ids:
        raise _malformed("users: a userID is empty")
    if repeated := repeated_ids(ids):
        raise _malformed(f"users: repeated: {offending(repeated)}")
    return change


def _not_empty(*names: str) -> Callable[[Request, Fields], Fields]:
    """Return the rule of fields that OpenIM leaves as they are where the answer empties them."""

    def rule(_request: Request, change: Fields) -> Fields:
        for name in names:
            if change.get(name) == "":
                raise Inexpressible(f"{name}: the app's answer empties it, and OpenIM would not")
        return change

    return rule


def _update_user_info_ex(request: Request, change: Fields) -> Fields:
    # The request has null for what the caller does not set, and for ex always: OpenIM crashes if that is replaced.
    for name in change:
        if name == "ex" or request.get(name) is None:
            raise Inexpressible(f"{name}: the app's answer sets it, and OpenIM replaces only what the caller sets")
    return change


def _modify_message(_request: Request, change: Fields) -> Fields:
    if "offlinePushInfo" in change:
        raise Inexpressible("offlinePushInfo: the app's answer sets it, and OpenIM fails where a message has none")
    content = change.get("content")
    if content is not None:
        try:
            msgspec.json.decode(content, type=dict[str, msgspec.Raw] | None)
        except msgspec.DecodeError:
            raise _malformed("content: is no JSON object in a text") from None
    return change


def _invite(request: Request, change: Fields) -> Fields:
    if change.get("refusedMembersAccount"):
        raise Inexpressible("refusedMembersAccount: the app's answer refuses some, and OpenIM would invite all")
    _require_same(request, change, "invitedUserIDs")
    return change


def _receivers(_request: Request, change: Fields) -> Fields:
    if change.get("userIDList") == []:
        raise Inexpressible("userIDList: the app's answer leaves nobody, and OpenIM would push to everybody")
    return change


def _online_receivers(request: Request, change: Fields) -> Fields:
    receivers = change.get("userIDList")
    asked = request.get("userIDList")
    if receivers is not None and set(receivers) != set(asked if isinstance(asked, list) else []):
        raise Inexpressible("userIDList: the app's answer changes it, and OpenIM would push to all the same")
    return change


def _create_group(request: Request, change: Fields) -> Fields:
    members = request.get("initMemberList")
    owners = [
        member.get("userID")
        for member in (members if isinstance(members, list) else [])
        if isinstance(member, dict) and member.get("roleLevel") == _OWNER_LEVEL
    ]
    if "ownerUserID" in change and change["ownerUserID"] not in owners:
        raise Inexpressible("ownerUserID: the app's answer changes it, and OpenIM would not")
    _require_same(request, change, "applyMemberFriend")
    _require_same(request, change, "initMemberList")
    return change


def _set_group_info(request: Request, change: Fields) -> Fields:
    for name in _BLANKED:
        if change.get(name) == "" != request.get(name):
            raise Inexpressible(f"{name}: the app's answer empties it, and OpenIM would not")
    return _named("beforeSetGroupInfo", request, change)


def _set_group_info_ex(request: Request, change: Fields) -> Fields:
    if str(change.get("groupName", "-")).strip() == "":
        raise Inexpressible("groupName: the app's answer empties it, and OpenIM would then change nothing")
    return _named("beforeSetGroupInfoEx", request, change)


def _named(setting: str, request: Request, change: Fields) -> Fields:
    """Name what OpenIM blanks where it is not named."""
    _require_same(request, change, "groupID")
    _require_same(request, change, "notification")
    return {name: request[name] for name in NAMED_BY_RELAY[setting] if request.get(name) is not None} | change


def _require_same(request: Request, change: Fields, name: str) -> None:
    if name in change and change[name] != request.get(name):
        raise Inexpressible(f"{name}: the app's answer changes it, and OpenIM would not")


def _malformed(detail: str) -> ImError:
    return ImError(Code.DATA, f"the app's callback gave a malformed answer: {detail}")


_OWNER_LEVEL = 100
_BLANKED = ("groupName", "faceURL", "introduction")
_BLANKED_BY_EX = (
    *_BLANKED,
    "ex",
    "needVerification",
    "lookMemberInfo",
    "applyMemberFriend",
)
NAMED_BY_RELAY: Mapping[str, tuple[str, ...]] = {
    "beforeSetGroupInfo": ("groupID", *_BLANKED),
    "beforeSetGroupInfoEx": ("groupID", *_BLANKED_BY_EX),
}
"""By the key in the settings: the fields that an answer names in any case."""
_RULES: Mapping[str, Callable[[Request, Fields], Fields]] = {
    "beforeImportFriends": _import_friends,
    "beforeUserRegister": _register,
    "beforeSetFriendRemark": _not_empty("remark"),
    "beforeUpdateUserInfo": _not_empty("nickName", "faceURL", "ex"),
    "beforeUpdateUserInfoEx": _update_user_info_ex,
    "beforeMsgModify": _modify_message,
    "beforeInviteUserToGroup": _invite,
    "beforeOnlinePush": _online_receivers,
    "beforeGroupOnlinePush": _receivers,
    "beforeOfflinePush": _receivers,
    "beforeCreateGroup": _create_group,
    "beforeSetGroupInfo": _set_group_info,
    "beforeSetGroupInfoEx": _set_group_info_ex,
}
"""By the key in the settings. What they let through OpenIM's server does as it is."""
