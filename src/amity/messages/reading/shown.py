"""Stored messages as clients get them."""

from typing import NamedTuple

from amity.messages.forms import DELETED, is_deleted
from amity.messages.message import MsgData, push_info_of
from amity.messages.reading.models import PullMsgs
from amity.timeline.models import Message
from amity.wire.message_bytes import marked, numbered, pull_msgs
from amity.wire.proto.sdkws_pb2 import MsgData as StoredData


class Shown:
    """A message as a client gets it: what is stored, with its number, and whether it was read. Clients of the gateway
    get it as bytes, which are those that are stored unless the content is another."""

    __slots__ = ("_body", "_data", "is_read", "seq")

    def __init__(self, data: StoredData, seq: int, *, is_read: bool, body: bytes | None = None) -> None:
        """``body`` has the bytes of ``data``, if they are known."""
        self._data = data
        self._body = body
        self.seq = seq
        self.is_read = is_read

    @property
    def content_type(self) -> int:
        return self._data.contentType

    @property
    def content(self) -> bytes:
        return self._data.content

    @content.setter
    def content(self, content: bytes) -> None:
        self._data.content = content
        self._body = None

    def encoded(self) -> bytes:
        """Return the bytes of a ``MsgData``."""
        body = self._data.SerializeToString() if self._body is None else self._body
        if self.is_read is self._data.isRead:
            return numbered(body, self.seq)
        return marked(body, self.seq, is_read=self.is_read)

    def struct(self) -> MsgData:
        """Return it as it is in JSON."""
        data = self._data
        return MsgData(
            send_id=data.sendID,
            recv_id=data.recvID,
            group_id=data.groupID,
            client_msg_id=data.clientMsgID,
            server_msg_id=data.serverMsgID,
            sender_platform_id=data.senderPlatformID,
            sender_nickname=data.senderNickname,
            sender_face_url=data.senderFaceURL,
            session_type=data.sessionType,
            msg_from=data.msgFrom,
            content_type=data.contentType,
            content=data.content,
            seq=self.seq,
            send_time=data.sendTime,
            create_time=data.createTime,
            status=data.status,
            is_read=self.is_read,
            options=dict(data.options),
            offline_push_info=push_info_of(data.offlinePushInfo) if data.HasField("offlinePushInfo") else None,
            at_user_id_list=list(data.atUserIDList),
            attached_info=data.attachedInfo,
            ex=data.ex,
        )


class Pulled(NamedTuple):
    """Messages of one conversation, as in ``PullMsgs``."""

    messages: list[Shown]
    is_end: bool
    end_seq: int = 0

    def struct(self) -> PullMsgs:
        """Return it as it is in JSON."""
        return PullMsgs(msgs=[each.struct() for each in self.messages], is_end=self.is_end, end_seq=self.end_seq)

    def encoded(self) -> bytes:
        """Return the bytes of a ``PullMsgs``."""
        return pull_msgs([each.encoded() for each in self.messages], is_end=self.is_end, end_seq=self.end_seq)


def shown(message: Message, *, is_read: bool, is_hidden: bool = False) -> Shown:
    """Return a stored message with its number. Of one that is hidden there is no content."""
    data = StoredData.FromString(message.body)
    if is_deleted(data):
        return placeholder(message.seq, data.sendTime)
    if not is_hidden:
        return Shown(data, message.seq, is_read=is_read, body=message.body)
    data.status = DELETED
    data.content = b""
    return Shown(data, message.seq, is_read=is_read)


def placeholder(seq: int, send_time: int = 0) -> Shown:
    """Return what stands in the place of a number that has no message; ``send_time`` in milliseconds since 1970."""
    return Shown(StoredData(sendTime=send_time, status=DELETED), seq, is_read=False)
