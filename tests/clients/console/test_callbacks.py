"""The page about callbacks in a real browser: an event that is given up, seen, shown, replayed, discarded; and samples.

``CONSOLE_PICTURES=$PWD/docs make test-clients`` takes the picture of docs/console.md, too.
"""

import asyncio
import itertools
import json
import os
from pathlib import Path

import pytest

from tests.clients.console.conftest import log_in
from tests.clients.console.test_console import PHONE, tab_to
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.processes import free_port
from tests.support.rest import ADMIN, SECRET
from tests.support.server_process import ServerProcess

PICTURES = os.environ.get("CONSOLE_PICTURES")
LOG = "/console/callbacks"
WAITING = "/console/callbacks/waiting"
TRY = "/console/callbacks/try"
VERDICTS = "#entries td.verdict"
REPLAY_ALL = ".actions button[name=all]:not([formaction])"
DISCARD_CHOSEN = ".actions button[formaction]:not([name])"
DISCARD_ALL = ".actions button[name=all][formaction]"
PORT = free_port()
"""Where the business server is, if there is one."""
_numbers = itertools.count()


@pytest.fixture(scope="module")
def console_server(tmp_path_factory):
    """A server for all tests of this module, which gives events up after one attempt."""
    folder = tmp_path_factory.mktemp("server")
    callbacks = {
        "url": f"http://127.0.0.1:{PORT}/app",
        "retries": [],
        "afterImportFriends": {"enable": True, "timeout": 2},
        "beforeSetFriendRemark": {"enable": True, "timeout": 2, "failedContinue": True},
    }
    settings = {"secret": SECRET, "admins": [ADMIN], "database": f"sqlite:///{folder / 'amity.db'}"}
    server = ServerProcess(folder, {**settings, "console": {"enable": True}, "callbacks": callbacks})
    server.launch()
    yield server
    server.kill()


@pytest.fixture
async def business(console_server, rest):
    """A business server where there was none. It ends breakers of other tests by an event that it takes."""
    async with BusinessServer(port=PORT) as business:
        yield business


@pytest.fixture
async def users(rest):
    """A user of the test's own, and a friend to be."""
    number = next(_numbers)
    await rest.register(f"user{number}", f"friend{number}")
    return f"user{number}", f"friend{number}"


async def given_up(rest, users, times=1):
    """Have events given up; return their ids, the oldest first."""
    owner, friend = users
    for _ in range(times):
        await rest.import_friends(owner, [friend])
        await rest.data("/friend/delete_friend", {"ownerUserID": owner, "friendUserID": friend})
        await rest.data("/friend/delete_friend", {"ownerUserID": friend, "friendUserID": owner})
    asked = {"state": "dead", "ownerUserID": owner, "pagination": {"pageNumber": 1, "showNumber": 50}}
    async with asyncio.timeout(30):
        while len(found := (await rest.data("/callback/list", asked))["events"]) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return [each["eventID"] for each in found]


def entry(seq):
    """Return an entry as the server has it, in JSON."""
    shown = {"callback": "c", "user": "u", "verdict": "v", "status": "200", "ms": "1", "class": "plain"}
    return json.dumps({"seq": seq, "at": "2027-01-01T00:00:00Z", "why": f"entry {seq}", **shown})


async def text_of(administrator, selector):
    return " ".join(await administrator.call("texts", selector))


async def test_an_event_that_dies_is_seen_live_and_shown_with_its_rule(administrator, rest, users):
    await administrator.call("open", f"{LOG}?user={users[0]}")
    assert await administrator.call("texts", VERDICTS) == []
    await given_up(rest, users)
    assert await administrator.call("become", VERDICTS, ["given up"], 10_000) == ["given up"]
    assert await administrator.call("texts", "#told[role=status]") == ["New entries: 1"]
    await administrator.call("click", "#entries a.at")
    assert await administrator.call("become", "h1", ["Callback"], 5000) == ["Callback"]
    assert await text_of(administrator, "#verdict") == "Verdict: given up"
    assert "Without an answer within the timeout" in await text_of(administrator, "[aria-labelledby=rule]")
    assert f'"ownerUserID": "{users[0]}"' in await text_of(administrator, "pre")
    assert await text_of(administrator, "[aria-labelledby=answer] p") == "Nothing."


