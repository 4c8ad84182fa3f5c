"""A client of the gateway that exposes frames. It speaks like OpenIM's Go core or its JavaScript client."""

import asyncio
import base64
import gzip
import itertools
import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from amity.wire.frames import Reply, Request
from amity.wire.gob import StructReader, StructWriter

_go_request = StructWriter(
    "GeneralWsReq",
    {"ReqIdentifier": int, "Token": str, "SendID": str, "OperationID": str, "MsgIncr": str, "Data": bytes},
)
_go_reply = StructReader(
    {"ReqIdentifier": int, "MsgIncr": str, "OperationID": str, "ErrCode": int, "ErrMsg": str, "Data": bytes}
)
_counter = itertools.count(1)


def frame_of(request: Request, codec: str) -> bytes:
    """Encode a request as a client with this codec (``go`` or ``js``) does, without compression."""
    if codec == "go":
        return _go_request.write(
            (
                request.identifier,
                request.token,
                request.send_id,
                request.operation_id,
                request.msg_incr,
                request.data,
            )
        )
    content = {
        "reqIdentifier": request.identifier,
        "sendID": request.send_id,
        "operationID": request.operation_id,
        "msgIncr": request.msg_incr,
        "data": base64.b64encode(request.data).decode(),
    }
    return json.dumps(content).encode()


def reply_of(frame: bytes, codec: str) -> Reply:
    """Decode a frame of the server that is not compressed."""
    if codec == "go":
        return Reply(*_go_reply.read(frame))
    content = json.loads(frame)
    assert set(content) == {"reqIdentifier", "msgIncr", "operationID", "errCode", "errMsg", "data"}, content
    return Reply(
        content["reqIdentifier"],
        content["msgIncr"],
        content["operationID"],
        content["errCode"],
        content["errMsg"],
        base64.b64decode(content["data"] or ""),
    )


class ConnectionEnded(Exception):
    """The server closed the connection; ``code`` and ``reason`` are those of its close frame."""

    def __init__(self, code: int | None, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"the connection was closed: {code} {reason}")


