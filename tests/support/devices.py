"""Users' devices that are connected to the gateway, and the notifications that they receive."""

import contextlib
import json
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from amity.wire.frames import Identifier, Reply
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, PushMessages
from tests.support.gateway_client import GatewayClient
from tests.support.rest import Rest


class Received(NamedTuple):
    """A notification that arrived."""

    type: int
    conversation: str
    detail: Any
    operation_id: str
    message_id: str


class Device:
    """One connection of a user."""

    def __init__(self, client: GatewayClient) -> None:
        self._client = client

    async def next(self) -> Received:
        """Wait for the next notification. Messages of chats are left out."""
        while _is_message(push := await self._client.pushed()):
            pass
        return _received(push)

    async def received(self) -> list[Received]:
        """Return the notifications that arrived since the last call, messages of chats left out. Those that the server
        sent before this call are included, because a request's answer comes after them."""
        asked = GetMaxSeqReq(userID=self._client.user).SerializeToString()
        assert (await self._client.request(Identifier.GET_MAX_SEQ, asked)).err_code == 0
        pushes = self._client.pushes
        arrived = [pushes.get_nowait() for _ in range(pushes.qsize())]
        return [_received(push) for push in arrived if not _is_message(push)]


class Gateway(Protocol):
    """The gateway that devices connect to."""

    gateway_url: str


class Devices:
    """Connects devices, and disconnects them at its end. An async context manager."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._open = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def connect(self, rest: Rest, user: str, platform: int = 1) -> Device:
        """Log a user in: on the web (5) like OpenIM's JavaScript client, else like its Go core."""
        asked = {"userID": user, "platformID": platform}
        token = (await rest.data("/auth/get_user_token", asked))["token"]
        codec = "js" if platform == 5 else "go"
        client = GatewayClient(self._gateway.gateway_url, user, token, platform, codec=codec, compression=codec == "go")
        return Device(await self._open.enter_async_context(client))


def _is_message(push: Reply) -> bool:
    return push.identifier == Identifier.PUSH and bool(PushMessages.FromString(push.data).msgs)


def _received(push: Reply) -> Received:
    assert (push.identifier, push.msg_incr, push.err_code) == (Identifier.PUSH, "", 0)
    messages = PushMessages.FromString(push.data)
    assert not messages.msgs
    ((conversation, pull),) = messages.notificationMsgs.items()
    (message,) = pull.Msgs
    assert message.seq == 0
    detail = json.loads(json.loads(message.content)["detail"])
    return Received(message.contentType, conversation, detail, push.operation_id, message.clientMsgID)
