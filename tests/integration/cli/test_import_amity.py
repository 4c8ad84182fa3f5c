"""``amity import`` into amity itself, with a business server that decides, and with either end crashing."""

import asyncio

import pytest

from amity.client import AmityClient
from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.importer import amity_import, journal_lines, outcome_of, report_of, start_import
from tests.support.rest import SECRET
from tests.support.server_process import ServerProcess


def write(tmp_path, pairs):
    path = tmp_path / "friends.csv"
    path.write_text("ownerUserID,friendUserID\n" + "".join(f"{owner},{friend}\n" for owner, friend in pairs))
    return path


def deciding(decisions):
    """A business server's reaction: for the before-callback of an owner what ``decisions`` says, else approval."""

    def react(request):
        body = request.json
        if body["callbackCommand"] == "callbackBeforeImportFriendsCommand":
            return decisions.get(body["ownerUserID"], Answer({"actionCode": 0, "errCode": 0, "nextCode": 0}))
        return Answer({})

    return react


async def friends_of(url, *users):
    async with AmityClient(url, secret=SECRET) as client:
        return {user: set(await client.get_friend_ids(user)) for user in users}


async def test_the_business_server_decides_over_every_owner_s_import(tmp_path, start_server, business):
    business.reaction = deciding(
        {
            "ann": {"nextCode": 1, "errCode": 5001, "errMsg": "Suspended", "errDlt": "ann is suspended"},
            "bob": {"nextCode": 0, "friendUserIDs": ["eve", "fay"]},
            "dan": {"nextCode": 0, "friendUserIDs": []},
        }
    )
    rest = await start_server(callbacks=import_callbacks(business))
    file = write(tmp_path, [("ann", "bob"), ("bob", "eve"), ("bob", "gil"), ("dan", "eve"), ("eve", "fay")])
    outcome = await amity_import(rest.url, file, "--register", secret=SECRET)
    assert outcome.code == 1, outcome.err
    facts = outcome.facts
    assert (facts["imported"], facts["added"], facts["skipped"]) == (2, 1, 3)
    assert sorted(report_of(file)) == [
        ("ann", "bob", "5001", "Suspended", "ann is suspended"),
        ("bob", "gil", "80000", "left out by the app", "left out by the business server"),
        ("dan", "eve", "80000", "left out by the app", "left out by the business server"),
    ]
    assert await friends_of(rest.url, "ann", "bob", "dan", "eve") == {
        "ann": set(),
        "bob": {"eve", "fay"},
        "dan": set(),
        "eve": {"bob", "fay"},
    }


async def test_who_is_left_out_of_the_registration_is_in_the_report(tmp_path, start_server, business):
    business.reaction = {"users": [{"userID": user, "nickname": user} for user in ("ann", "bob")]}
    callbacks = {"url": business.url, "beforeUserRegister": {"enable": True}}
    rest = await start_server(callbacks=callbacks)
    file = write(tmp_path, [("ann", "bob"), ("ann", "eve")])
    outcome = await amity_import(rest.url, file, "--register", secret=SECRET)
    assert (outcome.facts["registered"], outcome.facts["imported"], outcome.facts["skipped"]) == (2, 1, 1)
    reason = "could not be registered: left out by the business server"
    assert report_of(file) == [("ann", "eve", "80000", "left out by the app", reason)]


async def test_a_business_server_that_fails_costs_its_batches_and_not_the_import(tmp_path, start_server, business):
    business.reaction = deciding({"ann": Answer(b"oops", status=500)})
    rest = await start_server(callbacks=import_callbacks(business))
    file = write(tmp_path, [("ann", "bob"), ("bob", "eve")])
    outcome = await amity_import(rest.url, file, "--register", secret=SECRET)
    assert outcome.code == 1
    assert [row[:3] for row in report_of(file)] == [("ann", "bob", "90004")]
    assert outcome.facts["imported"] == 1


async def test_friends_from_before_are_told_apart_from_new_ones(tmp_path, start_server):
    rest = await start_server()
    file = write(tmp_path, [("ann", "bob")])
    assert (await amity_import(rest.url, file, "--register", secret=SECRET)).facts["imported"] == 1
    file = write(tmp_path, [("bob", "ann"), ("bob", "eve")])
    facts = (await amity_import(rest.url, file, "--register", secret=SECRET)).facts
    assert (facts["imported"], facts["existing"], facts["registered"]) == (1, 1, 1)


async def test_more_than_a_thousand_friends_of_one_owner_arrive(tmp_path, start_server):
    rest = await start_server()
    friends = {f"f{number}" for number in range(2500)}
    file = write(tmp_path, [("ann", friend) for friend in sorted(friends)])
    outcome = await amity_import(rest.url, file, "--register", secret=SECRET)
    assert outcome.code == 0, outcome.err
    assert outcome.facts["imports"] == 3
    assert (await friends_of(rest.url, "ann"))["ann"] == friends


PAIRS = [(f"o{owner}", f"f{friend}") for owner in range(200) for friend in range(5)]


@pytest.fixture
async def server(tmp_path, database_url):
    async with (
        BusinessServer() as business,
        ServerProcess(
            tmp_path, {"secret": SECRET, "database": database_url, "callbacks": import_callbacks(business, timeout=5)}
        ) as running,
    ):
        yield running


async def everything_is_there(server):
    expected: dict[str, set[str]] = {}
    for owner, friend in PAIRS:
        expected.setdefault(owner, set()).add(friend)
        expected.setdefault(friend, set()).add(owner)
    return await friends_of(server.url, *expected) == expected


async def test_an_importer_that_is_killed_several_times_loses_and_repeats_nothing(tmp_path, server):
    file = write(tmp_path, PAIRS)
    for finished in (20, 60, 120):
        importer = await start_import(
            server.url, file, "--register", "--resume", "--concurrency", "2", "--batch-size", "2", secret=SECRET
        )
        await journal_lines(file, finished)
        importer.kill()
        await importer.wait()
    outcome = await amity_import(server.url, file, "--resume", "--batch-size", "2", secret=SECRET)
    assert outcome.code == 0, outcome.err
    facts = outcome.facts
    # An import whose answer the killed importer did not read any more is answered again, and counts once.
    assert (facts["imported"], facts["existing"]) == (len(PAIRS), 0)
    assert await everything_is_there(server)


async def test_an_import_outlives_a_server_that_is_killed_and_started_again(tmp_path, server):
    file = write(tmp_path, PAIRS)
    importer = await start_import(server.url, file, "--register", "--batch-size", "1", secret=SECRET)
    await journal_lines(file, 100)
    server.kill()
    assert importer.stderr is not None
    async with asyncio.timeout(20):
        while b"trying again" not in await importer.stderr.readline():
            pass
    await server.start()
    outcome = await outcome_of(importer)
    assert outcome.code == 0, outcome.err
    assert (outcome.facts["imported"], outcome.facts["existing"]) == (len(PAIRS), 0)
    assert await everything_is_there(server)


async def test_a_file_of_bad_lines_alone_is_told_so_and_not_sent_to_the_same_command(tmp_path, start_server):
    rest = await start_server()
    file = tmp_path / "friends.jsonl"
    file.write_text('{"ownerUserID":"ann","friendUserID":""}\n')
    outcome = await amity_import(rest.url, file, secret=SECRET)
    assert outcome.code == 2
    assert "line 1 friendUserID is empty" in outcome.err
    assert "looks like" not in outcome.err
    outcome = await amity_import(rest.url, file, "--skip-bad-lines", secret=SECRET)
    assert (outcome.code, outcome.facts["imported"], outcome.facts["badLines"]) == (1, 0, 1)
