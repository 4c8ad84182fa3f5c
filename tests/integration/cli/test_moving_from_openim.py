"""``amity import openim``: from a server that answers as OpenIM's own does, and from another amity."""

import csv
from pathlib import Path

import pytest

from amity.importing import retrying
from tests.integration.cli.moving import another, everything, fill, move
from tests.support.behaviour import Answer, HangUp, html
from tests.support.openim import OpenIm
from tests.support.rest import SECRET

NAMES = ("ann", "bob", "cy", "dee")


@pytest.fixture
async def openim():
    """Four users: two friends with all that a friendship can have, a one-sided one, requests in every state."""
    async with OpenIm(set()) as server:
        server.add_user("imAdmin", appMangerLevel=2)
        for name in NAMES:
            server.add_user(name)
        server.add_user("ops", appMangerLevel=3, nickname="", faceURL="f", ex="e", globalRecvMsgOpt=2)
        server.add_friend("ann", "bob", remark="Bobby", isPinned=True, ex="x", createTime=1_600_000_001)
        server.add_friend("bob", "ann", createTime=1_600_000_009)
        server.add_friend("ann", "cy", addSource=1, operatorUserID="imAdmin")
        server.add_request("ann", "bob", 1)
        server.add_request("cy", "ann", 0, ex="e")
        server.add_request("dee", "ann", -1)
        server.add_black("dee", "ann", ex="why")
        yield server


def differences(ran):
    return ran.json["verified"]["firstDifferences"]


def report(name):
    with Path(name).open(newline="", encoding="utf-8") as rows:
        return [tuple(row.values()) for row in csv.DictReader(rows)]


async def test_everything_is_brought_in_as_it_was(openim, rest, cli):
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.err
    facts = ran.json
    assert {name: facts[name] for name in ("users", "friends", "applications", "blacks", "skipped")} == {
        "users": 6,
        "friends": 3,
        "applications": 3,
        "blacks": 1,
        "skipped": 0,
    }
    assert facts["verified"] == {"sampledUsers": 6, "sampledGroups": 0, "differences": 0, "firstDifferences": []}
    assert (facts["source"], facts["server"], facts["report"]) == (openim.url, rest.url, None)
    found = await everything(rest.url)
    assert found["users"][0] == {
        "kind": "user",
        "userID": "ann",
        "nickname": "Ann",
        "faceURL": "",
        "ex": "",
        "createTime": 1_600_000_000_123,
        "appMangerLevel": 1,
        "globalRecvMsgOpt": 0,
    }
    assert found["users"][-1]["ex"] == "e"
    assert found["friends"][0] == {
        "kind": "friend",
        "ownerUserID": "ann",
        "friendUserID": "bob",
        "remark": "Bobby",
        "createTime": 1_600_000_001_000,
        "addSource": 2,
        "operatorUserID": "ann",
        "ex": "x",
        "isPinned": True,
    }
    assert [(each["ownerUserID"], each["friendUserID"]) for each in found["friends"]] == [
        ("ann", "bob"),
        ("ann", "cy"),
        ("bob", "ann"),
    ]
    assert {(each["fromUserID"], each["toUserID"], each["handleResult"]) for each in found["applications"]} == {
        ("ann", "bob", 1),
        ("cy", "ann", 0),
        ("dee", "ann", -1),
    }
    assert found["applications"][0]["handleTime"] == 1_600_000_003_000
    assert [(each["blackUserID"], each["createTime"], each["ex"]) for each in found["blacks"]] == [
        ("ann", 1_600_000_004_000, "why")
    ]
    assert cli.files() == []


async def test_people_are_told_what_was_done(openim, rest, cli):
    ran = await move(cli, openim.url, rest)
    assert ran.code == 0
    assert "friends on lists: 3" in ran.out
    assert "all that 6 users and 0 groups have: no difference" in ran.out
    assert "users: 0 of 6" in ran.err


async def test_to_do_it_again_brings_what_changed_and_nothing_twice(openim, rest, cli):
    await move(cli, openim.url, rest)
    openim.friends["ann"][0]["remark"] = "Robert"
    openim.add_user("eve")
    openim.add_friend("eve", "ann")
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.err
    found = await everything(rest.url)
    assert [each["remark"] for each in found["friends"]] == ["Robert", "", "", ""]
    assert ran.json["friends"] == 4


