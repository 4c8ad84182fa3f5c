"""The callbacks about friends: importing and deleting them, giving them remarks."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from amity.wire.events.event import FRIENDS, OWNER, AfterEvent, BeforeEvent, Change, OwnerEvent, freeze


class ReplaceFriends(Change, frozen=True):
    friend_user_ids: Sequence[str] | None = None

    def __post_init__(self) -> None:
        freeze(self, "friend_user_ids")


class _ImportEvent(OwnerEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {"owner_user_id": OWNER, "friend_user_ids": FRIENDS}
    friend_user_ids: Sequence[str]

    def __post_init__(self) -> None:
        freeze(self, "friend_user_ids")


class BeforeImportFriends(_ImportEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceFriends]] = ReplaceFriends


class AfterImportFriends(_ImportEvent, AfterEvent, frozen=True):
    pass


class AfterDeleteFriend(OwnerEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {"owner_user_id": OWNER, "friend_user_id": FRIENDS[0]}
    friend_user_id: str


class ReplaceRemark(Change, frozen=True):
    remark: str | None = None


class _RemarkEvent(OwnerEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {
        "owner_user_id": OWNER,
        "friend_user_id": FRIENDS[0],
        "remark": "a sample remark",
    }
    friend_user_id: str
    remark: str


class BeforeSetFriendRemark(_RemarkEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceRemark]] = ReplaceRemark


class AfterSetFriendRemark(_RemarkEvent, AfterEvent, frozen=True):
    pass
