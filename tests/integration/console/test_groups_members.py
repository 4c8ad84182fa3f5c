"""The members of a group in the console: who is in, who comes in, and what each may do."""

import html
import re

import pytest

from tests.integration.console.groups import (
    GROUP,
    MEMBER,
    alert_of,
    info_of,
    make,
    members_of,
    values_of,
    with_club,
)
from tests.integration.console.messages import entries
from tests.integration.console.test_audit import cells
from tests.support.business_server import ALLOW
from tests.support.console import Visitor


@pytest.fixture
async def rest(start_server):
    return await with_club(start_server)


async def test_the_longest_texts_are_set_and_the_longest_list_is_added(admin, rest):
    values = values_of(await admin.get(GROUP))
    long = "\N{CJK UNIFIED IDEOGRAPH-7FA4}" * 8192
    sent = values | {"do": "info", "notification": long, "introduction": long}
    assert (await admin.post(GROUP, sent)).status_code == 303
    info = await info_of(rest)
    assert (info["notification"], info["introduction"]) == (long, long)
    users = [f"{number:04}" + "u" * 60 for number in range(1000)]
    await rest.register(*users)
    answer = await admin.submit(GROUP, {"do": "add", "users": "\r\n".join(users)}, on=GROUP)
    assert answer.status_code == 303
    assert (await info_of(rest))["memberCount"] == 1003
    ((about, _),) = await entries(admin, "groups.add")
    *named, rest_of_them = about.split()
    assert named == ["club", *users[: len(named) - 1]]
    assert rest_of_them == f"+{1001 - len(named)}"


async def test_members_are_listed_with_roles_and_searched(admin, rest):
    page = await admin.get(GROUP)
    assert [(row[1], row[2]) for row in cells(page.text)] == [("ann", "Owner"), ("bob", "Member"), ("cid", "Member")]
    assert [row[1] for row in cells((await admin.get(f"{GROUP}&text=BO")).text)] == ["bob"]
    assert [row[1] for row in cells((await admin.get(f"{GROUP}&only=1")).text)] == ["ann"]
    assert "There are no such members." in (await admin.get(f"{GROUP}&text=zzz")).text


async def test_members_are_on_pages(admin, rest):
    await rest.register(*(f"user{number:03}" for number in range(120)))
    await make(rest, "large", "Large", [f"user{number:03}" for number in range(120)])
    page, seen = await admin.get("/console/groups/group?id=large"), []
    while True:
        seen += [row[1] for row in cells(page.text)]
        link = re.search(r'href="([^"]*)" rel="next"', page.text)
        if link is None:
            break
        page = await admin.get(html.unescape(link[1]))
    assert sorted(seen) == sorted(["ann", *(f"user{number:03}" for number in range(120))])


async def test_users_are_added_by_lines(admin, rest):
    await rest.register("e.e@e")
    answer = await admin.submit(GROUP, {"do": "add", "users": "dee\r\n\r\n e.e@e \ndee\nbob"}, on=GROUP)
    assert answer.status_code == 303
    assert {"dee", "e.e@e"} <= set(await members_of(rest))
    assert await entries(admin, "groups.add") == [("club dee e.e@e bob", "Done")]


async def test_whom_the_business_server_leaves_out_is_said(start_server, business):
    asking = {"url": business.url, "beforeInviteUserToGroup": {"enable": True, "timeout": 5}}
    rest = await start_server(console={"enable": True}, callbacks=asking)
    await rest.register("ann", "bob", "dee", "eve")
    await make(rest, "club", "The Club", ["bob"])
    business.then({**ALLOW, "refusedMembersAccount": ["dee"]})
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        answer = await admin.submit(GROUP, {"do": "add", "users": "dee\neve"}, on=GROUP)
        assert alert_of(answer) == "The business server left out: dee. All others are in."
        assert set(await members_of(rest)) == {"ann", "bob", "eve"}
        business.then({**ALLOW, "nextCode": 1, "errCode": 5001, "errMsg": "Closed", "errDlt": "not today"})
        answer = await admin.submit(GROUP, {"do": "add", "users": "dee"}, on=GROUP)
        assert alert_of(answer) == "The server refused it: 5001 Closed not today"