@pytest.mark.parametrize("size", ["1", "100", "1000"])
async def test_pages_of_any_size_bring_everything(rest, cli, size):
    async with OpenIm(set()) as server:
        count = 3 if size == "1" else 250
        for number in range(count):
            server.add_user(f"u{number}")
            server.add_friend("u0", f"u{number}", createTime=1_600_000_000 + number) if number else None
            server.add_request(f"u{number}", "u0", -1) if number else None
            server.add_black("u0", f"u{number}") if number else None
        ran = await move(cli, server.url, rest, "--page-size", size, "--json")
        assert ran.code == 0, ran.err
        asked = [request.json for request in server.requests if request.path == "/friend/get_friend_list"]
        assert {each["pagination"]["showNumber"] for each in asked} == {int(size)}
    found = await everything(rest.url)
    assert {name: len(records) for name, records in found.items() if records} == {
        "users": count,
        "friends": count - 1,
        "applications": count - 1,
        "blacks": count - 1,
    }


async def test_a_source_that_fails_for_a_while_is_waited_for(openim, rest, cli, monkeypatch):
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.02)
    openim.then(
        html(502),
        HangUp(),
        Answer({"errCode": 500, "errMsg": "ServerInternalError", "errDlt": "restarting"}),
        Answer({"errCode": 90002, "errMsg": "DatabaseError", "errDlt": ""}),
    )
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.err
    assert f"{openim.url}: the server answered /auth/get_admin_token with the HTTP status 502; trying again" in ran.err
    assert f"{openim.url} answers again" in ran.err


async def test_a_source_that_stays_away_ends_it_and_it_goes_on_later(openim, rest, cli):
    known = openim._react
    openim.reaction = lambda request: html(503) if request.path == "/friend/get_black_list" else known(request)
    ran = await move(cli, openim.url, rest, "--retry-for", "0.3", "--json")
    assert ran.code == 3
    assert ran.json["source"] == openim.url
    assert f"{openim.url}: the server answered /friend/get_black_list with the HTTP status 503" in ran.err
    assert "--resume goes on from there" in ran.err
    openim.reaction = known
    openim.calls.clear()
    ran = await move(cli, openim.url, rest)
    assert ran.code == 2
    assert "this import was begun and not finished" in ran.err
    ran = await move(cli, openim.url, rest, "--resume", "--json", "--sample", "0")
    assert (ran.code, ran.json["resumed"]) == (0, True)
    assert openim.calls["/user/get_users_info"] == 0
    assert len((await everything(rest.url))["friends"]) == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"<html>"), "something that is not OpenIM's JSON"),
        (Answer({"errCode": 0, "data": {"blacks": 7}}), "answered /friend/get_black_list with data that does not fit"),
        (Answer({"errCode": 0, "data": {"total": 1, "blacks": [{"createTime": "x"}]}}), "data that does not fit"),
        (Answer(b"404 page not found", status=404), "with the HTTP status 404"),
    ],
)
async def test_an_answer_that_no_openim_gives_is_named_and_nothing_is_taken_for_it(openim, rest, cli, answer, words):
    known = openim._react
    openim.reaction = lambda request: answer if request.path == "/friend/get_black_list" else known(request)
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 3
    assert words in ran.err
    assert (await everything(rest.url))["blacks"] == []


async def test_a_list_that_the_source_cannot_read_is_left_out_and_reported(openim, rest, cli, monkeypatch):
    monkeypatch.setattr("amity.importing.retrying.FIRST_PAUSE", 0.001)
    known = openim._react

    def react(request):
        if request.path == "/friend/get_friend_list" and request.json["userID"] == "ann":
            return Answer({"errCode": 500, "errMsg": "ServerInternalError", "errDlt": "nil pointer"})
        return known(request)

    openim.reaction = react
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 1
    assert ran.json["skippedBy"] == [{"errCode": 500, "reason": "ServerInternalError", "records": 1}]
    assert ran.json["verified"]["differences"] == 0
    assert report(ran.json["report"]) == [
        ("friend", "ann", "", "500", "ServerInternalError", "the list cannot be read: nil pointer")
    ]
    found = await everything(rest.url)
    assert (len(found["friends"]), len(found["applications"]), len(found["blacks"])) == (1, 3, 1)


