"""Messages in a real browser: found by a text, read in context, taken back before a client's eyes, exported.

The picture of docs/console.md is taken here: ``CONSOLE_PICTURES=$PWD/docs make test-clients``.
"""

import asyncio
import csv
import json
import os
from pathlib import Path

import pytest

from tests.clients.client import JAVASCRIPT
from tests.clients.console.conftest import log_in
from tests.clients.house import House
from tests.support.rest import ADMIN, SECRET
from tests.support.server_process import ServerProcess

PICTURES = os.environ.get("CONSOLE_PICTURES")
SCRIPT = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
PHONE = {"viewport": {"width": 360, "height": 640}}


@pytest.fixture(scope="module")
def console_server(tmp_path_factory):
    """A server for all tests of the module, which searches texts."""
    folder = tmp_path_factory.mktemp("server")
    settings = {
        "secret": SECRET,
        "admins": [ADMIN],
        "database": f"sqlite:///{folder / 'amity.db'}",
        "console": {"enable": True},
        "messages": {"textSearch": True},
    }
    server = ServerProcess(folder, settings)
    server.launch()
    yield server
    server.kill()


@pytest.fixture
async def house(console_server, rest, tmp_path, browser):
    """The same server with OpenIM's clients."""
    house = House(console_server, rest, tmp_path, browser)
    yield house
    await house.close()


async def say(rest, sender, receiver, text, **fields):
    body = {"sendID": sender, "recvID": receiver, "contentType": 101, "sessionType": 1, "content": {"content": text}}
    return await rest.data("/msg/send_msg", body | fields)


async def talk(rest, one, other, *texts):
    """Register two users, of whom the first writes to the other."""
    await rest.register(one, other)
    for text in texts:
        await say(rest, one, other, text)


async def find(administrator, **fields):
    """Fill the form in and send it, by mouse."""
    await administrator.call("open", "/console/messages")
    for name, value in fields.items():
        await administrator.call("fill", f"#{name}", value)
    await administrator.call("click", ".search button")


async def test_a_message_is_found_by_its_text_read_in_context_and_taken_back(administrator, house):
    client, sender = await house.people(JAVASCRIPT, JAVASCRIPT)
    for text in (*(f"word {number}" for number in range(1, 31)), "a rare WALRUS", "later"):
        await say(house.rest, sender.name, client.name, text)
    await find(administrator, text="walrus")
    assert await administrator.call("become", "td.content", ["a rare WALRUS"], 5000) == ["a rare WALRUS"]
    await administrator.call("click", "tbody a[href*='conversation=']")
    shown = await administrator.call("become", "[aria-current=true] .content", ["a rare WALRUS"], 5000)
    assert shown == ["a rare WALRUS"]
    around = await administrator.call("texts", ".lines .content")
    assert around[-3:] == ["word 30", "a rare WALRUS", "later"]
    await administrator.call("click", "[aria-current=true] a[href*='take-back']")
    await administrator.call("become", "h1", ["Take back a message"], 5000)
    assert await administrator.call("texts", ".lines .content") == ["a rare WALRUS"]
    await administrator.call("click", "main form[action='/console/messages/take-back'] button")
    said = await administrator.call("become", "[role=status]", ["The message was taken back."], 5000)
    assert said == ["The message was taken back."]
    assert await administrator.call("texts", "[aria-current=true] .gone") == ["This message was taken back."]
    for each in (client, sender):
        event = await each.event("OnNewRecvMessageRevoked", within=10)
        assert ADMIN in json.dumps(event.data)
    await administrator.call("open", "/console/audit")
    log = await administrator.call("texts", "tbody td:nth-child(3)")
    assert log[:3] == ["Take back a message", "Read a conversation", "Search messages"]


async def test_on_a_phone_it_is_on_the_screen_that_a_message_was_taken_back(sit, rest):
    await talk(rest, "far-a", "far-b", *(f"line {number}" for number in range(1, 41)))
    somebody = await sit(**PHONE)
    await log_in(somebody)
    await somebody.call("open", "/console/messages/take-back?conversation=si_far-a_far-b&user=far-a&seq=30")
    await somebody.call("click", "main form button")
    await somebody.call("appears", ".said")
    top = await somebody.call("evaluate", "document.querySelector('.said').getBoundingClientRect().top")
    assert 0 <= top < 640


