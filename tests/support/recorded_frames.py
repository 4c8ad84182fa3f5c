"""Frames of the gateway as JSON, recorded and current ones, normalized alike. Pure.

Only what differs from run to run is replaced: ids that the server makes, times, and numbers of messages. A number
becomes its distance from the newest one of its conversation, so that a gap, or a number that is given twice, is a
difference. An id or a time that stands in the request or in the answer is named after it, so that it must be the same
one.
"""

import base64
import json
import random
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

from amity.wire.proto import msg_pb2, sdkws_pb2

REQUESTS: Final[Mapping[int, type[Message]]] = {
    1001: sdkws_pb2.GetMaxSeqReq,
    1002: sdkws_pb2.PullMessageBySeqsReq,
    1003: sdkws_pb2.MsgData,
    1005: msg_pb2.GetSeqMessageReq,
    1006: msg_pb2.GetConversationsHasReadAndMaxSeqReq,
    1007: msg_pb2.GetLastMessageReq,
    2004: sdkws_pb2.SetAppBackgroundStatusReq,
    2005: sdkws_pb2.SubUserOnlineStatus,
}
ANSWERS: Final[Mapping[int, type[Message]]] = {
    1001: sdkws_pb2.GetMaxSeqResp,
    1002: sdkws_pb2.PullMessageBySeqsResp,
    1003: msg_pb2.SendMsgResp,
    1005: msg_pb2.GetSeqMessageResp,
    1006: msg_pb2.GetConversationsHasReadAndMaxSeqResp,
    1007: msg_pb2.GetLastMessageResp,
    2005: sdkws_pb2.SubUserOnlineStatusTips,
}

NOW: Final = "<now>"
IN_AN_HOUR: Final = "<now + 1 h>"
_FIRST: Final = 5
"""The numbers up to this one stand as they are in requests and answers: both sides gave them to the same messages."""
_NUMBERS: Final = {"seq", "endSeq", "maxSeq", "minSeq", "hasReadSeq", "begin", "end", "seqs", "maxSeqs", "minSeqs"}
_VERSIONS: Final = {"groupMemberVersion", "groupSortVersion"}
_MADE_UP: Final = {"groupMemberVersionID", "uuid", "groupMemberListHash"}
_OF_THE_ANSWER: Final = ("serverMsgID", "clientMsgID", "sendTime")
_OF_THE_REQUEST: Final = ("createTime", "sendTime")
_DETAIL: Final = '{"detail":'
_MADE: Final = re.compile("[0-9a-f]{32}")
_NEWEST: Final = re.compile(r"<newest([+-]\d+)?>")
_LONG: Final = re.compile(r"(.)\1{999,}", re.DOTALL)
_LONG_NAME: Final = re.compile(r"<(.) \* (\d+)>")
_DIGITS: Final = re.compile("[0-9a-f]{1000,}")
_DIGITS_NAME: Final = re.compile(r"<(\d+) digits>")
_MILLISECONDS_FROM: Final = 100_000_000_000


def plain(message: Message) -> dict[str, Any]:
    """Return the JSON of a protobuf message without its empty members."""
    read: dict[str, Any] = {}
    for each, value in message.ListFields():
        if each.message_type is None:
            read[each.name] = list(value) if each.is_repeated else value
        elif each.message_type.GetOptions().map_entry:
            read[each.name] = {key: plain(one) if isinstance(one, Message) else one for key, one in value.items()}
        else:
            read[each.name] = [plain(one) for one in value] if each.is_repeated else plain(value)
    if isinstance(content := read.get("content"), bytes):
        read["content"] = text_of(content)
    return read


