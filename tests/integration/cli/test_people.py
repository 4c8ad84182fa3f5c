"""``amity token``, ``users`` and ``friends`` against a running server."""

import gzip

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.rest import SECRET, Rest


async def test_an_administrator_s_token_is_printed_alone_and_works(cli: Cli, rest: Rest):
    ran = await cli.on(rest, "token")
    assert ran.code == 0
    assert ran.err.startswith("for imAdmin, valid until 20")
    envelope = await rest.post("/user/get_users", {"pagination": {"pageNumber": 1}}, token=ran.out.strip())
    assert envelope["errCode"] == 0


async def test_a_user_s_token_is_for_the_platform_asked_for(cli: Cli, rest: Rest):
    await rest.register("alice")
    ran = await cli.on(rest, "token", "alice", "--platform", "IOS", "--json")
    assert ran.json["userID"] == "alice"
    parsed = await rest.data("/auth/parse_token", {"token": ran.json["token"]})
    assert (parsed["userID"], parsed["platformID"]) == ("alice", 1)


async def test_a_token_for_an_unknown_user_is_refused(cli: Cli, rest: Rest):
    ran = await cli.on(rest, "token", "nobody")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Error: there is no user nobody: 'amity users add nobody' registers one\n"


async def test_a_wrong_secret_is_refused_with_advice(cli: Cli, rest: Rest):
    ran = await cli("users", "list", "--url", rest.url, "--secret", "another secret, also long")
    assert ran.code == 1
    assert "1002 NoPermissionError" in ran.err
    assert "is --secret the server's" in ran.err
    assert "another secret" not in ran.err


async def test_a_server_that_is_not_there_has_its_own_exit_code(cli: Cli):
    ran = await cli("users", "list", "--url", "http://127.0.0.1:1", AMITY_SECRET=SECRET)
    assert ran.code == 3
    assert "http://127.0.0.1:1 could not be reached" in ran.err
    assert len(ran.err.splitlines()) == 1


async def test_something_that_is_no_im_server_is_named_as_such(cli: Cli, business):
    ran = await cli("users", "list", "--url", f"{business.url}/x", AMITY_SECRET=SECRET)
    assert ran.code == 1
    assert "is it an OpenIM API?" in ran.err


@pytest.mark.parametrize("url", ["nonsense", "ftp://host", "http://"])
async def test_a_url_that_is_none_is_wrong_usage(cli: Cli, url: str):
    ran = await cli("users", "list", "--url", url, AMITY_SECRET=SECRET)
    assert (ran.code, ran.err.split(":")[1]) == (2, " --url")


async def test_without_settings_the_command_says_how_to_get_some(cli: Cli):
    ran = await cli("users", "list")
    assert ran.code == 2
    assert "amity init" in ran.err


async def test_users_are_added_from_arguments_and_listed(cli: Cli, rest: Rest):
    assert (await cli.on(rest, "users", "add", "alice", "--nickname", "Alice ☃")).out == "1 user registered\n"
    assert (await cli.on(rest, "users", "add", "bob", "carol", "--json")).json == {
        "registered": 2,
        "skipped": 0,
        "leftOut": [],
    }
    listed = await cli.on(rest, "users", "list")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["user", "alice", "bob", "carol"]
    assert "Alice ☃" in listed.out
    assert listed.err == "3 users\n"
    found = (await cli.on(rest, "users", "list", "--match", "ALI", "--json")).json
    assert (found["total"], [user["userID"] for user in found["users"]]) == (1, ["alice"])
    second = await cli.on(rest, "users", "list", "--page", "2", "--limit", "2")
    assert second.err == "3 users, 1 shown (page 2)\n"


async def test_whom_the_business_server_leaves_out_is_named_and_not_counted(cli: Cli, start_server, business):
    rest = await start_server(callbacks={"url": business.url, "beforeUserRegister": {"enable": True}})
    business.reaction = {"users": [{"userID": "bob", "nickname": "Bob"}]}
    ran = await cli.on(rest, "users", "add", "alice", "bob")
    assert (ran.code, ran.out) == (1, "1 user registered, 1 left out by the business server\n")
    assert ran.err == "left out: alice (80000 left out by the app)\n"
    business.reaction = {"users": []}
    ran = await cli.on(rest, "users", "add", "carol", "--json")
    assert (ran.code, ran.json) == (1, {"registered": 0, "skipped": 0, "leftOut": ["carol"]})


async def test_a_user_who_is_there_already_is_refused_or_passed_over(cli: Cli, rest: Rest):
    await rest.register("alice")
    ran = await cli.on(rest, "users", "add", "alice", "bob")
    assert ran.code == 1
    assert ran.err.startswith("Error: 1102 RegisteredAlreadyError")
    ran = await cli.on(rest, "users", "add", "alice", "bob", "--skip-existing")
    assert (ran.code, ran.out) == (0, "1 user registered, 1 was there already\n")


