"""The console's page People in a real browser, beside a client that is connected and a business server that is asked.

The picture of docs/console.md is taken here: ``CONSOLE_PICTURES=$PWD/docs make test-clients``.
"""

import itertools
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from amity.wire.notification import ContentType
from amity.wire.proto.sdkws_pb2 import PushMessages
from tests.clients.client import Client
from tests.clients.console.conftest import log_in
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.processes import free_port
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

PICTURES = os.environ.get("CONSOLE_PICTURES")
PHONE = {"viewport": {"width": 360, "height": 640}}
KICK = 2002
EVIL = "<img src=x onerror=alert(1)>\"'&"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def business_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def console_server(tmp_path_factory: pytest.TempPathFactory, business_port: int) -> Iterator[ServerProcess]:
    """A server with the console, which asks a business server before an import."""
    folder = tmp_path_factory.mktemp("server")
    callbacks = {
        "url": f"http://127.0.0.1:{business_port}/callbacks",
        "beforeImportFriends": {"enable": True, "timeout": 5},
    }
    database = f"sqlite:///{folder / 'amity.db'}"
    parts = {"console": {"enable": True}, "callbacks": callbacks}
    server = ServerProcess(folder, {"secret": SECRET, "admins": [ADMIN], "database": database, **parts})
    server.launch()
    yield server
    server.kill()


@pytest.fixture(autouse=True)
async def business(business_port: int) -> AsyncIterator[BusinessServer]:
    """The business server: it approves, until the test tells it otherwise."""
    async with BusinessServer(port=business_port) as server:
        yield server


@pytest.fixture
async def alice(rest: Rest) -> str:
    """A user of this test's own, whose nickname is not harmless."""
    user = f"alice{next(_numbers)}"
    await rest.data("/user/user_register", {"users": [{"userID": user, "nickname": EVIL}]})
    return user


async def opened(administrator: Client, user: str, rest_of_path: str = "user") -> None:
    await administrator.call("open", f"/console/people/{rest_of_path}?id={user}")


async def said(administrator: Client, selector: str, text: str) -> None:
    """Wait until it is said."""
    found = await administrator.call("become", selector, [text], 10_000)
    assert found == [text]


async def connected(rest: Rest, server: ServerProcess, user: str, platform: int = 2) -> GatewayClient:
    token = (await rest.data("/auth/get_user_token", {"userID": user, "platformID": platform}))["token"]
    return GatewayClient(f"ws://127.0.0.1:{server.gateway_port}", user, token, platform)


async def test_a_user_is_registered_found_and_opened(administrator, rest):
    await administrator.call("open", "/console/people")
    await administrator.call("fill", "#userID", "zoe")
    await administrator.call("fill", "#nickname", "Zoë")
    await administrator.call("click", "form[action='/console/people/register'] button")
    await said(administrator, ".said", "The user is registered.")
    await administrator.call("open", "/console/people")
    await administrator.call("fill", "#q", "ZOË")
    await administrator.call("press", "Enter")
    await said(administrator, "#found", "Found: 1")
    await administrator.call("click", "tbody a")
    await said(administrator, ".person code", "zoe")


async def test_an_id_that_is_taken_is_said_beside_the_form_and_stays_in_it(administrator, alice):
    await administrator.call("open", "/console/people")
    await administrator.call("fill", "#userID", alice)
    await administrator.call("fill", "#nickname", EVIL)
    await administrator.call("click", "form[action='/console/people/register'] button")
    await said(administrator, "#problem", "This id is registered already. The id of an erased user stays taken, too.")
    assert await administrator.call("evaluate", "document.querySelector('#userID').value") == alice
    assert await administrator.call("evaluate", "document.querySelector('#nickname').value") == EVIL


async def test_a_changed_nickname_is_seen_by_the_api_and_told_to_the_user_s_client(
    administrator, alice, rest, console_server
):
    async with await connected(rest, console_server, alice) as phone:
        await opened(administrator, alice)
        assert await administrator.call("evaluate", "document.querySelector('#nickname').value") == EVIL
        assert await administrator.call("texts", ".person strong") == [EVIL]
        await administrator.call("fill", "#nickname", "Alicia")
        await administrator.call("click", "form[action='/console/people/user'] button")
        await said(administrator, ".said", "The profile is changed.")
        pushed = PushMessages.FromString((await phone.pushed()).data)
        [notices] = pushed.notificationMsgs.values()
        assert [message.contentType for message in notices.Msgs] == [ContentType.USER_INFO_UPDATED]
    [found] = (await rest.data("/user/get_users_info", {"userIDs": [alice]}))["usersInfo"]
    assert found["nickname"] == "Alicia"


