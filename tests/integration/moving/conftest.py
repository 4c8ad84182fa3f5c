"""People who write to each other, as in the tests of messages."""

import pytest

from tests.integration.messages.conftest import connect, talk
from tests.integration.messages.taking_back.test_masking import left

__all__ = ["connect", "left", "talk"]


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cid")
    return rest
