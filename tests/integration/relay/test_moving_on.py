"""From the relay to amity's server: the relay's database becomes the server's, and no event is lost on the way."""

import json
from pathlib import Path

from amity.app.server import Server
from amity.client import AmityClient
from amity.settings import load
from tests.integration.relay.conftest import SECRET, SIGNING, Between
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.recorded_callbacks import sent

AFTER_IMPORT = "callbackAfterImportFriendsCommand"


async def test_a_server_on_the_relays_database_delivers_what_the_relay_has_left_and_then_its_own(
    between: Between, database_url: str, tmp_path: Path
):
    async with BusinessServer(Answer({}, 503)) as business:
        async with between(business) as relayed:
            for number in range(3):
                event = {"callbackCommand": AFTER_IMPORT, "ownerUserID": "ann", "friendUserIDs": [str(number)]}
                await relayed.post(f"/{AFTER_IMPORT}", sent(event))
            (first, *_) = await business.wait_for(1)
        business.reaction = ALLOW
        file = tmp_path / "amity.yml"
        settings = {
            "secret": SECRET,
            "api": {"port": 0},
            "gateway": {"port": 0},
            "database": database_url,
            "callbacks": {
                "url": f"{business.url}/callbackExample",
                "secret": SIGNING,
                "afterImportFriends": {"enable": True},
            },
        }
        file.write_text(json.dumps(settings), encoding="utf-8")
        server = Server(load(file, {}))
        await server.start()
        try:
            async with AmityClient(f"http://127.0.0.1:{server.port}", secret=SECRET) as client:
                await client.replay_callbacks(everything=True)
                received = (await business.wait_for(4))[1:]
        finally:
            await server.stop()
    assert [each.json["friendUserIDs"] for each in received] == [["0"], ["1"], ["2"]]
    assert received[0].headers["webhook-id"] == first.headers["webhook-id"]
