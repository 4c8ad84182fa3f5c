"""Groups in a real browser: a member is muted, made an administrator and removed; the group ends.

The picture of docs/console.md is taken here: ``CONSOLE_PICTURES=$PWD/docs make test-clients``.
"""

import os
from pathlib import Path

import pytest

from tests.clients.client import JAVASCRIPT
from tests.clients.console.conftest import log_in
from tests.clients.house import House

PICTURES = os.environ.get("CONSOLE_PICTURES")
SCRIPT = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
PHONE = {"viewport": {"width": 360, "height": 640}}


@pytest.fixture
async def house(console_server, rest, tmp_path, browser):
    """The same server with OpenIM's clients."""
    house = House(console_server, rest, tmp_path, browser)
    yield house
    await house.close()


async def make(rest, group, owner, *members, register=True, **info):
    if register:
        await rest.register(owner, *members)
    body = {"groupID": group, "groupName": group.title(), "groupType": 2, **info}
    await rest.data("/group/create_group", {"ownerUserID": owner, "memberUserIDs": list(members), "groupInfo": body})


async def members_of(rest, group):
    body = {"groupID": group, "pagination": {"pageNumber": 1, "showNumber": 100}}
    return {each["userID"]: each for each in (await rest.data("/group/get_group_member_list", body))["members"]}


async def says(administrator, said):
    return await administrator.call("become", "main [role=status]", [said], 5000) == [said]


async def test_a_member_is_muted_made_administrator_and_removed_and_the_group_ends(administrator, house):
    rest = house.rest
    [client] = await house.people(JAVASCRIPT)
    await rest.register("g1-owner", "g1-cid")
    await make(rest, "g1", "g1-owner", client.name, "g1-cid", register=False)
    await administrator.call("open", "/console/groups")
    await administrator.call("fill", "#text", "g1")
    await administrator.call("click", "form[role=search] button")
    await administrator.call("become", "tbody td:nth-child(2)", ["g1"], 5000)
    await administrator.call("click", "tbody td:nth-child(2) a")
    await administrator.call("fill", "#text", client.name)
    await administrator.call("click", "form[role=search] button")
    assert await administrator.call("become", "tbody td:nth-child(2)", [client.name], 5000) == [client.name]
    await administrator.call("click", "tbody a[href*='/groups/member']")
    await administrator.call("fill", "#number", "2")
    await administrator.call("select", "#unit", "hours")
    await administrator.call("click", "button[value=mute]")
    assert await says(administrator, "The member is muted.")
    assert len(await administrator.call("texts", "#muted-now")) == 1
    await client.event("OnGroupMemberInfoChanged", where=lambda data: "muteEndTime" in str(data), within=10)
    await administrator.call("select", "#role", "60")
    await administrator.call("click", "button[value=role]")
    assert await says(administrator, "The role is set.")
    assert (await members_of(rest, "g1"))[client.name]["roleLevel"] == 60
    await administrator.call("click", "a[href*='/groups/remove']")
    await administrator.call("become", "h1", ["Remove from the group"], 5000)
    await administrator.call("click", "main form button")
    assert await says(administrator, "The member was removed.")
    await client.event("OnJoinedGroupDeleted", within=10)
    await administrator.call("click", "a[href*='/groups/end']")
    await administrator.call("fill", "#typed", "another")
    await administrator.call("click", "main form button")
    said = ["That is not the id of this group."]
    assert await administrator.call("become", "[role=alert]", said, 5000) == said
    assert await administrator.call("evaluate", "document.querySelector('#typed').value") == "another"
    await administrator.call("fill", "#typed", "g1")
    await administrator.call("click", "main form button")
    assert await says(administrator, "The group was dissolved.")
    await administrator.call("open", "/console/audit")
    log = await administrator.call("texts", "tbody td:nth-child(3)")
    assert log[:4] == ["Dissolve a group", "Remove from a group", "Set a member's role", "Mute a member"]


async def test_two_administrators_set_different_things_of_a_group(administrator, sit, rest):
    await make(rest, "g2", "g2-ann")
    other = await sit()
    await log_in(other)
    for each in (administrator, other):
        await each.call("open", "/console/groups/group?id=g2")
    await administrator.call("fill", "#name", "New name")
    await administrator.call("click", "button[value=info]")
    assert await says(administrator, "The settings are saved.")
    await other.call("fill", "#introduction", "two\nlines")
    await other.call("click", "button[value=info]")
    assert await says(other, "The settings are saved.")
    (info,) = (await rest.data("/group/get_groups_info", {"groupIDs": ["g2"]}))["groupInfos"]
    assert (info["groupName"], info["introduction"]) == ("New name", "two\nlines")


