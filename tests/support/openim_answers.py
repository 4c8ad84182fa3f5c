"""What OpenIM's server 3.8 does with the answer to a callback. Pure, and independent of amity.

It ignores the HTTP status. A refusal is ``actionCode`` 0 with ``nextCode`` 1; with any other codes the action goes on,
and takes from the answer the fields that its callback knows. What those fields do is recorded, or read in its source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from tests.support.go_json import Kind, Malformed, array, decoded, flag, integer, named, octets, struct, text

NETWORK_ERROR: Final = 90004
DATA_ERROR: Final = 90007
ARGS_ERROR: Final = 1001
INTERNAL_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The action is done. ``replaced`` are the fields of its request that have the answer's values instead.

    A field that OpenIM empties is there with an empty value: the action then leaves the old value as it is.
    """

    replaced: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refuses:
    """The action is not done. The API's caller is told the code, the text and the detail, if there is a caller."""

    code: int
    message: str
    detail: str


@dataclass(frozen=True, slots=True)
class Crashes:
    """The action is not done, and the API's caller gets HTTP 500 with an empty body."""

    reason: str


Outcome = GoesOn | Refuses | Crashes

WITHOUT_CALLER: Final = frozenset(
    {
        "callbackBeforeOnlinePushCommand",
        "callbackBeforeGroupOnlinePushCommand",
        "callbackBeforeOfflinePushCommand",
        "callbackBeforeCreateSingleChatConversationsCommand",
        "callbackBeforeCreateGroupChatConversationsCommand",
    }
)
"""The callbacks whose refusal no API caller sees: only the push or the conversation is left out."""


def read_answer(command: str, request: Mapping[str, Any], status: int, body: bytes) -> Outcome:
    """Return what the server does with the answer to a before-callback. ``request`` is the callback's body.

    ``status`` counts for nothing, as in OpenIM's server, which reads the body of every answer.
    """
    fields = _FIELDS.get(command, {})
    try:
        answer = decoded(body, struct(_COMMON | {name: each.kind for name, each in fields.items()})) or {}
    except Malformed as error:
        return Refuses(DATA_ERROR, "DataError", f"{error} response format error")
    if answer.get("actionCode", 0) == 0 and answer.get("nextCode", 0) == 1:
        return Refuses(answer.get("errCode", 0), answer.get("errMsg", ""), answer.get("errDlt", ""))
    replaced = {name: value for name, each in fields.items() for value in each.replacing(answer.get(name))}
    special = _SPECIAL.get(command)
    return (special and special(request, replaced)) or GoesOn(replaced)


def no_answer(url: str, reason: str) -> Refuses:
    """Return what the server does if there is no answer. ``reason`` is Go's: ``EOF``, ``context deadline exceeded``."""
    return Refuses(NETWORK_ERROR, "NetworkError", f'Error: Post "{url}": {reason} HTTP request failed | -> …')


class _Effect(Enum):
    """What a field of an approving answer does."""

    IF_GIVEN = auto()
    IF_NOT_EMPTY = auto()
    ALWAYS = auto()  # one that is not given empties the request's
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class _Field:
    kind: Kind
    effect: _Effect
    empty: Any = None

    def replacing(self, given: Any) -> tuple[Any, ...]:
        """Return the value that replaces the request's; nothing if that is kept."""
        match self.effect:
            case _Effect.IF_GIVEN if given is not None:
                return (given,)
            case _Effect.IF_NOT_EMPTY if given:
                return (given,)
            case _Effect.ALWAYS:
                return (self.empty if given is None else given,)
        return ()


def _all(effect: _Effect, kind: Kind, *names: str, empty: Any = None) -> dict[str, _Field]:
    return {name: _Field(kind, effect, empty) for name in names}


_INT32: Final = integer(32)
_TEXTS: Final = array(text, "")

_COMMON: Final[dict[str, Kind]] = {
    "actionCode": _INT32,
    "errCode": _INT32,
    "errMsg": text,
    "errDlt": text,
    "nextCode": _INT32,
}

