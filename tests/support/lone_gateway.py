"""A gateway without a server. Tokens are made up, handlers are the test's, and its calls of others are recorded."""

import asyncio
import math
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from amity.calls.call import Call
from amity.calls.operation import Handler, Operation
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.gateway.gateway import Gateway
from amity.gateway.heartbeat import Timeouts
from amity.gateway.registry import Registry
from amity.gateway.session import Session
from amity.gateway.sessions import Sessions
from amity.settings import Gateway as GatewaySettings
from amity.settings import MultiLogin, Settings
from amity.wire.frames import Identifier
from tests.support.gateway_client import GatewayClient


class Identity(NamedTuple):
    user_id: str
    platform_id: int
    expires: float = math.inf


def token_of(user: str, platform: int = 7, number: int = 1) -> str:
    """Return a token that the gateway accepts as this user's. Each number gives another one."""
    return f"{user}/{platform}/{number}"


async def until(is_so: Callable[[], object], timeout: float = 10) -> None:
    """Poll until the condition holds; fail after ``timeout`` seconds."""
    async with asyncio.timeout(timeout):
        while not is_so():  # noqa: ASYNC110 - no event is set when this state changes
            await asyncio.sleep(0.001)


def _of_bytes(identifier: Identifier, handler: Handler) -> Operation:
    async def handle(call: Call, data: bytes) -> bytes:
        answer: bytes = await handler(call, data)
        return answer

    return Operation("", handle, "", gateway=identifier)


class LoneGateway:
    """Runs a gateway as an async context manager. ``seen`` are the calls of its observer, ``ended`` the ended tokens.

    A token in ``refused`` is answered with its code there, or with an internal error if that is ``None``. A test may
    replace ``identify`` and ``invalidate``. ``registry`` joins it to the gateways of other processes.
    """

    def __init__(
        self,
        handlers: Mapping[Identifier, Handler] | None = None,
        *,
        timeouts: Timeouts | None = None,
        login: MultiLogin | None = None,
        registry: Registry | None = None,
        **settings: Any,
    ) -> None:
        self.sessions = Sessions()
        self.push = Push(self.sessions)
        self.seen: list[tuple[str, str, int]] = []
        self.ended: list[tuple[str, int, str]] = []
        self.refused: dict[str, int | None] = {}
        self.identify = self._identify
        self.invalidate = self._invalidate
        self.gateway = Gateway(
            Settings(gateway=GatewaySettings(**settings), multi_login=login or MultiLogin()),
            self.sessions,
            self._look_up,
            [_of_bytes(each, handler) for each, handler in (handlers or {}).items()],
            self,
            self._end,
            timeouts,
            registry=registry,
        )

    async def __aenter__(self) -> Self:
        await self.gateway.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.stop()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.gateway.port}"

    def client(self, user: str, platform: int = 7, number: int = 1, **options: Any) -> GatewayClient:
        """Return a client of this user that is not connected yet."""
        return GatewayClient(self.url, user, token_of(user, platform, number), platform, **options)

    def opened(self, session: Session) -> None:
        self.seen.append(("opened", session.user_id, session.platform_id))

    def closed(self, session: Session) -> None:
        self.seen.append(("closed", session.user_id, session.platform_id))

    def kicked(self, session: Session) -> None:
        self.seen.append(("kicked", session.user_id, session.platform_id))

    async def _look_up(self, token: str) -> Identity:
        return await self.identify(token)

    async def _end(self, user_id: str, platform_id: int, keep_token: str) -> None:
        await self.invalidate(user_id, platform_id, keep_token)

    async def _identify(self, token: str) -> Identity:
        if token in self.refused:
            code = self.refused[token]
            raise RuntimeError("the test says so") if code is None else ImError(code, "the test says so")
        user, _, rest = token.partition("/")
        platform = rest.partition("/")[0]
        if not platform.isdigit():
            raise ImError(Code.TOKEN_MALFORMED, "a token of the tests has two slashes")
        return Identity(user, int(platform))

    async def _invalidate(self, user_id: str, platform_id: int, keep_token: str) -> None:
        self.ended.append((user_id, platform_id, keep_token))
