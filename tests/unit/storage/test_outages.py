"""A task that goes on where the database fails, or its own code: what it returns, and what is in the log."""

import asyncio
import logging

import pytest

from amity.errors import Code, ImError
from amity.storage.outages import Outages

_log = logging.getLogger(__name__)


async def work() -> int:
    return 7


async def without_a_database() -> int:
    raise ImError(Code.DATABASE, "it is gone")


async def with_an_error() -> int:
    raise ValueError("its own")


@pytest.fixture
def outages():
    return Outages(_log, "the work waits", "the work goes on")


async def test_a_step_that_does_not_fail_gives_what_it_returns(outages, caplog):
    assert await outages.survive(work) == 7
    assert not outages.is_failing
    assert not caplog.records


async def test_a_failure_of_the_database_is_logged_once_until_a_step_succeeds(outages, caplog):
    for _ in range(3):
        assert await outages.survive(without_a_database) is None
        assert outages.is_failing
    assert [each.getMessage() for each in caplog.records] == ["the work waits: it is gone"]
    await outages.survive(work)
    await outages.survive(without_a_database)
    assert [each.getMessage() for each in caplog.records] == ["the work waits: it is gone"] * 2


async def test_an_error_of_its_own_is_logged_with_its_traceback_also_while_the_database_fails(outages, caplog):
    for step in (without_a_database, with_an_error, with_an_error, without_a_database):
        assert await outages.survive(step) is None
    assert [each.getMessage() for each in caplog.records] == [
        "the work waits: it is gone",
        "the work goes on",
        "the work waits: it is gone",
    ]
    assert [each.exc_info is not None for each in caplog.records] == [False, True, False]


async def test_a_cancelled_step_ends_the_task(outages):
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await outages.survive(cancelled)
