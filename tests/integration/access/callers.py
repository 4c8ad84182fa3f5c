"""A server, and callers of every kind whose tokens it is to judge."""

import asyncio
import itertools
import json
import sqlite3
import time
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import httpx

from amity.app.server import Server
from amity.auth import store, tokens
from amity.calls.token_hash import hash_of
from amity.storage import Transaction, open_database
from tests.integration.access.matrix import ALICE, BOB, RISEN, TOKEN, Body, Row
from tests.integration.conftest import settings_for
from tests.support.rest import ADMIN, SECRET, Rest

FORMER: Final = "former"
"""An administrator until the settings said otherwise."""
PEOPLE: Final = (ALICE, BOB, RISEN, "carol", "dave", "erin", "mallory")
IOS, ANDROID, WINDOWS, WEB, NO_PLATFORM, ADMINS_PLATFORM = 1, 2, 3, 5, 99, 10
WRITTEN_LATER: Final = ("user_texts_", "message_texts_", "callback_log", "import_log", "sqlite_")
"""How tables are named to which tasks write what earlier calls have left: indexes of texts, and the logs."""
SWEPT: Final = {"tokens": " where expires_at > 1000 * strftime('%s', 'now')"}
"""Which rows of a table the sweeper leaves, which may come at any time."""
_DAY: Final = 86_400
_new = itertools.count(1)


class Caller(NamedTuple):
    """Who asks, by which token, and about whom: about nobody with ``None``."""

    token: str
    about: str | None


