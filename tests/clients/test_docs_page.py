"""The page ``/docs`` of a running server, as a developer uses it in a browser.

A picture is taken on request: ``DOCS_PICTURE=$PWD/docs.png make test-clients``.
"""

import asyncio
import json
import os
import time

import pytest

from tests.clients.visiting import new_visitor
from tests.support.rest import ADMIN


@pytest.fixture
async def visitor(house, tmp_path):
    """A visitor who has opened the page."""
    client = new_visitor(f"{house.server.url}/docs", tmp_path / "visitor.log", house.browser)
    await client.started()
    async with asyncio.timeout(20):
        while not await client.call("contents", "section.operation:first-of-type table tr"):  # noqa: ASYNC110 - it is a browser
            await asyncio.sleep(0.05)
    yield client
    await client.close()


async def answered(visitor, operation, within=20.0):
    """Wait for the answer under a form, and return it."""
    deadline = time.monotonic() + within
    while True:
        [text] = await visitor.call("texts", "", f"#{operation} .answer")
        if text.startswith("{"):
            return json.loads(text)
        assert time.monotonic() < deadline, f"{operation}: {text!r}"


async def all_answered(visitor):
    """Wait for the answers under all forms that were sent, and return them."""
    deadline = time.monotonic() + 30
    while "…" in (answers := await visitor.call("contents", "form.try .answer")):
        assert time.monotonic() < deadline
    return answers


async def test_an_operation_is_tried_with_a_form(visitor, house, tmp_path):
    await house.rest.register("alice")
    await visitor.call("click", "#user_get_users_info .trying summary")
    await visitor.call("fill", "#user_get_users_info [name=token]", await house.rest.token(ADMIN))
    await visitor.call("fill", "#user_get_users_info [name=body]", '{"userIDs": ["alice"]}')
    await visitor.call("click", "#user_get_users_info button[type=submit]")
    found = await answered(visitor, "user_get_users_info")
    assert found["errCode"] == 0
    assert [user["userID"] for user in found["data"]["usersInfo"]] == ["alice"]
    await visitor.call("screenshot", os.environ.get("DOCS_PICTURE", str(tmp_path / "docs.png")))
    assert not visitor.unasked("PageError")
    assert not visitor.unasked("ConsoleError")


async def test_every_operation_has_a_form_whose_example_the_server_accepts(visitor, house):
    document = (await house.rest.get("/openapi.json")).json()
    await visitor.call("click", "#user_get_users_info .trying summary")
    await visitor.call("fill", "#user_get_users_info [name=token]", await house.rest.token(ADMIN))
    # A chat with a message is there before somebody is blocked.
    await house.rest.register("alice", "bob")
    message = {"sendID": "bob", "recvID": "alice", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    await house.rest.data("/msg/send_msg", message)
    # All are sent at once, except those that need what another creates: an account, a message, a member.
    needy = (
        "user_update_notification_account",
        "msg_mark_msgs_as_read",
        "msg_set_conversation_has_read_seq",
        "group_set_group_member_info",
        "group_transfer_group",
    )
    later = f":is({', '.join(f'#{name}' for name in needy)}) form.try"
    await visitor.call("submit", f"form.try:not({later})")
    await all_answered(visitor)
    await visitor.call("submit", later)
    answers = await all_answered(visitor)
    expected = [post["post"]["responses"]["200"]["content"]["application/json"] for post in document["paths"].values()]
    assert len(answers) == len(expected)
    for path, said, documented in zip(document["paths"], answers, expected, strict=True):
        code = json.loads(said)["errCode"]
        if path == "/callback/try":
            assert "the settings name none" in said  # this server has no business server
            continue
        assert (code == 1001) == (documented["example"]["errCode"] == 1001), (path, said)
    assert not visitor.unasked("PageError")
    assert not visitor.unasked("ConsoleError")


async def test_a_field_shows_whether_it_is_required_what_it_means_and_how_large_it_may_be(visitor):
    rows = await visitor.call("texts", "", "#friend_import_friend table:first-of-type tr")
    shown = [" ".join(row.split()) for row in rows]
    assert shown[1] == (
        "friendUserIDs * list of string Ids of the friends, registered users, each once: 1 to 1,000"
        " required; up to 1,000 entries; each up to 128 characters"
    )
    [label] = await visitor.call("contents", "#friend_import_friend form.try label:has([name=body]) span")
    assert label == "body *, with ownerUserID, friendUserIDs"


async def test_every_field_on_the_page_says_what_it_means(visitor):
    names = await visitor.call("contents", "section.operation td:first-child")
    assert len(names) > 1000
    meanings = await visitor.call("contents", "section.operation td:last-child > p:first-child:not(.limits)")
    assert len(meanings) == len(names)
    assert all(meanings)


async def test_a_token_that_was_entered_once_is_there_in_every_form(visitor, house):
    await visitor.call("click", "#user_get_users_info .trying summary")
    await visitor.call("fill", "#user_get_users_info [name=token]", await house.rest.token(ADMIN))
    await visitor.call("click", "#friend_get_friend_id .trying summary")
    await visitor.call("fill", "#friend_get_friend_id [name=body]", '{"userID": "imAdmin"}')
    await visitor.call("click", "#friend_get_friend_id button[type=submit]")
    assert (await answered(visitor, "friend_get_friend_id"))["data"] == {"friendIDs": []}


async def test_what_the_server_refuses_is_shown_as_it_says_it(visitor, house):
    await visitor.call("click", "#auth_parse_token .trying summary")
    await visitor.call("fill", "#auth_parse_token [name=body]", "{")
    await visitor.call("click", "#auth_parse_token button[type=submit]")
    assert (await answered(visitor, "auth_parse_token"))["errCode"] == 1001
