"""What clients of the gateway send, handshake and frames: as our own codecs write it, or nearly."""

import gzip
import json
import random
import struct
from typing import Final, NamedTuple
from urllib.parse import quote

from google.protobuf.message import Message

from amity.wire.frames import Identifier, Request
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqReq, GetLastMessageReq, GetSeqMessageReq
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, PullMessageBySeqsReq, SubUserOnlineStatus
from tests.fuzz.mutation import PIECES, mutated
from tests.integration.gateway.raw import frame
from tests.support.gateway_client import frame_of

USER: Final = "mallory"
TOKEN: Final = b"TOKEN"
"""Stands for the user's token: an input is to be good for another run."""
PING, CLOSE = 9, 8

_CONVERSATIONS = ["si_alice_mallory", "sg_group-1"]
MESSAGES: Final[dict[int, list[Message]]] = {
    Identifier.GET_MAX_SEQ: [GetMaxSeqReq(userID=USER)],
    Identifier.PULL_BY_RANGES: [PullMessageBySeqsReq(userID=USER)],
    Identifier.SEND_MSG: [],
    Identifier.SEND_SIGNAL_MSG: [],
    Identifier.PULL_BY_SEQS: [GetSeqMessageReq(userID=USER)],
    Identifier.GET_READ_AND_MAX_SEQ: [GetConversationsHasReadAndMaxSeqReq(userID=USER, conversationIDs=_CONVERSATIONS)],
    Identifier.GET_LAST_MESSAGE: [GetLastMessageReq(userID=USER, conversationIDs=_CONVERSATIONS)],
    Identifier.SET_BACKGROUND: [],
    Identifier.SUBSCRIBE_ONLINE: [
        SubUserOnlineStatus(subscribeUserID=["alice", "nobody"]),
        SubUserOnlineStatus(subscribeUserID=[f"u{number}" for number in range(300)], unsubscribeUserID=["alice"]),
    ],
    Identifier.LOGOUT: [],
}
DATA: Final = [message.SerializeToString() for messages in MESSAGES.values() for message in messages]
_ODD_FIRSTS = (0x02, 0x00, 0x80, 0x81, 0x01, 0x83, 0x8B, 0xC2, 0xA2, 0x92, 0x09, 0x08, 0x8A, 0xFF)


class Form(NamedTuple):
    """How a client speaks: ``go`` or ``js``, and whether it compresses."""

    codec: str
    is_compressed: bool


FORMS: Final = [Form(codec, is_compressed) for codec in ("go", "js") for is_compressed in (False, True)]


class Streams:
    """Makes all that a client sends on one connection. Each layer may be a little wrong."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def stream(self) -> bytes:
        """Return a handshake and frames behind it."""
        chance = self._chance
        form = chance.choice(FORMS)
        head = self.handshake(form)
        if chance.random() < 0.2:
            head = mutated(chance, head, [], [*PIECES, b"&v=e30", b"&sendID=", b"\r\nOrigin: null", b"%", b"&&"])
        body = b"".join([self._message(form) for _ in range(chance.choice((0, 1, 1, 2, 5)))])
        if chance.random() < 0.1:
            body = mutated(chance, body)
        if chance.random() < 0.2:
            body += frame(chance.choice((b"", b"\x03\xe8", b"\x03\xe8bye", b"\x03", b"\x00\x01", b"\xff\xff")), CLOSE)
        return head + body

    def sound(self, form: Form, identifier: int) -> bytes:
        """Return a handshake and one request that the server cannot refuse."""
        data = MESSAGES[identifier][0].SerializeToString() if MESSAGES[identifier] else b""
        payload = frame_of(Request(identifier, USER, "op", "1", data), form.codec)
        return self.handshake(form, odd=0.0) + frame(gzip.compress(payload) if form.is_compressed else payload)

    def handshake(self, form: Form, odd: float = 0.05) -> bytes:
        """Return the head with which a client of this form begins; ``odd`` is the chance that it says something odd."""
        chance = self._chance
        said = {
            "sendID": USER,
            "token": TOKEN.decode(),
            "platformID": "7" if chance.random() >= odd else chance.choice("1589"),
            "operationID": f"op-{chance.randrange(1000)}",
            "isBackground": chance.choice(("true", "false", "")),
            "isMsgResp": chance.choice(("true", "false")),
            "compression": "gzip" if form.is_compressed else "",
            "sdkType": form.codec if form.codec == "js" else "",
        }
        if chance.random() < odd:
            said[chance.choice(list(said))] = chance.choice(("", "x" * 300, "\0", "\u00e9", "-1", "99999999999", "[]"))
        query = "&".join(f"{name}={quote(value)}" for name, value in said.items())
        return (
            f"GET /?{query} HTTP/1.1\r\nHost: amity\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()

    def _message(self, form: Form) -> bytes:
        chance = self._chance
        if chance.random() < 0.1:
            text = chance.choice((b'{"type":"ping"}', b'{"type":"pong"}', b"{}", b"\xff", b"[" * 3000, b""))
            return frame(text, chance.choice((1, 1, PING, 10)))
        payload = frame_of(self._request(), form.codec)
        if chance.random() < 0.3:
            payload = mutated(chance, payload, [frame_of(self._request(), form.codec)])
        if form.is_compressed:
            payload = gzip.compress(payload)
            if chance.random() < 0.2:
                payload = mutated(chance, payload)
            elif chance.random() < 0.02:
                payload = gzip.compress(bytes(chance.choice((1 << 20, (1 << 20) + 1, 20_000_000))), 9)
        return self._framed(payload[:60_000])

    def _request(self) -> Request:
        chance = self._chance
        identifier = chance.choice(list(MESSAGES))
        messages = MESSAGES[identifier]
        data = chance.choice(messages).SerializeToString() if messages else b""
        if chance.random() < 0.25:
            data = mutated(chance, data, DATA)
        if chance.random() < 0.05:
            identifier = chance.choice((0, -1, 2001, 2002, 3001, 2**31 - 1, 9999))
        if identifier == Identifier.LOGOUT and chance.random() < 0.7:
            identifier = Identifier.GET_MAX_SEQ  # it ends the connection, and what is behind it is not read
        sender = USER if chance.random() < 0.95 else chance.choice(("", "alice", "x" * 5000))
        text = str(chance.choice((1, 2, "x" * 2000, "", "\0", "\u202e"))) if chance.random() < 0.1 else "7"
        return Request(int(identifier), sender, f"op-{text}", text, data)

    def _framed(self, payload: bytes) -> bytes:
        """Return a message as a frame, as several with others between them, or as none that is right."""
        chance = self._chance
        kind = chance.random()
        if kind < 0.7:
            return frame(payload)
        if kind < 0.85 and len(payload) > 2:
            at = chance.randrange(1, len(payload))
            between = frame(b"beat", PING) if chance.random() < 0.5 else b""
            return frame(payload[:at], first=0x02) + between + frame(payload[at:], first=0x80)
        if kind < 0.92:
            return frame(payload, first=chance.choice(_ODD_FIRSTS))
        if kind < 0.96:
            return bytes([0x82, len(payload) & 0x7D]) + payload  # not masked
        size = chance.choice((0, 1, 125, 126, 51_200, 51_201, 2**31, 2**62, 2**63, 2**64 - 1))
        return bytes([0x82, 0xFF]) + struct.pack(">Q", size) + b"mask" + payload[: chance.choice((0, 5, 1000))]


def text_frame_of(envelope: bytes) -> int:
    """Return the errCode of the first frame of text that a client may wait for."""
    return int(json.loads(envelope)["errCode"])
