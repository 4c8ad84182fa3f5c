"""``amity backup`` and ``restore`` beside a server of their own process: what is there then, and what clients sync."""

import os
from pathlib import Path

from amity.storage.migrations import migrations
from tests.integration.cli.conftest import Cli
from tests.support.rest import SECRET, Rest
from tests.support.server_process import ServerProcess

NEWEST = migrations("sqlite")[-1].version


async def increment(rest: Rest, user: str, version_id: str, version: int) -> dict[str, object]:
    body = {"userID": user, "versionID": version_id, "version": version}
    found: dict[str, object] = await rest.data("/friend/get_incremental_friends", body)
    return found


async def test_a_server_is_backed_up_while_it_serves_and_is_as_then_after_a_restore(cli: Cli, sqlite_url: str):
    folder = Path.cwd()
    async with ServerProcess(folder, {"secret": SECRET, "database": sqlite_url}) as server, Rest(server.url) as rest:
        await rest.register("ann", "bob", "cyd", "dan")
        await rest.import_friends("ann", ["bob"])
        backed_up = await cli("backup", "copy.db")
        assert (backed_up.code, backed_up.out.split(" in ")[0]) == (
            0,
            f"{sqlite_url.removeprefix('sqlite:///')}: backed up to copy.db",
        )
        await rest.import_friends("ann", ["cyd"])
        await rest.import_friends("ann", ["dan"])
        before = await increment(rest, "ann", "", 0)
        refused = await cli("restore", "copy.db")
        assert (refused.code, f"in use by another amity (process {server.pid})" in refused.err) == (1, True)
        assert await server.terminate() == 0
        restored = await cli("restore", "copy.db")
        assert (restored.code, restored.out.splitlines()[1].startswith("What was there before is in ")) == (0, True)
        await server.start()
        assert await rest.friends("ann") == ["bob"]
        # A client that has seen more than the backup knows: it fetches all, and misses no later change.
        again = await increment(rest, "ann", str(before["versionID"]), int(str(before["version"])))
        assert (again["full"], again["versionID"] == before["versionID"]) == (True, False)


async def test_both_say_in_json_what_they_did(cli: Cli):
    settings = {"AMITY_SECRET": SECRET, "AMITY_DATABASE": "sqlite:///amity.db"}
    assert (await cli("migrate", **settings)).code == 0
    done = (await cli("backup", "copy.db", "--json", **settings)).json
    assert done["bytes"] == os.stat("copy.db").st_size  # noqa: PTH116
    assert (done["database"], done["file"], done["version"]) == ("amity.db", "copy.db", NEWEST)
    put = (await cli("restore", "copy.db", "--json", **settings)).json
    assert Path(put["kept"]).name in cli.files()
    settings["AMITY_DATABASE"] = "sqlite:///new.db"
    assert (await cli("restore", "copy.db", "--json", **settings)).json["kept"] is None


async def test_for_postgresql_both_name_the_tool_that_does_it(cli: Cli):
    settings = {"AMITY_SECRET": SECRET, "AMITY_DATABASE": "postgresql://amity:hidden-word@127.0.0.1:1/amity"}
    for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
        ran = await cli(command, "copy.db", **settings)
        assert (ran.code, tool in ran.err, "hidden-word" in ran.err) == (2, True, False)
    assert cli.files() == []


async def test_what_cannot_be_done_is_one_line(cli: Cli):
    settings = {"AMITY_SECRET": SECRET, "AMITY_DATABASE": "sqlite:///amity.db"}
    for words in (("backup", "copy.db"), ("restore", "copy.db")):
        ran = await cli(*words, **settings)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert cli.files() == []
