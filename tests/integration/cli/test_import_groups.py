"""``amity import groups``: groups with their members from a file into a server."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.integration.cli.moving import everything, fill
from tests.integration.moving import group_records
from tests.support.importer import journal_of, outcome_of, start_amity, whole_lines
from tests.support.rest import SECRET

LONG_AGO = 1_500_000_000_000


def line(group, owner, *members, **fields):
    return json.dumps({"groupID": group, "groupName": group.title(), "ownerUserID": owner, "members": members} | fields)


def lines(*texts):
    return "\n".join(texts) + "\n"


@pytest.fixture
async def server(rest):
    await rest.register("ann", "bob", "cid")
    return rest


def report(name="groups.jsonl.skipped.csv"):
    with Path(name).open(newline="", encoding="utf-8") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


async def members(rest, group="g"):
    found = (await everything(rest.url))["groupMembers"]
    return {each["userID"]: each["roleLevel"] for each in found if each["groupID"] == group}


async def test_a_file_is_brought_in_with_all_that_it_says(cli, server):
    boss = {"userID": "ann", "roleLevel": 100, "nickname": "Boss"}
    bass = {"userID": "bob", "roleLevel": 60, "nickname": "Bass", "faceURL": "f", "ex": "x", "joinTime": LONG_AGO + 5}
    bass |= {"joinSource": 2, "inviterUserID": "ann", "operatorUserID": "cid", "muteEndTime": LONG_AGO * 2}
    fields = {"notification": "n", "introduction": "i", "faceURL": "f", "ex": "e", "createTime": LONG_AGO}
    fields |= {"status": 3, "needVerification": 1, "lookMemberInfo": 1, "applyMemberFriend": 1}
    fields |= {"creatorUserID": "bob", "historyForNewMembers": 0}
    fields |= {"notificationUpdateTime": LONG_AGO + 1, "notificationUserID": "bob"}
    cli.write("groups.jsonl", lines(line("g", "ann", boss, bass, "cid", **fields)))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--json")
    assert ran.code == 0, ran.err
    assert {name: ran.json[name] for name in ("groups", "groupMembers", "existing", "skipped", "report")} == {
        "groups": 1,
        "groupMembers": 3,
        "existing": 0,
        "skipped": 0,
        "report": None,
    }
    found = await everything(server.url)
    assert found["groups"] == [group_records.group("g", "ann", groupName="G", **fields)]
    came = {"joinSource": 1, "joinTime": LONG_AGO}
    assert found["groupMembers"] == [
        group_records.member("g", "ann", 100, nickname="Boss", **came),
        group_records.member(
            "g", "bob", 60, **{name: bass[name] for name in bass if name not in ("userID", "roleLevel")}
        ),
        group_records.member("g", "cid", **came),
    ]
    assert cli.files() == ["groups.jsonl"]


async def test_people_are_told_what_was_done(cli, server):
    cli.write("groups.jsonl", lines(line("g", "ann", "bob"), line("h", "bob", "eve")))
    ran = await cli.on(server, "import", "groups", "groups.jsonl")
    assert ran.code == 1
    for words in ("groups: 2", "members of groups: 4", "groups imported: 2", "members imported: 3", "skipped: 1"):
        assert words in ran.out, words
    assert "unknown to the server, and left out of their groups: 1 (--register registers them first)" in ran.err


async def test_a_file_that_is_brought_in_again_changes_nothing_of_what_is_there(cli, server):
    cli.write("groups.jsonl.gz", gzip.compress(lines(line("g", "ann", "bob"), line("h", "ann", "cid")).encode()))
    await cli.on(server, "import", "groups", "groups.jsonl.gz")
    promoted = {"members": [{"groupID": "g", "userID": "bob", "roleLevel": 60}]}
    await server.data("/group/set_group_member_info", promoted)
    before = await everything(server.url)
    ran = await cli.on(server, "import", "groups", "groups.jsonl.gz", "--json")
    assert (ran.code, ran.json["groups"], ran.json["groupMembers"], ran.json["existing"]) == (0, 0, 0, 4)
    assert await everything(server.url) == before


async def test_a_group_that_is_there_gets_the_members_that_it_lacks(cli, server):
    cli.write("groups.jsonl", lines(line("g", "ann", "bob")))
    await cli.on(server, "import", "groups", "groups.jsonl")
    cli.write("groups.jsonl", lines(line("g", "ann", "cid", "bob", groupName="Other")))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--json")
    assert (ran.code, ran.json["groupMembers"], ran.json["existing"]) == (0, 1, 2)
    assert await members(server) == {"ann": 100, "bob": 20, "cid": 20}
    assert (await everything(server.url))["groups"][0]["groupName"] == "G"


async def test_the_owner_is_a_member_whether_the_line_says_it_or_not(cli, server):
    cli.write("groups.jsonl", lines(line("g", "ann"), line("h", "", {"userID": "bob", "roleLevel": 100}, "ann")))
    assert (await cli.on(server, "import", "groups", "groups.jsonl")).code == 0
    assert (await members(server, "g"), await members(server, "h")) == ({"ann": 100}, {"ann": 20, "bob": 100})


async def test_who_is_unknown_is_left_out_and_so_is_a_group_of_an_unknown_owner(cli, server):
    cli.write("groups.jsonl", lines(line("g", "ann", "eve", "bob"), line("h", "eve", "ann")))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--json")
    assert (ran.code, ran.json["groups"], ran.json["groupMembers"], ran.json["skipped"]) == (1, 1, 2, 2)
    assert sorted(report()) == [
        ("group", "h", "", "1004", "RecordNotFoundError", "the owner eve: not registered"),
        ("member", "eve", "g", "1004", "RecordNotFoundError", "not registered"),
    ]
    assert await members(server) == {"ann": 100, "bob": 20}


async def test_who_is_unknown_is_registered_where_that_is_asked_for(cli, server):
    cli.write("groups.jsonl", lines(line("g", "eve", "fay", "ann")))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--register", "--json")
    assert (ran.code, ran.json["registered"]) == (0, 2)
    assert await members(server) == {"ann": 20, "eve": 100, "fay": 20}


async def test_the_id_of_another_group_is_skipped_with_its_members_and_reported(cli, server):
    groups = [{"groupID": "g", "ownerUserID": "bob"}, {"groupID": "h", "status": 2}]
    await fill(server, groups=groups)
    cli.write("groups.jsonl", lines(line("g", "ann", "cid"), line("h", "ann", "cid"), line("i", "ann")))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--json")
    assert (ran.code, ran.json["groups"], ran.json["skipped"]) == (1, 1, 2)
    assert report() == [
        ("group", "g", "", "1202", "GroupIDExisted", "another group has the id: its owner is bob"),
        ("group", "h", "", "1202", "GroupIDExisted", "another group has the id: it is dismissed"),
    ]
    assert await members(server) == {"bob": 100}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "is no group: Expected `object`, got `array`".replace("`", "")),
        (line("", "ann"), "has no groupID: it is found by that when the file is imported again"),
        (line("h", ""), "has no ownerUserID"),
        (line("h", "ann", {"userID": "bob", "roleLevel": 100}), "has 2 owners: bob, ann"),
        (line("h", "ann", {"userID": "ann", "roleLevel": 20}), "has the roleLevel 20 of its owner ann"),
        (line("h", "ann", "bob", "bob"), "names a member twice: bob"),
        (line("h", "ann", ""), "has no userID in members[0]"),
        (line("h", "ann", {"userID": "bob", "roleLevel": 30}), "has the roleLevel 30 in members[0]"),
        (line("h", "ann", {"userID": "bob", "role": 60}), "is no group: Object contains unknown field role"),
        (line("h", "ann", name="H"), "is no group: Object contains unknown field name"),
        (line("h" * 65, "ann"), "is no group: groupID: 65 characters, and at most 64 are allowed"),
        (line("h", "ann", groupName="n" * 1025), "is no group: groupName: 1025 characters"),
        (line("h", "ann", {"userID": "bob", "ex": "e" * 16385}), "is no group: members[0].ex: 16385 characters"),
        (line("h", "ann", createTime=1_700_000_000), "has a createTime before the year 2000"),
        (line("h", "ann", status=2), "has the status 2"),
        (line("h", "ann", historyForNewMembers=2), "has the historyForNewMembers 2"),
        (line("h", "ann", needVerification=9), "is no group: needVerification: must be 0, 1 or 2, got 9"),
        (line("h", "ann", lookMemberInfo=9), "is no group: lookMemberInfo: must be 0 or 1, got 9"),
        (line("h", "ann", applyMemberFriend=-4), "is no group: applyMemberFriend: must be 0 or 1, got -4"),
        (line("h", "ann", needVerification=2**31), "is no group: Expected int"),
        (line("g", "ann"), "has the groupID of line 1: g"),
    ],
)
async def test_a_bad_line_stops_the_import_before_it_begins_unless_it_is_to_be_skipped(cli, server, bad, reason):
    cli.write("groups.jsonl", lines(line("g", "ann"), bad))
    ran = await cli.on(server, "import", "groups", "groups.jsonl")
    assert ran.code == 2
    assert f"line 2 {reason}" in ran.err
    assert await members(server) == {}
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--skip-bad-lines", "--json")
    assert (ran.code, ran.json["groups"], ran.json["badLines"]) == (1, 1, 1)
    assert [row[5].startswith(f"line 2 {reason}") for row in report()] == [True]


async def test_a_file_of_bad_lines_alone_is_told_so_and_not_sent_to_the_same_command(cli, server):
    cli.write("groups.jsonl", lines(line("g", ""), line("h", "ann", status=7)))
    ran = await cli.on(server, "import", "groups", "groups.jsonl")
    assert ran.code == 2
    assert "line 1 has no ownerUserID" in ran.err
    assert "line 2 has the status 7" in ran.err
    assert "use 'amity import groups" not in ran.err
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--skip-bad-lines", "--json")
    assert (ran.code, ran.json["groups"], ran.json["badLines"]) == (1, 0, 2)
    assert [row[5] for row in report()] == [
        "line 1 has no ownerUserID",
        "line 2 has the status 7: 0 is open, 3 is muted",
    ]


async def test_new_members_see_what_a_file_says_by_a_number_or_by_true_and_false(cli, server):
    said = {"a": True, "b": False, "c": 1, "d": 0, "e": -1, "f": None}
    cli.write("groups.jsonl", lines(*[line(group, "ann", historyForNewMembers=each) for group, each in said.items()]))
    ran = await cli.on(server, "import", "groups", "groups.jsonl")
    assert ran.code == 0, ran.err
    found = (await everything(server.url))["groups"]
    assert {each["groupID"]: each["historyForNewMembers"] for each in found} == {
        "a": 1,
        "b": 0,
        "c": 1,
        "d": 0,
        "e": -1,
        "f": -1,
    }


async def test_a_dry_run_checks_and_sends_nothing(cli, server):
    cli.write("groups.jsonl", lines(line("g", "ann", "eve")))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--dry-run")
    assert ran.code == 0
    expected = "not registered, and would be skipped, with their memberships and the groups that they own: 1: eve"
    assert expected in ran.out
    assert await members(server) == {}
    assert cli.files() == ["groups.jsonl"]


async def test_a_dry_run_names_the_groups_whose_id_another_group_has(cli, server):
    there = [{"groupID": "g", "ownerUserID": "bob"}, {"groupID": "h", "status": 2}]
    await fill(server, groups=[*there, {"groupID": "i", "ownerUserID": "ann"}])
    cli.write("groups.jsonl", lines(*[line(group, "ann") for group in ("g", "h", "i", "j")]))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--dry-run")
    assert ran.code == 0
    assert "another group has the id, and these would be skipped: 2: g, h" in ran.out
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--dry-run", "--json")
    assert (ran.json["taken"], ran.json["unknown"]) == (2, 0)


@pytest.mark.parametrize(
    ("command", "content", "words"),
    [
        ((), line("g", "ann", "bob"), "groups: use 'amity import groups file'"),
        (("messages",), line("g", "ann", "bob"), "groups: use 'amity import groups file'"),
        (("groups",), '{"kind": "user", "userID": "ann"}', "what 'amity export' wrote: use 'amity import file'"),
        (("groups",), "ann,bob", "CSV of pairs: use 'amity import file'"),
        (("groups",), "groupID,userID\ng,ann", "CSV of groups: write JSON lines\n"),
        ((), '{"sendID": "ann", "groupID": "g"}', "messages of another system: use 'amity import messages file'"),
    ],
)
async def test_a_file_for_another_command_is_refused_with_that_command(cli, server, command, content, words):
    cli.write("file", lines(content))
    ran = await cli.on(server, "import", *command, "file")
    assert ran.code == 2
    assert words in ran.err


async def test_a_group_of_ten_thousand_members_comes_in(cli, server):
    users = [f"u{number}" for number in range(10_000)]
    cli.write("groups.jsonl", lines(line("g", "ann", *users)))
    ran = await cli.on(server, "import", "groups", "groups.jsonl", "--register", "--json")
    assert (ran.code, ran.json["groupMembers"]) == (0, 10_001), ran.err
    answer = await server.data("/group/get_groups_info", {"groupIDs": ["g"]})
    assert answer["groupInfos"][0]["memberCount"] == 10_001


async def test_an_import_that_was_killed_goes_on_where_it_was(rest, tmp_path):
    users = [f"u{number}" for number in range(400)]
    await fill(rest, users=[{"userID": user} for user in users])
    file = tmp_path / "groups.jsonl"
    file.write_text(lines(*(line(f"g{number}", "u0", *users[1:]) for number in range(20))))
    options = ("--url", rest.url, "--secret", SECRET, "--json", "--batch-size", "100", "--concurrency", "2")
    words = ("import", "groups", str(file), *options)
    importer = await start_amity(tmp_path, *words)
    # The header, the one part of groups, and the first of eighty of members.
    await whole_lines(journal_of(file), 5)
    importer.kill()
    await importer.wait()
    outcome = await outcome_of(await start_amity(tmp_path, *words))
    assert (outcome.code, "--resume goes on with it" in outcome.facts["error"]) == (2, True)
    outcome = await outcome_of(await start_amity(tmp_path, *words, "--resume"))
    assert outcome.code == 0, outcome.err
    assert outcome.facts["resumed"] is True
    found = await everything(rest.url)
    assert (len(found["groups"]), len(found["groupMembers"])) == (20, 20 * 400)
    assert not journal_of(file).exists()
