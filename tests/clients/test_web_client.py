"""The page of ``examples/web_client``, as a visitor uses it."""

import contextlib
import os
import signal
import sqlite3

import httpx
import pytest

from tests.clients.client import WASM
from tests.clients.visiting import EXAMPLE, ROOT, friends, shown, together, write


async def test_both_lists_change_before_the_visitors_eyes(visitor):
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    await shown(visitor, "", "#said", ["Both are logged in."])
    await visitor.call("click", "#befriend")
    await shown(visitor, "Alice", "#friends li span:last-child", ["Bob"])
    await shown(visitor, "Bob", "#friends li span:last-child", ["Alice"])
    await visitor.call("click", "#import")
    await shown(visitor, "Alice", "#count", ["13"])
    await shown(visitor, "Alice", "#friends li.online span:last-child", ["Bob"])
    await shown(visitor, "Bob", "#count", ["1"])
    await visitor.call("click", "#part")
    await shown(visitor, "Alice", "#count", ["12"])
    await shown(visitor, "Bob", "#count", ["0"])


async def test_a_message_is_unread_until_its_chat_is_opened_and_then_read_for_who_sent_it(visitor):
    await friends(visitor)
    await visitor.call("click", "#friends li button", "Alice")
    await write(visitor, "Alice", "Hello Bob")
    await shown(visitor, "Alice", "#messages .mark", ["sent"])
    await shown(visitor, "Bob", "#conversations .unread:not([hidden])", ["1"])
    await shown(visitor, "Bob", "#conversations b", ["Alice"])
    await shown(visitor, "Bob", "#conversations .last", ["Hello Bob"])
    await visitor.call("click", "#conversations li button", "Bob")
    await shown(visitor, "Bob", "#messages .theirs p", ["Hello Bob"])
    await shown(visitor, "Bob", "#conversations .unread:not([hidden])", [])
    await shown(visitor, "Alice", "#messages .mark", ["read"])


async def test_a_message_in_an_open_chat_is_read_at_once(visitor):
    await together(visitor)
    await write(visitor, "Alice", "Hello Bob, are you there?")
    await shown(visitor, "Bob", "#messages .theirs p", ["Hello Bob, are you there?"])
    await shown(visitor, "Alice", "#messages .mark", ["read"])
    await visitor.call("fill", "#text", "I am. I see your messages at once.", "Bob")
    await visitor.call("click", "#send", "Bob")
    await shown(visitor, "Alice", "#messages .theirs p", ["I am. I see your messages at once."])
    await shown(visitor, "Bob", "#messages .mark", ["read"])


async def test_a_message_taken_back_is_gone_on_both_sides(visitor):
    await together(visitor)
    await write(visitor, "Alice", "a slip")
    await shown(visitor, "Bob", "#messages p", ["a slip"])
    await visitor.call("click", "#messages .mine button", "Alice")
    await shown(visitor, "Alice", "#messages p", ["You took a message back"])
    await shown(visitor, "Bob", "#messages p", ["Alice took a message back"])
    await shown(visitor, "Alice", "#conversations .last", ["You took a message back"])
    await shown(visitor, "Bob", "#conversations .last", ["Alice took a message back"])


async def test_markup_in_a_message_stays_text(visitor):
    await together(visitor)
    text = '<script>throw Error("run")</script><img src=x onerror="throw Error()">'
    await write(visitor, "Alice", text)
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#messages p", [text])
        await shown(visitor, user, "#conversations .last", [text])
        assert await visitor.call("texts", user, "#messages script, #messages img, #conversations img") == []


async def test_a_reload_keeps_the_messages_and_earlier_brings_the_older_ones(visitor):
    await together(visitor)
    texts = [f"message {number}" for number in range(25)]
    for text in texts:
        await write(visitor, "Alice", text)
    await shown(visitor, "Bob", "#messages p", texts)
    await shown(visitor, "Alice", "#messages .mark", ["read"] * 25)
    await visitor.call("reload")
    await shown(visitor, "", "#said", ["Both are logged in."])
    for user in ("Alice", "Bob"):
        await visitor.call("click", "#conversations li button", user)
        await shown(visitor, user, "#messages p", texts[5:])
        await visitor.call("click", "#earlier", user)
        await shown(visitor, user, "#messages p", texts)
        await shown(visitor, user, "#earlier:not([hidden])", [])
    await shown(visitor, "Alice", "#messages .mark", ["read"] * 25)


async def test_a_chat_goes_on_when_the_server_was_away(visitor, house):
    await together(visitor)
    await write(visitor, "Alice", "before")
    await shown(visitor, "Bob", "#messages p", ["before"])
    await house.server.terminate()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["offline"])
    await house.server.start()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    await write(visitor, "Alice", "after")
    await write(visitor, "Alice", "and more")
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#messages p", ["before", "after", "and more"])
    await shown(visitor, "Alice", "#messages .mark", ["read"] * 3)
    await visitor.call("reload")
    await visitor.call("click", "#conversations li button", "Bob")
    await shown(visitor, "Bob", "#messages p", ["before", "after", "and more"])


