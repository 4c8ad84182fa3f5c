"""The server as a program: it starts, is killed, starts again, and stops when it is asked to."""

import httpx
import pytest

from tests.support.server_process import ServerNotReadyError, ServerProcess

SETTINGS = {"secret": "only-for-this-test", "database": "sqlite:///amity.db"}


async def answers(url: str) -> bool:
    async with httpx.AsyncClient(verify=False, trust_env=False) as client:
        try:
            return (await client.get(f"{url}/readyz")).is_success
        except httpx.ConnectError:
            return False


async def test_it_is_ready_once_started_and_again_after_a_kill(tmp_path):
    async with ServerProcess(tmp_path, SETTINGS) as server:
        url, first = server.url, server.pid
        server.kill()
        assert not await answers(url)
        await server.start()
        assert (server.url, server.pid != first) == (url, True)
        assert await answers(url)
    assert not await answers(url)


async def test_asked_to_stop_it_ends_well(tmp_path):
    async with ServerProcess(tmp_path, SETTINGS) as server:
        assert await server.terminate() == 0


async def test_a_server_that_ends_at_once_is_reported_with_what_it_said(tmp_path):
    server = ServerProcess(tmp_path, {**SETTINGS, "databse": "a key that does not exist"})
    with pytest.raises(ServerNotReadyError, match="databse"):
        await server.start()
    assert "databse" in server.output()
