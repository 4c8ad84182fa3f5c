"""The callbacks about friend requests, which OpenIM calls applications: asking, agreeing."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from amity.wire.events.event import FRIENDS, OWNER, AfterEvent, BeforeEvent, NoChange, WireStruct


class _ApplicationEvent(WireStruct, frozen=True):
    """About an application for friendship. All of them keep the order of the applicant's: so the agreement comes
    after the application that it answers."""

    sample: ClassVar[Mapping[str, Any]] = {
        "from_user_id": OWNER,
        "to_user_id": FRIENDS[0],
        "req_msg": "a sample application",
    }
    from_user_id: str

    def owner(self) -> str:
        return self.from_user_id


class BeforeAddFriend(_ApplicationEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[NoChange]] = NoChange
    to_user_id: str
    req_msg: str
    ex: str = ""


class AfterAddFriend(_ApplicationEvent, AfterEvent, frozen=True):
    to_user_id: str
    req_msg: str


class _AgreementEvent(_ApplicationEvent, frozen=True):
    """``to_user_id`` agrees to the application of ``from_user_id``.

    OpenIM's server names three fields so, and newer pages of its documentation do too; older ones have the names of
    ``documented``. Source: pkg/callbackstruct/friend.go of open-im-server 3.8; docs.openim.io, addFriendAgreeBefore
    and addFriendAgreeAfter below restapi/webhooks/relationship.
    """

    sample: ClassVar[Mapping[str, Any]] = {
        "from_user_id": FRIENDS[0],
        "to_user_id": OWNER,
        "handle_result": 1,
        "handle_msg": "a sample",
    }
    documented: ClassVar[Mapping[str, str]] = {
        "blackUserID": "toUserID",
        "HandleResult": "handleResult",
        "HandleMsg": "handleMsg",
    }
    to_user_id: str = msgspec.field(name="blackUserID")
    handle_result: int = msgspec.field(name="HandleResult")
    handle_msg: str = msgspec.field(name="HandleMsg")


class BeforeAddFriendAgree(_AgreementEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[NoChange]] = NoChange


class AfterAddFriendAgree(_AgreementEvent, AfterEvent, frozen=True):
    pass
