"""The callbacks about messages: sending them, storing them, reading them.

Source: pkg/callbackstruct/{common,message}.go of open-im-server 3.8, and recorded requests.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from amity.wire.conversation_ids import GROUP, single_id
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
from amity.wire.integers import Int32

_SAMPLE: Mapping[str, Any] = {
    "send_id": OWNER,
    "server_msg_id": "amity-sample-server-message",
    "client_msg_id": "amity-sample-message",
    "operation_id": "amity-sample-operation",
    "sender_platform_id": 5,
    "sender_nickname": "Sample",
    "session_type": 1,
    "msg_from": 100,
    "content_type": 101,
    "status": 2,
    "send_time": 1767225600000,
    "create_time": 1767225600000,
    "content": '{"content":"a sample"}',
    "seq": 0,
    "at_user_list": None,
    "face_url": "",
    "ex": "",
}


class OfflinePushInfo(WireStruct, frozen=True):
    title: str = ""
    desc: str = ""
    ex: str = ""
    ios_push_sound: str = msgspec.field(default="", name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(default=False, name="iOSBadgeCount")
    signal_info: str = ""


class _MessageEvent(WireStruct, frozen=True):
    """A message; times in milliseconds since 1970, ``content`` the JSON of its kind. ``seq`` is 0 of what has no number
    yet, or gets none; ``at_user_list`` is ``None`` if nobody is named."""

    send_id: str
    server_msg_id: str
    client_msg_id: str
    operation_id: str
    sender_platform_id: int
    sender_nickname: str
    session_type: int
    msg_from: int
    content_type: int
    status: int
    send_time: int
    create_time: int
    content: str
    seq: int
    at_user_list: Sequence[str] | None
    face_url: str
    ex: str

    def __post_init__(self) -> None:
        freeze(self, "at_user_list")

    def owner(self) -> str:
        return self.send_id


class _SingleMessageEvent(_MessageEvent, frozen=True):
    """A message of a single chat. The events of a chat keep the order of its messages."""

    sample: ClassVar[Mapping[str, Any]] = {**_SAMPLE, "recv_id": FRIENDS[0]}
    recv_id: str

    def owner(self) -> str:
        return single_id(self.send_id, self.recv_id)


class BeforeSendSingleMsg(_SingleMessageEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[NoChange]] = NoChange


class AfterSendSingleMsg(_SingleMessageEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {**_SingleMessageEvent.sample, "seq": 1}

    def query(self) -> str:
        return key_of(self.send_id, self.recv_id, "")


class _GroupMessageEvent(_MessageEvent, frozen=True):
    """A message of a group. The events of a group keep the order of its messages."""

    sample: ClassVar[Mapping[str, Any]] = {**_SAMPLE, "session_type": 3, "group_id": GROUP_ID}
    group_id: str

    def owner(self) -> str:
        return GROUP + self.group_id


class BeforeSendGroupMsg(_GroupMessageEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[NoChange]] = NoChange


class AfterSendGroupMsg(_GroupMessageEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {**_GroupMessageEvent.sample, "seq": 1}

    def query(self) -> str:
        return key_of(self.send_id, "", self.group_id)


class ReplaceMessage(Change, frozen=True):
    content: str | None = None
    recv_id: str | None = None
    group_id: str | None = None
    client_msg_id: str | None = None
    server_msg_id: str | None = None
    sender_platform_id: Int32 | None = None
    sender_nickname: str | None = None
    sender_face_url: str | None = None
    session_type: Int32 | None = None
    msg_from: Int32 | None = None
    content_type: Int32 | None = None
    status: Int32 | None = None
    options: dict[str, bool] | None = None
    offline_push_info: OfflinePushInfo | None = None
    at_user_id_list: Sequence[str] | None = None
    attached_info: str | None = None
    ex: str | None = None

    def __post_init__(self) -> None:
        freeze(self, "at_user_id_list")


class BeforeMsgModify(_MessageEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceMessage]] = ReplaceMessage
    sample: ClassVar[Mapping[str, Any]] = _SAMPLE


class AfterMsgSaveDB(_SingleMessageEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {**_SingleMessageEvent.sample, "seq": 1, "group_id": ""}
    group_id: str

    def query(self) -> str:
        return key_of(self.send_id, self.recv_id, self.group_id)

    def owner(self) -> str:
        return GROUP + self.group_id if self.group_id else super().owner()


class AfterSingleMsgRead(AfterEvent, frozen=True):
    """``content_type`` is the type of the conversation: 1, a single chat."""

    sample: ClassVar[Mapping[str, Any]] = {
        "conversation_id": single_id(OWNER, FRIENDS[0]),
        "user_id": FRIENDS[0],
        "seqs": (1, 2),
        "content_type": 1,
    }
    documented: ClassVar[Mapping[str, str]] = {"Seqs": "seqs"}
    conversation_id: str
    user_id: str
    seqs: Sequence[int] | None = msgspec.field(name="Seqs")
    content_type: int

    def __post_init__(self) -> None:
        freeze(self, "seqs")

    def owner(self) -> str:
        return self.conversation_id


class AfterGroupMsgRead(AfterEvent, frozen=True):
    """A member has read messages of a group. ``receive_id`` is the group, as OpenIM documents it: its server sends the
    reader there, too. ``unread_msg_num`` is how many the reader has not read; ``content_type`` is the type of the
    conversation: 3, a group."""

    sample: ClassVar[Mapping[str, Any]] = {
        "send_id": OWNER,
        "receive_id": GROUP_ID,
        "unread_msg_num": 0,
        "content_type": 3,
    }
    send_id: str
    receive_id: str
    unread_msg_num: int
    content_type: int

    def owner(self) -> str:
        return GROUP + self.receive_id


def key_of(send_id: str, recv_id: str, group_id: str) -> str:
    """Return the query with which a message's events come: whom to answer, as the app gives it back."""
    named = msgspec.json.encode({"sendID": send_id, "recvID": recv_id, "groupID": group_id})
    # Percent-encoded: base64 has three characters that mean something in a query.
    text = b64encode(named).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return f"key={text}"
