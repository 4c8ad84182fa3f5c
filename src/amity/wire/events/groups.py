"""The callbacks about groups as a whole: making them, their settings, their owner, their end.

Source: pkg/callbackstruct/group.go of open-im-server 3.8, and recorded requests. ``AfterMuteGroup`` is amity's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from amity.wire.conversation_ids import GROUP
from amity.wire.events.event import (
    FRIENDS,
    GROUP_ID,
    OWNER,
    AfterEvent,
    BeforeEvent,
    Change,
    WireStruct,
    freeze,
)
from amity.wire.integers import Int32

WORKING = "\x02"
"""The type of every group, 2, in the two events that have it in a text: OpenIM sends the character of that code."""


class OfGroup(WireStruct, frozen=True):
    """About one group. The events of a group keep the order of its conversation."""

    group_id: str

    def owner(self) -> str:
        return GROUP + self.group_id


class OperationOnGroup(WireStruct, frozen=True):
    """An operation on one group, by its id."""

    operation_id: str
    group_id: str

    def owner(self) -> str:
        return GROUP + self.group_id


class NewMember(WireStruct, frozen=True):
    """A member of a group that is made. ``role_level``: 100 the owner, 60 an administrator, 20 any other."""

    user_id: str
    role_level: Int32 = 20


class _NewGroupEvent(OfGroup, frozen=True):
    """A group that is made, with its first members. Times in milliseconds since 1970."""

    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "group_name": "Sample",
        "notification": "",
        "introduction": "",
        "face_url": "",
        "owner_user_id": OWNER,
        "create_time": 1767225600000,
        "member_count": 2,
        "ex": "",
        "status": 0,
        "creator_user_id": OWNER,
        "group_type": 2,
        "need_verification": 0,
        "look_member_info": 0,
        "apply_member_friend": 0,
        "notification_update_time": 0,
        "notification_user_id": "",
        "init_member_list": (
            NewMember(user_id=OWNER, role_level=100),
            NewMember(user_id=FRIENDS[0], role_level=20),
        ),
    }
    group_name: str
    notification: str
    introduction: str
    face_url: str
    owner_user_id: str
    create_time: int
    member_count: int
    ex: str
    status: int
    creator_user_id: str
    group_type: int
    need_verification: int
    look_member_info: int
    apply_member_friend: int
    notification_update_time: int
    notification_user_id: str
    init_member_list: Sequence[NewMember]

    def __post_init__(self) -> None:
        freeze(self, "init_member_list")


class ReplaceNewGroup(Change, frozen=True):
    """``init_member_list`` is amity's: who is a member of the new group, in place of those of the request."""

    group_id: str | None = None
    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    owner_user_id: str | None = None
    ex: str | None = None
    status: Int32 | None = None
    creator_user_id: str | None = None
    group_type: Int32 | None = None
    need_verification: Int32 | None = None
    look_member_info: Int32 | None = None
    apply_member_friend: Int32 | None = None
    init_member_list: Sequence[NewMember] | None = None

    def __post_init__(self) -> None:
        freeze(self, "init_member_list")


class BeforeCreateGroup(_NewGroupEvent, BeforeEvent, frozen=True):
    """``group_id`` is empty where the server is to choose it; so are the times and ``member_count`` 0."""

    change: ClassVar[type[ReplaceNewGroup]] = ReplaceNewGroup
    sample: ClassVar[Mapping[str, Any]] = {
        **_NewGroupEvent.sample,
        "create_time": 0,
        "member_count": 0,
        "operation_id": "amity-sample-operation",
    }
    operation_id: str


class AfterCreateGroup(_NewGroupEvent, AfterEvent, frozen=True):
    pass


class ReplaceGroupInfo(Change, frozen=True):
    """``group_id`` is the request's own, which OpenIM's server wants to be named."""

    group_id: str | None = None
    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    ex: str | None = None
    need_verification: Int32 | None = None
    look_member_info: Int32 | None = None
    apply_member_friend: Int32 | None = None


class _GroupInfoEvent(OperationOnGroup, frozen=True):
    """What is set by ``/group/set_group_info``. What the caller does not give is empty; of ``ex`` and the integers it
    is ``""`` and 0 before, ``None`` after."""

    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "group_id": GROUP_ID,
        "group_name": "Sample",
        "notification": "",
        "introduction": "",
        "face_url": "",
    }
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    ex: str | None = None
    need_verification: int | None = None
    look_member_info: int | None = None
    apply_member_friend: int | None = None


class BeforeSetGroupInfo(_GroupInfoEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceGroupInfo]] = ReplaceGroupInfo
    sample: ClassVar[Mapping[str, Any]] = {
        **_GroupInfoEvent.sample,
        "ex": "",
        "need_verification": 0,
        "look_member_info": 0,
        "apply_member_friend": 0,
    }


class AfterSetGroupInfo(_GroupInfoEvent, AfterEvent, frozen=True):
    pass


class _GroupInfoExEvent(OperationOnGroup, frozen=True):
    """What is set by ``/group/set_group_info_ex``; ``None`` where the caller did not give the field."""

    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "group_id": GROUP_ID,
        "group_name": "Sample",
    }
    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    ex: str | None = None
    need_verification: int | None = None
    look_member_info: int | None = None
    apply_member_friend: int | None = None


class BeforeSetGroupInfoEx(_GroupInfoExEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceGroupInfo]] = ReplaceGroupInfo


class AfterSetGroupInfoEx(_GroupInfoExEvent, AfterEvent, frozen=True):
    pass


class AfterTransferGroupOwner(OfGroup, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "old_owner_user_id": OWNER,
        "new_owner_user_id": FRIENDS[0],
    }
    old_owner_user_id: str
    new_owner_user_id: str


class AfterMuteGroup(OfGroup, AfterEvent, frozen=True):
    """A group was muted, or is no longer: only its owner and administrators may send while it is."""

    sample: ClassVar[Mapping[str, Any]] = {"group_id": GROUP_ID, "operator_user_id": OWNER, "is_muted": True}
    operator_user_id: str
    is_muted: bool


class AfterDisMissGroup(OfGroup, AfterEvent, frozen=True):
    """A group was dissolved. ``group_type`` is ``WORKING``; ``members_id`` names all who were members."""

    setting: ClassVar[str] = "afterDismissGroup"
    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "owner_id": OWNER,
        "group_type": WORKING,
        "members_id": (OWNER, FRIENDS[0]),
    }
    owner_id: str
    group_type: str
    members_id: Sequence[str]

    def __post_init__(self) -> None:
        freeze(self, "members_id")
