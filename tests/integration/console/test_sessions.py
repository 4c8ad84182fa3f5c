"""How long a session lasts, on both databases, by a clock of the test's own."""

import asyncio

import pytest

from amity.console.sessions.service import IDLE_SECONDS, LONGEST_SECONDS, MOST_OF_ADMIN, Sessions
from amity.storage import open_database
from tests.support.fake_clock import FakeClock
from tests.support.rest import ADMIN, SECRET


@pytest.fixture
async def database(database_url):
    database = await open_database(database_url)
    yield database
    await database.close()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sessions(database, clock):
    return Sessions(database, SECRET, [ADMIN], clock)


async def nothing(_tx):
    """Do nothing else in the transaction."""


async def opened(sessions, **how):
    return (await sessions.open(ADMIN, **how, and_in_it=nothing)).cookie


async def test_a_session_that_nobody_uses_ends(sessions, clock):
    cookie = await opened(sessions)
    clock.advance(IDLE_SECONDS - 1)
    assert await sessions.find(cookie)
    clock.advance(IDLE_SECONDS - 1)
    assert await sessions.find(cookie)
    clock.advance(IDLE_SECONDS)
    assert not await sessions.find(cookie)


async def test_what_a_page_asks_for_by_itself_keeps_no_session_open(sessions, clock):
    cookie = await opened(sessions)
    clock.advance(IDLE_SECONDS - 1)
    assert await sessions.find(cookie, is_use=False)
    clock.advance(1)
    assert not await sessions.find(cookie, is_use=False)


async def test_a_session_that_is_used_ends_all_the_same(sessions, clock):
    cookie = await opened(sessions)
    for _ in range(LONGEST_SECONDS // 1200 - 1):
        clock.advance(1200)
        assert await sessions.find(cookie)
    clock.advance(1200)
    assert not await sessions.find(cookie)


async def test_a_session_ends_with_its_token_s_time(sessions, clock):
    cookie = await opened(sessions, token_ends=clock.now() + 100)
    clock.advance(99)
    assert await sessions.find(cookie)
    clock.advance(1)
    assert not await sessions.find(cookie)


async def test_a_clock_that_is_set_back_prolongs_no_session(sessions, clock):
    cookie = await opened(sessions)
    clock.step(-3600)
    assert not await sessions.find(cookie)


async def test_who_is_administrator_no_more_has_no_session(sessions, database, clock):
    cookie = await opened(sessions)
    assert not await Sessions(database, SECRET, ["another"], clock).find(cookie)


async def test_the_database_holds_neither_the_cookie_nor_the_token(sessions, database):
    cookie = await opened(sessions, token="a token")
    [row] = await database.fetch("select * from console_sessions")
    assert cookie not in map(str, row)
    assert "a token" not in map(str, row)


async def test_the_oldest_session_makes_room(sessions, clock):
    first = last = await opened(sessions)
    for _ in range(MOST_OF_ADMIN):
        clock.advance(1)
        last = await opened(sessions)
    assert not await sessions.find(first)
    assert await sessions.find(last)
    assert len(await sessions.of_admin(ADMIN)) == MOST_OF_ADMIN


async def test_no_more_sessions_are_open_than_may_be_where_they_are_opened_at_once(sessions):
    cookies = await asyncio.gather(*(opened(sessions) for _ in range(MOST_OF_ADMIN + 10)))
    found = [await sessions.find(cookie) for cookie in cookies]
    assert len([each for each in found if each]) == MOST_OF_ADMIN


async def test_sessions_that_have_ended_are_deleted(sessions, database, clock):
    await opened(sessions)
    clock.advance(LONGEST_SECONDS)
    cookie = await opened(sessions)
    assert await sessions.sweep() == 1
    assert await sessions.find(cookie)
