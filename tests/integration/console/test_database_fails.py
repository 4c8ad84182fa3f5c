"""The console while its database fails."""

import asyncpg
import pytest

from tests.support.console import Visitor


@pytest.fixture
async def broken(postgres_url, tmp_path, start_server):
    """An administrator who was logged in when the table of sessions went."""
    rest = await start_server(console={"enable": True})
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        connection = await asyncpg.connect(postgres_url)
        await connection.execute("alter table console_sessions rename to gone")
        yield admin
        await connection.execute("alter table gone rename to console_sessions")
        await connection.close()


@pytest.fixture
def database_url(postgres_url):
    return postgres_url


async def test_a_page_says_so_in_words(broken):
    answer = await broken.get("/console/overview")
    assert answer.status_code == 503
    assert "90002" in answer.text
    assert "console_sessions" not in answer.text


async def test_what_a_page_fetches_by_itself_says_so_as_json(broken):
    answer = await broken.get("/console/overview/samples.json")
    assert answer.status_code == 503
    assert answer.json()["code"] == 90002


async def test_nobody_is_logged_in(broken):
    broken.cookies = {}
    answer = await broken.log_in()
    assert answer.status_code == 503
    assert "set-cookie" not in answer.headers
