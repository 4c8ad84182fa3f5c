"""The pages of groups: finding, settings, members, requests to join, the end, and what is refused."""

import html
import re
import threading

import pytest

from amity.console.rendering import Rendering
from tests.integration.console.test_audit import cells
from tests.integration.console.test_messages import entries
from tests.support.business_server import ALLOW
from tests.support.console import Visitor

ODD = """<b>"'&ödd"""
GROUP = "/console/groups/group?id=club"
MEMBER = "/console/groups/member?id=club&user=bob"


@pytest.fixture
async def rest(start_server):
    """A server with the group ``club``: Ann's, with Bob and Cid."""
    rest = await start_server(console={"enable": True})
    await rest.register("ann", "bob", "cid", "dee")
    await make(rest, "club", "The Club", ["bob", "cid"])
    return rest


async def make(rest, group, name, members, **info):
    body = {"groupID": group, "groupName": name, "groupType": 2, **info}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": members, "groupInfo": body})


async def info_of(rest, group="club"):
    return (await rest.data("/group/get_groups_info", {"groupIDs": [group]}))["groupInfos"][0]


async def members_of(rest, group="club"):
    """Return the members of a group by their ids."""
    body = {"groupID": group, "pagination": {"pageNumber": 1, "showNumber": 100}}
    return {each["userID"]: each for each in (await rest.data("/group/get_group_member_list", body))["members"]}


def alert_of(page):
    found = re.search(r'role="alert"[^>]*>([^<]*)', page.text)
    return html.unescape(found[1]) if found else None


def values_of(page):
    """Return the fields of the form of settings, as they stand in the page."""
    form = page.text.partition('aria-labelledby="settings"')[2].partition("</form>")[0]
    found = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea id="[a-z]+" name="([a-z]+)"[^>]*>\n?([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select id="[a-z]+" name="([a-z]+)">(.*?)</select>', form, re.DOTALL):
        (found[name],) = re.findall(r'value="(-?\d+)" selected', options)
    return {name: html.unescape(value) for name, value in found.items()}


async def test_groups_are_listed_the_newest_first_and_found_by_id_and_name(admin, rest):
    await make(rest, "odd", ODD, [])
    rows = cells((await admin.get("/console/groups")).text)
    assert [row[1] for row in rows] == ["odd", "club"]
    assert html.unescape(rows[0][0]) == ODD
    assert [row[1] for row in cells((await admin.get("/console/groups?text=CLU")).text)] == ["club"]
    assert [row[1] for row in cells((await admin.get("/console/groups?text=odd")).text)] == ["odd"]
    page = await admin.get("/console/groups?text=nothing")
    assert "There are no such groups." in page.text


async def test_a_group_that_ended_is_found_by_its_id_and_cannot_be_changed(admin, rest):
    await rest.data("/group/dismiss_group", {"groupID": "club"})
    assert not cells((await admin.get("/console/groups")).text)
    (row,) = cells((await admin.get("/console/groups?text=club")).text)
    assert row[5] == "dissolved"
    page = await admin.get(GROUP)
    assert 'method="post" action="/console/groups' not in page.text
    assert 'href="/console/messages?conversation=sg_club"' in page.text


async def test_settings_that_were_changed_are_set_and_no_others(admin, rest):
    values = values_of(await admin.get(GROUP))
    assert (values["name"], values["verification"], values["history"]) == ("The Club", "0", "-1")
    await rest.data("/group/set_group_info_ex", {"groupID": "club", "introduction": "set meanwhile"})
    sent = values | {"do": "info", "name": ODD, "notification": "read\r\nthis", "verification": "2"}
    answer = await admin.post(GROUP, sent)
    assert answer.status_code == 303
    info = await info_of(rest)
    assert (info["groupName"], info["notification"], info["introduction"]) == (ODD, "read\nthis", "set meanwhile")
    assert info["needVerification"] == 2
    assert "historyForNewMembers" not in info
    assert await entries(admin, "groups.set") == [("club groupName notification needVerification", "Done")]
    values = values_of(await admin.get(GROUP))
    announced = info["notificationUpdateTime"]
    assert (await admin.post(GROUP, values | {"do": "info"})).status_code == 303
    assert (await info_of(rest))["notificationUpdateTime"] == announced
    assert len(await entries(admin, "groups.set")) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " "}, "A group has a name."),
        ({"name": "n" * 1025}, "1001 ArgsError: groupName: 1025 characters, and at most 1024 are allowed"),
        ({"verification": "7"}, "1001 ArgsError: needVerification: '7'"),
    ],
)
async def test_settings_that_are_refused_are_said_and_what_was_typed_is_kept(admin, rest, sent, said):
    values = values_of(await admin.get(GROUP)) | {"introduction": "typed"}
    answer = await admin.post(GROUP, values | sent | {"do": "info"})
    assert answer.status_code == 400
    assert alert_of(answer).startswith(said)
    assert ">\ntyped</textarea>" in answer.text
    assert (await info_of(rest))["groupName"] == "The Club"
    assert (await info_of(rest))["introduction"] == ""


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


