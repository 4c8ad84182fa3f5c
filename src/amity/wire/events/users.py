"""The callbacks about users: registering them, changing their profiles."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from amity.wire.events.event import OWNER, AfterEvent, BeforeEvent, Change, WireStruct, freeze
from amity.wire.integers import Int32


class UserProfile(WireStruct, frozen=True):
    """A user as the user callbacks show it; ``create_time`` in milliseconds since 1970."""

    user_id: str
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: Int32 = 0
    global_recv_msg_opt: Int32 = 0


class _Users(WireStruct, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {
        "users": (UserProfile(user_id="amity-sample-user", nickname="Sample", face_url="", ex=""),)
    }
    users: Sequence[UserProfile]

    def __post_init__(self) -> None:
        freeze(self, "users")

    def owner(self) -> str:
        return self.users[0].user_id


class ReplaceUsers(Change, frozen=True):
    users: Sequence[UserProfile] | None = None

    def __post_init__(self) -> None:
        freeze(self, "users")


class BeforeUserRegister(_Users, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceUsers]] = ReplaceUsers


class AfterUserRegister(_Users, AfterEvent, frozen=True):
    pass


class ReplaceProfile(Change, frozen=True):
    nick_name: str | None = None
    face_url: str | None = None
    ex: str | None = None


class _ProfileEvent(WireStruct, frozen=True):
    """The fields of the four profile callbacks; ``None`` where the caller did not give the field."""

    sample: ClassVar[Mapping[str, Any]] = {"user_id": OWNER, "nick_name": "Sample"}
    user_id: str
    nick_name: str | None = None
    face_url: str | None = None
    ex: str | None = None

    def owner(self) -> str:
        return self.user_id


class BeforeUpdateUserInfo(_ProfileEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceProfile]] = ReplaceProfile
    sample: ClassVar[Mapping[str, Any]] = {**_ProfileEvent.sample, "face_url": ""}


class AfterUpdateUserInfo(_ProfileEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {**_ProfileEvent.sample, "face_url": "", "ex": ""}


class BeforeUpdateUserInfoEx(_ProfileEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceProfile]] = ReplaceProfile


class AfterUpdateUserInfoEx(_ProfileEvent, AfterEvent, frozen=True):
    pass