async def test_a_request_to_join_is_answered_once(administrator, sit, rest):
    await make(rest, "g3", "g3-ann")
    await rest.register("g3-dee")
    await rest.data(
        "/group/join_group", {"groupID": "g3", "inviterUserID": "g3-dee", "joinSource": 3, "reqMessage": SCRIPT}
    )
    other = await sit()
    await log_in(other)
    for each in (administrator, other):
        await each.call("open", "/console/groups/requests?id=g3")
        assert SCRIPT in await each.call("texts", "main bdi")
    await administrator.call("click", "button[value=agree]")
    assert await administrator.call("become", ".said", ["The user was let in."], 5000) == ["The user was let in."]
    await other.call("click", "button[value=refuse]")
    said = ["Somebody has answered this request before you."]
    assert await other.call("become", ".said", said, 5000) == said
    assert "g3-dee" in await members_of(rest, "g3")


async def test_a_session_that_ended_meanwhile_ends_no_group(administrator, rest):
    await make(rest, "g4", "g4-ann")
    await administrator.call("open", "/console/groups/end?id=g4")
    await administrator.call("fill", "#typed", "g4")
    await administrator.call("forget")
    await administrator.call("click", "main form button")
    await administrator.call("arrives", "/console/login")
    assert "g4-ann" in await members_of(rest, "g4")


async def test_nothing_that_people_write_is_run(administrator, rest):
    group = """g5<i>"'&%/?#😀"""
    people = [{"userID": "g5-ann", "nickname": SCRIPT}, {"userID": "g5-bob", "nickname": SCRIPT}]
    await rest.data("/user/user_register", {"users": people})
    texts = {"groupName": SCRIPT, "notification": SCRIPT, "introduction": SCRIPT}
    await make(rest, group, "g5-ann", "g5-bob", register=False, **texts)
    await administrator.call("open", "/console/groups?text=img")
    assert await administrator.call("texts", "tbody bdi") == [SCRIPT]
    await administrator.call("click", "tbody td:nth-child(2) a")
    assert (await administrator.call("texts", "h2 code"))[0] == group
    assert await administrator.call("evaluate", "document.querySelector('#introduction').value") == SCRIPT
    await administrator.call("click", "tbody a[href*='g5-bob'][href*='/groups/member']")
    assert SCRIPT in await administrator.call("texts", "h2 bdi")
    await administrator.call("select", "#role", "60")
    await administrator.call("click", "button[value=role]")
    assert await says(administrator, "The role is set.")
    assert "amity console" in await administrator.call("evaluate", "document.title")
    assert await administrator.call("evaluate", "document.querySelectorAll('main img, main script').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_its_pages_are_for_everybody_and_for_a_phone(sit, rest, scheme):
    group = f"g6-{scheme}-{'x' * 40}"
    await make(rest, group, f"g6-{scheme}-ann", f"g6-{scheme}-bob", groupName="n" * 300)
    await rest.register(f"g6-{scheme}-dee")
    join = {"groupID": group, "inviterUserID": f"g6-{scheme}-dee", "joinSource": 3, "reqMessage": "w" * 300}
    await rest.data("/group/join_group", join)
    mute = {"groupID": group, "userID": f"g6-{scheme}-bob", "mutedSeconds": 600}
    await rest.data("/group/mute_group_member", mute)
    somebody = await sit(colorScheme=scheme, **PHONE)
    await log_in(somebody)
    member = f"id={group}&user=g6-{scheme}-bob"
    for path in (
        "/console/groups",
        f"/console/groups/group?id={group}",
        f"/console/groups/member?{member}",
        f"/console/groups/remove?{member}",
        f"/console/groups/hand-over?{member}",
        f"/console/groups/requests?id={group}",
        f"/console/groups/end?id={group}",
        "/console/groups/group?id=nothing",
    ):
        await somebody.call("open", path)
        assert not await somebody.call("axe"), path
        assert await somebody.call("evaluate", "document.documentElement.scrollWidth") <= 360, path


@pytest.mark.skipif(PICTURES is None, reason="CONSOLE_PICTURES says where to put it")
async def test_a_picture_is_taken(sit, rest):
    names = {"hana": "Hana", "ivan": "Ivan", "jule": "Jule", "kira": "Kira", "li": "Lin"}
    people = [{"userID": user, "nickname": name} for user, name in names.items()]
    await rest.data("/user/user_register", {"users": people})
    texts = {"groupName": "Hikers", "notification": "We meet on Sunday", "introduction": "Every second weekend"}
    await make(rest, "hikers", "hana", "ivan", "jule", "kira", "li", register=False, **texts)
    entry = {"groupID": "hikers", "userID": "jule", "roleLevel": 60}
    await rest.data("/group/set_group_member_info", {"members": [entry]})
    await rest.data("/group/mute_group_member", {"groupID": "hikers", "userID": "ivan", "mutedSeconds": 3600})
    somebody = await sit(viewport={"width": 1000, "height": 700})
    await log_in(somebody)
    await somebody.call("open", "/console/groups/group?id=hikers")
    await somebody.call("screenshot", str(Path(str(PICTURES)) / "console-groups.png"))
