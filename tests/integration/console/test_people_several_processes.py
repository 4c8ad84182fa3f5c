"""Two servers on one PostgreSQL: the console of one sees and ends what a client has at the other."""

import asyncio
import contextlib

import pytest

from amity.app.server import Server
from tests.integration.conftest import settings_for
from tests.integration.console.people import field_of, path, profile_of, rows_of
from tests.support.console import Visitor
from tests.support.gateway_client import GatewayClient
from tests.support.rest import Rest


@pytest.fixture
async def two(postgres_url, tmp_path):
    """Two servers on one database."""
    async with contextlib.AsyncExitStack() as stack:
        servers = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            servers.append(Server(settings_for(folder, postgres_url, console={"enable": True})))
            await servers[-1].start()
            stack.push_async_callback(servers[-1].stop)
        yield servers


async def test_of_two_who_save_a_profile_at_two_processes_the_second_is_told_of_the_first(two):
    one, other = (f"http://127.0.0.1:{server.port}" for server in two)
    async with Rest(one) as rest, Visitor(one) as here, Visitor(other) as there:
        await rest.register("alice")
        for visitor in (here, there):
            await visitor.log_in()
        for turn in range(5):
            page = (await here.get(path("user", "alice"))).text
            form = {name: field_of(page, name) for name in ("id", "version", "faceURL", "ex")}
            sent = [
                visitor.submit("/console/people/user", {**form, "nickname": f"{turn} {name}"}, on="/console/people")
                for visitor, name in ((here, "here"), (there, "there"))
            ]
            answers = [answer.status_code for answer in await asyncio.gather(*sent)]
            assert sorted(answers) == [303, 409]
            assert (await profile_of(rest, "alice"))["nickname"] == f"{turn} {['here', 'there'][answers.index(303)]}"


async def test_a_client_at_another_process_is_shown_and_disconnected(two):
    one, other = two
    async with (
        Rest(f"http://127.0.0.1:{one.port}") as rest,
        Visitor(f"http://127.0.0.1:{one.port}") as admin,
    ):
        await rest.register("alice")
        token = (await rest.data("/auth/get_user_token", {"userID": "alice", "platformID": 2}))["token"]
        await admin.log_in()
        async with GatewayClient(f"ws://127.0.0.1:{other.gateway_port}", "alice", token, 2) as phone:
            page = (await admin.get(path("user", "alice"))).text
            assert [row[:2] for row in rows_of(page)] == [["Android", "online"]]
            fields = {"id": "alice", "platform": "", "sure": "1"}
            await admin.submit("/console/people/tokens", fields, on=path("user", "alice"))
            await phone.pushed()
            assert await phone.closed() == (1000, "kicked")