class Served:
    """A server on a SQLite file, and everybody who calls it. An async context manager.

    It has run before, with other administrators: ``former`` was one and is none any more, ``risen`` was none and is one
    now.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._url = f"sqlite:///{folder / 'amity.db'}"
        self._running = AsyncExitStack()
        self._beside: sqlite3.Connection
        self._read: dict[str, list[tuple[Any, ...]]] = {}
        self._read_at = -1
        self.callers: dict[str, Caller] = {}
        self.rest: Rest
        self.gateway_url = ""

    async def __aenter__(self) -> Self:
        kept = await self._run_before()
        now = int(time.time())
        kept |= await self._store(
            expired=(WEB, now - 90 * _DAY, now - 60),
            early=(WEB, now + 3600, now + 90 * _DAY),
            no_platform=(NO_PLATFORM, now, now + 90 * _DAY),
        )
        await self._start([ADMIN, RISEN])
        self.callers = _callers(kept, await self.rest.token(ADMIN), now)
        self._beside = sqlite3.connect(self._folder / "amity.db", isolation_level=None)
        self._running.callback(self._beside.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()

    async def operations(self) -> dict[str, Any]:
        """Return all operations that are served, by their paths, as the OpenAPI document describes them."""
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{self.rest.url}/openapi.json")
        return {path: item["post"] for path, item in answer.json()["paths"].items() if "post" in item}

    async def call(self, path: str, row: Row, caller: Caller) -> dict[str, Any]:
        """Have a caller send a row's body, and return the envelope. Fails as ``ask`` does."""
        who, new = caller.about or ALICE, f"new{next(_new)}"
        for step, body in row.before(who, new):
            await self.rest.data(step, body)
        return await self.ask(path, row.body(who, new) if caller.about else {}, caller.token)

    async def ask(self, path: str, body: Body, token: str) -> dict[str, Any]:
        """Post a body, with no token where that is empty; return the envelope. Fails where a refusal has data or has
        written anything."""
        content = json.dumps(body).replace(TOKEN, self.callers["own"].token).encode()
        await self._groups_are_told()
        before = self._rows()
        answer = await self.rest.raw(path, content, token=token)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        envelope: dict[str, Any] = answer.json()
        if envelope["errCode"]:
            assert "data" not in envelope, (path, body)
            assert self._rows() == before, (path, body, envelope)
        return envelope

    async def _groups_are_told(self) -> None:
        """Wait until no group has to be told of a profile that an earlier call has changed: that writes rows."""
        async with asyncio.timeout(30):
            while self._beside.execute("select exists (select 1 from group_profiles)").fetchone()[0]:  # noqa: ASYNC110 - only asking tells
                await asyncio.sleep(0.01)

    def _rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables that callers write to, by table."""
        (commits,) = self._beside.execute("pragma data_version").fetchone()
        if commits != self._read_at:
            self._read_at = commits
            tables = self._beside.execute("select name from sqlite_schema where type = 'table'").fetchall()
            self._read = {
                name: self._beside.execute(f"select * from {name}{SWEPT.get(name, '')}").fetchall()
                for (name,) in tables
                if not name.startswith(WRITTEN_LATER)
            }
        return self._read

    async def _start(self, admins: list[str]) -> None:
        settings = settings_for(
            self._folder,
            self._url,
            admins=admins,
            clientImport="open",
            limits={"applicationsPerDay": 0, "clientImportsPerHour": 0},
        )
        server = Server(settings)
        await server.start()
        self._running.push_async_callback(server.stop)
        self.rest = await self._running.enter_async_context(Rest(f"http://127.0.0.1:{server.port}"))
        self.gateway_url = f"ws://127.0.0.1:{server.gateway_port}"

    async def _run_before(self) -> dict[str, str]:
        """Run the server with other administrators, and return the tokens that it has issued."""
        await self._start([ADMIN, FORMER])
        await self.rest.register(*PEOPLE)
        former = await self.rest.raw("/auth/get_admin_token", {"secret": SECRET, "userID": FORMER})
        issued = {
            "former": former.json()["data"]["token"],
            "risen": await self._login(RISEN, WEB),
            "web": await self._login(ALICE, WEB),
            "phone": await self._login(ALICE, IOS),
            "ended": await self._login(ALICE, ANDROID),
            "replaced": await self._login(ALICE, WINDOWS),
        }
        await self._login(ALICE, WINDOWS)
        await self.rest.data("/auth/force_logout", {"userID": ALICE, "platformID": ANDROID})
        await self._running.aclose()
        return issued

    async def _login(self, user: str, platform: int) -> str:
        answer = await self.rest.data("/auth/get_user_token", {"userID": user, "platformID": platform})
        token: str = answer["token"]
        return token

    async def _store(self, **wanted: tuple[int, int, int]) -> dict[str, str]:
        """Return tokens of alice's, each for a platform, of a time, and with an end, as the server would have issued
        them then, or before it knew platforms."""
        made = {name: tokens.sign(SECRET, ALICE, *each) for name, each in wanted.items()}

        async def write(tx: Transaction) -> None:
            for name, (platform, _, expires) in wanted.items():
                assert await store.insert(tx, hash_of(made[name]), ALICE, platform, expires * 1000)

        database = await open_database(self._url)
        try:
            await database.write(write)
        finally:
            await database.close()
        return made


def _callers(kept: dict[str, str], admin: str, now: int) -> dict[str, Caller]:
    later = now + 90 * _DAY
    return {
        "no_token": Caller("", ALICE),
        "own": Caller(kept["web"], ALICE),
        "own_from_another_platform": Caller(kept["phone"], ALICE),
        "own_from_no_platform": Caller(kept["no_platform"], ALICE),
        "own_by_who_has_risen": Caller(kept["risen"], RISEN),
        "other": Caller(kept["web"], BOB),
        "other_from_another_platform": Caller(kept["phone"], BOB),
        "other_by_who_has_risen": Caller(kept["risen"], BOB),
        "nobody_named": Caller(kept["web"], None),
        "admin": Caller(admin, BOB),
        "ended": Caller(kept["ended"], ALICE),
        "replaced": Caller(kept["replaced"], ALICE),
        "expired": Caller(kept["expired"], ALICE),
        "early": Caller(kept["early"], ALICE),
        "of_a_former_admin": Caller(kept["former"], FORMER),
        "forged": Caller(tokens.sign("another secret, of enough length", ADMIN, ADMINS_PLATFORM, now, later), ALICE),
        "not_issued": Caller(tokens.sign(SECRET, ADMIN, ADMINS_PLATFORM, now, later - _DAY), ALICE),
        "malformed": Caller("no.token.at-all", ALICE),
    }
