"""One SQLite file serves one server: the second says so and ends, the first does not notice."""

from tests.faults.conftest import settings_for
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess


async def test_a_second_server_on_a_sqlite_file_says_why_it_does_not_start(tmp_path, sqlite_url):
    (tmp_path / "second").mkdir()
    async with BusinessServer() as business:
        settings = settings_for(sqlite_url, business.url)
        second = ServerProcess(tmp_path / "second", settings)
        async with ServerProcess(tmp_path, settings) as first, Rest(first.url) as rest:
            await rest.register("ann", "bob", "cy")
            assert (await rest.import_friends("ann", ["bob"]))["errCode"] == 0
            second.launch()
            assert await second.wait() not in (0, None)
            said = second.output()
            assert f"in use by another amity (process {first.pid})" in said
            assert "Traceback" not in said
            assert (await rest.import_friends("ann", ["cy"]))["errCode"] == 0
            assert await rest.friends("ann") == ["bob", "cy"]
            await business.wait_for(4)  # both callbacks of both imports
            assert await first.terminate() == 0
        # Nothing of the first is in its way any more.
        async with second, Rest(second.url) as rest:
            assert await rest.friends("ann") == ["bob", "cy"]


async def test_a_killed_server_does_not_keep_its_sqlite_file(tmp_path, sqlite_url):
    async with BusinessServer() as business:
        settings = settings_for(sqlite_url, business.url)
        async with ServerProcess(tmp_path, settings) as server:
            server.kill()
            await server.start()
