"""The callbacks before messages are pushed to clients, and the one that pushes to devices that are offline.

Source: pkg/callbackstruct/push.go of open-im-server 3.8, and recorded requests. ``AfterOfflinePush`` is amity's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from amity.wire.conversation_ids import GROUP
from amity.wire.events.event import FRIENDS, GROUP_ID, OWNER, AfterEvent, BeforeEvent, Change, WireStruct, freeze
from amity.wire.events.messages import OfflinePushInfo


class ReplaceReceivers(Change, frozen=True):
    user_ids: Sequence[str] | None = msgspec.field(default=None, name="userIDList")
    offline_push_info: OfflinePushInfo | None = None

    def __post_init__(self) -> None:
        freeze(self, "user_ids")


class ReplaceOnlineReceivers(Change, frozen=True):
    user_ids: Sequence[str] | None = msgspec.field(default=None, name="userIDList")

    def __post_init__(self) -> None:
        freeze(self, "user_ids")


class _PushEvent(WireStruct, frozen=True):
    """A message on its way to clients. ``platform_id`` and ``platform`` are the sender's; ``content`` is the JSON of
    its kind; ``at_user_id_list`` is ``None`` if nobody is named."""

    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "platform_id": 5,
        "platform": "Web",
        "user_ids": (FRIENDS[0],),
        "client_msg_id": "amity-sample-message",
        "send_id": OWNER,
        "group_id": "",
        "content_type": 101,
        "session_type": 1,
        "at_user_id_list": None,
        "content": '{"content":"a sample"}',
    }
    operation_id: str
    platform_id: int
    platform: str
    user_ids: Sequence[str] = msgspec.field(name="userIDList")
    client_msg_id: str
    send_id: str
    group_id: str
    content_type: int
    session_type: int
    at_user_id_list: Sequence[str] | None
    content: str

    def __post_init__(self) -> None:
        freeze(self, "user_ids")
        freeze(self, "at_user_id_list")

    def owner(self) -> str:
        return self.send_id


class BeforeOnlinePush(_PushEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceOnlineReceivers]] = ReplaceOnlineReceivers
    sample: ClassVar[Mapping[str, Any]] = {**_PushEvent.sample, "user_ids": (FRIENDS[0], OWNER)}


class BeforeGroupOnlinePush(BeforeEvent, frozen=True):
    """A group's message on its way to the clients of its members, whom it does not name. The fields are those of a
    single chat's. ``seq`` is 0 for a message that is not stored."""

    change: ClassVar[type[ReplaceOnlineReceivers]] = ReplaceOnlineReceivers
    sample: ClassVar[Mapping[str, Any]] = {
        **{name: value for name, value in _PushEvent.sample.items() if name != "user_ids"},
        "group_id": GROUP_ID,
        "session_type": 3,
        "seq": 1,
    }
    operation_id: str
    platform_id: int
    platform: str
    client_msg_id: str
    send_id: str
    group_id: str
    content_type: int
    session_type: int
    at_user_id_list: Sequence[str] | None
    content: str
    seq: int

    def __post_init__(self) -> None:
        freeze(self, "at_user_id_list")

    def owner(self) -> str:
        return GROUP + self.group_id


class BeforeOfflinePush(_PushEvent, BeforeEvent, frozen=True, omit_defaults=True):
    """``user_ids`` have no phone connected. The texts of the message for devices that are offline are sent where it has
    some."""

    change: ClassVar[type[ReplaceReceivers]] = ReplaceReceivers
    title: str = ""
    desc: str = ""
    ex: str = ""
    ios_push_sound: str = msgspec.field(default="", name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(default=False, name="iOSBadgeCount")
    signal_info: str = ""


class PushDevice(WireStruct, frozen=True):
    """Where a push service finds a device. ``expire_time`` in milliseconds since 1970; 0 if it does not expire."""

    platform_id: int
    token: str
    expire_time: int


class PushReceiver(WireStruct, frozen=True):
    """A user without a connected phone. ``badge`` is the number for the app's icon."""

    user_id: str
    badge: int
    devices: Sequence[PushDevice]

    def __post_init__(self) -> None:
        freeze(self, "devices")


class AfterOfflinePush(AfterEvent, frozen=True):
    """What is to be shown on the devices of these users. ``send_time`` in milliseconds since 1970; ``seq`` is 0 for a
    message that is not stored."""

    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "receivers": (
            PushReceiver(
                user_id=FRIENDS[0],
                badge=1,
                devices=(PushDevice(platform_id=2, token="amity-sample-token", expire_time=0),),  # noqa: S106 - of nobody
            ),
        ),
        "title": "[TEXT]",
        "desc": "[TEXT]",
        "ex": "",
        "ios_push_sound": "",
        "ios_badge_count": False,
        "conversation_id": f"si_{FRIENDS[0]}_{OWNER}",
        "client_msg_id": "amity-sample-message",
        "server_msg_id": "amity-sample-server-message",
        "seq": 1,
        "send_id": OWNER,
        "sender_nickname": "Sample",
        "group_id": "",
        "content_type": 101,
        "session_type": 1,
        "send_time": 1767225600000,
    }
    operation_id: str
    receivers: Sequence[PushReceiver]
    title: str
    desc: str
    ex: str
    ios_push_sound: str = msgspec.field(name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(name="iOSBadgeCount")
    conversation_id: str
    client_msg_id: str
    server_msg_id: str
    seq: int
    send_id: str
    sender_nickname: str
    group_id: str
    content_type: int
    session_type: int
    send_time: int

    def __post_init__(self) -> None:
        freeze(self, "receivers")

    def owner(self) -> str:
        """Return an owner of its own: other events do not wait for a push service that is down."""
        return f"push of {self.conversation_id}"