async def test_two_administrators_take_back_the_same_message(administrator, sit, rest):
    await talk(rest, "two-a", "two-b", "both want it")
    other = await sit()
    await log_in(other)
    there = "/console/messages/take-back?conversation=si_two-a_two-b&user=two-a&seq=1"
    for each in (administrator, other):
        await each.call("open", there)
    for each, said in (
        (administrator, "The message was taken back."),
        (other, "Somebody has taken this message back before you."),
    ):
        await each.call("click", "main form[action='/console/messages/take-back'] button")
        assert await each.call("become", "[role=status]", [said], 5000) == [said]
    await other.call("open", there)
    assert await other.call("texts", "main form[action='/console/messages/take-back'] button") == []


async def test_an_exported_conversation_is_what_was_sent(administrator, rest, tmp_path):
    sent = [f"line {number} 😀\n=1+1 {SCRIPT}" for number in range(230)]
    await rest.register("exp-a", "exp-b")
    messages = [
        {
            "sendID": ("exp-a", "exp-b")[number % 2],
            "recvID": ("exp-b", "exp-a")[number % 2],
            "sendTime": 1_700_000_000_000 + number,
            "contentType": 101,
            "content": {"content": text},
        }
        for number, text in enumerate(sent)
    ]
    assert (await rest.data("/msg/import_messages", {"messages": messages}))["imported"] == len(sent)
    await administrator.call("open", "/console/messages?conversation=si_exp-a_exp-b&user=exp-a")
    lines = tmp_path / "lines"
    assert await administrator.call("download", "button[value=jsonl]", str(lines)) == "si_exp-a_exp-b.jsonl"
    stored = [json.loads(line) for line in lines.read_text("utf-8").split("\n")[:-1]]
    assert [json.loads(each["content"])["content"] for each in stored] == sent
    assert [each["sendID"] for each in stored[:3]] == ["exp-a", "exp-b", "exp-a"]
    table = tmp_path / "table"
    await administrator.call("download", "button[value=csv]", str(table))
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    # No cell of a table is a formula, whatever separates cells where it is opened.
    assert [row["text"] for row in rows] == [text.replace("\n=", "\n'=") for text in sent]
    assert rows[0]["time"] == "2023-11-14T22:13:20Z"


async def test_times_are_the_readers(sit, rest):
    await rest.register("clock-a", "clock-b")
    await say(rest, "clock-a", "clock-b", "at noon in UTC", sendTime=1_700_049_600_000)  # 2023-11-15T12:00Z
    somebody = await sit(timezoneId="Asia/Shanghai")
    await log_in(somebody)
    fields = {"sender": "clock-a", "from": "2023-11-15T19:59"}
    await find(somebody, **fields, to="2023-11-15T20:01")
    assert await somebody.call("become", "td.content", ["at noon in UTC"], 5000) == ["at noon in UTC"]
    assert await somebody.call("evaluate", "document.querySelector('#from').value") == "2023-11-15T19:59"
    assert "from=1700049540000" in await somebody.call("evaluate", "location.search")
    assert "8:00:00" in (await somebody.call("texts", "tbody time"))[0]
    await find(somebody, **fields, to="2023-11-15T20:00")
    assert await somebody.call("become", "main p[role=status]", ["There are no such messages."], 5000)


async def test_wrong_input_is_said_beside_the_form_and_kept(administrator):
    await find(administrator, sender="somebody", text="a")
    said = ["A text has two characters at least."]
    assert await administrator.call("become", "[role=alert]", said, 5000) == said
    assert await administrator.call("evaluate", "document.querySelector('#sender').value") == "somebody"
    assert not await administrator.call("axe")


async def test_a_session_that_ended_meanwhile_takes_nothing_back(administrator, rest):
    await talk(rest, "end-a", "end-b", "stays")
    await administrator.call("open", "/console/messages/take-back?conversation=si_end-a_end-b&user=end-a&seq=1")
    await administrator.call("forget")
    await administrator.call("click", "main form[action='/console/messages/take-back'] button")
    await administrator.call("arrives", "/console/login")
    stored = await rest.data("/msg/get_conversation_msgs", {"conversationID": "si_end-a_end-b"})
    assert stored["msgs"][0]["contentType"] == 101