async def test_what_two_administrators_change_at_once_is_lost_to_neither(sit, alice, rest):
    one, other = await sit(), await sit()
    for each in (one, other):
        await log_in(each)
        await opened(each, alice)
    for each, name in ((one, "First"), (other, "Second")):
        await each.call("fill", "#nickname", name)
    await one.call("click", "form[action='/console/people/user'] button")
    await said(one, ".said", "The profile is changed.")
    await other.call("click", "form[action='/console/people/user'] button")
    await said(other, "form[action='/console/people/user'] p small bdi", "First")
    assert await other.call("evaluate", "document.querySelector('#nickname').value") == "Second"
    await other.call("click", "form[action='/console/people/user'] button")
    await said(other, ".said", "The profile is changed.")


async def test_a_client_whose_tokens_are_ended_is_disconnected(administrator, alice, rest, console_server):
    async with await connected(rest, console_server, alice) as phone:
        await opened(administrator, alice)
        assert (await administrator.call("texts", "tbody td:nth-child(2)"))[-1] == "online"
        await administrator.call("click", "button[name=platform]")
        await said(administrator, "h1", "Are you sure?")
        await administrator.call("press", "Shift+Tab")  # from "No", which has the focus, to "Yes"
        await administrator.call("press", "Enter")
        await said(administrator, ".said", "The tokens have ended.")
        assert (await phone.pushed()).identifier == KICK
        assert await phone.closed() == (1000, "kicked")
    await opened(administrator, alice)
    assert await administrator.call("texts", "button[name=platform]") == []


async def test_of_imported_friends_it_is_said_whom_the_business_server_left_out(administrator, alice, rest, business):
    friends = [f"friend{next(_numbers)}" for _ in range(3)]
    await rest.register(*friends)
    business.reaction = ALLOW | {"friendUserIDs": friends[:2]}
    await opened(administrator, alice)
    await administrator.call("click", "a[href^='/console/people/import']")
    await administrator.call("fill", "#friends", "\n".join([*friends, "nobody"]))
    await administrator.call("click", "form[action='/console/people/import'] button")
    expected = ["There is no such user", "Left out by the business server", "Imported", "Imported"]
    assert await administrator.call("become", "tbody td:nth-child(2)", expected, 10_000) == expected
    assert await rest.friends(alice) == friends[:2]
    business.reaction = ALLOW | {"nextCode": 1, "errCode": 7, "errMsg": EVIL}
    await administrator.call("fill", "#friends", friends[2])
    await administrator.call("click", "form[action='/console/people/import'] button")
    await said(administrator, "#problem", f"The server refused it: 7 {EVIL}")
    assert await administrator.call("evaluate", "document.querySelector('#friends').value") == friends[2]


async def test_a_friend_is_removed_with_the_keyboard_alone(administrator, alice, rest):
    await rest.register(friend := f"friend{next(_numbers)}")
    await rest.import_friends(alice, [friend])
    await opened(administrator, alice, "friends")
    await administrator.call("evaluate", "document.querySelector('tbody button').focus()")
    await administrator.call("press", "Enter")
    await said(administrator, "h1", "Are you sure?")
    await administrator.call("press", "Shift+Tab")
    await administrator.call("press", "Shift+Tab")
    await administrator.call("press", "Space")  # the box: off the other list, too
    await administrator.call("press", "Tab")
    await administrator.call("press", "Enter")
    await said(administrator, ".said", "The friend was removed.")
    assert await rest.friends(alice) == await rest.friends(friend) == []


async def test_a_user_is_erased_by_its_id_alone_and_the_page_follows_it(administrator, alice, rest, console_server):
    async with await connected(rest, console_server, alice) as phone:
        await opened(administrator, alice, "erase")
        await administrator.call("fill", "#typed", "alice")
        await administrator.call("click", "button.danger")
        await said(administrator, "#problem", f"That is not the id of this user. It is: {alice}")
        await administrator.call("fill", "#typed", alice)
        await administrator.call("click", "button.danger")
        await said(administrator, ".said", "The user is erased. The rest goes on in the background.")
        while (await phone.pushed()).identifier != KICK:
            pass
    gone = "All is gone. In a minute the server looks for what came meanwhile."
    await said(administrator, "#erasure-state", gone)
    assert await administrator.call("texts", ".person strong") == ["Deleted user"]
    await administrator.call("open", "/console/audit?action=people.erase")
    assert (await administrator.call("texts", "tbody td:nth-child(4)"))[0] == alice


