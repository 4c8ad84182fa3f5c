"""The catalogue of callbacks: one typed payload per event, shared by the server that sends and the kit that receives.

An event is a struct whose fields are exactly the documented ones (``callbackCommand`` is added by ``payload``).
A *before* event names the type of what its answer may replace (``change``); every field of that type may be
absent. Adding an event is a struct here, a line where it is raised, and a page in ``docs/callbacks/``.
"""

from typing import Any, ClassVar

import msgspec

from amity.wire.naming import wire_name


class WireStruct(msgspec.Struct, rename=wire_name, frozen=True, kw_only=True):
    """A JSON object with OpenIM's field names."""


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
    """A callback of either kind. ``setting`` is its key in the settings, ``command`` its name on the wire."""

    setting: ClassVar[str] = ""
    command: ClassVar[str] = ""

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


class ReplaceUsers(Change, frozen=True):
    users: list[UserProfile] | None = None


class BeforeUserRegister(BeforeEvent, frozen=True):
    setting = "beforeUserRegister"
    command = "callbackBeforeUserRegisterCommand"
    change: ClassVar[type[ReplaceUsers]] = ReplaceUsers
    users: list[UserProfile]

    def owner(self) -> str:
        return self.users[0].user_id


class AfterUserRegister(AfterEvent, frozen=True):
    setting = "afterUserRegister"
    command = "callbackAfterUserRegisterCommand"
    users: list[UserProfile]

    def owner(self) -> str:
        return self.users[0].user_id


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
    friend_user_ids: list[str] | None = None


class BeforeImportFriends(_OwnerEvent, BeforeEvent, frozen=True):
    setting = "beforeImportFriends"
    command = "callbackBeforeImportFriendsCommand"
    change: ClassVar[type[ReplaceFriends]] = ReplaceFriends
    friend_user_ids: list[str]


class AfterImportFriends(_OwnerEvent, AfterEvent, frozen=True):
    setting = "afterImportFriends"
    command = "callbackAfterImportFriendsCommand"
    friend_user_ids: list[str]


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
    """``to_user_id`` agrees to the application of ``from_user_id``. Three of the names on the wire are not what the
    others' are: OpenIM sends them so."""

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


def payload(event: Event) -> bytes:
    """Encode an event as the JSON body that is sent: ``callbackCommand`` first, then the documented fields."""
    body = _encoder.encode(event)
    head = b'{"callbackCommand":"' + event.command.encode() + b'"'
    return head + (b"," + body[1:] if len(body) > 2 else b"}")


def parse(command: str, body: bytes) -> Event:
    """Decode a payload of ``command``. Raises ``KeyError`` for an unknown command, ``msgspec.DecodeError`` or
    ``msgspec.ValidationError`` (a subclass) for a body that does not fit."""
    kind: type[Any] = BY_COMMAND[command]
    event: Event = msgspec.json.decode(body, type=kind)
    return event