_USER: Final[dict[str, tuple[Kind, Any]]] = {
    "userID": (text, ""),
    "nickname": (text, ""),
    "faceURL": (text, ""),
    "ex": (text, ""),
    "createTime": (integer(64), 0),
    "appMangerLevel": (_INT32, 0),
    "globalRecvMsgOpt": (_INT32, 0),
}
_OFFLINE_PUSH: Final[dict[str, tuple[Kind, Any]]] = {
    "title": (text, ""),
    "desc": (text, ""),
    "ex": (text, ""),
    "iOSPushSound": (text, ""),
    "iOSBadgeCount": (flag, False),
    "signalInfo": (text, ""),
}
_JOINING: Final[dict[str, Kind]] = {
    "userID": text,
    "nickname": text,
    "faceURL": text,
    "roleLevel": _INT32,
    "muteEndTime": integer(64),
    "ex": text,
}


def _whole(fields: Mapping[str, tuple[Kind, Any]]) -> Kind:
    """Return the kind of an object whose fields are empty where they are not given."""
    given = struct({name: kind for name, (kind, _) in fields.items()})
    return lambda value: {name: empty for name, (_, empty) in fields.items()} | given(value)


_CONVERSATION: Final = (
    _all(_Effect.IF_GIVEN, _INT32, "recvMsgOpt", "burnDuration", "groupAtType")
    | _all(_Effect.IF_GIVEN, flag, "isPinned", "isPrivateChat")
    | _all(_Effect.IF_GIVEN, text, "attachedInfo", "ex")
)
_GROUP_NUMBERS: Final = ("needVerification", "lookMemberInfo", "applyMemberFriend")

_FIELDS: Final[dict[str, dict[str, _Field]]] = {
    "callbackBeforeSetFriendRemarkCommand": _all(_Effect.IF_NOT_EMPTY, text, "remark"),
    "callbackBeforeImportFriendsCommand": _all(_Effect.IF_NOT_EMPTY, _TEXTS, "friendUserIDs"),
    "callbackBeforeUserRegisterCommand": _all(_Effect.IF_NOT_EMPTY, array(_whole(_USER), None), "users"),
    "callbackBeforeUpdateUserInfoCommand": _all(_Effect.IF_GIVEN, text, "nickName", "faceURL", "ex"),
    "callbackBeforeUpdateUserInfoExCommand": _all(_Effect.IF_GIVEN, text, "nickName", "faceURL", "ex"),
    "callbackBeforeMsgModifyCommand": _all(
        _Effect.IF_GIVEN,
        text,
        *("content", "recvID", "groupID", "clientMsgID", "serverMsgID", "senderNickname", "senderFaceURL"),
        *("attachedInfo", "ex"),
    )
    | _all(_Effect.IF_GIVEN, _INT32, "senderPlatformID", "sessionType", "msgFrom", "contentType", "status")
    | _all(_Effect.IF_GIVEN, named(flag, empty=False), "options")
    | _all(_Effect.IF_GIVEN, _TEXTS, "atUserIDList")
    | _all(_Effect.IF_GIVEN, _whole(_OFFLINE_PUSH), "offlinePushInfo")
    | _all(_Effect.NEVER, octets, "msgDataList"),
    "callbackBeforeOnlinePushCommand": _all(_Effect.NEVER, _TEXTS, "userIDList")
    | _all(_Effect.NEVER, _whole(_OFFLINE_PUSH), "offlinePushInfo"),
    "callbackBeforeGroupOnlinePushCommand": _all(_Effect.IF_NOT_EMPTY, _TEXTS, "userIDList")
    | _all(_Effect.NEVER, _whole(_OFFLINE_PUSH), "offlinePushInfo"),
    "callbackBeforeOfflinePushCommand": _all(_Effect.IF_NOT_EMPTY, _TEXTS, "userIDList")
    | _all(_Effect.IF_GIVEN, _whole(_OFFLINE_PUSH), "offlinePushInfo"),
    "callbackBeforeCreateGroupCommand": _all(
        _Effect.IF_GIVEN, text, "groupID", "groupName", "notification", "introduction", "faceURL", "ex", "creatorUserID"
    )
    | _all(_Effect.IF_GIVEN, _INT32, "status", "groupType", "needVerification", "lookMemberInfo")
    | _all(_Effect.NEVER, text, "ownerUserID")
    | _all(_Effect.NEVER, _INT32, "applyMemberFriend"),
    "callbackBeforeMembersJoinGroupCommand": _all(
        _Effect.IF_NOT_EMPTY, array(struct(_JOINING), None), "memberCallbackList"
    ),
    "callbackBeforeInviteJoinGroupCommand": _all(_Effect.NEVER, _TEXTS, "refusedMembersAccount"),
    "callbackBeforeSetGroupMemberInfoCommand": _all(_Effect.IF_GIVEN, text, "nickName", "faceURL", "ex")
    | _all(_Effect.IF_GIVEN, _INT32, "roleLevel"),
    "callbackBeforeSetGroupInfoCommand": _all(
        _Effect.ALWAYS, text, "groupID", "groupName", "introduction", "faceURL", empty=""
    )
    | _all(_Effect.IF_GIVEN, text, "ex")
    | _all(_Effect.IF_GIVEN, _INT32, *_GROUP_NUMBERS)
    | _all(_Effect.NEVER, text, "notification"),
    "callbackBeforeSetGroupInfoExCommand": _all(_Effect.ALWAYS, text, "groupID", empty="")
    | _all(_Effect.ALWAYS, text, "groupName", "introduction", "faceURL", "ex")
    | _all(_Effect.ALWAYS, _INT32, *_GROUP_NUMBERS)
    | _all(_Effect.NEVER, text, "notification"),
    "callbackBeforeCreateSingleChatConversationsCommand": _CONVERSATION,
    "callbackBeforeCreateGroupChatConversationsCommand": _CONVERSATION,
}


