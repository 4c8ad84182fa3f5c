"""A database that is open, and an office that delivers from it to a business server."""

from collections.abc import AsyncIterator

import pytest

from amity.storage import Database, open_database
from tests.integration.callbacks.post_office import PostOffice, callbacks
from tests.support.business_server import BusinessServer


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, empty database of either engine."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def office(database: Database, business: BusinessServer) -> AsyncIterator[PostOffice]:
    """An office at work."""
    async with PostOffice(database, callbacks(business.url)) as opened:
        yield opened
