"""One server for all tests of a module: what it refuses leaves nothing behind."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.access.callers import Served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A server, and its callers."""
    async with Served(tmp_path_factory.mktemp("access")) as running:
        yield running
