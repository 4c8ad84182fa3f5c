"""``amity callbacks``: trying a business server, and repairing what was not delivered."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.rest import SECRET


@pytest.mark.parametrize(
    ("answer", "code", "verdict", "words"),
    [
        ({"actionCode": 0, "nextCode": "0"}, 0, "approved", "the operation goes on as it was asked"),
        ({"friendUserIDs": ["x"]}, 0, "modified", 'it goes on with {"friendUserIDs":["x"]}'),
        ({"friendUserIDs": []}, 0, "modified", 'it goes on with {"friendUserIDs":[]}'),
        ({"nextCode": 1, "errCode": 5001, "errMsg": "no"}, 4, "rejected", "the caller gets 5001 no"),
        ({"nextCode": 1}, 4, "rejected", "the caller gets 80000 rejected by the app"),
        ({"actionCode": 1}, 1, "failed", "the caller gets 90007 DataError"),
        ({"nextCode": 2}, 1, "failed", "nextCode is 0 or 1, not 2"),
        (Answer(b"<html>"), 1, "failed", "not JSON"),
        (Answer(b""), 1, "failed", "an empty answer"),
        (Answer({}, status=404), 1, "failed", "status 404"),
    ],
)
async def test_send_says_verdict_and_reason_and_its_exit_code_is_the_verdict(
    cli: Cli, business, answer, code, verdict, words
):
    business.reaction = answer
    ran = await cli("callbacks", "send", f"{business.url}/callbackExample?key=k")
    assert ran.code == code
    assert f"  {verdict}: " in ran.out
    assert words in ran.out
    assert "key=k" not in ran.out
    (request,) = business.requests
    assert request.path == "/callbackExample/callbackBeforeImportFriendsCommand"
    assert request.query == {"key": ["k"], "contenttype": ["json"]}
    assert request.json["ownerUserID"] == "amity-sample-owner"


async def test_send_without_an_answer_says_so(cli: Cli):
    ran = await cli("callbacks", "send", "http://127.0.0.1:1/x", "--json")
    assert ran.code == 3
    assert (ran.json["verdict"], ran.json["httpStatus"]) == ("failed", 0)


async def test_send_posts_any_event_with_any_fields_signed(cli: Cli, business: BusinessServer):
    ran = await cli(
        *("callbacks", "send", business.url, "--event", "AFTERIMPORTFRIENDS", "--data", '{"friendUserIDs": ["bob"]}'),
        AMITY_CALLBACKS__SECRET="a signing secret, long enough",
    )
    assert (ran.code, "  delivered: " in ran.out) == (0, True)
    (request,) = business.requests
    assert request.json == {
        "callbackCommand": "callbackAfterImportFriendsCommand",
        "ownerUserID": "amity-sample-owner",
        "friendUserIDs": ["bob"],
    }
    assert request.headers["webhook-signature"].startswith("v1,")
    ran = await cli("callbacks", "send", business.url, "--data", "-", text='{"ownerUserID": "ann"}')
    assert business.requests[1].json["ownerUserID"] == "ann"
    assert "webhook-signature" not in business.requests[1].headers


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["nonsense"], "URL: a URL begins with http:// or https://"),
        (["http://127.0.0.1:1", "--data", "{"], "--data: "),
        (["http://127.0.0.1:1", "--data", "[]"], "--data: expected a JSON object"),
        (["http://127.0.0.1:1", "--data", '{"x": 1}'], "its fields are ownerUserID, friendUserIDs"),
        (["http://127.0.0.1:1", "--data", '{"friendUserIDs": "bob"}'], "--data: Expected `array`"),
        (["http://127.0.0.1:1", "--event", "beforeNothing"], "--event"),
        (["http://127.0.0.1:1", "--ca-file", "none.pem"], "caFile"),
        (["http://127.0.0.1:1", "--secret", "whsec_%"], "whsec_"),
    ],
)
async def test_send_refuses_what_it_cannot_send(cli: Cli, words, problem):
    ran = await cli("callbacks", "send", *words)
    assert ran.code == 2
    assert problem in ran.err


async def test_send_shows_an_answer_without_obeying_it(cli: Cli, business: BusinessServer):
    business.reaction = Answer(b'{"nextCode": 1, "errMsg": "\\u001b[2J"}\x1b[2J')
    ran = await cli("callbacks", "send", business.url)
    assert "\x1b" not in ran.out
    assert r"\x1b[2J" in ran.out


def write_settings(**callbacks: object) -> None:
    Path("amity.yml").write_text(json.dumps({"secret": SECRET, "callbacks": callbacks}), encoding="utf-8")


async def test_check_sends_every_enabled_callback_and_says_what_would_happen(cli: Cli, business: BusinessServer):
    write_settings(
        url=f"{business.url}/cb",
        secret="a signing secret, long enough",
        beforeImportFriends={"enable": True, "failedContinue": True},
        afterImportFriends={"enable": True},
        beforeUserRegister={"enable": True, "url": "http://127.0.0.1:1/x"},
        afterUserRegister={"enable": False},
    )
    business.reaction = Answer({}, status=500)
    ran = await cli("callbacks", "check")
    assert ran.code == 1
    assert len(business.requests) == 2
    assert all("webhook-signature" in request.headers for request in business.requests)
    table, _, _ = ran.out.partition("\n\n")
    verdicts = {line.split()[0]: line for line in table.splitlines()[1:]}
    assert set(verdicts) == {"beforeImportFriends", "afterImportFriends", "beforeUserRegister"}
    assert "goes on all the same (failedContinue)" in verdicts["beforeImportFriends"]
    assert "tried again after 5 s, 7 times at most" in verdicts["afterImportFriends"]
    assert "the caller gets 90004 NetworkError" in verdicts["beforeUserRegister"]
    business.reaction = {"nextCode": 1}
    business.requests.clear()
    write_settings(url=business.url, beforeImportFriends={"enable": True})
    ran = await cli("callbacks", "check", "--json")
    assert ran.code == 0
    assert [(each["callback"], each["verdict"]) for each in ran.json] == [("beforeImportFriends", "rejected")]


async def test_check_shows_what_was_answered_with_the_headers_that_say_by_what(cli: Cli, business: BusinessServer):
    location, page = "https://login.example/", b"<\x1b[2J>" + b"x" * 5000
    write_settings(url=business.url, beforeImportFriends={"enable": True}, afterImportFriends={"enable": True})
    business.reaction = Answer(
        page, status=302, headers={"Content-Type": "text/html", "Location": location, "Set-Cookie": "session=1"}
    )
    ran = await cli("callbacks", "check")
    _, _, answers = ran.out.partition("\n\n")
    for setting in ("beforeImportFriends", "afterImportFriends"):
        (line,) = [line for line in answers.splitlines() if line.startswith(f"{setting}: ")]
        assert line.startswith(f"{setting}: answered HTTP 302 after ")
        assert " ms (content-type: text/html, location: https://login.example/): <" in line
        assert line.endswith("xxx ... (5,006 characters)")
        assert len(line) < 500
        assert "session" not in line
        assert "\x1b" not in line
    shown = (await cli("callbacks", "check", "--json")).json
    assert [each["answerHeaders"]["location"] for each in shown] == [location] * 2
    write_settings(url="http://127.0.0.1:1/x", afterImportFriends={"enable": True})
    assert "\n\nafterImportFriends: no answer, after " in (await cli("callbacks", "check")).out


async def test_everything_that_is_tried_says_that_it_is_a_sample_and_is_signed_as_such(cli: Cli, business):
    tried = {"beforeImportFriends": {"enable": True}, "afterImportFriends": {"enable": True}}
    for secret in ({}, {"secret": "a signing secret, long enough"}):
        write_settings(url=business.url, **tried, **secret)
        await cli("callbacks", "check")
        await cli("doctor", "--json")
        await cli("callbacks", "send", business.url, "--event", "afterImportFriends")
        await cli("callbacks", "send", business.url)
    assert len(business.requests) == 12
    marks = [request.headers["webhook-id"] for request in business.requests]
    assert all(mark.startswith("amity-sample-") for mark in marks)
    assert len(set(marks)) == 12
    business.requests.clear()
    await cli("callbacks", "send", business.url, "--event", "afterImportFriends", "--real")
    assert not business.requests.pop().headers["webhook-id"].startswith("amity-sample-")


async def test_a_change_says_whom_the_caller_finds_left_out(cli: Cli, business: BusinessServer):
    business.reaction = {"friendUserIDs": ["amity-sample-friend-2", "x"]}
    ran = await cli("callbacks", "send", business.url)
    assert ran.out.endswith(", and the caller finds amity-sample-friend-1 in skipped\n")
    business.reaction = {"users": []}
    ran = await cli("callbacks", "send", business.url, "--event", "beforeUserRegister")
    assert ran.out.endswith(", and the caller finds amity-sample-user in skipped\n")


async def test_check_sends_the_names_that_the_settings_ask_for(cli: Cli, business: BusinessServer):
    sent: dict[str, object] = {"fromUserID": "amity-sample-friend-1", "blackUserID": "amity-sample-owner"}
    sent |= {"HandleResult": 1, "HandleMsg": "a sample"}
    documented = {"toUserID": "amity-sample-owner", "handleResult": 1, "handleMsg": "a sample"}
    for wanted, fields in ((False, sent), (True, sent | documented)):
        write_settings(url=business.url, documentedNames=wanted, beforeAddFriendAgree={"enable": True})
        assert (await cli("callbacks", "check")).code == 0
        assert business.requests.pop().json == {"callbackCommand": "callbackBeforeAddFriendAgreeCommand"} | fields


async def test_check_without_any_callback_says_how_to_turn_one_on(cli: Cli):
    write_settings()
    ran = await cli("callbacks", "check")
    assert ran.code == 0
    assert "beforeImportFriends: {enable: true}" in ran.out


@pytest.fixture
async def failing(start_server, business: BusinessServer):
    """A server with two after-events that were given up, in the order in which they happened."""
    business.reaction = lambda request: Answer({}, status=500 if "After" in request.path else 200)
    rest = await start_server(
        callbacks={
            "url": business.url,
            "retries": [],
            "beforeImportFriends": {"enable": True},
            "afterImportFriends": {"enable": True},
        }
    )
    await rest.register("alice", "bob", "carol")
    await rest.import_friends("alice", ["bob"])
    await rest.import_friends("carol", ["bob"])
    await business.wait_for(4)
    while (await rest.data("/callback/statistics", {}))["dead"] < 2:
        pass
    return rest


async def test_what_was_not_delivered_is_listed_shown_replayed_and_discarded(cli: Cli, failing, business):
    listed = await cli.on(failing, "callbacks", "list")
    assert listed.code == 0
    assert listed.err == "2 events\n"
    assert "afterImportFriends" in listed.out
    assert "500" in listed.out
    events = {
        each["ownerUserID"]: each["eventID"]
        for each in (await cli.on(failing, "callbacks", "list", "--json")).json["events"]
    }
    assert set(events) == {"alice", "carol"}
    assert (await cli.on(failing, "callbacks", "list", "--state", "pending")).err == "0 events\n"
    assert (await cli.on(failing, "callbacks", "list", "--owner", "alice", "--state", "dead")).err == "1 event\n"
    assert (await cli.on(failing, "callbacks", "list", "--callback", "afterDeleteFriend")).err == "0 events\n"

    shown = await cli.on(failing, "callbacks", "show", events["alice"])
    assert "afterImportFriends of alice" in shown.out
    assert '"friendUserIDs": [' in shown.out
    assert (await cli.on(failing, "callbacks", "show", events["alice"], "--json")).json["body"][
        "ownerUserID"
    ] == "alice"

    assert (await cli.on(failing, "callbacks", "discard", events["carol"], text="n\n")).code == 1
    assert (await cli.on(failing, "callbacks", "discard", events["carol"], "--yes")).out == "1 event deleted\n"
    business.reaction = {}
    sent = len(business.requests)
    assert (await cli.on(failing, "callbacks", "replay", events["alice"])).out == "1 event on the way\n"
    (request,) = (await business.wait_for(sent + 1))[sent:]
    assert request.headers["webhook-id"] == events["alice"]
    while (await failing.data("/callback/statistics", {}))["pending"] > 0:
        pass
    counted = await cli.on(failing, "callbacks", "statistics")
    assert "waiting: 0; dead: 0" in counted.out
    assert "since the start: 1 delivered, 2 failed attempts" in counted.out
    assert (await cli.on(failing, "callbacks", "statistics", "--json")).json["delivered"] == 1


async def test_all_that_was_given_up_since_a_time_is_replayed(cli: Cli, failing, business):
    assert (await cli.on(failing, "callbacks", "replay", "--since", "2099-01-01")).out == "0 events on the way\n"
    business.reaction = {}
    assert (await cli.on(failing, "callbacks", "replay", "--since", "1h")).out == "2 events on the way\n"
    await business.wait_for(6)


async def test_all_dead_events_are_discarded_at_once(cli: Cli, failing):
    assert (await cli.on(failing, "callbacks", "discard", "--all-dead", "-y", "--json")).json == {"discarded": 2}
    assert (await cli.on(failing, "callbacks", "replay", "--all")).out == "0 events on the way\n"


async def test_the_log_tells_what_became_of_callbacks(cli: Cli, failing):
    ran = await cli.on(failing, "callbacks", "log", "--callback", "beforeImportFriends")
    assert (ran.code, ran.err) == (0, "2 entries\n")
    assert ran.out.count("approved") == 2
    entries = (await cli.on(failing, "callbacks", "log", "--verdict", "dead", "--owner", "alice", "--json")).json
    assert (entries["total"], entries["entries"][0]["httpStatus"]) == (1, 500)


@pytest.mark.parametrize(
    "words",
    [
        ["replay"],
        ["replay", "x", "--all"],
        ["replay", "--all", "--since", "1h"],
        ["replay", "--since", "yesterday"],
        ["discard"],
        ["discard", "x", "--all-dead"],
        ["list", "--state", "lost"],
        ["log", "--verdict", "odd"],
    ],
)
async def test_wrong_usage_asks_no_server(cli: Cli, words):
    assert (await cli("callbacks", *words, "--url", "http://127.0.0.1:1", AMITY_SECRET=SECRET)).code == 2


async def test_an_event_that_is_not_there_is_said(cli: Cli, rest):
    ran = await cli.on(rest, "callbacks", "show", "none")
    assert (ran.code, ran.err) == (1, "Error: 1004 RecordNotFoundError: there is no event none in the outbox\n")
