"""The frames of the gateway: a request of a client, and what it is answered or sent unasked.

Two kinds of client write them differently: OpenIM's Go core as gob, its pure JavaScript client as JSON. Either may be
compressed with gzip. Pure: bytes in, a frame out, and back.

Source: open-im-server 3.8 ``internal/msggateway`` (``Req`` and ``Resp``).
"""

from enum import IntEnum
from typing import Annotated, Final, Protocol

import msgspec

from amity.wire.gob import StructReader, StructWriter
from amity.wire.gob_types import GobError

_LOWEST, _HIGHEST = -(2**31), 2**31 - 1


class Identifier(IntEnum):
    """What a frame is about (``reqIdentifier``)."""

    GET_MAX_SEQ = 1001
    PULL_BY_RANGES = 1002
    SEND_MSG = 1003
    SEND_SIGNAL_MSG = 1004
    PULL_BY_SEQS = 1005
    GET_READ_AND_MAX_SEQ = 1006
    GET_LAST_MESSAGE = 1007
    PUSH = 2001
    KICK = 2002
    LOGOUT = 2003
    SET_BACKGROUND = 2004
    SUBSCRIBE_ONLINE = 2005
    DATA_ERROR = 3001


class Request(msgspec.Struct, frozen=True, gc=False):
    """A frame of a client. ``data`` is a protobuf message; ``msg_incr`` is what its answer is matched by."""

    identifier: int
    send_id: str
    operation_id: str
    msg_incr: str
    data: bytes
    token: str = ""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A frame of the server: an answer, or, with an empty ``msg_incr``, a push."""

    identifier: int
    msg_incr: str = ""
    operation_id: str = ""
    err_code: int = 0
    err_msg: str = ""
    data: bytes = b""


class FrameError(ValueError):
    """What arrived is no frame. The text says why, without repeating what arrived."""


class Codec(Protocol):
    """How one kind of client writes frames."""

    def decode(self, frame: bytes) -> Request:
        """Return the request. Raises ``FrameError``, and nothing else, whatever the bytes are."""
        ...

    def encode(self, reply: Reply) -> bytes:
        """Return the frame of a reply."""
        ...


class _Go:
    """gob. Fields are matched by name: their order and the struct's name are free."""

    _reader = StructReader(
        {"ReqIdentifier": int, "SendID": str, "OperationID": str, "MsgIncr": str, "Data": bytes, "Token": str}
    )
    _writer = StructWriter(
        "Resp",
        {"ReqIdentifier": int, "MsgIncr": str, "OperationID": str, "ErrCode": int, "ErrMsg": str, "Data": bytes},
    )

    def decode(self, frame: bytes) -> Request:
        try:
            request = Request(*self._reader.read(frame))
        except GobError as error:
            raise FrameError(f"the frame is no request in gob: {error}") from None
        if not _LOWEST <= request.identifier <= _HIGHEST:
            raise FrameError("the frame is no request in gob: ReqIdentifier has more than 32 bits")
        return request

    def encode(self, reply: Reply) -> bytes:
        return self._writer.write(msgspec.structs.astuple(reply))


class _JsRequest(msgspec.Struct, rename="camel"):
    """A request in JSON. To OpenIM null is as good as nothing, in every field."""

    req_identifier: Annotated[int, msgspec.Meta(ge=_LOWEST, le=_HIGHEST)] | None = None
    send_id: str | None = msgspec.field(name="sendID", default=None)
    operation_id: str | None = msgspec.field(name="operationID", default=None)
    msg_incr: str | None = None
    data: bytes | None = None
    token: str | None = None


class _JsReply(msgspec.Struct, rename="camel"):
    """A reply in JSON, with its fields in the order of ``Reply``."""

    req_identifier: int
    msg_incr: str
    operation_id: str = msgspec.field(name="operationID")
    err_code: int
    err_msg: str
    data: bytes


class _Js:
    """JSON, with ``data`` in base64. Where a reply has no data, ``data`` is an empty text: OpenIM sends that or null,
    and its client takes either for nothing."""

    _read = msgspec.json.Decoder(_JsRequest).decode
    _write = msgspec.json.Encoder().encode

    def decode(self, frame: bytes) -> Request:
        try:
            request = self._read(frame)
        except msgspec.MsgspecError as error:
            raise FrameError(f"the frame is no request in JSON: {error}") from None
        except UnicodeDecodeError:
            raise FrameError("the frame is no request in JSON: a text is not UTF-8") from None
        except RecursionError:
            raise FrameError("the frame is no request in JSON: it has too many values inside each other") from None
        return Request(
            request.req_identifier or 0,
            request.send_id or "",
            request.operation_id or "",
            request.msg_incr or "",
            request.data or b"",
            request.token or "",
        )

    def encode(self, reply: Reply) -> bytes:
        return self._write(_JsReply(*msgspec.structs.astuple(reply)))


GO: Final[Codec] = _Go()
"""What OpenIM's Go core speaks, natively and in browsers."""
JS: Final[Codec] = _Js()
"""What OpenIM's pure JavaScript client speaks."""
