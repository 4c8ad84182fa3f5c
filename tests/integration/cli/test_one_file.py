"""Every command that opens a SQLite database leaves it in one whole file, however the command ends."""

import asyncio
import contextlib
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.databases import leave_as_killed
from tests.support.lone_gateway import until
from tests.support.newest_migration import statements_that_undo_it
from tests.support.processes import free_port
from tests.support.rest import SECRET
from tests.support.server_process import ServerProcess


@pytest.fixture
def path(sqlite_url: str) -> Path:
    """The file of a database."""
    return Path(sqlite_url.removeprefix("sqlite:///"))


def is_whole(path: Path) -> bool:
    """Whether the file alone has what stood in the log, and nothing is beside it."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        found = connection.execute("select 1 from facts where name = 'crashed'").fetchall()
    return bool(found) and not list(path.parent.glob(f"{path.name}-*"))


def content(path: Path) -> dict[str, bytes]:
    """What is in the file, and in all that stands beside it."""
    return {each.name: each.read_bytes() for each in path.parent.glob(f"{path.name}*")}


async def test_a_start_whose_port_is_taken(path: Path):
    leave_as_killed(path)
    async with asyncio.timeout(30):
        with contextlib.closing(await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)) as taken:
            port = taken.sockets[0].getsockname()[1]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "amity", "serve"),
                env={
                    "AMITY_SECRET": SECRET,
                    "AMITY_DATABASE": f"sqlite:///{path}",
                    "AMITY_API__PORT": str(free_port()),
                    "AMITY_GATEWAY__PORT": str(port),
                },
                stderr=asyncio.subprocess.DEVNULL,
            )
            assert await process.wait() == 1
    assert is_whole(path)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_is_told_to_stop_while_it_starts(tmp_path: Path, sent: signal.Signals):
    path = tmp_path / "amity.db"
    server = ServerProcess(tmp_path, {"secret": SECRET, "database": f"sqlite:///{path}"})
    holding = sqlite3.connect(path, isolation_level=None)
    with contextlib.closing(holding):
        holding.execute("create table held (a)")
        holding.execute("drop table held")
        holding.execute("begin exclusive")  # the start waits for this
        server.launch()
        try:
            await until(lambda: path.with_name("amity.db.lock").exists())
            server.send(sent)
            await until(lambda: "stopping before it has started" in server.output())
            holding.execute("rollback")
            assert await server.wait() == 0
        finally:
            server.kill()
    assert "Traceback" not in server.output()
    assert sorted(content(path)) == ["amity.db", "amity.db.lock"]


async def test_migrating(cli: Cli, path: Path):
    leave_as_killed(path, *statements_that_undo_it("sqlite"))
    assert (await cli("migrate", AMITY_SECRET=SECRET, AMITY_DATABASE=f"sqlite:///{path}")).code == 0
    assert is_whole(path)


@pytest.mark.parametrize("command", [("doctor",), ("migrate", "--check")])
async def test_looking_at_one_leaves_it_as_it_was(cli: Cli, path: Path, command: tuple[str, ...]):
    before = content(path)
    ports = {"AMITY_API__PORT": "0", "AMITY_GATEWAY__PORT": "0"}
    ran = await cli(*command, AMITY_SECRET=SECRET, AMITY_DATABASE=f"sqlite:///{path}", **ports)
    assert ran.code == 0, ran.out
    assert content(path) == before
