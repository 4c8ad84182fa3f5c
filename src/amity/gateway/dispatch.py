"""Dispatching requests: the frame is read, its operation found, and the reply sent."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from google.protobuf.message import DecodeError

from amity import metrics
from amity.caller import caller_id
from amity.calls.call import Call
from amity.calls.operation import Operation
from amity.clock import monotonic
from amity.errors import NAMES, Code, ImError
from amity.gateway.arguments import LONGEST_OPERATION_ID
from amity.gateway.session import DATA_ERROR, Cause, Session
from amity.gateway.subscriptions import Subscriptions
from amity.http.turn import turn_end
from amity.logs import operation_id
from amity.wire import protobuf
from amity.wire.frames import FrameError, Identifier, Reply, Request
from amity.wire.proto.sdkws_pb2 import SetAppBackgroundStatusReq

_LONGEST_MSG_INCR: Final = 256
_KNOWN: Final = frozenset(Identifier)
_ASKED: Final = frozenset(
    {
        Identifier.GET_MAX_SEQ,
        Identifier.PULL_BY_RANGES,
        Identifier.SEND_MSG,
        Identifier.SEND_SIGNAL_MSG,
        Identifier.PULL_BY_SEQS,
        Identifier.GET_READ_AND_MAX_SEQ,
        Identifier.GET_LAST_MESSAGE,
        Identifier.LOGOUT,
        Identifier.SET_BACKGROUND,
        Identifier.SUBSCRIBE_ONLINE,
    }
)
"""What clients may ask; the other identifiers are the server's."""
_LOGOUT: Final = Identifier.LOGOUT.value
_OURS: Final = {Code.SERVER_INTERNAL, Code.DATABASE, Code.NETWORK, Code.DATA}
_ABOUT_SESSIONS = Callable[[Session, bytes], bytes]

_log = logging.getLogger(__name__)


class Served:
    """An operation as the gateway serves it: a protobuf message in, one out, or bytes if the operation names none."""

    __slots__ = ("_operation", "_protobuf")

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._protobuf = operation.protobuf

    async def handle(self, call: Call, data: bytes) -> bytes:
        """Return the answer's ``data``. Raises ``ImError``, 1001 for bytes that are no such request."""
        operation = self._operation
        if self._protobuf is None:
            return await operation.handler(call, data) or b""
        asked = protobuf.decode(data, self._protobuf.request, operation.request)
        return protobuf.encode(await operation.handler(call, asked), self._protobuf.response)


class Dispatch:
    """Answers what sessions ask: by the operations that have a number, and by itself what is about the session."""

    def __init__(self, operations: Sequence[Operation], subscriptions: Subscriptions) -> None:
        self._own: Mapping[int, _ABOUT_SESSIONS] = {
            Identifier.LOGOUT.value: _logout,
            Identifier.SET_BACKGROUND.value: _set_background,
            Identifier.SUBSCRIBE_ONLINE.value: subscriptions.subscribe,
        }
        self._operations = {int(each.gateway): Served(each) for each in operations if each.gateway is not None}
        self._meters = {int(each): metrics.gateway_request_meter(each) for each in _ASKED}

    async def answer(self, session: Session, message: bytes) -> None:
        """Answer one message. Raises nothing.

        What is no request of this session's user ends the connection with code 3001. No frame 3001 goes before it,
        though OpenIM has the number for one: its Go core takes a frame that it does not expect for the end of all
        reading, and never connects again.
        """
        operation_id.set("")  # not that of the message before, whosever it was
        try:
            request = session.encoding.read(message)
        except FrameError as error:
            session.leave(Cause.DATA_ERROR, DATA_ERROR, f"DataError: {error}")
            return
        if problem := _problem(session, request):
            session.leave(Cause.DATA_ERROR, DATA_ERROR, f"DataError: {problem}")
            return
        operation_id.set(request.operation_id)
        caller_id.set(session.user_id)
        started = monotonic()
        identifier = request.identifier
        code, text, data = 0, "", b""
        # An administrator's connection is a user's like any other: for others it asks over HTTP.
        call = Call(operation_id=request.operation_id, user_id=session.user_id, platform_id=session.platform_id)
        try:
            if operation := self._operations.get(identifier):
                data = await operation.handle(call, request.data)
            elif own := self._own.get(identifier):
                data = own(session, request.data)
            else:
                raise ImError(Code.ARGS, f"reqIdentifier: {identifier} is not served by this version of amity")
        except ImError as error:
            code, text = error.code, _said(error)
            level = logging.WARNING if code in _OURS else logging.INFO
            _log.log(level, "request %d answered %s", identifier, error, exc_info=_cause(error, level))
        except Exception:  # noqa: BLE001 - whatever a handler lets through, its caller gets an answer
            _log.exception("request %d failed", identifier)
            fault = ImError(Code.SERVER_INTERNAL, "internal error; the server's log has it under this operationID")
            code, text = fault.code, _said(fault)
        reply = Reply(identifier, request.msg_incr, request.operation_id, code, text, data)
        session.reply(session.encoding.write(reply))
        if call.follows:
            turn_end(asyncio.get_running_loop()).call_after_writes(call.answered)
        self._meters[identifier](code, monotonic() - started)
        if identifier == _LOGOUT:
            session.leave(Cause.LOGOUT, reason="logged out")


def _problem(session: Session, request: Request) -> str:
    """Say what makes a frame none that this connection may send; empty where nothing does."""
    if request.send_id != session.user_id:
        return "sendID is not the user of this connection"
    if request.identifier not in _ASKED:
        kind = "not for clients to send" if request.identifier in _KNOWN else "unknown"
        return f"reqIdentifier {request.identifier} is {kind}"
    if len(request.operation_id) > LONGEST_OPERATION_ID:
        return f"operationID is longer than {LONGEST_OPERATION_ID} characters"
    if len(request.msg_incr) > _LONGEST_MSG_INCR:
        return f"msgIncr is longer than {_LONGEST_MSG_INCR} characters"
    return ""


def _said(error: ImError) -> str:
    """Return the ``errMsg`` of a reply. A frame has no ``errDlt``, so the detail comes behind the code's name; a text
    that a business server chose is for people to read, and stays as it is."""
    if error.detail and error.message == NAMES.get(error.code):
        return f"{error.message}: {error.detail}"
    return error.message


def _cause(error: ImError, level: int) -> BaseException | None:
    return error.__cause__ if level == logging.WARNING else None


def _logout(session: Session, data: bytes) -> bytes:
    return b""


def _set_background(session: Session, data: bytes) -> bytes:
    try:
        session.is_background = SetAppBackgroundStatusReq.FromString(data).isBackground
    except DecodeError:
        raise ImError(Code.ARGS, "data: is not the protobuf message SetAppBackgroundStatusReq") from None
    return b""
