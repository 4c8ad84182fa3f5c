"""The WebSocket handshake: it reads the head, checks the client's token, and accepts or refuses the connection."""

import asyncio
import logging
from typing import Final, cast

from amity import metrics
from amity.errors import Code, ImError
from amity.gateway.admissions import Admission
from amity.gateway.arguments import Arguments, Query
from amity.gateway.connection import Connection
from amity.gateway.head import MOST_HEAD_BYTES, upgrade_key
from amity.gateway.lifecycle import Shared
from amity.gateway.refusals import over_http, over_websocket
from amity.gateway.upgrade import hand_over
from amity.http.head import TLS_TEXT, HeadError, is_tls, read_head

_END: Final = b"\r\n\r\n"
_EXPECTED: Final = "OpenIM's clients connect here, by WebSocket (version 13); the REST API has a port of its own"

_log = logging.getLogger(__name__)


class Handshake(asyncio.Protocol):
    """The protocol of a new connection, until picows takes over or the connection is refused."""

    __slots__ = ("_admitting", "_is_answered", "_received", "_shared", "_transport")

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # set by connection_made
        self._received = b""
        self._is_answered = False
        self._admitting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if not self._shared.has_room():
            self._is_answered = True
            self.close()
            return
        # ``pause_writing`` must be called at the first byte that has to wait.
        self._transport.set_write_buffer_limits(high=0)
        self._shared.heartbeat.heads.add(self, self._shared.heartbeat.time())

    def data_received(self, data: bytes) -> None:
        if self._is_answered:
            return  # the refusal is sent; the connection stays open for the client to read it
        before = len(self._received)
        self._received += data
        end = self._received.find(_END, max(0, before - 3))
        if end > MOST_HEAD_BYTES or (end < 0 and len(self._received) > MOST_HEAD_BYTES):
            self._refuse(431, ImError(Code.ARGS, f"the head of a request has up to {MOST_HEAD_BYTES} bytes"))
        elif is_tls(self._received):
            self._refuse(400, ImError(Code.ARGS, TLS_TEXT))
        elif end >= 0:
            head, rest = self._received[:end], self._received[end + 4 :]
            self._received = b""
            self._check_head(head, rest)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._shared.heartbeat.heads.discard(self)
        self._shared.heartbeat.handshakes.discard(self)
        self._shared.heartbeat.closing.discard(self)
        if self._admitting is not None:
            self._admitting.cancel()

    def overdue(self) -> None:
        self.close()

    def close(self) -> None:
        """Abort the connection."""
        self._transport.abort()

    def _check_head(self, raw: bytes, rest: bytes) -> None:
        try:
            head = read_head(raw)
        except HeadError as error:
            self._refuse(error.status, ImError(Code.ARGS, str(error)))
            return
        key = upgrade_key(head)
        if key is None:
            self._refuse(405 if head.method != "GET" else 426, ImError(Code.ARGS, _EXPECTED))
            return
        if head.length or head.is_chunked:
            self._refuse(400, ImError(Code.ARGS, "a request for a WebSocket has no body"))
            return
        if problem := self._shared.origins.problem_of(head.headers):
            self._refuse(403, ImError(Code.NO_PERMISSION, problem))
            return
        if len(rest) > MOST_HEAD_BYTES:
            self._refuse(400, ImError(Code.ARGS, "a client waits for the answer to its handshake (RFC 6455, 4.1)"))
            return
        heartbeat = self._shared.heartbeat
        heartbeat.heads.discard(self)
        heartbeat.handshakes.add(self, heartbeat.now)
        self._transport.pause_reading()
        self._admitting = asyncio.create_task(self._admit(Query(head), key, rest))

    async def _admit(self, query: Query, key: bytes, rest: bytes) -> None:
        try:
            arguments = query.arguments()
            admission = await self._shared.admit(arguments)
        except ImError as error:
            _log.info("a client was not let in: %s", error, extra={"operationID": query.operation_id})
            self._refuse_client(error, query, key)
        except Exception:  # noqa: BLE001 - the client gets an answer to any error
            _log.exception("a client could not be let in", extra={"operationID": query.operation_id})
            detail = "internal error; the server's log has it under this operationID"
            self._refuse_client(ImError(Code.SERVER_INTERNAL, detail), query, key)
        else:
            if not self._transport.is_closing():
                self._accept(arguments, admission, key, rest)
            self._shared.admissions.abandon(admission)  # unless its session has been added

    def _accept(self, arguments: Arguments, admission: Admission, key: bytes, rest: bytes) -> None:
        self._shared.heartbeat.handshakes.discard(self)
        connection = Connection(arguments, self._shared, admission.expires, admission.conn_id)
        try:
            hand_over(self._transport, connection, key, rest, self._shared.max_message_bytes)
            connection.begin()
        except Exception:  # noqa: BLE001 - neither the handshake nor picows would close the connection
            _log.exception("a client could not be let in", extra={"operationID": arguments.operation_id})
            self._transport.abort()

    def _refuse_client(self, error: ImError, query: Query, key: bytes) -> None:
        """Refuse an OpenIM client in the way that it reads: a native one reads an HTTP body in place of the
        WebSocket."""
        metrics.connection_refused(error.code)
        self._transport.resume_reading()
        self._answer(over_websocket(key, error) if query.wants_answer else over_http(200, error))

    def _refuse(self, status: int, error: ImError) -> None:
        """Refuse a request that is not an OpenIM client's handshake."""
        metrics.connection_refused(error.code)
        self._answer(over_http(status, error))

    def _answer(self, answer: bytes) -> None:
        """Send the answer, and let the client close: if the server closed first, unread data would be lost."""
        heartbeat = self._shared.heartbeat
        heartbeat.heads.discard(self)
        heartbeat.handshakes.discard(self)
        if self._transport.is_closing():
            return
        self._is_answered = True
        self._received = b""
        self._transport.write(answer)
        self._transport.write_eof()
        heartbeat.closing.add(self, heartbeat.now)