async def test_nothing_that_people_write_is_run(administrator, rest):
    await rest.data(
        "/user/user_register",
        {"users": [{"userID": "odd-a", "nickname": SCRIPT}, {"userID": "odd-b", "nickname": SCRIPT}]},
    )
    await say(rest, "odd-a", "odd-b", SCRIPT, senderNickname=SCRIPT)
    file = {
        "fileName": SCRIPT,
        "sourceUrl": "javascript:document.title='run'",
        "uuid": "",
        "filePath": "",
        "fileSize": 1,
    }
    await say(rest, "odd-a", "odd-b", "", contentType=105, content=file)
    for path, rows in (
        ("/console/messages?sender=odd-a", "td.content"),
        ("/console/messages?conversation=si_odd-a_odd-b&user=odd-a", ".lines .content"),
        ("/console/messages?user=odd-a", "tbody bdi"),
        ("/console/messages/take-back?conversation=si_odd-a_odd-b&user=odd-a&seq=1", ".lines .content"),
    ):
        await administrator.call("open", path)
        assert SCRIPT in await administrator.call("texts", rows), path
        assert "amity console" in await administrator.call("evaluate", "document.title")
        assert await administrator.call("evaluate", "document.querySelectorAll('main img, main script').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_its_pages_are_for_everybody_and_for_a_phone(sit, rest, scheme):
    one, other = f"axe-{scheme}-a", f"axe-{scheme}-b"
    await talk(rest, one, other, "x" * 300, "two", "three")
    conversation = f"si_{one}_{other}"
    await rest.data("/msg/revoke_msg", {"conversationID": conversation, "seq": 2, "userID": one})
    somebody = await sit(colorScheme=scheme, **PHONE)
    await log_in(somebody)
    for path in (
        f"/console/messages?sender={one}",
        f"/console/messages?user={one}",
        f"/console/messages?conversation={conversation}&user={one}&seq=1",
        f"/console/messages/take-back?conversation={conversation}&user={one}&seq=1",
        "/console/messages?conversation=si_nobody_nothing",
    ):
        await somebody.call("open", path)
        assert not await somebody.call("axe"), path
        assert await somebody.call("evaluate", "document.documentElement.scrollWidth") <= 360, path


async def test_a_message_is_taken_back_with_the_keyboard_alone(administrator, rest):
    await talk(rest, "key-a", "key-b", "typed away")
    await administrator.call("open", "/console/messages")
    await administrator.call("evaluate", "document.querySelector('#sender').focus()")
    await administrator.call("type", "key-a")
    await administrator.call("press", "Enter")
    await administrator.call("become", "td.content", ["typed away"], 5000)
    for heading, wanted in (("Messages", "seq=1#m1"), ("Take back a message", "take-back")):
        await to_link(administrator, wanted)
        await administrator.call("press", "Enter")
        await administrator.call("become", "h1", [heading], 5000)
    async with asyncio.timeout(10):
        while (await administrator.call("focused"))["text"] != "Take it back":
            await administrator.call("press", "Tab")
    await administrator.call("press", "Enter")
    said = ["The message was taken back."]
    assert await administrator.call("become", "[role=status]", said, 5000) == said


async def to_link(administrator, part):
    """Press Tab until a link has the focus whose address contains this."""
    for _ in range(60):
        await administrator.call("press", "Tab")
        if part in (await administrator.call("focused"))["href"]:
            return
    raise AssertionError(f"Tab does not lead to {part}")


@pytest.mark.skipif(PICTURES is None, reason="CONSOLE_PICTURES says where to put it")
async def test_a_picture_is_taken(sit, rest):
    people = [{"userID": "maria", "nickname": "Maria"}, {"userID": "li", "nickname": "Lin"}]
    await rest.data("/user/user_register", {"users": people})
    names = {each["userID"]: each["nickname"] for each in people}
    for sender, text in (
        ("maria", "Did the parcel arrive?"),
        ("li", "This morning, thank you!"),
        ("maria", "Good. Did you keep the receipt?"),
        ("li", "Wire 500 to this account and you will get ten times as much."),
        ("maria", "What is that about?"),
    ):
        await say(rest, sender, "li" if sender == "maria" else "maria", text, senderNickname=names[sender])
    picture = {"conversationID": "si_li_maria", "seq": 2, "userID": "li"}
    await rest.data("/msg/revoke_msg", picture)
    somebody = await sit(viewport={"width": 1000, "height": 700})
    await log_in(somebody)
    await somebody.call("open", "/console/messages?conversation=si_li_maria&user=li&seq=4")
    await somebody.call("screenshot", str(Path(str(PICTURES)) / "console-messages.png"))
