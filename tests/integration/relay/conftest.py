"""A relay on a fresh database, between a stand-in for OpenIM's server and a real business server."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from amity.app.relay import Relay
from amity.client import AmityClient
from amity.settings import load_relay
from tests.support.business_server import BusinessServer
from tests.support.http_caller import HttpCaller
from tests.support.openim_server import OpenImServer

SECRET = "a secret of the tests, of some length"
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Relayed:
    """A running relay with its neighbours. ``administrator`` calls its operations, ``caller`` anything."""

    relay: Relay
    openim: OpenImServer
    business: BusinessServer
    administrator: AmityClient
    caller: HttpCaller

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.relay.port}"

    async def post(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        return await self.caller.request("POST", path, {"operationID": "op", **headers}, body)


Between = Callable[..., AbstractAsyncContextManager[Relayed]]


@pytest.fixture
def between(database_url: str, tmp_path: Path) -> Between:
    """Return what runs a relay for a business server; sections of its settings are given by name."""

    @contextlib.asynccontextmanager
    async def run(business: BusinessServer, *, path: str = "/any/path", **sections: Any) -> AsyncIterator[Relayed]:
        file = tmp_path / "relay.yml"
        callbacks = {"url": f"{business.url}/callbackExample", "secret": SIGNING, **sections.pop("callbacks", {})}
        listening = {"port": 0, **sections.pop("relay", {})}
        settings = {"secret": SECRET, "relay": listening, "database": database_url, "callbacks": callbacks, **sections}
        file.write_text(json.dumps(settings), encoding="utf-8")
        relay = Relay(load_relay(file, {}))
        await relay.start()
        url = f"http://127.0.0.1:{relay.port}"
        caller = HttpCaller(url)
        try:
            async with OpenImServer(f"{url}{path}") as openim, AmityClient(url, secret=SECRET) as administrator:
                yield Relayed(relay, openim, business, administrator, caller)
        finally:
            await caller.close()
            await relay.stop()

    return run