def text_of(content: bytes) -> Any:
    """Return the content of a message as its text: a long run of one character as ``<x * 40000>``, and long hexadecimal
    digits, which compress badly, as ``<60000 digits>``."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"hex": content.hex()}
    if _DIGITS.fullmatch(text):
        return f"<{len(text)} digits>"
    return _LONG.sub(lambda found: f"<{found[1]} * {len(found[0])}>", text)


def built(form: type[Message], data: Mapping[str, Any]) -> Message:
    """Return the protobuf message of JSON that ``plain`` has made, or of all its fields."""
    return ParseDict(_with_base64(data), form())


def _with_base64(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_base64(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    read = {name: _with_base64(member) for name, member in value.items()}
    if "content" in read:
        read["content"] = base64.b64encode(_bytes_of(value["content"])).decode()
    return read


def _bytes_of(content: Any) -> bytes:
    if isinstance(content, Mapping):
        return bytes.fromhex(content["hex"])
    if found := _DIGITS_NAME.fullmatch(content or ""):
        return random.Random(0).randbytes(int(found[1]) // 2).hex().encode()
    return _LONG_NAME.sub(lambda found: found[1] * int(found[2]), content or "").encode()


@dataclass(slots=True)
class Normalizer:
    """What the values of one case are named after: its request, its answer, and the newest numbers before it."""

    newest: Mapping[str, int]
    sent: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)

    def data(self, value: Any, conversation: str = "", name: str = "") -> Any:
        """Return the JSON of a request or an answer. ``name`` is that of the member with this value, which is about
        ``conversation``."""
        if isinstance(value, Mapping):
            about = value.get("conversationID", conversation)
            return {key: self._member(key, member, about, name) for key, member in value.items()}
        if isinstance(value, list):
            return [self.data(one, conversation, name) for one in value]
        if name in _NUMBERS and isinstance(value, int):
            return value if value <= _FIRST else self._number(value, conversation)
        if (name in _MADE_UP or name in _VERSIONS) and value:
            return f"<{name}>"
        if name == "maxSeqTime" or (name.endswith("Time") and name not in self.sent):
            return _time(value)
        if name == "content" and isinstance(value, str):
            return self._content(value, conversation)
        return self._named(name, value)

    def push(self, message: Mapping[str, Any], conversation: str) -> dict[str, Any]:
        """Return a message that was pushed. Its number is always relative."""
        read = {name: member if name == "seq" else self._named(name, member) for name, member in message.items()}
        if "seq" in read:
            read["seq"] = self._number(read["seq"], conversation)
        if isinstance(content := read.get("content"), str) and content.startswith(_DETAIL):
            read["content"] = self._content(content, conversation)
            read.pop("offlinePushInfo", None)  # its texts depend on the other server's settings
        return read

    def _member(self, key: str, member: Any, conversation: str, name: str) -> Any:
        if name in ("maxSeqs", "minSeqs"):
            return self.data(member, key, name)
        return self.data(member, key if key in self.newest else conversation, key)

    def _content(self, content: str, conversation: str) -> Any:
        """Return the content of a message, which the API has in base64, and that of a notification as JSON."""
        with suppress(ValueError):  # binascii.Error and UnicodeDecodeError are
            content = base64.b64decode(content, validate=True).decode()
        if not content.startswith(_DETAIL):
            return content
        return {"detail": self.data(json.loads(json.loads(content)["detail"]), conversation)}

    def _number(self, value: int, conversation: str) -> str:
        distance = value - self.newest.get(conversation, 0)
        return f"<newest{distance:+d}>" if distance else "<newest>"

    def _named(self, name: str, value: Any) -> Any:
        if name in _OF_THE_ANSWER and value and value == self.answer.get(name):
            return f"<{name} of the answer>"
        if name in _OF_THE_REQUEST and value and value == self.sent.get(name):
            return f"<{name} of the request>"
        if name in ("serverMsgID", "clientMsgID") and isinstance(value, str) and _MADE.fullmatch(value):
            return f"<{name}>"
        return _time(value) if name in _OF_THE_REQUEST else value


def _time(value: Any) -> Any:
    return "<milliseconds>" if isinstance(value, int) and value >= _MILLISECONDS_FROM else value


def without_empty(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer of the API with its data as ``plain`` has it: without empty members, at any depth."""
    read = {name: member for name, member in answer.items() if name != "data"}
    data = _without_empty(answer.get("data"))
    return read | ({"data": data} if data else {})


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        read = {name: _without_empty(member) for name, member in value.items()}
        return {name: member for name, member in read.items() if member}
    return [_without_empty(one) for one in value] if isinstance(value, list) else value


def filled(value: Any, newest: Mapping[str, int], now: int, conversation: str = "") -> Any:
    """Put the numbers and the time of this run, in milliseconds, into a request."""
    if isinstance(value, Mapping):
        about = value.get("conversationID", conversation)
        return {name: filled(member, newest, now, about) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(one, newest, now, conversation) for one in value]
    if isinstance(value, str) and (found := _NEWEST.fullmatch(value)):
        return newest.get(conversation, 0) + int(found[1] or 0)
    return {NOW: now, IN_AN_HOUR: now + 3_600_000}.get(value, value) if isinstance(value, str) else value
