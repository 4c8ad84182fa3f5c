"""Asking before an operation: every row of the contract's table, and every bad day, against a real HTTP server."""

import asyncio
import json
import logging
import time

import pytest

from amity.callbacks.asking.asker import Answer as Verdict
from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.clock import SYSTEM_CLOCK
from amity.errors import ImError
from amity.settings import Callback, Callbacks
from amity.wire.events.catalogue import payload
from amity.wire.events.friends import BeforeImportFriends, BeforeSetFriendRemark, ReplaceFriends
from tests.support.behaviour import Answer, Drip, Endless, Half, HangUp, Raw, Silence, html, redirect
from tests.support.business_server import ALLOW
from tests.support.fake_clock import FakeClock
from tests.support.processes import free_port

EVENT = BeforeImportFriends(owner_user_id="ann", friend_user_ids=["bob", "cy"])
UNCHANGED: Verdict[ReplaceFriends] = Verdict(None, answered=True)
UNANSWERED: Verdict[ReplaceFriends] = Verdict(None, answered=False)


class Notes(CallbackLog):
    """A callback log that is looked at instead of written."""

    def __init__(self):
        self.notes = []

    def note(self, **note):
        self.notes.append(note)


class Desk:
    """What asks the business server, with what it noted."""

    def __init__(self, url, clock=SYSTEM_CLOCK, **callback):
        settings = Callback(**({"enable": True, "timeout": 2.0} | callback))
        remark = Callback(enable=True, timeout=2.0)
        callbacks = Callbacks(url=url, events={"beforeImportFriends": settings, "beforeSetFriendRemark": remark})
        self.sender = Sender(callbacks)
        self.log = Notes()
        self.before = Before(callbacks, self.sender, self.log, clock=clock)

    @property
    def notes(self):
        return self.log.notes

    async def ask(self, event=EVENT, **options):
        return await self.before.ask(event, "operation-1", **options)

    async def refusal(self, **options):
        with pytest.raises(ImError) as raised:
            await self.ask(**options)
        return raised.value


@pytest.fixture
async def make_desk(business):
    made = []

    def make(url=None, **options):
        made.append(Desk(url or f"{business.url}/secretPath", **options))
        return made[-1]

    yield make
    for desk in made:
        await desk.sender.close()


@pytest.fixture
def desk(make_desk):
    return make_desk()


async def test_it_sends_the_event_and_notes_what_became_of_it(desk, business):
    assert await desk.ask() == UNCHANGED
    (request,) = business.requests
    assert request.path == "/secretPath/callbackBeforeImportFriendsCommand"
    assert request.body == payload(EVENT)
    assert request.headers["operationid"] == "operation-1"
    (note,) = desk.notes
    assert note.pop("event_id").startswith("msg_")
    assert note.pop("duration_ms") >= 0
    assert note == {
        "command": "callbackBeforeImportFriendsCommand",
        "owner": "ann",
        "operation_id": "operation-1",
        "verdict": "approved",
        "err_code": 0,
        "reason": "",
        "http_status": 200,
        "rule": "approved",
        "request": payload(EVENT),
        "answer": json.dumps(ALLOW).encode(),
    }


async def test_each_question_has_an_id_of_its_own(desk):
    for _ in range(3):
        await desk.ask()
    assert len({note["event_id"] for note in desk.notes}) == 3


async def test_a_callback_that_is_off_is_not_asked(make_desk, business):
    desk = make_desk(enable=False)
    assert not desk.before.enabled(BeforeImportFriends)
    assert desk.before.enabled(BeforeSetFriendRemark)
    assert await desk.ask(must_answer=True) == UNANSWERED
    assert business.requests == []
    assert desk.notes == []


# The table ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action_code", [0, 1, "1", None])
@pytest.mark.parametrize("next_code", [1, "1"])
@pytest.mark.parametrize("failed_continue", [None, True])
async def test_next_code_1_rejects_in_the_apps_own_words(make_desk, business, action_code, next_code, failed_continue):
    desk = make_desk(failed_continue=failed_continue)
    business.reaction = {
        "actionCode": action_code, "errCode": 5001, "errMsg": "no", "errDlt": "why", "nextCode": next_code,
    }  # fmt: skip
    refusal = await desk.refusal()
    assert (refusal.code, refusal.message, refusal.detail) == (5001, "no", "why")
    assert (desk.notes[0]["verdict"], desk.notes[0]["err_code"], desk.notes[0]["reason"]) == (
        "rejected",
        5001,
        "no: why",
    )


