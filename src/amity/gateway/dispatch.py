"""Dispatch of requests: read the frame, find its operation, call the handler, send the reply."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
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
"""Identifiers that clients may send. The others are for the server's frames."""
_LOGOUT: Final = Identifier.LOGOUT.value
_SERVER_FAULTS: Final = {Code.SERVER_INTERNAL, Code.DATABASE, Code.NETWORK, Code.DATA}
_SessionRequest = Callable[[Session, bytes], bytes | Awaitable[bytes]]
SetBackground = Callable[[Session], None]
"""Is called with a session whose app went to the background, or came back."""

_log = logging.getLogger(__name__)


class Dispatch:
    """Answers requests: operations with an identifier by their handlers, requests about the session itself."""

    def __init__(
        self,
        operations: Sequence[Operation],
        subscriptions: Subscriptions,
        set_background: SetBackground | None = None,
    ) -> None:
        self._session_requests: Mapping[int, _SessionRequest] = {
            Identifier.LOGOUT.value: _logout,
            Identifier.SET_BACKGROUND.value: partial(_set_background, set_background),
            Identifier.SUBSCRIBE_ONLINE.value: subscriptions.subscribe,
        }
        self._operations = {int(each.gateway): each for each in operations if each.gateway is not None}
        self._meters = {int(each): metrics.gateway_request_meter(each) for each in _ASKED}

    async def answer(self, session: Session, message: bytes) -> None:
        """Answer one message. Raises nothing.

        A frame that is not a valid request of this session's user closes the connection with code 3001. No frame with
        identifier 3001 precedes the close, although OpenIM defines one: OpenIM's Go core ends its read loop at an
        unexpected frame and never connects again.
        """
        operation_id.set("")  # clear the operationID of the previous message
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
        # An administrator's connection has a user's rights only. Administrators act for others over HTTP.
        call = Call(
            operation_id=request.operation_id,
            user_id=session.user_id,
            platform_id=session.platform_id,
            connection_id=session.conn_id,
        )
        try:
            if operation := self._operations.get(identifier):
                # Inline, because one more coroutine costs each request a fiftieth of its time.
                if (form := operation.protobuf) is None:
                    data = await operation.handler(call, request.data) or b""
                else:
                    asked = protobuf.decode(request.data, form.request, operation.request)
                    data = protobuf.encode(await operation.handler(call, asked), form.response)
            elif session_request := self._session_requests.get(identifier):
                answered = session_request(session, request.data)
                data = answered if isinstance(answered, bytes) else await answered
            else:
                raise ImError(Code.ARGS, f"reqIdentifier: {identifier} is not served by this version of amity")
        except ImError as error:
            code, text = error.code, _message_of(error)
            level = logging.WARNING if code in _SERVER_FAULTS else logging.INFO
            _log.log(level, "request %d answered %s", identifier, error, exc_info=_cause(error, level))
        except Exception:  # noqa: BLE001 - the caller gets an answer to any error of a handler
            _log.exception("request %d failed", identifier)
            fault = ImError(Code.SERVER_INTERNAL, "internal error; the server's log has it under this operationID")
            code, text = fault.code, _message_of(fault)
        reply = Reply(identifier, request.msg_incr, request.operation_id, code, text, data)
        if call.follows:
            session.reply_and(session.encoding.write(reply), call.answered)
        else:
            session.reply(session.encoding.write(reply))
        self._meters[identifier](code, monotonic() - started)
        if identifier == _LOGOUT:
            session.leave(Cause.LOGOUT, reason="logged out")


def _problem(session: Session, request: Request) -> str:
    """Return why this connection may not send this frame, or an empty string if it may."""
    if request.send_id != session.user_id:
        return "sendID is not the user of this connection"
    if request.identifier not in _ASKED:
        kind = "not for clients to send" if request.identifier in _KNOWN else "unknown"
        return f"reqIdentifier {request.identifier} is {kind}"
    if len(request.operation_id) > LONGEST_OPERATION_ID:
        return f"operationID is longer than {LONGEST_OPERATION_ID} characters"
    if "\0" in request.operation_id:  # it is stored with events, and PostgreSQL stores no such text
        return "operationID has a NUL in it"
    if len(request.msg_incr) > _LONGEST_MSG_INCR:
        return f"msgIncr is longer than {_LONGEST_MSG_INCR} characters"
    return ""


def _message_of(error: ImError) -> str:
    """Return the ``errMsg`` of a reply.

    A frame has no ``errDlt``, so the detail follows the name of the code. A text that a business server chose is shown
    to people, so it is sent unchanged.
    """
    if error.detail and error.message == NAMES.get(error.code):
        return f"{error.message}: {error.detail}"
    return error.message


def _cause(error: ImError, level: int) -> BaseException | None:
    return error.__cause__ if level == logging.WARNING else None


def _logout(session: Session, data: bytes) -> bytes:
    return b""


def _set_background(note: SetBackground | None, session: Session, data: bytes) -> bytes:
    try:
        is_background = SetAppBackgroundStatusReq.FromString(data).isBackground
    except DecodeError:
        raise ImError(Code.ARGS, "data: is not the protobuf message SetAppBackgroundStatusReq") from None
    if session.is_background != is_background:
        session.is_background = is_background
        if note is not None:
            note(session)
    return b""