async def test_a_message_written_while_the_server_is_away_arrives_once(visitor, house):
    await together(visitor)
    await house.server.terminate()
    await shown(visitor, "Alice", "#state", ["offline"])
    await write(visitor, "Alice", "late")
    await shown(visitor, "Alice", "#messages .mark", ["sending"])
    await house.server.start()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    await shown(visitor, "Alice", "#messages .mark", ["read"])
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#messages p", ["late"])


async def test_a_message_that_was_being_sent_when_the_page_was_left_can_be_sent_again(visitor, house):
    await together(visitor)
    await write(visitor, "Alice", "first")
    await shown(visitor, "Alice", "#messages .mark", ["read"])
    await house.server.terminate()
    await shown(visitor, "Alice", "#state", ["offline"])
    await write(visitor, "Alice", "on the way")
    await shown(visitor, "Alice", "#messages .mark", ["read", "sending"])
    await visitor.call("reload")
    await house.server.start()
    await shown(visitor, "", "#said", ["Both are logged in."])
    for user in ("Alice", "Bob"):
        await visitor.call("click", "#conversations li button", user)
    await shown(visitor, "Alice", "#messages .mark", ["read", "not sent"])
    await visitor.call("click", "#messages li:last-child button", "Alice")
    await shown(visitor, "Alice", "#messages .mark", ["read", "read"])
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#messages p", ["first", "on the way"])


async def test_a_message_that_the_server_refuses_is_not_sent_and_can_be_sent_again(visitor, house):
    await together(visitor)
    [[alice], [bob]] = [await visitor.call("texts", user, "#user") for user in ("Alice", "Bob")]
    blocked = {"ownerUserID": bob, "blackUserID": alice}
    await house.rest.data("/friend/add_black", blocked)
    await write(visitor, "Alice", "please")
    await shown(visitor, "Alice", "#messages .mark", ["not sent"])
    [said] = await visitor.call("texts", "Alice", "#notice")
    assert said.startswith("Not sent: ")
    await house.rest.data("/friend/remove_black", blocked)
    await visitor.call("click", "#messages .mine button", "Alice")
    await shown(visitor, "Alice", "#messages .mark", ["read"])
    await shown(visitor, "Alice", "#notice", [""])
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#messages p", ["please"])


async def test_a_visitor_who_comes_back_finds_the_friends_again(visitor):
    await shown(visitor, "", "#said", ["Both are logged in."])
    await visitor.call("click", "#befriend")
    await shown(visitor, "Bob", "#friends li span:last-child", ["Alice"])
    await visitor.call("reload")
    await shown(visitor, "", "#said", ["Both are logged in."])
    await shown(visitor, "Alice", "#friends li.online span:last-child", ["Bob"])


async def test_the_page_shows_who_is_connected(visitor, house):
    await shown(visitor, "", "#said", ["Both are logged in."])
    await house.server.terminate()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["offline"])
    await house.server.start()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    [alice] = await visitor.call("texts", "Alice", "#user")
    await house.login(WASM, alice)
    await shown(visitor, "Alice", "#state", ["offline"])
    assert "OnKickedOffline" in (await visitor.call("contents", "#events b", "Alice"))[0]
    await shown(visitor, "Bob", "#state", ["online"])


async def test_a_user_is_connecting_until_the_server_answers(visit, house):
    os.kill(house.server.pid, signal.SIGSTOP)
    visitor = await visit()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["connecting"])
    os.kill(house.server.pid, signal.SIGCONT)
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])


async def test_a_login_that_fails_says_so_and_is_tried_again(visit, house):
    await house.server.terminate()
    visitor = await visit()
    await shown(visitor, "Alice", "#state", ["offline"])
    [said] = await visitor.call("texts", "", "#said")
    assert said.endswith("could not log in: the IM server could not be reached. It tries again by itself.")
    [event, *_] = await visitor.call("contents", "#events li", "Alice")
    assert event.startswith("Login failed the IM server could not be reached. Trying again in")
    await house.server.start()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    await shown(visitor, "", "#said", ["Both are logged in."])


async def test_a_user_whose_token_counts_no_longer_gets_a_new_one(visitor, house):
    await shown(visitor, "", "#said", ["Both are logged in."])
    await house.server.terminate()
    with contextlib.closing(sqlite3.connect(house.server.config.with_name("amity.db"))) as database:
        database.execute("delete from tokens")
        database.commit()
    await house.server.start()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])


def test_another_page_is_not_answered(page_url):
    body = {"userID": "alice", "nickname": "Alice"}
    answer = httpx.post(f"{page_url}app/enter", json=body, headers={"Origin": "http://127.0.0.1:1"}, trust_env=False)
    assert answer.status_code == 403
    assert "token" not in answer.text


def test_the_secret_is_nowhere_in_what_is_served(page_url, house):
    secret = house.server.config.read_text().split("secret: ")[1].splitlines()[0]
    for file in (EXAMPLE / "page").iterdir():
        assert secret not in httpx.get(f"{page_url}{file.name}", trust_env=False).text


@pytest.mark.parametrize("folder", ["tests/clients", "examples/web_client"])
def test_the_lock_files_name_no_registry(folder):
    assert '"resolved"' not in (ROOT / folder / "package-lock.json").read_text()
