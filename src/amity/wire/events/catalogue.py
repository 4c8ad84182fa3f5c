"""The catalogue of callbacks: one typed payload per event, shared by the server that sends and the kit that receives.

An event is a struct whose fields are exactly those that OpenIM's server sends (``callbackCommand`` is added by
``payload``). Lists in it are tuples once it is made, whatever it was made of: an event, a sample and what an answer
replaces are kept and handed to several.
A *before* event names the type of what its answer may replace (``change``); every field of that type may be
absent. Adding an event is a struct here, a line where it is raised, and a page in ``docs/callbacks/``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from amity.wire.naming import wire_name


class WireStruct(msgspec.Struct, rename=wire_name, frozen=True, kw_only=True):
    """A JSON object with OpenIM's field names."""


def _freeze(struct: msgspec.Struct, field: str) -> None:
    """Make a tuple of a field's list. What is no list is left for the encoder to refuse."""
    value = getattr(struct, field)
    if isinstance(value, list):
        msgspec.structs.force_setattr(struct, field, tuple(value))


class UserProfile(WireStruct, frozen=True):
    """A user as the user callbacks show it; ``create_time`` in milliseconds since 1970."""

    user_id: str
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class Event(WireStruct, frozen=True):
    """A callback of either kind. ``setting`` is its key in the settings, ``command`` its name on the wire.

    ``documented`` has the fields that OpenIM sends under another name than its documentation of webhooks gives them:
    the name that is sent, and the documented one.
    """

    setting: ClassVar[str] = ""
    command: ClassVar[str] = ""
    documented: ClassVar[Mapping[str, str]] = {}

    def owner(self) -> str:
        """Whose events keep their order: the user whose data the event is about."""
        raise TypeError(f"{type(self).__name__} does not say whose event it is")


class BeforeEvent(Event, frozen=True):
    """Asked before an operation; the answer may allow, reject, or replace what ``change`` lists."""

    change: ClassVar[type["Change"]]


class AfterEvent(Event, frozen=True):
    """Told after an operation, at least once."""


class Change(WireStruct, frozen=True):
    """What an approving answer may replace; ``None`` leaves a field as it was."""


class NoChange(Change, frozen=True):
    """Of an event whose answer replaces nothing: it allows, or it rejects."""


# Users -----------------------------------------------------------------------------------------------------------


class _Users(WireStruct, frozen=True):
    users: Sequence[UserProfile]

    def __post_init__(self) -> None:
        _freeze(self, "users")

    def owner(self) -> str:
        return self.users[0].user_id


class ReplaceUsers(Change, frozen=True):
    users: Sequence[UserProfile] | None = None

    def __post_init__(self) -> None:
        _freeze(self, "users")


class BeforeUserRegister(_Users, BeforeEvent, frozen=True):
    setting = "beforeUserRegister"
    command = "callbackBeforeUserRegisterCommand"
    change: ClassVar[type[ReplaceUsers]] = ReplaceUsers


class AfterUserRegister(_Users, AfterEvent, frozen=True):
    setting = "afterUserRegister"
    command = "callbackAfterUserRegisterCommand"


class ReplaceProfile(Change, frozen=True):
    nick_name: str | None = None
    face_url: str | None = None
    ex: str | None = None


class _ProfileEvent(WireStruct, frozen=True):
    """The fields of the four profile callbacks; ``None`` where the caller did not give the field."""

    user_id: str
    nick_name: str | None = None
    face_url: str | None = None
    ex: str | None = None

    def owner(self) -> str:
        return self.user_id


class BeforeUpdateUserInfo(_ProfileEvent, BeforeEvent, frozen=True):
    setting = "beforeUpdateUserInfo"
    command = "callbackBeforeUpdateUserInfoCommand"
    change: ClassVar[type[ReplaceProfile]] = ReplaceProfile


class AfterUpdateUserInfo(_ProfileEvent, AfterEvent, frozen=True):
    setting = "afterUpdateUserInfo"
    command = "callbackAfterUpdateUserInfoCommand"


class BeforeUpdateUserInfoEx(_ProfileEvent, BeforeEvent, frozen=True):
    setting = "beforeUpdateUserInfoEx"
    command = "callbackBeforeUpdateUserInfoExCommand"
    change: ClassVar[type[ReplaceProfile]] = ReplaceProfile


