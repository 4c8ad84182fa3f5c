"""The page of a user: its profile, its devices and tokens."""

import asyncio

import pytest

from tests.integration.console.people import field_of, logged, path, problem_of, profile_of, rows_of, text_of
from tests.support.gateway_client import GatewayClient
from tests.support.rest import ADMIN

ALICE = {"userID": "alice", "nickname": "Al\nice", "faceURL": "https://a.example/1.png", "ex": "\none\ntwo"}


@pytest.fixture
async def alice(rest):
    """A user whose fields have line breaks, which browsers change."""
    await rest.data("/user/user_register", {"users": [ALICE]})


async def edited(admin, user="alice", **fields):
    """Send the form of a user's page as a browser does: with what stands there where nothing else is typed."""
    page = (await admin.get(path("user", user))).text
    as_sent = {name: field_of(page, name) for name in ("id", "version", "nickname", "faceURL", "ex")}
    as_sent["nickname"] = as_sent["nickname"].replace("\n", "")
    as_sent["ex"] = as_sent["ex"].replace("\n", "\r\n")
    return await admin.submit("/console/people/user", {**as_sent, **fields}, on=path("user", user))


async def test_a_nickname_is_changed_and_nothing_else(admin, alice, rest):
    answer = await edited(admin, nickname="Alicia")
    assert answer.headers["location"] == "/console/people/user?id=alice&said=said.people.edited"
    changed = await profile_of(rest, "alice")
    assert {name: changed[name] for name in ALICE} == {**ALICE, "nickname": "Alicia"}
    assert await logged(admin, "people.edit") == [["alice", "Done"]]
    assert 'href="/console/audit?about=alice"' in (await admin.get(path("user", "alice"))).text
    assert [row[2:4] for row in rows_of((await admin.get("/console/audit?about=alice")).text)] == [
        ["Change a profile", "alice"]
    ]


async def test_what_a_browser_makes_of_line_breaks_is_no_change(admin, alice, rest):
    answer = await edited(admin)
    assert answer.headers["location"].endswith("said.people.unchanged")
    assert (await profile_of(rest, "alice"))["nickname"] == ALICE["nickname"]
    assert await logged(admin, "people.edit") == []


async def test_a_changed_ex_has_the_line_breaks_that_were_typed(admin, alice, rest):
    await edited(admin, ex="\r\none\r\nthree")
    assert (await profile_of(rest, "alice"))["ex"] == "\none\nthree"


async def test_a_field_may_be_emptied(admin, alice, rest):
    await edited(admin, faceURL="")
    assert (await profile_of(rest, "alice"))["faceURL"] == ""


async def test_the_longest_fields_can_be_sent(admin, alice, rest):
    long = {"nickname": "\N{GRINNING FACE}" * 1024, "faceURL": "é" * 8192, "ex": "\N{GRINNING FACE}" * 65_536}
    assert (await edited(admin, **long)).status_code == 303
    changed = await profile_of(rest, "alice")
    assert {name: changed[name] for name in long} == long


async def test_what_does_not_fit_is_said_and_kept(admin, alice):
    answer = await edited(admin, nickname="n" * 1025, ex="kept")
    assert answer.status_code == 400
    assert problem_of(answer.text).startswith("What was typed does not fit: userInfo.nickname: 1025 characters")
    assert field_of(answer.text, "nickname") == "n" * 1025
    assert field_of(answer.text, "ex") == "kept"
    assert (await logged(admin, "people.edit"))[0][1].startswith("Refused 1001")


async def test_who_was_second_is_told_what_the_first_has_changed(admin, alice, visit, rest):
    page = (await admin.get(path("user", "alice"))).text
    other = visit()
    await other.log_in()
    await edited(other, nickname="First", faceURL="https://a.example/2.png")
    late = {name: field_of(page, name) for name in ("id", "version", "faceURL", "ex")}
    answer = await admin.submit("/console/people/user", {**late, "nickname": "Second"}, on="/console/people")
    assert answer.status_code == 409
    assert problem_of(answer.text).startswith("This profile was changed after you had opened it.")
    assert "Now it is: First" in text_of(answer.text)
    assert field_of(answer.text, "nickname") == "Second"
    assert (await profile_of(rest, "alice"))["nickname"] == "First"
    again = {name: field_of(answer.text, name) for name in ("id", "version", "nickname", "faceURL", "ex")}
    assert (await admin.submit("/console/people/user", again, on="/console/people")).status_code == 303
    assert (await profile_of(rest, "alice"))["nickname"] == "Second"