async def test_a_rejection_without_words_gets_some(desk, business):
    business.reaction = {"nextCode": 1}
    refusal = await desk.refusal()
    assert (refusal.code, refusal.message, refusal.detail) == (80000, "rejected by the app", "")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": "0"},
        {"errCode": 7},
        {"friendUserIDs": None},
    ],
)
async def test_an_approval_leaves_the_list(desk, business, answer):
    business.reaction = answer
    assert await desk.ask() == UNCHANGED
    assert desk.notes[0]["verdict"] == "approved"


async def test_an_ignored_err_code_is_logged(desk, business, caplog):
    caplog.set_level(logging.INFO, "amity")
    business.reaction = {"errCode": 7}
    await desk.ask()
    (record,) = caplog.records
    assert "errCode 7 ignored" in record.getMessage()
    assert record.operationID == "operation-1"
    assert desk.notes[0]["reason"] == "errCode 7 ignored"


@pytest.mark.parametrize("friends", [[], ["dee"], ["bob", "cy"]])
async def test_a_list_replaces_the_list_the_empty_one_included(desk, business, friends):
    business.reaction = {"friendUserIDs": friends}
    assert await desk.ask() == Verdict(ReplaceFriends(friend_user_ids=friends), answered=True)
    assert desk.notes[0]["verdict"] == "modified"