class AfterUpdateUserInfoEx(_ProfileEvent, AfterEvent, frozen=True):
    setting = "afterUpdateUserInfoEx"
    command = "callbackAfterUpdateUserInfoExCommand"


# Friends ---------------------------------------------------------------------------------------------------------


class _OwnerEvent(WireStruct, frozen=True):
    owner_user_id: str

    def owner(self) -> str:
        return self.owner_user_id


class ReplaceFriends(Change, frozen=True):
    friend_user_ids: Sequence[str] | None = None

    def __post_init__(self) -> None:
        _freeze(self, "friend_user_ids")


class _ImportEvent(_OwnerEvent, frozen=True):
    friend_user_ids: Sequence[str]

    def __post_init__(self) -> None:
        _freeze(self, "friend_user_ids")


class BeforeImportFriends(_ImportEvent, BeforeEvent, frozen=True):
    setting = "beforeImportFriends"
    command = "callbackBeforeImportFriendsCommand"
    change: ClassVar[type[ReplaceFriends]] = ReplaceFriends


class AfterImportFriends(_ImportEvent, AfterEvent, frozen=True):
    setting = "afterImportFriends"
    command = "callbackAfterImportFriendsCommand"


class AfterDeleteFriend(_OwnerEvent, AfterEvent, frozen=True):
    setting = "afterDeleteFriend"
    command = "callbackAfterDeleteFriendCommand"
    friend_user_id: str


class ReplaceRemark(Change, frozen=True):
    remark: str | None = None


class BeforeSetFriendRemark(_OwnerEvent, BeforeEvent, frozen=True):
    setting = "beforeSetFriendRemark"
    command = "callbackBeforeSetFriendRemarkCommand"
    change: ClassVar[type[ReplaceRemark]] = ReplaceRemark
    friend_user_id: str
    remark: str


class AfterSetFriendRemark(_OwnerEvent, AfterEvent, frozen=True):
    setting = "afterSetFriendRemark"
    command = "callbackAfterSetFriendRemarkCommand"
    friend_user_id: str
    remark: str


# Applications ----------------------------------------------------------------------------------------------------


class _ApplicationEvent(WireStruct, frozen=True):
    """About an application for friendship. All of them keep the order of the applicant's: so the agreement comes
    after the application that it answers."""

    from_user_id: str

    def owner(self) -> str:
        return self.from_user_id


class BeforeAddFriend(_ApplicationEvent, BeforeEvent, frozen=True):
    setting = "beforeAddFriend"
    command = "callbackBeforeAddFriendCommand"
    change: ClassVar[type[NoChange]] = NoChange
    to_user_id: str
    req_msg: str
    ex: str = ""


class AfterAddFriend(_ApplicationEvent, AfterEvent, frozen=True):
    setting = "afterAddFriend"
    command = "callbackAfterAddFriendCommand"
    to_user_id: str
    req_msg: str


class _AgreementEvent(_ApplicationEvent, frozen=True):
    """``to_user_id`` agrees to the application of ``from_user_id``.

    OpenIM's server names three fields so, and newer pages of its documentation do too; older ones have the names of
    ``documented``. Source: pkg/callbackstruct/friend.go of open-im-server 3.8; docs.openim.io, addFriendAgreeBefore
    and addFriendAgreeAfter below restapi/webhooks/relationship.
    """

    documented: ClassVar[Mapping[str, str]] = {
        "blackUserID": "toUserID",
        "HandleResult": "handleResult",
        "HandleMsg": "handleMsg",
    }
    to_user_id: str = msgspec.field(name="blackUserID")
    handle_result: int = msgspec.field(name="HandleResult")
    handle_msg: str = msgspec.field(name="HandleMsg")


class BeforeAddFriendAgree(_AgreementEvent, BeforeEvent, frozen=True):
    setting = "beforeAddFriendAgree"
    command = "callbackBeforeAddFriendAgreeCommand"
    change: ClassVar[type[NoChange]] = NoChange


class AfterAddFriendAgree(_AgreementEvent, AfterEvent, frozen=True):
    setting = "afterAddFriendAgree"
    command = "callbackAfterAddFriendAgreeCommand"


