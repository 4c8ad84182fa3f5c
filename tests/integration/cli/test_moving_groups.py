"""``amity import openim``: groups, from a server that answers as OpenIM's own does, and from another amity."""

import csv
from pathlib import Path

import pytest

from tests.integration.cli.moving import another, everything, fill, move
from tests.integration.moving import group_records
from tests.support.openim import OpenIm
from tests.support.rest import SECRET

COUNTED = ("groups", "groupMembers", "groupApplications", "skipped")


def report(ran):
    with Path(ran.json["report"]).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
async def openim():
    """Two groups, with members of every role and requests in every state, and one that was dismissed."""
    async with OpenIm(set()) as server:
        for name in ("ann", "bob", "cid", "dan"):
            server.add_user(name, faceURL=f"face/{name}")
        server.add_group("choir", "ann", notification="Tuesdays", status=3, ex="e", needVerification=1)
        server.add_member("choir", "bob", 60, nickname="Bass", faceURL="face/bass", ex="x")
        server.add_member("choir", "cid", muteEndTime=1_700_000_000_000, joinSource=3)
        server.add_group_request("choir", "dan", 0)
        server.add_group("chess", "bob", creatorUserID="bob")
        server.add_group_request("chess", "ann", -1)
        server.add_group("gone", "bob", status=2)
        yield server


async def test_groups_are_brought_in_as_they_were(openim, rest, cli):
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.out
    assert [ran.json[name] for name in COUNTED] == [2, 4, 2, 0]
    verified = {"sampledUsers": 4, "sampledGroups": 2, "differences": 0, "firstDifferences": []}
    assert ran.json["verified"] == verified
    found = await everything(rest.url)
    assert found["groups"][1] == group_records.group(
        "choir",
        "ann",
        groupName="Choir",
        notification="Tuesdays",
        status=3,
        ex="e",
        createTime=1_600_000_005_123,
        creatorUserID="",
        needVerification=1,
    )
    came = {"joinTime": 1_600_000_006_123, "operatorUserID": "imAdmin", "inviterUserID": "imAdmin"}
    assert found["groupMembers"][1:] == [
        group_records.member("choir", "ann", 100, **came),
        group_records.member("choir", "bob", 60, nickname="Bass", faceURL="face/bass", ex="x", **came),
        group_records.member("choir", "cid", muteEndTime=1_700_000_000_000, **came | {"joinSource": 3}),
    ]
    states = {(each["groupID"], each["userID"], each["handleResult"]) for each in found["groupApplications"]}
    assert states == {("choir", "dan", 0), ("chess", "ann", -1)}


async def test_to_do_it_again_brings_what_changed_and_takes_nobody_away(openim, rest, cli):
    await move(cli, openim.url, rest)
    await rest.data("/relation/restore", {"groups": [{"groupID": "own", "ownerUserID": "ann"}]})
    openim.groups["choir"]["groupName"] = "Chorus"
    openim.members["choir"].pop()
    openim.add_member("chess", "cid")
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 1
    assert ran.json["verified"]["firstDifferences"] == ["member cid choir: is on the server only"]
    found = await everything(rest.url)
    assert [each["groupName"] for each in found["groups"]] == ["Chess", "Chorus", ""]
    assert {(each["groupID"], each["userID"]) for each in found["groupMembers"]} >= {("choir", "cid"), ("chess", "cid")}


@pytest.mark.parametrize("size", ["1", "2", "100"])
async def test_pages_of_any_size_bring_all_members(rest, cli, size):
    async with OpenIm(set()) as server:
        names = [f"u{number}" for number in range(5 if size != "100" else 250)]
        for name in names:
            server.add_user(name)
        for group in ("g", "h", "i"):
            server.add_group(group, "u0")
            for name in names[1:]:
                server.add_member(group, name)
        ran = await move(cli, server.url, rest, "--page-size", size, "--json")
    assert (ran.code, ran.json["groups"], ran.json["groupMembers"]) == (0, 3, 3 * len(names)), ran.out
    assert len((await everything(rest.url))["groupMembers"]) == 3 * len(names)


async def test_a_group_that_nobody_owns_is_left_out_with_its_members_and_reported(openim, rest, cli):
    openim.groups["choir"]["ownerUserID"] = ""
    ran = await move(cli, openim.url, rest, "--json")
    assert (ran.code, ran.json["groups"], ran.json["skipped"]) == (1, 1, 1)
    (row,) = report(ran)
    assert (row["kind"], row["user"], row["reason"]) == ("group", "choir", "ownerUserID is empty")


async def test_a_member_who_is_no_user_any_more_is_left_out_and_reported(openim, rest, cli):
    openim.add_member("chess", "ghost")
    ran = await move(cli, openim.url, rest, "--json")
    assert (ran.code, ran.json["skipped"], ran.json["verified"]["differences"]) == (1, 1, 0)
    (row,) = report(ran)
    assert (row["kind"], row["user"], row["other"], row["errCode"]) == ("member", "ghost", "chess", "1004")


async def test_what_differs_at_the_end_is_told(openim, rest, cli):
    known = openim._react

    def renamed(request):
        if request.path == "/group/get_recv_group_applicationList" and "choir" in request.json["groupIDs"]:
            openim.groups["choir"]["groupName"] = "Chorus"
        return known(request)

    openim.reaction = renamed
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 1
    assert ran.json["verified"]["firstDifferences"] == [
        "group choir: groupName is 'Chorus' on the source, and 'Choir' here"
    ]


async def test_another_amity_is_read_by_the_same_api(rest, cli, tmp_path, postgres_url):
    start = another(tmp_path, postgres_url)
    source = await start()
    try:
        await source.register("ann", "bob", "cid")
        lists = {name: list(records) for name, records in group_records.EVERYTHING.items()}
        await fill(source, **lists)
        ran = await move(cli, source.url, rest, "--json", secret=SECRET)
        assert ran.code == 0, ran.out
        assert [ran.json[name] for name in COUNTED] == [2, 4, 2, 0]
        before, after = await everything(source.url), await everything(rest.url)
        assert after["groupMembers"] == before["groupMembers"]
        assert [each["groupID"] for each in after["groups"]] == ["chess", "choir"]
    finally:
        await start.stop()