@pytest.mark.parametrize("users", ["", " \n ", "dee\nnobody", "\n".join(f"u{n}" for n in range(1001))])
async def test_who_cannot_be_added_is_said_and_what_was_typed_is_kept(admin, rest, users):
    answer = await admin.submit(GROUP, {"do": "add", "users": users}, on=GROUP)
    assert answer.status_code == 400
    assert alert_of(answer)
    assert users.strip() in answer.text
    assert set(await members_of(rest)) == {"ann", "bob", "cid"}


async def test_a_member_becomes_an_administrator(admin, rest):
    assert (await admin.submit(MEMBER, {"do": "role", "role": "60"}, on=MEMBER)).status_code == 303
    assert (await members_of(rest))["bob"]["roleLevel"] == 60
    assert await entries(admin, "groups.set_role") == [("club bob 60", "Done")]
    assert (await admin.submit(MEMBER, {"do": "role", "role": "100"}, on=MEMBER)).status_code == 400
    assert (await members_of(rest))["bob"]["roleLevel"] == 60


async def test_a_member_is_muted_for_a_time_and_may_write_again(admin, rest):
    answer = await admin.submit(MEMBER, {"do": "mute", "number": "2", "unit": "days"}, on=MEMBER)
    assert answer.status_code == 303
    assert "Muted until" in (await admin.get(MEMBER)).text
    muted = (await members_of(rest))["bob"]["muteEndTime"]
    now = (await rest.data("/msg/get_server_time", {}))["serverTime"]
    assert abs(muted - now - 2 * 86_400_000) < 60_000
    await admin.submit(MEMBER, {"do": "unmute"}, on=MEMBER)
    assert (await members_of(rest))["bob"]["muteEndTime"] == 0
    assert await entries(admin, "groups.mute_member") == [("club bob 172800 s", "Done")]


@pytest.mark.parametrize("number", ["", "0", "-1", "1.5", "x", "²", "999999999"])
async def test_a_time_that_is_none_is_said_and_kept(admin, rest, number):
    answer = await admin.submit(MEMBER, {"do": "mute", "number": number, "unit": "days"}, on=MEMBER)
    assert answer.status_code == 400
    assert alert_of(answer) == "For how long is a whole number above 0, and less than 136 years."
    assert f'inputmode="numeric" value="{number}"' in answer.text
    assert (await members_of(rest))["bob"]["muteEndTime"] == 0


async def test_a_member_is_removed_after_a_question(admin, rest):
    there = "/console/groups/remove?id=club&user=bob"
    assert "Remove the member" in (await admin.get(there)).text
    assert "bob" in await members_of(rest)
    assert (await admin.submit(there, on=there)).status_code == 303
    assert "bob" not in await members_of(rest)
    assert await entries(admin, "groups.remove") == [("club bob", "Done")]
    answer = await admin.get(there)
    assert answer.status_code == 400
    assert "bob is not in the group" in answer.text


async def test_a_group_is_handed_over_from_who_owned_it_when_the_question_was_asked(admin, rest):
    there = "/console/groups/hand-over?id=club&user=bob"
    owner = re.search(r'name="owner" value="([^"]*)"', (await admin.get(there)).text)
    assert owner
    assert owner[1] == "ann"
    await rest.data("/group/transfer_group", {"groupID": "club", "oldOwnerUserID": "ann", "newOwnerUserID": "cid"})
    refused = await admin.submit(there, {"owner": "ann"}, on=there)
    assert refused.status_code == 400
    assert (await info_of(rest))["ownerUserID"] == "cid"
    assert (await admin.submit(there, {"owner": "cid"}, on=there)).status_code == 303
    assert (await info_of(rest))["ownerUserID"] == "bob"


async def test_who_is_not_registered_is_named_in_words_when_users_are_added(admin):
    answer = await admin.submit(GROUP, {"do": "add", "users": "dee\nnobody\nnone"}, on=GROUP)
    assert alert_of(answer) == "These users are not registered: nobody, none. Nobody was added."