# Blacklists ------------------------------------------------------------------------------------------------------


class _BlackEvent(_OwnerEvent, frozen=True):
    black_user_id: str


class BeforeAddBlack(_BlackEvent, BeforeEvent, frozen=True):
    setting = "beforeAddBlack"
    command = "callbackBeforeAddBlackCommand"
    change: ClassVar[type[NoChange]] = NoChange


class AfterAddBlack(_BlackEvent, AfterEvent, frozen=True):
    """OpenIM's own server has no such callback; its name follows from the others'."""

    setting = "afterAddBlack"
    command = "callbackAfterAddBlackCommand"


class AfterRemoveBlack(_BlackEvent, AfterEvent, frozen=True):
    setting = "afterRemoveBlack"
    command = "callbackAfterRemoveBlackCommand"


# Presence --------------------------------------------------------------------------------------------------------


class _PresenceEvent(WireStruct, frozen=True):
    """What the presence callbacks have in common; ``platform`` is the platform's name. The time is ``seq``, in
    milliseconds since 1970."""

    operation_id: str
    platform_id: int
    platform: str
    user_id: str
    seq: int

    def owner(self) -> str:
        return self.user_id


class AfterUserOnline(_PresenceEvent, AfterEvent, frozen=True):
    setting = "afterUserOnline"
    command = "callbackAfterUserOnlineCommand"
    is_app_background: bool
    conn_id: str


class AfterUserOffline(_PresenceEvent, AfterEvent, frozen=True):
    setting = "afterUserOffline"
    command = "callbackAfterUserOfflineCommand"
    conn_id: str


class AfterUserKickOff(_PresenceEvent, AfterEvent, frozen=True):
    setting = "afterUserKickOff"
    command = "callbackAfterUserKickOffCommand"


EVENTS: tuple[type[Event], ...] = (
    BeforeUserRegister,
    AfterUserRegister,
    BeforeUpdateUserInfo,
    AfterUpdateUserInfo,
    BeforeUpdateUserInfoEx,
    AfterUpdateUserInfoEx,
    BeforeImportFriends,
    AfterImportFriends,
    AfterDeleteFriend,
    BeforeSetFriendRemark,
    AfterSetFriendRemark,
    BeforeAddFriend,
    AfterAddFriend,
    BeforeAddFriendAgree,
    AfterAddFriendAgree,
    BeforeAddBlack,
    AfterAddBlack,
    AfterRemoveBlack,
    AfterUserOnline,
    AfterUserOffline,
    AfterUserKickOff,
)
BY_COMMAND: dict[str, type[Event]] = {event.command: event for event in EVENTS}
BY_SETTING: dict[str, type[Event]] = {event.setting: event for event in EVENTS}

_encoder = msgspec.json.Encoder()
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def payload(event: Event, *, documented_names: bool = False) -> bytes:
    """Encode an event as the JSON body that is sent: ``callbackCommand`` first, then its fields.

    With ``documented_names`` the fields whose documented name is another one follow once more, under that name.
    """
    body = _encoder.encode(event)
    if documented_names and event.documented:
        fields = msgspec.to_builtins(event)
        beside = _encoder.encode({documented: fields[sent] for sent, documented in event.documented.items()})
        body = body[:-1] + b"," + beside[1:]
    head = b'{"callbackCommand":"' + event.command.encode() + b'"'
    return head + (b"," + body[1:] if len(body) > 2 else b"}")


def parse(command: str, body: bytes) -> Event:
    """Decode a payload of ``command``. A field may have the name that is sent or the documented one; where both are
    there, the one that is sent counts.

    Raises ``KeyError`` for an unknown command, ``msgspec.DecodeError`` or ``msgspec.ValidationError`` (a subclass) for
    a body that does not fit.
    """
    kind: type[Any] = BY_COMMAND[command]
    event: Event = msgspec.json.decode(_as_sent(body, kind.documented) if kind.documented else body, type=kind)
    return event


def _as_sent(body: bytes, documented: Mapping[str, str]) -> bytes:
    fields = _fields.decode(body)
    absent = {sent: name for sent, name in documented.items() if sent not in fields and name in fields}
    return _encoder.encode(fields | {sent: fields[name] for sent, name in absent.items()}) if absent else body
