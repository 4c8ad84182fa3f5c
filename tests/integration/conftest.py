"""A whole server in the test's own loop, on a fresh database of either engine, and a business server beside it."""

import contextlib
import json
import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from amity import metrics
from amity.app.server import Server
from amity.settings import Settings, load
from tests.support.business_server import BusinessServer
from tests.support.loop_watch import LoopWatch
from tests.support.rest import ADMIN, SECRET, Rest

KNOWN = [
    each["name"] for each in tomllib.loads((Path(__file__).parent / "slow_turns.toml").read_text()).get("function", [])
]


def settings_for(folder: Path, database_url: str, **parts: Any) -> Settings:
    """The settings of a file with these parts in it, on free ports."""
    file = folder / "amity.yml"
    content = {"secret": SECRET, "admins": [ADMIN], "database": database_url, "api": {"port": 0}}
    content |= {"gateway": {"port": 0}, **parts}
    file.write_text(json.dumps(content))  # JSON is YAML
    return load(file, {})


@pytest.fixture(autouse=True)
def turns_of_the_loop_are_short() -> Iterator[None]:
    """Fails a test in which the server held up a turn of the event loop (``tests.support.loop_watch``), unless what did
    it is in ``slow_turns.toml``."""
    with LoopWatch().watching() as watch:
        yield
    unknown = [turn for turn in watch.turns if not any(map(turn.names, KNOWN))]
    assert not unknown, "the server held up its event loop:\n" + "\n".join(map(str, unknown))


@pytest.fixture(autouse=True)
def transactions_say_how_large_they_are(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test in which a transaction or a read ran on the event loop that was too large for it and had not said
    so, unless the test is marked ``touches_too_much``."""
    before = found_too_large()
    yield
    if request.node.get_closest_marker("touches_too_much") is None:
        assert found_too_large() == before, "something was found too large for the event loop: the log names it"


def found_too_large() -> float:
    """How many transactions and reads were found too large for the event loop."""
    samples = [each for metric in metrics.loop_moves_total.collect() for each in metric.samples]
    return sum(each.value for each in samples if each.name.endswith("_total") and each.labels["known"] == "found")


@pytest.fixture
async def business() -> AsyncIterator[BusinessServer]:
    """A business server that approves, until the test tells it otherwise."""
    async with BusinessServer() as server:
        yield server


class StartServer:
    """Starts servers on the test's database, one at a time: ``await start_server(clientImport="open", ...)``.
    ``gateway_url`` is where clients of the one that was started last connect."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder = folder
        self._database_url = database_url
        self._running = contextlib.AsyncExitStack()
        self.gateway_url = ""

    async def __call__(self, **parts: Any) -> Rest:
        server = Server(settings_for(self._folder, self._database_url, **parts))
        await server.start()
        self._running.push_async_callback(server.stop)
        self.gateway_url = f"ws://127.0.0.1:{server.gateway_port}"
        return await self._running.enter_async_context(Rest(f"http://127.0.0.1:{server.port}"))

    async def stop(self) -> None:
        await self._running.aclose()


@pytest.fixture
async def start_server(database_url: str, tmp_path: Path) -> AsyncIterator[StartServer]:
    """Starts servers on the test's database, and stops them after the test."""
    starter = StartServer(tmp_path, database_url)
    yield starter
    await starter.stop()


@pytest.fixture
async def rest(start_server: StartServer) -> Rest:
    """A server without callbacks."""
    return await start_server()


@pytest.fixture
async def asked(start_server: StartServer, business: BusinessServer) -> Rest:
    """A server that asks ``business`` before an import, and tells it afterwards."""
    return await start_server(callbacks=import_callbacks(business))


def import_callbacks(business: BusinessServer, **before: Any) -> dict[str, Any]:
    """The ``callbacks:`` part for an import, with a short timeout."""
    return {
        "url": f"{business.url}/callbackExample",
        "beforeImportFriends": {"enable": True, "timeout": 1, **before},
        "afterImportFriends": {"enable": True, "timeout": 1},
    }