async def test_of_two_forms_at_the_same_time_the_second_is_told_of_the_first(admin, alice, rest):
    page = (await admin.get(path("user", "alice"))).text
    form = {name: field_of(page, name) for name in ("csrf", "id", "version", "faceURL", "ex")}
    sent = [admin.post("/console/people/user", {**form, "nickname": name}) for name in ("First", "Second")]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    # The second may have found the profile as it was, and have been refused when it was to be changed.
    assert [told for _, told in await logged(admin, "people.edit") if not told.startswith("Refused 1363")] == ["Done"]


async def test_the_page_says_where_the_user_is_online_and_has_tokens(admin, rest, start_server):
    await rest.register("alice")
    token = (await rest.data("/auth/get_user_token", {"userID": "alice", "platformID": 2}))["token"]
    await rest.data("/auth/get_user_token", {"userID": "alice", "platformID": 5})
    assert "no valid token" not in (await admin.get(path("user", "alice"))).text
    async with GatewayClient(start_server.gateway_url, "alice", token, 2):
        rows = rows_of((await admin.get(path("user", "alice"))).text)
    assert [(row[0], row[1], row[2].split()[0]) for row in rows] == [
        ("Android", "online", "1"),
        ("Web", "offline", "1"),
    ]
    assert token not in (await admin.get(path("user", "alice"))).text


@pytest.fixture
async def tokens(rest):
    """Alice's, by platform."""
    await rest.register("alice")
    return {
        platform: (await rest.data("/auth/get_user_token", {"userID": "alice", "platformID": platform}))["token"]
        for platform in (1, 2, 5)
    }


async def valid(rest, tokens):
    answers = {n: (await rest.raw("/auth/parse_token", {"token": token})).json() for n, token in tokens.items()}
    return {platform for platform, answer in answers.items() if answer["errCode"] == 0}


@pytest.mark.parametrize(("platform", "left"), [("2", {1, 5}), ("", set())])
async def test_tokens_of_one_platform_or_all_are_ended_once_it_is_said_to_be_meant(admin, rest, tokens, platform, left):
    on = path("user", "alice")
    question = await admin.submit("/console/people/tokens", {"id": "alice", "platform": platform}, on=on)
    assert "Are you sure?" in question.text
    assert await valid(rest, tokens) == {1, 2, 5}
    fields = {"id": "alice", "platform": platform, "sure": "1"}
    answer = await admin.submit("/console/people/tokens", fields, on=on)
    assert answer.headers["location"].endswith("said.people.tokens_ended")
    assert await valid(rest, tokens) == left
    assert await logged(admin, "people.end_tokens") == [["alice", "Done"]]


@pytest.mark.parametrize("platform", ["0", "12", "x", "\N{SUPERSCRIPT TWO}"])
async def test_what_is_no_platform_ends_nothing(admin, rest, tokens, platform):
    fields = {"id": "alice", "platform": platform, "sure": "1"}
    answer = await admin.submit("/console/people/tokens", fields, on=path("user", "alice"))
    assert answer.status_code == 400
    assert problem_of(answer.text) == "There is no such platform."
    assert await valid(rest, tokens) == {1, 2, 5}


async def test_an_administrator_and_a_notification_account_are_marked(admin, rest):
    await rest.data("/user/add_notification_account", {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3})
    assert "administrator of this server" in (await admin.get(path("user", ADMIN))).text
    assert "notification account" in (await admin.get(path("user", "shop"))).text


async def test_the_page_says_how_much_the_user_has(admin, rest):
    await rest.register("alice", "bob", "cid")
    await rest.import_friends("alice", ["bob"])
    await rest.data("/friend/add_friend", {"fromUserID": "cid", "toUserID": "alice"}, user="cid")
    await rest.data("/friend/add_black", {"ownerUserID": "alice", "blackUserID": "bob"}, user="alice")
    said = text_of((await admin.get(path("user", "alice"))).text)
    for each in ("Friends 1", "Requests received 1", "Requests sent 0", "Blocked 1", "Groups 0"):
        assert each in said
