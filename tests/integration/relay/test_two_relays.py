"""Two relays on one PostgreSQL database: both ask and store, and one of them delivers."""

import asyncio

import pytest

from tests.integration.relay.conftest import Between
from tests.support.business_server import BusinessServer
from tests.support.recorded_callbacks import sent

AFTER_IMPORT = "callbackAfterImportFriendsCommand"
BEFORE_IMPORT = "callbackBeforeImportFriendsCommand"


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """One process alone has a SQLite file."""
    return postgres_url


async def test_what_either_stores_is_delivered_once_and_in_order(between: Between):
    async with BusinessServer() as business, between(business) as one, between(business) as other:
        for number in range(30):
            relay = one if number % 2 else other
            event = {"callbackCommand": AFTER_IMPORT, "ownerUserID": "ann", "friendUserIDs": [str(number)]}
            assert (await relay.post(f"/{AFTER_IMPORT}", sent(event))).status_code == 200
        received = await business.wait_for(30)
        question = {"callbackCommand": BEFORE_IMPORT, "ownerUserID": "ann", "friendUserIDs": ["bob"]}
        answers = await asyncio.gather(
            one.post(f"/{BEFORE_IMPORT}", sent(question)), other.post(f"/{BEFORE_IMPORT}", sent(question))
        )
    assert [each.json["friendUserIDs"] for each in received[:30]] == [[str(number)] for number in range(30)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(business.requests) == 32