async def test_an_event_is_replayed_from_its_own_page(administrator, rest, users, business):
    business.reaction = Answer({"sorry": "the <b>database</b> is down"}, status=500)
    [event] = await given_up(rest, users)
    await administrator.call("open", f"/console/callbacks/event?id={event}")
    await administrator.call("click", "[aria-labelledby=attempts] a")
    assert "the <b>database</b> is down" in await text_of(administrator, "pre[aria-label=Answered]")
    await administrator.call("open", f"/console/callbacks/event?id={event}")
    business.reaction = {}
    asked = len(business.requests)
    await administrator.call("click", "form.actions button:not([formaction])")
    await administrator.call("arrives", f"{WAITING}?done=replayed&count=1")
    assert "The event is on its way now." in await text_of(administrator, ".said")
    await business.wait_for(asked + 1)
    assert business.requests[-1].headers["webhook-id"] == event


async def test_an_event_that_is_replayed_leaves_the_list_by_itself(administrator, rest, users, business):
    business.reaction = Answer({}, status=500)
    await given_up(rest, users)
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    business.reaction = {}
    await administrator.call("click", REPLAY_ALL)
    await administrator.call("arrives", f"{WAITING}?user={users[0]}&done=replayed&count=1")
    gone = ["There are no such events."]
    assert await administrator.call("become", "#events [role=status]", gone, 10_000) == gone
    assert await text_of(administrator, "#again") == "Look again"


async def test_all_of_a_filter_are_replayed(administrator, rest, users):
    await given_up(rest, users, 3)
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    async with BusinessServer(port=PORT) as business:
        await administrator.call("click", REPLAY_ALL)
        await administrator.call("arrives", f"{WAITING}?user={users[0]}&done=replayed&count=3")
        await business.wait_for(3)
        assert {each.json["ownerUserID"] for each in business.requests} == {users[0]}


async def test_the_chosen_are_discarded_once_that_is_confirmed_with_the_keyboard_alone(administrator, rest, users):
    first, second, third = await given_up(rest, users, 3)
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    for _ in range(2):
        await tab_to(administrator, tag="input", id="")
        await administrator.call("press", "Space")
        await tab_to(administrator, tag="a")
    await tab_to(administrator, text="Discard the chosen")
    await administrator.call("press", "Enter")
    await administrator.call("arrives", "/console/callbacks/discard")
    assert await administrator.call("texts", "li code") == [first, second]
    await tab_to(administrator, text="Delete for good")
    await administrator.call("press", "Enter")
    await administrator.call("arrives", f"{WAITING}?user={users[0]}&done=discarded&count=2")
    assert await administrator.call("texts", "tbody code") == [third]


async def test_what_is_not_confirmed_is_kept(administrator, rest, users):
    events = await given_up(rest, users, 2)
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    await administrator.call("click", DISCARD_ALL)
    assert "(2 now) for good?" in await text_of(administrator, "form.card p")
    await administrator.call("click", "form.card a")
    await administrator.call("arrives", f"{WAITING}?user={users[0]}")
    assert await administrator.call("texts", "tbody code") == events


async def test_one_box_chooses_all_of_the_page(administrator, rest, users):
    await given_up(rest, users, 3)
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    await administrator.call("click", "#every")
    await administrator.call("click", DISCARD_CHOSEN)
    assert len(await administrator.call("texts", "li code")) == 3