async def test_a_group_is_muted_and_may_write_again(admin, rest):
    await admin.submit(GROUP, {"do": "mute"}, on=GROUP)
    assert (await info_of(rest))["status"] == 3
    assert "Let all members write again" in (await admin.get(GROUP)).text
    await admin.submit(GROUP, {"do": "unmute"}, on=GROUP)
    assert (await info_of(rest))["status"] == 0
    assert await entries(admin, "groups.mute") == [("club", "Done")]
    assert await entries(admin, "groups.unmute") == [("club", "Done")]


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
        assert alert_of(answer) == "5001 Closed: not today"


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


async def apply(rest, user="dee", message="let me in"):
    body = {"groupID": "club", "inviterUserID": user, "joinSource": 3, "reqMessage": message}
    await rest.data("/group/join_group", body)


@pytest.mark.parametrize(("result", "is_in"), [("agree", True), ("refuse", False)])
async def test_a_request_to_join_is_answered(admin, rest, result, is_in):
    await apply(rest, message=ODD)
    assert "1 requests to join" in (await admin.get(GROUP)).text
    there = "/console/groups/requests?id=club"
    page = await admin.get(there)
    assert ODD in html.unescape(page.text)
    assert '<b>"' not in page.text
    answer = await admin.submit(there, {"user": "dee", "answer": result, "message": "hello"}, on=there)
    assert answer.headers["location"].endswith(f"said=said.groups.{result}d")
    assert ("dee" in await members_of(rest)) is is_in
    assert await entries(admin, f"groups.{result}") == [("club dee", "Done")]
    assert "Nobody waits for an answer." in (await admin.get(there)).text


async def test_who_has_read_the_requests_to_join_is_an_entry_of_the_audit_log(admin, rest):
    await apply(rest)
    for _ in range(2):
        await admin.get("/console/groups/requests?id=club")
    assert await entries(admin, "groups.read_requests") == [("club", "Done")]


async def test_who_is_the_second_to_answer_a_request_is_told_so(admin, rest):
    await apply(rest)
    there = "/console/groups/requests?id=club"
    page = await admin.get(there)
    await admin.submit(there, {"user": "dee", "answer": "refuse"}, on=there)
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert csrf
    answer = await admin.post(there, {"csrf": csrf[1], "user": "dee", "answer": "agree"})
    assert answer.headers["location"].endswith("said=said.groups.was_answered")
    assert "dee" not in await members_of(rest)


async def test_a_group_ends_once_its_id_is_typed(admin, rest):
    there = "/console/groups/end?id=club"
    answer = await admin.submit(there, {"typed": "clup"}, on=there)
    assert answer.status_code == 400
    assert alert_of(answer) == "That is not the id of this group."
    assert 'value="clup"' in answer.text
    assert (await info_of(rest))["status"] == 0
    assert not await entries(admin, "groups.end")
    assert (await admin.submit(there, {"typed": "club"}, on=there)).status_code == 303
    assert (await info_of(rest))["status"] == 2
    assert await entries(admin, "groups.end") == [("club", "Done")]
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', (await admin.get("/console/overview")).text)
    assert csrf
    answer = await admin.post(there, {"csrf": csrf[1], "typed": "club"})
    assert answer.headers["location"].endswith("said=said.groups.was_ended")


@pytest.mark.parametrize("path", ["group", "member", "remove", "hand-over", "requests", "end"])
async def test_a_group_that_is_not_there_is_said_in_words(admin, path):
    for query in ("", "?id=nothing", f"?id={'x' * 500}"):
        answer = await admin.get(f"/console/groups/{path}{query}")
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["group", "member", "remove", "hand-over", "requests", "end"])
async def test_none_of_it_is_for_who_is_not_logged_in(visitor, rest, path):
    there = f"/console/groups/{path}?id=club&user=bob"
    assert (await visitor.get(there)).headers["location"].startswith("/console/login?next=")
    answer = await visitor.post(there, {"do": "mute", "typed": "club"})
    assert answer.headers["location"] == "/console/login?said=said.ended"
    assert set(await members_of(rest)) == {"ann", "bob", "cid"}


async def test_ids_and_names_with_odd_characters_are_escaped(admin, rest):
    group = """g<i>"'&%/?#😀"""
    await make(rest, group, ODD, ["bob"])
    page = await admin.get("/console/groups")
    link = next(
        each for each in re.findall(r'href="(/console/groups/group\?id=[^"]*)"', page.text) if "club" not in each
    )
    page = await admin.get(html.unescape(link))
    assert page.status_code == 200
    assert group in html.unescape(page.text)
    assert "<i>" not in page.text
    member = next(each for each in re.findall(r'href="(/console/groups/member\?[^"]*)"', page.text) if "bob" in each)
    answer = await admin.submit(html.unescape(member), {"do": "role", "role": "60"}, on=html.unescape(member))
    assert answer.status_code == 303
    assert (await members_of(rest, group))["bob"]["roleLevel"] == 60


async def test_a_long_text_that_is_shown_again_does_not_keep_the_event_loop(admin, monkeypatch):
    threads = []
    render = Rendering.page

    def noted(self, console, template, values):
        threads.append((template, threading.current_thread() is threading.main_thread()))
        return render(self, console, template, values)

    monkeypatch.setattr(Rendering, "page", noted)
    answer = await admin.submit(
        GROUP, {"do": "add", "users": "<\n" * 20_000 + "\n".join(map(str, range(1001)))}, on=GROUP
    )
    assert answer.status_code == 400
    assert threads == [("pages/groups/group.html", True), ("pages/groups/group.html", False)]