async def test_what_amity_cannot_hold_is_left_out_and_reported_and_the_rest_brought_in(openim, rest, cli):
    openim.add_user("e ve")
    openim.add_user("fay", nickname="f" * 2000)
    openim.add_friend("ann", "e ve")
    openim.add_friend("bob", "cy", remark="r" * 2000)
    openim.add_request("ann", "dee", 7)
    openim.add_black("bob", "ghost")
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 1
    assert ran.json["verified"]["differences"] == 0
    rows = report(ran.json["report"])
    assert sorted(row[:4] for row in rows) == [
        ("application", "ann", "dee", "1001"),
        ("black", "bob", "ghost", "1004"),
        ("friend", "ann", "e ve", "1004"),
        ("friend", "bob", "cy", "1001"),
        ("user", "e ve", "", "1001"),
        ("user", "fay", "", "1001"),
    ]
    assert "remark: 2000 characters, and at most 1024 are allowed" in {row[5] for row in rows}
    assert len((await everything(rest.url))["friends"]) == 3


async def test_times_before_1970_which_openim_has_where_it_knows_none_become_none(openim, rest, cli):
    openim.profiles["cy"]["createTime"] = openim.friend_requests["ann"][0]["handleTime"] = -62_135_596_800_000
    openim.friends["ann"][1]["createTime"] = -62_135_596_800
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.out
    assert (await everything(rest.url))["friends"][1]["createTime"] == 0


async def test_a_request_that_cannot_wait_here_is_no_difference(openim, rest, cli):
    openim.add_black("ann", "cy")
    openim.add_request("bob", "ann", 0)
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.out
    found = await everything(rest.url)
    results = {(each["fromUserID"], each["toUserID"]): each["handleResult"] for each in found["applications"]}
    assert (results["cy", "ann"], results["bob", "ann"]) == (-1, 1)


async def test_a_list_that_changes_while_it_is_read_is_read_again(openim, rest, cli):
    known = openim._react
    late = openim.friends["ann"].pop()

    def react(request):
        answer = known(request)
        if request.path == "/friend/get_friend_list" and request.json["userID"] == "ann" and not late["ex"]:
            # A page of those who were there, and already the number of those who are.
            answer.body["data"]["total"] = 2
            late["ex"] = "now"
            openim.friends["ann"].append(late)
        return answer

    openim.reaction = react
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 0, ran.out
    assert {each["ex"] for each in (await everything(rest.url))["friends"]} == {"x", "now", ""}


async def test_a_list_that_never_has_what_it_says_is_reported(openim, rest, cli):
    known = openim._react

    def react(request):
        answer = known(request)
        if request.path == "/friend/get_black_list" and request.json["userID"] == "dee":
            answer.body["data"]["total"] = 3
        return answer

    openim.reaction = react
    ran = await move(cli, openim.url, rest, "--json")
    assert ran.code == 1
    reason = "the list changed while it was read: 1 of 3 entries were there"
    assert report(ran.json["report"]) == [("black", "dee", "", "0", "", reason)]
    assert len((await everything(rest.url))["blacks"]) == 1


async def test_what_differs_in_the_end_is_named(openim, rest, cli):
    known = openim._react

    def react(request):
        if request.path == "/friend/get_black_list" and request.json["userID"] == "ann":
            # The last list of ann's: from now on the source has another one.
            openim.friends["ann"][0] |= {"remark": "later"}
            openim.friends["bob"] = []
            openim.profiles["cy"]["nickname"] = "Cyrus"
            openim.add_user("eve") if "eve" not in openim.profiles else None
        return known(request)

    openim.reaction = react
    ran = await move(cli, openim.url, rest, "--json", "--concurrency", "1")
    assert ran.code == 1
    assert sorted(differences(ran))[:2] == [
        "friend ann bob: remark is 'later' on the source, and 'Bobby' here",
        "user cy: nickname is 'Cyrus' on the source, and 'Cy' here",
    ]
    assert "users: 6 were read, and the source has 7 by now: import again for the rest" in differences(ran)
    told = await move(cli, openim.url, rest)
    assert told.code == 0, told.out


async def test_what_is_on_the_server_only_is_a_difference(openim, rest, cli):
    await rest.register("ann", "zoe")
    await rest.import_friends("ann", ["zoe"])
    ran = await move(cli, openim.url, rest)
    assert ran.code == 1
    assert "  friend ann zoe: is on the server only" in ran.out


async def test_a_dry_run_reads_everything_and_writes_nothing(openim, rest, cli):
    ran = await move(cli, openim.url, rest, "--dry-run", "--json")
    assert ran.code == 0, ran.err
    facts = ran.json
    assert (facts["dryRun"], facts["users"], facts["friends"]) == (True, 6, 3)
    assert (await everything(rest.url))["users"] == []
    assert cli.files() == []