async def test_who_chooses_nothing_is_told_so_and_keeps_the_filter(administrator, rest, users):
    await given_up(rest, users)
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    await administrator.call("click", DISCARD_CHOSEN)
    assert await administrator.call("become", "[role=alert]", ["Choose at least one event."], 5000)
    assert await administrator.call("evaluate", "document.querySelector('#user').value") == users[0]


async def test_two_administrators_discard_the_same_event_once(administrator, sit, rest, users):
    await given_up(rest, users)
    other = await sit()
    await log_in(other)
    for each in (administrator, other):
        await each.call("open", f"{WAITING}?user={users[0]}")
        await each.call("click", "#every")
        await each.call("click", DISCARD_CHOSEN)
    for each, came in ((administrator, "count=1"), (other, "count=0&of=1")):
        await each.call("click", "form.card button")
        await each.call("arrives", f"{WAITING}?user={users[0]}&done=discarded&{came}")
    assert "No event was deleted" in await text_of(other, ".said")


async def test_a_sample_is_sent_and_its_verdict_read(administrator, business):
    business.reaction = {"nextCode": 1, "errCode": 5001, "errMsg": "not you"}
    await administrator.call("open", TRY)
    await administrator.call("click", "form.card button")
    assert await administrator.call("become", "#outcome", ["Verdict: rejected"], 10_000) == ["Verdict: rejected"]
    section = await text_of(administrator, "[aria-labelledby=outcome]")
    assert "Status 2xx and nextCode 1 reject, whatever actionCode is." in section
    assert "the caller gets 5001 not you" in section
    assert '"ownerUserID": "amity-sample-owner"' in section
    assert business.requests[-1].headers["webhook-id"].startswith("amity-sample-")


async def test_a_wrong_url_is_said_in_words_and_kept(administrator):
    await administrator.call("open", TRY)
    await administrator.call("fill", "#url", "htp://app.example")
    await administrator.call("click", "form.card button")
    wanted = ["The sample was not sent: url: a URL begins with http:// or https://"]
    assert await administrator.call("become", "[role=alert]", wanted, 5000) == wanted
    assert await administrator.call("evaluate", "document.querySelector('#url').value") == "htp://app.example"


async def test_a_paused_log_stays_as_it_is_until_it_goes_on(administrator, rest, users):
    await administrator.call("open", f"{LOG}?user={users[0]}")
    await administrator.call("click", "#pause")
    assert await administrator.call("texts", "#pause") == ["Go on"]
    await given_up(rest, users)
    await administrator.call("evaluate", "refresh()")
    assert await administrator.call("texts", VERDICTS) == []
    await administrator.call("click", "#pause")
    assert await administrator.call("become", VERDICTS, ["given up"], 10_000) == ["given up"]


async def test_new_entries_wait_while_somebody_reads(administrator, rest, users):
    await given_up(rest, users)
    await administrator.call("open", f"{LOG}?user={users[0]}")
    await administrator.call("evaluate", "document.querySelector('#entries a.at').focus()")
    await given_up(rest, users)
    said = ["Show new entries: 1"]
    # The breaker may be open, after ten failures of these tests, and sends one event in ten seconds.
    assert await administrator.call("become", "#newer", said, 25_000, within=30) == said
    assert len(await administrator.call("texts", VERDICTS)) == 1
    await administrator.call("click", "#newer")
    assert len(await administrator.call("texts", VERDICTS)) == 2
    assert (await administrator.call("focused"))["id"] == "entries"


async def test_an_entry_that_comes_late_with_a_lower_number_is_put_in_its_place(administrator, users):
    await administrator.call("open", f"{LOG}?user={users[0]}")
    await administrator.call("evaluate", f"take([{entry(1012)}, {entry(1010)}])")
    await administrator.call("evaluate", f"take([{entry(1012)}, {entry(1011)}, {entry(1010)}])")
    assert await administrator.call("texts", "#entries td.why") == ["entry 1012", "entry 1011", "entry 1010"]


