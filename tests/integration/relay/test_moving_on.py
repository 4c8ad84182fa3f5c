"""From the relay to amity's server: the relay's database becomes the server's, and no event is lost on the way."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from amity.app.server import Server
from amity.client import AmityClient
from amity.client.types.users import NewUser
from amity.settings import load
from tests.integration.relay.conftest import SECRET, SIGNING, Between, Relayed
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.recorded_callbacks import sent

AFTER_IMPORT = "callbackAfterImportFriendsCommand"
OF_OTHERS = "callbackAfterSomethingNewCommand"


@contextlib.asynccontextmanager
async def serving(folder: Path, database_url: str, business: BusinessServer) -> AsyncIterator[AmityClient]:
    """Run amity's server on the relay's database, with the relay's ``callbacks:``, and what ``others`` told by name."""
    callbacks = {"url": f"{business.url}/callbackExample", "secret": SIGNING, "afterImportFriends": {"enable": True}}
    settings = {"secret": SECRET, "api": {"port": 0}, "gateway": {"port": 0}, "database": database_url}
    file = folder / "amity.yml"
    file.write_text(json.dumps(settings | {"callbacks": callbacks}), encoding="utf-8")
    server = Server(load(file, {}))
    await server.start()
    try:
        async with AmityClient(f"http://127.0.0.1:{server.port}", secret=SECRET) as client:
            yield client
    finally:
        await server.stop()


async def tell(relayed: Relayed, *friends: str) -> None:
    for friend in friends:
        event = {"callbackCommand": AFTER_IMPORT, "ownerUserID": "ann", "friendUserIDs": [friend]}
        assert (await relayed.post(f"/{AFTER_IMPORT}", sent(event))).status_code == 200


async def import_a_friend(client: AmityClient) -> None:
    await client.register_users([NewUser(user_id=user, nickname=user) for user in ("ann", "bob")])
    await client.import_friends("ann", ["bob"])


def friends_told(received: list[Any]) -> list[str]:
    return [friend for each in received for friend in each.json["friendUserIDs"]]


async def test_a_server_on_the_relays_database_delivers_what_the_relay_has_left_and_then_its_own(
    between: Between, database_url: str, tmp_path: Path
):
    async with BusinessServer(Answer({}, 503)) as business:
        async with between(business) as relayed:
            await tell(relayed, "0", "1", "2")
            (first, *_) = await business.wait_for(1)
        async with serving(tmp_path, database_url, business) as client:
            await import_a_friend(client)
            business.reaction = ALLOW
            sent_before = len(business.requests)
            await client.replay_callbacks(everything=True)
            received = (await business.wait_for(sent_before + 4))[sent_before:]
    assert friends_told(received) == ["0", "1", "2", "bob"]
    assert received[0].headers["webhook-id"] == first.headers["webhook-id"]


async def test_what_the_server_cannot_raise_stays_until_a_relay_delivers_it(
    between: Between, database_url: str, tmp_path: Path
):
    event = sent({"callbackCommand": OF_OTHERS, "groupID": "g"})
    async with BusinessServer(Answer({}, 503)) as business:
        async with between(business) as relayed:
            await relayed.post(f"/{OF_OTHERS}", event)
            await business.wait_for(1)
        business.reaction = ALLOW
        async with serving(tmp_path, database_url, business) as client:
            await client.replay_callbacks(everything=True)
            await import_a_friend(client)
            await business.wait_for(2)
            (waiting,) = [
                each for each in (await client.callback_statistics()).commands if each.callback_command == OF_OTHERS
            ]
            assert (waiting.pending, waiting.has_url) == (1, False)
        async with between(business) as relayed:
            await relayed.administrator.replay_callbacks(everything=True)
            received = await business.wait_for(3)
    assert [each.path.rpartition("/")[2] for each in received] == [OF_OTHERS, AFTER_IMPORT, OF_OTHERS]
    assert received[2].body == event


class TestBesideEachOther:
    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        """One process alone has a SQLite file."""
        return postgres_url

    async def test_the_relay_delivers_while_it_runs_and_then_the_server(
        self, between: Between, database_url: str, tmp_path: Path
    ):
        async with BusinessServer() as business, contextlib.AsyncExitStack() as later:
            async with between(business) as relayed:
                client = await later.enter_async_context(serving(tmp_path, database_url, business))
                await tell(relayed, "0", "1")
                await business.wait_for(2)
                business.reaction = Answer({}, 503)
                await tell(relayed, "2")
                await business.wait_for(3)
            business.reaction = ALLOW
            await import_a_friend(client)
            await client.replay_callbacks(everything=True)
            received = await business.wait_for(5)
        assert friends_told(received) == ["0", "1", "2", "2", "bob"]