async def test_users_are_added_from_a_file_with_or_without_a_header(cli: Cli, rest: Rest):
    cli.write("named.csv", "\ufeffNICKNAME,userid\n\nAlice,alice\n,bob\n")
    cli.write("bare.csv", "carol\ndave,Dave,http://x/y.png,more\n")
    assert (await cli.on(rest, "users", "add", "--file", "named.csv")).out == "2 users registered\n"
    assert (await cli.on(rest, "users", "add", "--file", "bare.csv")).out == "2 users registered\n"
    found = await rest.data("/user/get_users_info", {"userIDs": ["alice", "bob", "carol", "dave"]})
    people = {user["userID"]: user for user in found["usersInfo"]}
    assert {key: user["nickname"] for key, user in people.items()} == {
        "alice": "Alice",
        "bob": "bob",
        "carol": "carol",
        "dave": "Dave",
    }
    assert (people["dave"]["faceURL"], people["dave"]["ex"]) == ("http://x/y.png", "more")
    assert (await cli.on(rest, "users", "add", "--file", "-", text="erin\n")).out == "1 user registered\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("userID,name\na,b\n", "the column 'name' is unknown; known: userID, nickname, faceURL, ex"),
        ("a,b,c,d,e\n", "line 1 has 5 columns where 1 to 4 are expected"),
        ("a\n,b\n", "line 2 has no userID"),
        ("Login,Name\na,b\n", "line 1 looks like a header with unknown names: Login, Name"),
        (b"a\n\xff\n", "line 2 is not UTF-8 text"),
        (gzip.compress(b"a\n", mtime=0)[:-4], "the gzip data is damaged or cut short"),
    ],
)
async def test_a_file_that_is_wrong_registers_nobody(cli: Cli, rest: Rest, content, problem):
    cli.write("people.csv", content)
    ran = await cli.on(rest, "users", "add", "--file", "people.csv")
    assert ran.code == 2
    assert problem in ran.err
    assert (await cli.on(rest, "users", "list")).err == "0 users\n"


async def test_users_come_from_json_lines_packed_files_and_columns_of_other_names(cli: Cli, rest: Rest):
    cli.write("people.jsonl.gz", gzip.compress(b'{"userID": "alice", "nickname": "Alice"}\n{"USER_ID": "bob"}\n'))
    cli.write("other.csv", "sep=;\r\nName;Login;Age\r\nCarol;carol;7\r\n")
    assert (await cli.on(rest, "users", "add", "--file", "people.jsonl.gz")).out == "2 users registered\n"
    ran = await cli.on(rest, "users", "add", "--file", "other.csv", "--columns", "Login,Name")
    assert ran.out == "1 user registered\n"
    found = await rest.data("/user/get_users_info", {"userIDs": ["alice", "bob", "carol"]})
    assert [user["nickname"] for user in found["usersInfo"]] == ["Alice", "bob", "Carol"]


async def test_bad_lines_are_passed_over_and_told_where_that_is_asked_for(cli: Cli, rest: Rest):
    cli.write("people.csv", "userID\nalice\nb b\nbob\n")
    ran = await cli.on(rest, "users", "add", "--file", "people.csv", "--skip-bad-lines")
    assert (ran.code, ran.out) == (0, "2 users registered\n")
    assert ran.err == "skipped: people.csv line 3 userID has a blank or a control character in it\n"


@pytest.mark.parametrize("words", [[], ["a", "b", "--nickname", "x"], ["--file", "none.csv"]])
async def test_users_add_needs_to_know_whom(cli: Cli, rest: Rest, words):
    assert (await cli.on(rest, "users", "add", *words)).code == 2


async def test_friends_are_listed_as_a_table_ids_or_json(cli: Cli, rest: Rest):
    await rest.register("alice", "bob", "carol")
    await rest.import_friends("alice", ["bob", "carol"])
    await rest.data("/friend/set_friend_remark", {"ownerUserID": "alice", "friendUserID": "bob", "remark": "\x1b[2Jx"})
    ran = await cli.on(rest, "friends", "list", "alice")
    assert ran.code == 0
    assert ran.err == "2 friends of alice\n"
    assert r"\x1b[2Jx" in ran.out
    assert "import" in ran.out
    assert (await cli.on(rest, "friends", "list", "alice", "--ids")).out == "bob\ncarol\n"
    found = (await cli.on(rest, "friends", "list", "alice", "--limit", "1", "--json")).json
    assert (found["total"], [each["friendUser"]["userID"] for each in found["friends"]]) == (2, ["bob"])


async def test_a_user_is_erased_once_that_is_confirmed(cli: Cli, rest: Rest):
    await rest.register("alice", "bob")
    await rest.import_friends("alice", ["bob"])
    dry = await cli.on(rest, "users", "erase", "alice", "--dry-run")
    assert dry.out == ("alice has 1 friend, 0 blacklist entries, 0 requests, 0 groups, 0 conversations, 0 messages\n")
    refused = await cli.on(rest, "users", "erase", "alice", text="n\n")
    assert (refused.code, (await cli.on(rest, "users", "erasures")).err) == (1, "0 erasures\n")
    erased = await cli.on(rest, "users", "erase", "alice", "--yes", "--keep-messages", "--json")
    assert (erased.json["userID"], erased.json["messages"]) == ("alice", "keep")
    shown = await cli.on(rest, "users", "erasures")
    assert [line.split()[0] for line in shown.out.splitlines()] == ["user", "alice"]
    assert (await cli.on(rest, "users", "erase", "imAdmin", "--yes")).code == 1