async def test_entries_before_the_newest_are_asked_for_again_for_some_seconds(administrator, users):
    await administrator.call("open", f"{LOG}?user={users[0]}")
    await administrator.call("evaluate", f"take([{entry(1012)}])")
    assert await administrator.call("evaluate", "after()") == 812
    await administrator.call("evaluate", "marks.forEach(each => { each.at -= AGAIN_MS; })")
    assert await administrator.call("evaluate", "after()") == 1012


async def test_an_entry_of_another_page_of_the_log_is_not_asked_for_again(administrator, rest, users):
    await given_up(rest, users)
    await administrator.call("open", f"{LOG}?user={users[0]}")
    await administrator.call("evaluate", "live.dataset.older = '1000'")
    await administrator.call("evaluate", f"take([{entry(1012)}])")
    assert await administrator.call("evaluate", "after()") == 1000


async def test_an_open_log_says_that_its_session_has_ended(administrator):
    await administrator.call("open", LOG)
    await administrator.call("forget")
    await administrator.call("evaluate", "refresh()")
    said = "Your session has ended: these entries are old. Load the page again to log in."
    assert await administrator.call("texts", "#stale") == [said]


async def test_what_is_sent_after_the_session_has_ended_is_not_done(administrator, rest, users):
    [event] = await given_up(rest, users)
    await administrator.call("open", f"/console/callbacks/event?id={event}")
    await administrator.call("forget")
    await administrator.call("click", "form.actions button[formaction]")
    await administrator.call("arrives", "/console/login")
    assert await given_up(rest, users, 0) == [event]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_a_phone_shows_all(sit, rest, users, business, scheme):
    business.reaction = Answer({"sorry": "x" * 400}, status=500)
    [event] = await given_up(rest, users)
    administrator = await sit(colorScheme=scheme, **PHONE)
    await log_in(administrator)
    for path in (
        LOG,
        f"{WAITING}?user={users[0]}",
        f"/console/callbacks/event?id={event}",
        "/console/callbacks/event?id=x",
    ):
        await look(administrator, path)
    await administrator.call("open", f"{LOG}?user={users[0]}")
    entry = await administrator.call("evaluate", "document.querySelector('#entries a').getAttribute('href')")
    await look(administrator, entry)
    for kind in ("before", "after"):
        await look(administrator, f"/console/callbacks/settings?kind={kind}")
    await administrator.call("open", f"{WAITING}?user={users[0]}")
    await administrator.call("click", DISCARD_ALL)
    await look(administrator)
    await administrator.call("open", TRY)
    await administrator.call("click", "form.card button")
    assert await administrator.call("become", "#outcome", ["Verdict: failed"], 10_000)
    await look(administrator)


async def look(administrator, path=""):
    """Check a page by axe's rules, and that it is no wider than the screen."""
    if path:
        await administrator.call("open", path)
    assert not await administrator.call("axe"), path
    assert await administrator.call("evaluate", "document.documentElement.scrollWidth") <= 360, path


@pytest.mark.skipif(PICTURES is None, reason="CONSOLE_PICTURES says where to put it")
async def test_a_picture_is_taken_of_a_log(administrator, rest, business):
    business.reaction = lambda request: Answer({}, status=500) if b"dora" in request.body else {}
    await rest.register("alice", "bob", "carol", "dora")
    await rest.import_friends("alice", ["bob", "carol"])
    await rest.import_friends("bob", ["dora"])
    await rest.data("/friend/set_friend_remark", {"ownerUserID": "alice", "friendUserID": "bob", "remark": "Bob"})
    business.reaction = {"nextCode": 1, "errCode": 5001, "errMsg": "no remarks today"}
    await rest.post("/friend/set_friend_remark", {"ownerUserID": "carol", "friendUserID": "alice", "remark": "A"})
    await administrator.call("open", LOG)
    await administrator.call("screenshot", str(Path(str(PICTURES)) / "console-callbacks.png"))
