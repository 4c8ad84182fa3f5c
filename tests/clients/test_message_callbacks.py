"""What becomes in OpenIM's released clients of messages that the business server refuses or changes."""

import json

import pytest
import pytest_asyncio

from tests.clients.client import CallFailedError
from tests.clients.crew import Crew, clients, history, received, write
from tests.clients.house import House
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODIFY = "/callbackBeforeMsgModifyCommand"
REFUSAL = {"nextCode": 1, "errCode": 5001, "errMsg": "NotAllowed", "errDlt": "the app says so"}
CHANGED = {"content": json.dumps({"content": "what the app made of it"})}


def decide(request):
    """Refuse what is to be refused, change what is to be changed, and allow the rest."""
    text = request.json["content"]
    if request.path == MODIFY:
        return CHANGED if "change me" in text else ALLOW
    return REFUSAL if "refuse me" in text else ALLOW


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crew(tmp_path_factory, browser):
    """The clients of these tests, on a server that asks a business server."""
    folder = tmp_path_factory.mktemp("asking")
    asking = {"enable": True, "timeout": 5}
    async with BusinessServer(decide) as business:
        callbacks = {"url": business.url, "beforeSendSingleMsg": asking, "beforeMsgModify": asking}
        settings = {
            "secret": SECRET,
            "admins": [ADMIN],
            "database": f"sqlite:///{folder / 'amity.db'}",
            "callbacks": callbacks,
        }
        async with ServerProcess(folder, settings) as server, Rest(server.url) as rest:
            house = House(server, rest, folder, browser)
            try:
                yield Crew(house)
            finally:
                await house.close()


@clients()
async def test_a_message_that_the_app_refuses_fails_with_the_apps_code_and_reaches_nobody(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    with pytest.raises(CallFailedError) as refusal:
        await write(client, friend.name, f"refuse me {client.name}")
    assert refusal.value.code == REFUSAL["errCode"]
    await write(client, friend.name, f"allowed to {client.name}")
    await received(friend, client.name, f"allowed to {client.name}")
    assert not [each for each in friend.unasked("OnRecvNewMessage", "OnRecvNewMessages") if "refuse" in str(each.data)]


@clients()
async def test_a_message_that_the_app_changes_reaches_a_client_as_the_app_made_it(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.write(client, "change me")
    await received(client, peer.name, "what the app made of it")
    assert await history(client, peer.chat(client)) == ["what the app made of it"]
