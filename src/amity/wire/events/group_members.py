"""The callbacks about members of a group: what they are in it, muting them, their leaving.

Source: pkg/callbackstruct/group.go of open-im-server 3.8, and recorded requests. ``AfterMuteGroupMember`` is amity's
own.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from amity.wire.events.event import FRIENDS, GROUP_ID, OWNER, AfterEvent, BeforeEvent, Change, freeze
from amity.wire.events.groups import OfGroup
from amity.wire.integers import Int32


class ReplaceMemberInfo(Change, frozen=True):
    nick_name: str | None = None
    face_url: str | None = None
    role_level: Int32 | None = None
    ex: str | None = None


class _MemberInfoEvent(OfGroup, frozen=True):
    """What is set of a member; ``None`` where the caller did not give the field. ``role_level``: 60 an administrator,
    20 any other member."""

    sample: ClassVar[Mapping[str, Any]] = {"group_id": GROUP_ID, "user_id": FRIENDS[0], "nick_name": "Sample"}
    user_id: str
    nick_name: str | None = None
    face_url: str | None = None
    role_level: int | None = None
    ex: str | None = None


class BeforeSetGroupMemberInfo(_MemberInfoEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceMemberInfo]] = ReplaceMemberInfo


class AfterSetGroupMemberInfo(_MemberInfoEvent, AfterEvent, frozen=True):
    pass


class AfterMuteGroupMember(OfGroup, AfterEvent, frozen=True):
    """A member was muted for ``muted_seconds``; 0: the member may send again."""

    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "user_id": FRIENDS[0],
        "operator_user_id": OWNER,
        "muted_seconds": 3600,
    }
    user_id: str
    operator_user_id: str
    muted_seconds: int


class AfterQuitGroup(OfGroup, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {"group_id": GROUP_ID, "user_id": FRIENDS[0]}
    user_id: str


class AfterKickGroup(OfGroup, AfterEvent, frozen=True):
    """Members were removed from a group."""

    setting: ClassVar[str] = "afterKickGroupMember"
    sample: ClassVar[Mapping[str, Any]] = {
        "group_id": GROUP_ID,
        "kicked_user_ids": (FRIENDS[0],),
        "reason": "a sample",
    }
    kicked_user_ids: Sequence[str]
    reason: str

    def __post_init__(self) -> None:
        freeze(self, "kicked_user_ids")
