"""The callbacks about who comes into a group: applying, being invited, joining.

Source: pkg/callbackstruct/group.go of open-im-server 3.8, and recorded requests. ``AfterMembersJoinGroup``,
``AfterApplyJoinGroup`` and ``AfterHandleGroupApplication`` are amity's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from amity.wire.events.event import (
    FRIENDS,
    GROUP_ID,
    OWNER,
    AfterEvent,
    BeforeEvent,
    Change,
    NoChange,
    WireStruct,
    freeze,
)
from amity.wire.events.groups import WORKING, OfGroup, OperationOnGroup
from amity.wire.integers import Int32


class BeforeJoinGroup(OfGroup, BeforeEvent, frozen=True):
    """``apply_id`` wants to join, or to apply for it. ``group_type`` is ``WORKING`` of the groups' events."""

    setting: ClassVar[str] = "beforeApplyJoinGroup"
    change: ClassVar[type[NoChange]] = NoChange
    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "group_type": WORKING,
        "apply_id": OWNER,
        "req_message": "a sample application",
        "ex": "",
    }
    group_type: str
    apply_id: str
    req_message: str
    ex: str


class AfterApplyJoinGroup(OfGroup, AfterEvent, frozen=True):
    """Somebody wants to join, and waits for the answer. ``inviter_user_id`` is empty if nobody has invited."""

    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "applicant_user_id": OWNER,
        "inviter_user_id": "",
        "req_message": "a sample application",
        "join_source": 3,
        "ex": "",
    }
    applicant_user_id: str
    inviter_user_id: str
    req_message: str
    join_source: int
    ex: str


class AfterHandleGroupApplication(OfGroup, AfterEvent, frozen=True):
    """An application was answered. ``handle_result``: 1 agreed, -1 refused."""

    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "applicant_user_id": FRIENDS[0],
        "handler_user_id": OWNER,
        "handle_result": 1,
        "handle_msg": "a sample",
    }
    applicant_user_id: str
    handler_user_id: str
    handle_result: int
    handle_msg: str


class ReplaceInvited(Change, frozen=True, kw_only=True):
    """Both fields are named: a list alone would be whom to let in elsewhere, and here whom to leave out.
    ``invited_user_ids`` replaces those of the request; whom ``refused_members_account`` names is left out."""

    refused_members_account: Sequence[str] | None = None
    invited_user_ids: Sequence[str] | None = None

    def __post_init__(self) -> None:
        freeze(self, "refused_members_account")
        freeze(self, "invited_user_ids")


class BeforeInviteJoinGroup(OperationOnGroup, BeforeEvent, frozen=True):
    """Invitations alone ask it. Whom ``create_group`` names passes it by: ``ReplaceNewGroup`` leaves these out."""

    setting: ClassVar[str] = "beforeInviteUserToGroup"
    change: ClassVar[type[ReplaceInvited]] = ReplaceInvited
    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "group_id": GROUP_ID,
        "reason": "a sample",
        "invited_user_ids": FRIENDS,
    }
    reason: str
    invited_user_ids: Sequence[str]

    def __post_init__(self) -> None:
        freeze(self, "invited_user_ids")


class JoiningMember(WireStruct, frozen=True):
    """Who is about to be a member, and the app's own text of that member."""

    user_id: str
    ex: str = ""


class MemberChange(WireStruct, frozen=True, omit_defaults=True):
    """What becomes different of one who joins. ``mute_end_time`` in milliseconds since 1970; ``role_level``: 60 an
    administrator, 20 any other member."""

    user_id: str
    nickname: str | None = None
    face_url: str | None = None
    role_level: Int32 | None = None
    mute_end_time: int | None = None
    ex: str | None = None


class ReplaceMembers(Change, frozen=True):
    """Who is not in the list joins as asked for: it leaves nobody out. To leave somebody out use ``ReplaceInvited``,
    ``ReplaceNewGroup`` or ``Reject``. Who is in the list and does not join is skipped."""

    member_callback_list: Sequence[MemberChange] | None = None

    def __post_init__(self) -> None:
        freeze(self, "member_callback_list")


class BeforeMembersJoinGroup(OfGroup, BeforeEvent, frozen=True):
    """``group_ex`` is the group's ``ex``."""

    setting: ClassVar[str] = "beforeMemberJoinGroup"
    change: ClassVar[type[ReplaceMembers]] = ReplaceMembers
    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "member_list": (JoiningMember(user_id=FRIENDS[0]), JoiningMember(user_id=FRIENDS[1])),
        "group_ex": "",
    }
    member_list: Sequence[JoiningMember]
    group_ex: str

    def __post_init__(self) -> None:
        freeze(self, "member_list")


class AfterJoinGroup(OperationOnGroup, AfterEvent, frozen=True):
    """A user has joined a group by itself. OpenIM names it ``inviter_user_id``. ``join_source``: 3 by a search, 4 by a
    QR code."""

    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "group_id": GROUP_ID,
        "req_message": "a sample",
        "join_source": 3,
        "inviter_user_id": OWNER,
    }
    req_message: str
    join_source: int
    inviter_user_id: str


class AfterMembersJoinGroup(OfGroup, AfterEvent, frozen=True):
    """Users have become members in another way than by themselves. ``join_source``: 1 by an administrator of the
    server, 2 by an invitation, 3 by a search, 4 by a QR code. ``inviter_user_id`` is empty if nobody has invited."""

    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "member_user_ids": FRIENDS,
        "join_source": 2,
        "operator_user_id": OWNER,
        "inviter_user_id": OWNER,
    }
    member_user_ids: Sequence[str]
    join_source: int
    operator_user_id: str
    inviter_user_id: str

    def __post_init__(self) -> None:
        freeze(self, "member_user_ids")
