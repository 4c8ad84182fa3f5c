"""What the tests of bad days share: how often to kill, the chance that decides, and a server under load."""

import functools
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.ledger import Judge, Ledger, Rule, ruling
from tests.faults.load import Load
from tests.faults.verification import Verification, drained, read_lists, read_rows
from tests.support.business_server import BusinessServer
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

KILLS = int(os.environ.get("AMITY_KILLS", "5"))
"""How often a server is killed, on each database."""
RETRIES = 40
"""Retries after a fifth of a second each: events outlast whatever is done to the server or its neighbours."""

_REPORT = "report"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that syncs to its disk as in production, so that its commits take the time that they take there."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["notify", "redis"])
def kind_of_bus(request: pytest.FixtureRequest) -> str:
    """What carries the bus between processes: PostgreSQL, or a Redis."""
    return str(request.param)


@pytest.fixture
def bus(kind_of_bus: str) -> Iterator[str]:
    """The URL of the bus: empty for PostgreSQL's own, or that of a Redis."""
    if kind_of_bus == "notify":
        yield ""
    else:
        with RedisServer() as redis:
            yield redis.url


@pytest.fixture
def chance() -> random.Random:
    """The chance of this test. A failure shows the seed, and ``AMITY_SEED`` takes it again: what is random is the same
    then, what depends on time is not."""
    seed = int(os.environ.get("AMITY_SEED") or time.time_ns() % 1_000_000)
    print(f"AMITY_SEED={seed}")
    return random.Random(seed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was done to the servers, and what became of it: that is what ``make kills`` is called for."""
    for outcome in terminalreporter.stats.values():
        for test in outcome:
            for name, line in getattr(test, "user_properties", ()):
                if name == _REPORT and test.when == "teardown":
                    terminalreporter.write_line(line)


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Takes lines to be shown when all tests have ended."""
    return functools.partial(record_property, _REPORT)


def settings_for(database_url: str, business_url: str, **parts: Any) -> dict[str, Any]:
    """The settings of a server that asks and tells a business server about imports."""
    return {
        "secret": SECRET,
        "admins": [ADMIN],
        "database": database_url,
        "messages": {"perSecond": 0, "perMinute": 0},
        "limits": {"groupChangesPerMinute": 0},
        "callbacks": {
            "url": business_url,
            "beforeImportFriends": {"enable": True, "timeout": 10},
            "afterImportFriends": {"enable": True, "timeout": 10},
            "retries": [0.2] * RETRIES,
        },
        **parts,
    }


@dataclass(frozen=True)
class Stage:
    """A server as a program of its own, its business server here, and callers that note what they are told."""

    server: ServerProcess
    rest: Rest
    ledger: Ledger
    people: list[str]
    load: Load
    database_url: str
    rule: Rule

    async def verify(self, look_at: str = "") -> None:
        """Let every event go out, compare what callers, business server and database say, and stop the server.
        ``look_at`` is the URL of the database from here, where that is another."""
        await drained(self.rest)
        lists = await read_lists(self.rest, self.people)
        rows = await read_rows(look_at or self.database_url)
        assert await self.server.terminate() == 0
        problems = Verification(self.ledger, rows, lists, self.rule).problems
        shown = "\n".join(problems[:20])
        assert not problems, f"{len(problems)} problems:\n{shown}\n{self.server.log}"
        assert rows, "nothing was imported, so nothing was tested"


@asynccontextmanager
async def stage(
    folder: Path,
    database_url: str,
    chance: random.Random,
    *,
    people: int = 70,
    tolerated: frozenset[int] = frozenset(),
    prefix: Sequence[str] = (),
    before: Mapping[str, Any] | None = None,
    rule: Rule = ruling,
    business_port: int = 0,
) -> AsyncIterator[Stage]:
    """Start everything and register the people.

    ``before`` are settings of the before-callback. Where a port is given, the business server on it is the test's.
    """
    ledger = Ledger()
    names = [f"person-{number}" for number in range(people)]
    async with AsyncExitStack() as stack:
        if not business_port:
            business_port = (await stack.enter_async_context(BusinessServer(Judge(ledger, rule)))).port
        settings = settings_for(database_url, f"http://127.0.0.1:{business_port}")
        settings["callbacks"]["beforeImportFriends"].update(before or {})
        server = await stack.enter_async_context(ServerProcess(folder, settings, prefix=prefix))
        rest = await stack.enter_async_context(Rest(server.url))
        await rest.register(*names)
        load = Load(rest, ledger, names, chance, tolerated=tolerated)
        yield Stage(server, rest, ledger, names, load, database_url, rule)
