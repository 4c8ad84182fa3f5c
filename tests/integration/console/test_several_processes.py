"""Two servers on one PostgreSQL: a session is one for both."""

import contextlib

import pytest

from amity.app.server import Server
from tests.integration.conftest import settings_for
from tests.support.console import Visitor


@pytest.fixture
async def two(postgres_url, tmp_path):
    """Visitors of two servers on one database."""
    async with contextlib.AsyncExitStack() as stack:
        visitors = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            server = Server(settings_for(folder, postgres_url, console={"enable": True}))
            await server.start()
            stack.push_async_callback(server.stop)
            visitors.append(await stack.enter_async_context(Visitor(f"http://127.0.0.1:{server.port}")))
        yield visitors


async def test_a_session_is_open_at_both_and_ends_at_both(two):
    one, other = two
    await one.log_in()
    other.cookies = dict(one.cookies)
    assert (await other.get("/console/overview")).status_code == 200
    await other.submit("/console/sessions/end", on="/console/sessions")
    assert (await one.get("/console/overview")).status_code == 303


async def test_the_audit_log_has_what_was_done_at_either(two):
    one, other = two
    await one.log_in()
    await other.log_in()
    assert (await one.get("/console/audit")).text.count("<tr>") == 3