def _registers(_: Mapping[str, Any], replaced: Mapping[str, Any]) -> Outcome | None:
    return Crashes("a user is null") if None in replaced.get("users", ()) else None


def _updates_user(request: Mapping[str, Any], replaced: Mapping[str, Any]) -> Outcome | None:
    # The request has no ex, even if the user has sent one; that is not to be seen here.
    missing = [name for name in replaced if request.get(name) is None]
    return Crashes(f"the request has no {', '.join(missing)}") if missing else None


def _modifies_message(_: Mapping[str, Any], replaced: Mapping[str, Any]) -> Outcome | None:
    if (content := replaced.get("content")) is not None:
        try:
            decoded(content.encode(), struct({}))
        except Malformed:
            return Refuses(ARGS_ERROR, "ArgsError", f"webhook msg modify content is not json, content={content}")
    if "offlinePushInfo" in replaced:
        return Crashes("the message has no offlinePushInfo")  # if it has, the request does not say so
    return None


def _changes_joining(request: Mapping[str, Any], replaced: Mapping[str, Any]) -> Outcome | None:
    changes = replaced.get("memberCallbackList", [])
    if any(each is None or "userID" not in each for each in changes):
        return Crashes("a member without userID")
    joining = {each["userID"] for each in request["memberList"]}
    known = [each for each in changes if each["userID"] in joining]
    return GoesOn({"memberCallbackList": known} if known else {})


def _sets_group(_: Mapping[str, Any], replaced: Mapping[str, Any]) -> Outcome | None:
    if replaced["groupID"]:
        return None
    return Refuses(INTERNAL_ERROR, "ServerInternalError", "mongo: no documents in result")


_SPECIAL: Final[dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Outcome | None]]] = {
    "callbackBeforeUserRegisterCommand": _registers,
    "callbackBeforeUpdateUserInfoExCommand": _updates_user,
    "callbackBeforeMsgModifyCommand": _modifies_message,
    "callbackBeforeMembersJoinGroupCommand": _changes_joining,
    "callbackBeforeSetGroupInfoCommand": _sets_group,
    "callbackBeforeSetGroupInfoExCommand": _sets_group,
}