async def test_a_wrong_secret_of_either_side_is_told_before_anything_is_written(openim, rest, cli):
    ran = await move(cli, openim.url, rest, secret="secret-of-nobody")
    assert ran.code == 2
    assert f"{openim.url} refuses: 1002" in ran.err
    assert "is the secret the server's" in ran.err
    ran = await cli(
        *("import", "openim", "--from", openim.url, "--url", rest.url),
        OPENIM_SECRET="openIM123",
        AMITY_SECRET="another secret, long enough",
    )
    assert ran.code == 2
    assert f"{rest.url} refuses: 1002" in ran.err
    assert cli.files() == []


async def test_a_server_that_is_no_amity_cannot_take_it_in(openim, cli, rest):
    async with OpenIm(set()) as other:
        known = other._react
        other.reaction = lambda request: (
            Answer(b"404 page not found", 404) if request.path.startswith("/relation") else known(request)
        )
        ran = await cli(
            *("import", "openim", "--from", openim.url, "--url", other.url),
            OPENIM_SECRET="openIM123",
            AMITY_SECRET="openIM123",
        )
    assert ran.code == 2
    assert "it is no amity, or an older one" in ran.err


async def test_a_server_is_not_moved_into_itself(rest, cli):
    ran = await move(cli, rest.url, rest)
    assert ran.code == 2
    assert "--from names the old one" in ran.err


async def test_a_source_that_is_no_url_is_wrong_usage(rest, cli):
    ran = await move(cli, "openim:10002", rest)
    assert ran.code == 2
    assert "--from:" in ran.err


async def test_another_amity_is_a_source_as_well(rest, cli, tmp_path, postgres_url):
    await rest.register("ann", "bob", "cy")
    await rest.import_friends("ann", ["bob", "cy"])
    await rest.data("/friend/delete_friend", {"ownerUserID": "cy", "friendUserID": "ann"})
    await rest.data(
        "/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["cy"], "isPinned": True, "remark": "C"}
    )
    await rest.data("/friend/add_friend", {"fromUserID": "bob", "toUserID": "cy", "reqMsg": "hi"})
    await rest.data("/friend/add_black", {"ownerUserID": "cy", "blackUserID": "ann"})
    start = another(tmp_path, postgres_url)
    target = await start()
    try:
        ran = await move(cli, rest.url, target, "--json", secret=SECRET)
        assert ran.code == 0, ran.out
        before, after = await everything(rest.url), await everything(target.url)
        # Over OpenIM's operations times of friends and blacklists are in seconds.
        for records in (*before.values(), *after.values()):
            for record in records:
                record["createTime"] //= 1000
        assert after == before
    finally:
        await start.stop()


async def test_what_was_there_before_and_has_the_name_of_a_report_is_not_left_behind(openim, rest, cli):
    name = f"openim-127.0.0.1-{openim.port}.skipped.csv"
    cli.write(name, "of another import")
    ran = await move(cli, openim.url, rest, "--json")
    assert (ran.code, ran.json["report"]) == (0, name)
    assert report(name) == []


async def test_the_business_server_is_not_asked_and_the_same_users_may_be_there_already(
    openim, cli, start_server, business
):
    target = await start_server(
        callbacks={"url": business.url, "beforeUserRegister": {"enable": True}, "afterUserRegister": {"enable": True}}
    )
    await fill(target, users=[{"userID": "ann", "nickname": "Old"}])
    ran = await move(cli, openim.url, target, "--json")
    assert ran.code == 0, ran.out
    assert business.requests == []
    assert (await everything(target.url))["users"][0]["nickname"] == "Ann"


async def test_a_dry_run_that_is_refused_promises_nothing_to_go_on_with(openim, rest, cli):
    ran = await move(cli, openim.url, rest, "--dry-run", secret="secret-of-nobody")
    assert ran.code == 2
    assert "is the secret the server's" in ran.err
    assert "--resume" not in ran.err
    ran = await move(cli, openim.url, rest, secret="secret-of-nobody")
    assert "--resume goes on from there" in ran.err


async def test_without_a_secret_the_variable_for_it_is_named(openim, rest, cli):
    ran = await cli("import", "openim", "--from", openim.url, "--url", rest.url, AMITY_SECRET=SECRET)
    assert ran.code == 2
    assert "Missing option '--from-secret' (env var: 'OPENIM_SECRET')" in ran.err
