"""What a message of another system becomes here. Pure.

Source of which types are messages: open-im-server 3.8 ``pkg/common/constant``.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from amity.errors import Code, ImError
from amity.messages.content import NOTIFICATIONS, is_object
from amity.messages.sending.limits import LONGEST_ID, MOST_BYTES, MOST_CONTENT, MOST_TEXT
from amity.messages.sending.service import SENT
from amity.messages.sending.welcome import FROM_USER
from amity.moving.history.models import HistoryMessage
from amity.timeline.models import Draft, Form, once_of, place_of
from amity.users.rules import MOST_CHARACTERS
from amity.wire.message_kinds import SINGLE_CHAT, TYPING
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_AHEAD_MS: Final = 86_400_000
"""How far ahead of this server's clock a message may have been sent."""
_MOST_NICKNAME: Final = MOST_CHARACTERS["nickname"]
_MOST_FACE_URL: Final = MOST_CHARACTERS["faceURL"]
_MOST_TEXTS: Final = MOST_BYTES - 65_536
"""Bytes of the texts of a message. The rest is for ids, names and addresses of pictures."""
_text = msgspec.json.Decoder(str).decode


class Person(NamedTuple):
    """A user: the number, and what messages show of the user if they do not say it themselves."""

    number: int
    nickname: str
    face_url: str


def require_message(message: HistoryMessage, now: int) -> bytes:
    """Return the content of a message as it is stored.

    Raises ``ImError``, ``ARGS`` (1001), for what cannot be a message of a single chat here.
    """
    if not message.send_id:
        raise ImError(Code.ARGS, "sendID is empty")
    if not message.recv_id:
        raise ImError(Code.ARGS, "recvID is empty")
    if not 0 < message.send_time <= now + MOST_AHEAD_MS:
        raise ImError(Code.ARGS, f"sendTime: is between 1 and a day from now, not {message.send_time}")
    if message.create_time > now + MOST_AHEAD_MS:
        raise ImError(Code.ARGS, f"createTime: is between 0 and a day from now, not {message.create_time}")
    kind = message.content_type
    if kind <= 0 or kind == TYPING or kind in NOTIFICATIONS:
        raise ImError(Code.ARGS, f"contentType: {kind} is not the type of a stored message")
    content = _content(message.content)
    _require_short(message, content)
    return content


class Drafting:
    """Makes drafts of the messages of one request between these people.

    All use one protobuf message, each setting every field that any sets: to make one costs three times as much.
    """

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._people = people
        self._made = MsgData(sessionType=SINGLE_CHAT, msgFrom=FROM_USER, status=SENT)

    def draft_of(self, message: HistoryMessage, content: bytes, server_msg_id: str) -> Draft:
        """Return what is stored of a message that ``require_message`` accepted."""
        sender, receiver = self._people[message.send_id], self._people[message.recv_id]
        created_at = message.create_time or message.send_time
        client_msg_id = message.client_msg_id or _own_id(message, content)
        made = self._made
        made.sendID = message.send_id
        made.recvID = message.recv_id
        made.clientMsgID = client_msg_id
        made.serverMsgID = server_msg_id
        made.senderPlatformID = message.sender_platform_id
        made.senderNickname = message.sender_nickname or sender.nickname
        made.senderFaceURL = message.sender_face_url or sender.face_url
        made.contentType = message.content_type
        made.content = content
        made.sendTime = message.send_time
        made.createTime = created_at
        made.attachedInfo = message.attached_info
        made.ex = message.ex
        return Draft(
            place_of(Form.CHAT, sender.number, receiver.number),
            sender.number,
            message.send_time,
            created_at,
            once_of(sender.number, client_msg_id),
            made.SerializeToString(),
        )


def _content(given: msgspec.Raw) -> bytes:
    content = bytes(given)
    if content.startswith(b'"'):
        try:
            content = _text(content).encode()
        except ValueError:  # what is decoded later was not looked into: it may be broken UTF-8
            raise ImError(Code.ARGS, "content: is not valid Unicode") from None
    if not is_object(content):
        raise ImError(Code.ARGS, "content: is neither a JSON object nor the text of one")
    return content


def _require_short(message: HistoryMessage, content: bytes) -> None:
    if len(content) > MOST_CONTENT:
        raise _too_long("content", len(content), MOST_CONTENT)
    if len(message.client_msg_id) > LONGEST_ID:
        raise _too_long("clientMsgID", len(message.client_msg_id), LONGEST_ID)
    if len(message.sender_nickname) > _MOST_NICKNAME:
        raise _too_long("senderNickname", len(message.sender_nickname), _MOST_NICKNAME)
    if len(message.sender_face_url) > _MOST_FACE_URL:
        raise _too_long("senderFaceURL", len(message.sender_face_url), _MOST_FACE_URL)
    if len(message.attached_info) > MOST_TEXT:
        raise _too_long("attachedInfo", len(message.attached_info), MOST_TEXT)
    if len(message.ex) > MOST_TEXT:
        raise _too_long("ex", len(message.ex), MOST_TEXT)
    texts = len(message.ex) + len(message.attached_info)
    if texts * 4 > _MOST_TEXTS and (texts := _bytes(message.ex, message.attached_info) + len(content)) > _MOST_TEXTS:
        raise ImError(Code.ARGS, f"content, ex and attachedInfo: too long (limit {_MOST_TEXTS} bytes, got {texts})")


def _too_long(name: str, found: int, most: int) -> ImError:
    return ImError(Code.ARGS, f"{name}: too long (limit {most}, got {found})")


def _bytes(*texts: str) -> int:
    return sum([len(text.encode()) for text in texts])


def _own_id(message: HistoryMessage, content: bytes) -> str:
    """Return the id of a message that has none: the same whenever the same message is brought in."""
    named = f"{len(message.send_id)}:{message.send_id}{message.recv_id} {message.send_time} {message.content_type} "
    return hashlib.blake2b(named.encode() + content, digest_size=16).hexdigest()