FAILURES = [
    (Answer(b""), 90007, "an empty answer"),
    (Answer(b"", 204), 90007, "an empty answer"),
    ({"actionCode": 1}, 90007, "says that it failed"),
    (html(), 90007, "not JSON"),
    (Answer(b"[]"), 90007, "malformed"),
    (Answer(b"null"), 90007, "malformed"),
    (Answer(b'{"actionCode":0'), 90007, "not JSON"),
    (Answer(b"\xef\xbb\xbf{}"), 90007, "a byte order mark"),
    (Answer(b'{"errMsg":"\xff"}'), 90007, "not JSON"),
    (Answer(b'{"a":' + b"[" * 200_000), 90007, "not JSON"),
    ({"actionCode": True}, 90007, "malformed"),
    ({"nextCode": "yes"}, 90007, "nextCode"),
    ({"nextCode": 2}, 90007, "nextCode"),
    ({"friendUserIDs": "bob"}, 90007, "friendUserIDs"),
    (html(404), 90004, "status 404"),
    (html(500), 90004, "status 500"),
    (Answer({}, 401), 90004, "status 401"),
    (redirect("http://169.254.169.254/latest/meta-data/"), 90004, "status 302"),
    (redirect("/elsewhere", 307), 90004, "status 307"),
    (HangUp(), 90004, "without an answer"),
    (Half(), 90004, "before its answer was whole"),
    (Endless(), 90004, "more than 1048576 bytes"),
    (Endless(declared=False), 90004, "more than 1048576 bytes"),
    (Raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n{}"), 90004, "of headers"),
    (Raw(b"SSH-2.0-OpenSSH_9.2\r\n"), 90004, "not HTTP"),
]  # fmt: skip
names = [f"{code} {text}" for _, code, text in FAILURES]


@pytest.mark.parametrize(("reaction", "code", "says"), FAILURES, ids=names)
async def test_a_failure_refuses_and_says_why_without_saying_where(desk, business, reaction, code, says, caplog):
    business.reaction = reaction
    refusal = await desk.refusal()
    assert refusal.code == code
    assert refusal.message == {90004: "NetworkError", 90007: "DataError"}[code]
    assert says in refusal.detail
    for secret in (str(business.port), "127.0.0.1", "secretPath", "callbackBefore", "http://", ".py"):
        assert secret not in refusal.detail
    assert (desk.notes[0]["verdict"], desk.notes[0]["err_code"]) == ("failed", code)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.operationID == "operation-1"
    assert f"{business.url}/secretPath/callbackBeforeImportFriendsCommand" in record.getMessage()
    assert "the operation is refused" in record.getMessage()


@pytest.mark.parametrize(("reaction", "code", "says"), FAILURES, ids=names)
async def test_with_failed_continue_a_failure_goes_on_as_if_approved_but_unanswered(
    make_desk, business, reaction, code, says, caplog
):
    desk = make_desk(failed_continue=True)
    business.reaction = reaction
    assert await desk.ask() == UNANSWERED
    assert (desk.notes[0]["verdict"], desk.notes[0]["err_code"]) == ("failed", code)
    assert "goes on" in caplog.text
    assert (await desk.refusal(must_answer=True)).code == code


@pytest.mark.parametrize("failed_continue", [None, False])
async def test_an_absent_failed_continue_is_off(make_desk, business, failed_continue):
    business.reaction = html(500)
    assert (await make_desk(failed_continue=failed_continue).refusal()).code == 90004


@pytest.mark.parametrize("reaction", [Silence(), Drip(), Drip(head_too=True)])
async def test_no_answer_within_the_timeout_is_a_failure(make_desk, business, reaction):
    desk = make_desk(timeout=0.25)
    business.reaction = reaction
    began = time.monotonic()
    refusal = await desk.refusal()
    assert time.monotonic() - began < 10  # the slow answers take longer to come
    assert (refusal.code, refusal.detail) == (90004, "the app's callback did not answer in time")


async def test_a_business_server_that_is_down_is_a_failure(make_desk):
    desk = make_desk(f"http://127.0.0.1:{free_port()}/secretPath")
    refusal = await desk.refusal()
    assert (refusal.code, refusal.detail) == (90004, "the app's callback could not be reached")
    assert desk.notes[0]["http_status"] == 0


async def test_secrets_of_the_url_are_not_logged(make_desk, business, caplog):
    desk = make_desk(f"http://me:hunter2@127.0.0.1:{business.port}/x?key=hunter2")
    business.reaction = html(500)
    await desk.refusal()
    assert "hunter2" not in caplog.text
    assert f"127.0.0.1:{business.port}/x/callback" in caplog.text


# The breaker -------------------------------------------------------------------------------------------------------


async def test_after_ten_failures_in_a_row_nothing_is_asked_for_ten_seconds_then_one_probe(make_desk, business):
    clock = FakeClock()
    desk = make_desk(clock=clock)
    business.reaction = html(500)
    for _ in range(10):
        await desk.refusal()
    refusal = await desk.refusal()
    assert refusal.code == 90004
    assert "10 times in a row" in refusal.detail
    assert desk.notes[-1]["verdict"] == "failed"
    assert len(business.requests) == 10
    clock.advance(10)
    await desk.refusal()
    await desk.refusal()
    assert len(business.requests) == 11
    clock.advance(10)
    business.reaction = {}
    assert await desk.ask() == await desk.ask() == UNCHANGED


async def test_an_answer_that_fails_opens_it_as_well_and_failed_continue_still_goes_on(make_desk, business):
    desk = make_desk(failed_continue=True)
    business.reaction = {"nextCode": 7}
    for _ in range(12):
        assert await desk.ask() == UNANSWERED
    assert len(business.requests) == 10
    assert (await desk.refusal(must_answer=True)).code == 90004


async def test_rejections_are_no_failures(desk, business):
    business.reaction = {"nextCode": 1}
    for _ in range(12):
        assert (await desk.refusal()).code == 80000


async def test_a_callback_that_fails_does_not_stop_another(desk, business):
    business.reaction = lambda request: html(404) if "Import" in request.path else {"remark": "new"}
    for _ in range(11):
        await desk.refusal()
    answer = await desk.ask(BeforeSetFriendRemark(owner_user_id="ann", friend_user_id="bob", remark="old"))
    assert answer.change.remark == "new"


async def test_a_probe_whose_caller_gives_up_lets_the_next_one_probe(make_desk, business):
    clock = FakeClock()
    desk = make_desk(clock=clock)
    business.reaction = html(500)
    for _ in range(10):
        await desk.refusal()
    clock.advance(10)
    business.reaction = Silence()
    probe = asyncio.ensure_future(desk.ask())
    await business.wait_for(11)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    business.reaction = {}
    assert await desk.ask() == UNCHANGED