class GatewayClient(WSListener):
    """One connection of a user. An async context manager, which connects::

        async with GatewayClient(url, "alice", token, 7, codec="go", compression=True) as client:
            reply = await client.request(Identifier.GET_MAX_SEQ, data)
            push = await client.pushed()

    ``codec`` is ``go`` or ``js``. ``more`` adds or replaces parts of the query. If ``isMsgResp`` is true or
    ``expects_text`` is set, ``connect`` waits for a first text frame and stores it in ``first``.
    """

    def __init__(
        self,
        url: str,
        user: str,
        token: str,
        platform: int = 7,
        *,
        codec: str = "go",
        compression: bool = False,
        more: dict[str, str] | None = None,
    ) -> None:
        query = {
            "sendID": user,
            "token": token,
            "platformID": str(platform),
            "operationID": f"connect-{next(_counter)}",
            "isBackground": "false",
        }
        if compression:
            query["compression"] = "gzip"
        if codec == "js":
            query |= {"sdkType": "js", "isMsgResp": "true"}
        query |= more or {}
        self.url = f"{url}/?{urlencode(query)}"
        self.user = user
        self.token = token
        self.codec = codec
        self.compression = compression
        self.first: dict[str, Any] | None = None
        self.pushes: asyncio.Queue[Reply] = asyncio.Queue()
        self.texts: asyncio.Queue[bytes] = asyncio.Queue()
        self.pongs: asyncio.Queue[bytes] = asyncio.Queue()
        self.pings = 0
        self.ended = asyncio.Event()
        self.close_code: int | None = None
        self.close_reason = ""
        self.expects_text = query.get("isMsgResp") == "true"
        self._replies: dict[str, asyncio.Future[Reply]] = {}
        self.transport: WSTransport

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connect. Raises the errors of picows if the server refuses the connection, and ``ConnectionEnded`` if it ends
        right after the handshake: picows returns then without having told its listener of the connection."""
        await ws_connect(lambda: self, self.url, enable_auto_pong=True, use_aiofastnet=False)
        if not hasattr(self, "transport"):
            raise ConnectionEnded(None, "the connection ended with its handshake")
        if self.expects_text:
            async with asyncio.timeout(10):
                self.first = json.loads(await self.texts.get())

    async def close(self) -> None:
        """Send a close frame, and disconnect."""
        self.transport.send_close(WSCloseCode.OK)
        self.transport.disconnect()
        await self.ended.wait()

    def abort(self) -> None:
        """Disconnect without a close frame."""
        self.transport.disconnect(graceful=False)

    async def request(self, identifier: int, data: bytes = b"", *, timeout: float = 10) -> Reply:
        """Send a request, and return its reply. Raises ``ConnectionEnded``."""
        waiting = self.ask(identifier, data)
        async with asyncio.timeout(timeout):
            return await waiting

    def ask(self, identifier: int, data: bytes = b"", *, send_id: str | None = None) -> asyncio.Future[Reply]:
        """Send a request, and return a future of its reply. Raises ``ConnectionEnded``."""
        number = str(next(_counter))
        return self.ask_frame(
            Request(identifier, self.user if send_id is None else send_id, f"op-{number}", number, data)
        )

    def ask_frame(self, request: Request) -> asyncio.Future[Reply]:
        """Send a frame, and return a future of its reply. Raises ``ConnectionEnded``."""
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        if self.ended.is_set():
            raise ConnectionEnded(self.close_code, self.close_reason)
        self._replies[request.msg_incr] = waiting
        self.send(frame_of(request, self.codec))
        return waiting

    def send(self, frame: bytes) -> None:
        """Send a frame, compressed if the connection is."""
        self.send_raw(gzip.compress(frame) if self.compression else frame)

    def send_raw(self, message: bytes, kind: WSMsgType = WSMsgType.BINARY) -> None:
        """Send a message unchanged."""
        self.transport.send(kind, message)

    async def pushed(self, timeout: float = 10) -> Reply:
        """Return the next frame that is not a reply: a push or a kick. Raises ``ConnectionEnded``."""
        return await self._next(self.pushes, timeout)

    async def closed(self, timeout: float = 10) -> tuple[int | None, str]:
        """Wait until the server has closed the connection; return its code and reason."""
        async with asyncio.timeout(timeout):
            await self.ended.wait()
        return self.close_code, self.close_reason

    async def _next(self, queue: "asyncio.Queue[Reply]", timeout: float) -> Reply:
        getting = asyncio.ensure_future(queue.get())
        ended = asyncio.ensure_future(self.ended.wait())
        try:
            await asyncio.wait({getting, ended}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                return getting.result()
            if ended.done():
                raise ConnectionEnded(self.close_code, self.close_reason)
            raise TimeoutError
        finally:
            getting.cancel()
            ended.cancel()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        payload = frame.get_payload_as_bytes()
        match frame.msg_type:
            case WSMsgType.BINARY:
                reply = reply_of(gzip.decompress(payload) if self.compression else payload, self.codec)
                waiting = self._replies.pop(reply.msg_incr, None)
                if waiting is None:
                    self.pushes.put_nowait(reply)
                elif not waiting.done():
                    waiting.set_result(reply)
            case WSMsgType.TEXT:
                self.texts.put_nowait(payload)
            case WSMsgType.PONG:
                self.pongs.put_nowait(payload)
            case WSMsgType.CLOSE:
                self.close_code = int.from_bytes(payload[:2], "big") if payload else None
                self.close_reason = payload[2:].decode()
                transport.send_close(WSCloseCode.OK)
                transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.ended.set()
        for waiting in self._replies.values():
            if not waiting.done():
                waiting.set_exception(ConnectionEnded(self.close_code, self.close_reason))
                waiting.exception()  # marks it as retrieved, so that asyncio logs nothing if nobody awaits it
        self._replies.clear()