async def test_an_open_erasure_says_that_the_session_has_ended(administrator, alice, rest):
    await rest.data("/user/erase_user", {"userID": alice})
    await opened(administrator, alice)
    await administrator.call("forget")
    assert await administrator.call("evaluate", "follow()") is False
    [said_then] = await administrator.call("texts", "#stale")
    assert said_then.startswith("Your session has ended")


async def test_a_form_that_is_sent_after_the_session_has_ended_changes_nothing(administrator, alice, rest):
    await opened(administrator, alice)
    await administrator.call("fill", "#nickname", "Alicia")
    await administrator.call("forget")
    await administrator.call("click", "form[action='/console/people/user'] button")
    await administrator.call("arrives", "/console/login")
    [found] = (await rest.data("/user/get_users_info", {"userIDs": [alice]}))["usersInfo"]
    assert found["nickname"] == EVIL


@pytest.fixture
async def pages(rest: Rest, alice: str) -> list[str]:
    """The pages about a user who has something of everything, whose name is long, and those about erased ones."""
    name = "W" * 300
    others = [f"{'x' * 60}{next(_numbers)}" for _ in range(4)]
    await rest.data("/user/user_register", {"users": [{"userID": other, "nickname": name} for other in others]})
    await rest.import_friends(alice, others[:2])
    await rest.data("/friend/add_friend", {"fromUserID": others[2], "toUserID": alice, "reqMsg": name}, user=others[2])
    await rest.data("/friend/add_friend", {"fromUserID": alice, "toUserID": others[3], "reqMsg": name}, user=alice)
    await rest.data("/friend/add_black", {"ownerUserID": alice, "blackUserID": others[0]})
    info = {"groupName": name, "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": alice, "memberUserIDs": others, "groupInfo": info})
    message = {"sendID": others[1], "recvID": alice, "contentType": 101, "sessionType": 1, "senderNickname": name}
    await rest.data("/msg/send_msg", message | {"content": {"content": "hi"}})
    await rest.data("/auth/get_user_token", {"userID": alice, "platformID": 6})
    await rest.register(gone := f"gone{next(_numbers)}")
    await rest.data("/user/erase_user", {"userID": gone, "messages": "keep"})
    tabs = ("user", "friends", "received", "sent", "blocks", "groups", "conversations", "import", "erase")
    return [
        "/console/people?q=x",
        *(f"/console/people/{tab}?id={alice}" for tab in tabs),
        f"/console/people/user?id={gone}",
        f"/console/people/erase?id={gone}",
        "/console/people/erasures",
        "/console/people/user?id=nobody",
    ]


async def test_on_a_phone_the_button_beside_a_device_is_one_line(sit, rest, alice):
    await rest.data("/auth/get_user_token", {"userID": alice, "platformID": 6})
    somebody = await sit(**PHONE)
    await log_in(somebody)
    await opened(somebody, alice)
    assert await somebody.call("evaluate", "document.querySelector('button[name=platform]').offsetHeight") < 40


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_on_a_phone_no_page_is_wider_than_the_screen(sit, pages, locale):
    somebody = await sit(locale=locale, **PHONE)
    await log_in(somebody)
    for path in pages:
        await somebody.call("open", path)
        assert await somebody.call("evaluate", "document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_axe_finds_nothing_on_any_page(sit, scheme, locale, pages, alice):
    somebody = await sit(colorScheme=scheme, locale=locale)
    await log_in(somebody)
    for path in pages:
        await somebody.call("open", path)
        assert not await somebody.call("axe"), path
    await opened(somebody, alice)
    await somebody.call("click", "button[name=platform]")
    await somebody.call("appears", "#question")
    assert not await somebody.call("axe")


@pytest.mark.skipif(PICTURES is None, reason="CONSOLE_PICTURES says where to put it")
async def test_a_picture_is_taken_of_a_user(administrator, rest, console_server):
    await rest.data("/user/user_register", {"users": [{"userID": "emily", "nickname": "Emily Zhang"}]})
    friends = [f"friend{next(_numbers)}" for _ in range(12)]
    await rest.register(*friends)
    await rest.import_friends("emily", friends)
    await rest.data("/auth/get_user_token", {"userID": "emily", "platformID": 1})
    async with await connected(rest, console_server, "emily", 5):
        await opened(administrator, "emily")
        await administrator.call("screenshot", f"{PICTURES}/console-people.png")
