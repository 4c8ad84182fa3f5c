"""The pages of groups: finding, settings, the end, and what is refused."""

import html
import re
import threading

import pytest

from amity.console.rendering import Rendering
from tests.integration.console.groups import (
    GROUP,
    ODD,
    alert_of,
    info_of,
    make,
    members_of,
    values_of,
    with_club,
)
from tests.integration.console.messages import entries
from tests.integration.console.test_audit import cells


@pytest.fixture
async def rest(start_server):
    return await with_club(start_server)


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


async def test_what_a_browser_makes_of_line_breaks_is_no_change(admin, rest):
    texts = {"groupName": "The\nClub", "notification": "one\rtwo\r\nthree", "introduction": "\rfour"}
    await rest.data("/group/set_group_info_ex", {"groupID": "club", **texts})
    before = await info_of(rest)
    values = values_of(await admin.get(GROUP))
    sent = {name: "\r\n".join(re.split("\r\n|\r|\n", value)) for name, value in values.items()}
    sent["name"] = sent["name"].replace("\r\n", "")
    assert (await admin.post(GROUP, sent | {"do": "info"})).status_code == 303
    assert await info_of(rest) == before
    assert not await entries(admin, "groups.set")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " "}, "A group has a name."),
        (
            {"name": "n" * 1025},
            "The server refused it: 1001 ArgsError groupName: 1025 characters, and at most 1024 are allowed",
        ),
        ({"verification": "7"}, "The server refused it: 1001 ArgsError needVerification: '7'"),
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


async def test_a_group_is_muted_and_may_write_again(admin, rest):
    await admin.submit(GROUP, {"do": "mute"}, on=GROUP)
    assert (await info_of(rest))["status"] == 3
    assert "Let all members write again" in (await admin.get(GROUP)).text
    await admin.submit(GROUP, {"do": "unmute"}, on=GROUP)
    assert (await info_of(rest))["status"] == 0
    assert await entries(admin, "groups.mute") == [("club", "Done")]
    assert await entries(admin, "groups.unmute") == [("club", "Done")]


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
        assert "there is no group" in answer.text


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


@pytest.mark.parametrize("form", [{"do": "mute"}, {"do": "add", "users": "dee"}, {"do": "info", "name": "New"}])
async def test_what_is_sent_to_a_group_that_was_dissolved_meanwhile_is_refused_in_words(admin, rest, form):
    values = values_of(await admin.get(GROUP))
    await rest.data("/group/dismiss_group", {"groupID": "club"})
    answer = await admin.post(GROUP, values | form)
    assert answer.status_code == 400
    assert alert_of(answer) == "The group has been dissolved meanwhile."


@pytest.mark.parametrize(("text", "count"), [("ended", 1), ("club", 1), ("The", 2), ("nothing", 0)])
async def test_the_number_of_groups_is_that_of_those_which_are_found(admin, rest, text, count):
    await make(rest, "ended", "The End", [])
    await make(rest, "theirs", "The Others", [])
    await rest.data("/group/dismiss_group", {"groupID": "ended"})
    page = await admin.get(f"/console/groups?text={text}")
    assert f"Groups: {count}." in page.text
    assert len(cells(page.text)) == count


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
