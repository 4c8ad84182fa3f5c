"""The page about callbacks over HTTP: the log, the outbox, trying a business server, and what is in force."""

import asyncio
import re

import pytest

from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer, Silence
from tests.support.business_server import BusinessServer

PAGE = {"pagination": {"pageNumber": 1, "showNumber": 100}}
WAITING = "/console/callbacks/waiting"
BEFORE = "callbackBeforeImportFriendsCommand"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
async def rest(start_server, business):
    """A server with the console, which gives events up after one attempt."""
    callbacks = {**import_callbacks(business), "afterSendGroupMsg": {"enable": True}, "retries": []}
    rest = await start_server(console={"enable": True}, callbacks=callbacks)
    await rest.register("lena", "max", "kim")
    return rest


async def given_up(rest, business, *owners):
    """Have one event of each owner given up; return their ids."""
    business.reaction = lambda request: {} if request.path.endswith(BEFORE) else Answer({"sorry": EVIL}, status=500)
    for owner in owners:
        await rest.import_friends(owner, ["kim"])
    async with asyncio.timeout(10):
        while await total(rest, "dead") < len(owners):  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.02)
    return [each["eventID"] for each in (await rest.data("/callback/list", {"state": "dead", **PAGE}))["events"]]


async def total(rest, state=""):
    return (await rest.data("/callback/list", {"state": state, **PAGE}))["total"]


def texts(page, name):
    """Return what a column of the log's table has; the row in the template is none."""
    shown = page.partition("<template")[0]
    return [re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(rf'<td class="{name}[^"]*">(.*?)</td>', shown)]


async def actions(admin):
    page = (await admin.get("/console/audit")).text.partition("<tbody>")[2]
    return re.findall(
        r'<td title="(callbacks\.\w+)">.*?<td class="text">(.*?)</td>\s*<td class="(\w+)"', page, re.DOTALL
    )


async def test_the_log_filters_by_user_callback_verdict_and_operation(admin, rest, business):
    await given_up(rest, business, "lena", "max")
    page = (await admin.get("/console/callbacks")).text
    assert sorted(texts(page, "verdict")) == ["approved", "approved", "given up", "given up"]
    page = (await admin.get("/console/callbacks?user=lena&verdict=dead")).text
    assert (texts(page, "user"), texts(page, "verdict")) == (["lena"], ["given up"])
    page = (await admin.get(f"/console/callbacks?callback={BEFORE}")).text
    assert set(texts(page, "callback")) == {"beforeImportFriends"}
    assert "There are no such entries." in (await admin.get("/console/callbacks?operation=none")).text


async def test_the_log_has_pages(admin, rest, business):
    business.reaction = {"nextCode": 1}
    for _ in range(60):
        await rest.post("/friend/import_friend", {"ownerUserID": "lena", "friendUserIDs": ["max"]})
    first = (await admin.get("/console/callbacks?user=lena")).text
    [older] = re.findall(r'href="(/console/callbacks\?user=lena&amp;before=\d+)" rel="next"', first)
    second = (await admin.get(older.replace("&amp;", "&"))).text
    assert (len(texts(first, "verdict")), len(texts(second, "verdict"))) == (50, 10)
    assert 'rel="next"' not in second
    assert 'id="live"' not in second


async def test_the_log_goes_on_from_an_entry(admin, rest, business):
    await given_up(rest, business, "lena")
    page = (await admin.get("/console/callbacks")).text
    [after] = re.findall(r'data-newest="(\d+)"', page)
    assert (await admin.get(f"/console/callbacks/log.json?after={after}")).json() == {"entries": []}
    business.reaction = {"nextCode": 1, "errMsg": EVIL}
    await rest.post("/friend/import_friend", {"ownerUserID": "max", "friendUserIDs": ["kim"]})
    [entry] = (await admin.get(f"/console/callbacks/log.json?after={after}&user=max")).json()["entries"]
    assert (entry["user"], entry["verdict"], entry["callback"]) == ("max", "rejected", "beforeImportFriends")
    assert entry["seq"] > int(after)
    assert (await admin.get(f"/console/callbacks/log.json?after={after}&user=lena")).json() == {"entries": []}


async def test_the_log_is_asked_again_for_entries_before_the_newest(admin, rest, business):
    business.reaction = {"nextCode": 1}
    for _ in range(60):
        await rest.post("/friend/import_friend", {"ownerUserID": "lena", "friendUserIDs": ["max"]})
    page = (await admin.get("/console/callbacks")).text
    [newest, older] = re.findall(r'data-(?:newest|older)="(\d+)"', page)
    again = (await admin.get(f"/console/callbacks/log.json?after={int(newest) - 60}")).json()["entries"]
    assert (len(again), int(newest) - int(older)) == (60, 49)


async def test_polling_the_log_is_no_use_of_the_session(visitor):
    answer = await visitor.get("/console/callbacks/log.json?after=0")
    assert (answer.status_code, answer.json()) == (401, {"login": "/console/login"})


async def test_an_entry_has_what_was_sent_and_answered_and_the_rule(admin, rest, business):
    await given_up(rest, business, "lena")
    [seq] = [each["seq"] for each in (await rest.data("/callback/log", {"verdict": "dead", **PAGE}))["entries"]]
    page = (await admin.get(f"/console/callbacks/entry?seq={seq}")).text
    assert "Any status but 200 to 299 is a failed attempt" in page
    assert "docs/callbacks/README.md, &#34;What becomes of an after-callback&#34;" in page
    assert "&#34;callbackCommand&#34;: &#34;callbackAfterImportFriendsCommand&#34;" in page
    assert "&#34;sorry&#34;: &#34;&lt;script&gt;" in page
    assert EVIL not in page


async def test_who_has_read_what_was_sent_is_an_entry_of_the_audit_log(admin, rest, business):
    [event] = await given_up(rest, business, "lena")
    [seq] = [each["seq"] for each in (await rest.data("/callback/log", {"verdict": "dead", **PAGE}))["entries"]]
    for _ in range(2):
        await admin.get(f"/console/callbacks/entry?seq={seq}")
        await admin.get(f"/console/callbacks/event?id={event}")
    assert await actions(admin) == [
        ("callbacks.read", f"lena {event}", "done"),
        ("callbacks.read", f"lena {seq}", "done"),
    ]


async def test_an_entry_that_is_not_there_is_said_in_words(admin):
    answer = await admin.get("/console/callbacks/entry?seq=999999")
    assert answer.status_code == 404
    assert "This entry is not in the log any more" in answer.text


async def test_one_event_is_shown_and_replayed(admin, rest, business):
    [event] = await given_up(rest, business, "lena")
    page = await admin.get(f"/console/callbacks/event?id={event}")
    assert "&#34;ownerUserID&#34;: &#34;lena&#34;" in page.text
    business.reaction = {}
    answer = await admin.submit(
        "/console/callbacks/replay", {f"event.{event}": "1"}, on=f"/console/callbacks/event?id={event}"
    )
    assert answer.headers["location"] == f"{WAITING}?done=replayed&count=1"
    page = (await admin.get(answer.headers["location"])).text
    assert "The event is on its way now." in page
    assert f'<a id="again" href="{WAITING}?">Look again</a>' in page
    async with asyncio.timeout(10):
        while await total(rest):  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.02)
    assert (await actions(admin))[0] == ("callbacks.replay", event, "done")
    gone = await admin.get(f"/console/callbacks/event?id={event}")
    assert gone.status_code == 404
    assert "is no longer in the outbox" in gone.text


async def test_all_of_a_filter_are_replayed_and_no_others(admin, rest, business):
    await given_up(rest, business, "lena", "max")
    business.reaction = {}
    answer = await admin.submit("/console/callbacks/replay", {"all": "1", "user": "max"}, on=WAITING)
    assert answer.headers["location"] == f"{WAITING}?user=max&done=replayed&count=1"
    async with asyncio.timeout(10):
        while await total(rest) > 1:  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.02)
    assert [each["ownerUserID"] for each in (await rest.data("/callback/list", PAGE))["events"]] == ["lena"]
    assert await actions(admin) == [("callbacks.replay", "all user=max", "done")]


async def test_nothing_is_discarded_before_it_is_confirmed(admin, rest, business):
    first, second = await given_up(rest, business, "lena", "max")
    asked = await admin.submit("/console/callbacks/discard", {f"event.{first}": "1"}, on=WAITING)
    assert asked.status_code == 200
    assert "Delete these events (1) for good?" in asked.text
    assert await total(rest) == 2
    assert not await actions(admin)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text.partition("<main")[2]))
    answer = await admin.post("/console/callbacks/discard", fields)
    assert answer.headers["location"] == f"{WAITING}?done=discarded&count=1"
    assert [each["eventID"] for each in (await rest.data("/callback/list", PAGE))["events"]] == [second]
    assert await actions(admin) == [("callbacks.discard", first, "done")]


async def test_all_given_up_of_a_filter_are_discarded(admin, rest, business):
    await given_up(rest, business, "lena", "max")
    asked = await admin.submit("/console/callbacks/discard", {"all": "1", "user": "max"}, on=WAITING)
    assert "fit the filter (1 now) for good?" in asked.text
    fields = {"all": "1", "user": "max", "confirmed": "1"}
    answer = await admin.submit("/console/callbacks/discard", fields, on=WAITING)
    assert answer.headers["location"] == f"{WAITING}?user=max&done=discarded&count=1"
    assert await total(rest) == 1


async def test_what_another_administrator_has_discarded_is_not_discarded_again(admin, visit, rest, business):
    events = await given_up(rest, business, "lena", "max")
    other = visit()
    await other.log_in()
    fields = {f"event.{each}": "1" for each in events} | {"confirmed": "1"}
    await other.submit("/console/callbacks/discard", {f"event.{events[0]}": "1", "confirmed": "1"}, on=WAITING)
    answer = await admin.submit("/console/callbacks/discard", fields, on=WAITING)
    assert answer.headers["location"].endswith("done=discarded&count=1&of=2")
    assert (
        "The event was deleted. The others of those you chose are no longer there."
        in (await admin.get(answer.headers["location"])).text
    )


@pytest.mark.parametrize("what", ["replay", "discard"])
async def test_a_form_without_a_choice_is_said_in_words_and_keeps_its_filter(admin, rest, business, what):
    await given_up(rest, business, "lena")
    answer = await admin.submit(f"/console/callbacks/{what}", {"user": "lena"}, on=WAITING)
    assert answer.status_code == 400
    assert "Choose at least one event." in answer.text
    assert 'name="user" value="lena"' in answer.text
    assert 'href="/console/callbacks/waiting" aria-current="true"' in answer.text


async def test_an_event_that_is_replayed_is_not_shown_as_one_that_nobody_has_tried(admin, rest, business):
    [event] = await given_up(rest, business, "lena")
    business.reaction = Silence()
    await admin.submit("/console/callbacks/replay", {f"event.{event}": "1"}, on=WAITING)
    page = (await admin.get(WAITING)).text.partition("<tbody>")[2]
    assert "to be sent again</td>" in page
    assert "the answer&#39;s status was 500" in page


async def test_the_outbox_is_filtered_by_the_callbacks_that_it_may_have(admin):
    page = (await admin.get(WAITING)).text
    assert ">afterImportFriends</option>" in page
    assert ">beforeImportFriends</option>" not in page


@pytest.mark.parametrize("path", ["/console/callbacks", WAITING])
async def test_what_became_of_the_messages_of_a_group_is_found_by_the_group_s_id(admin, rest, business, path):
    business.reaction = Answer({}, status=500)
    club = {"groupID": "hi-club", "groupName": "Club", "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "lena", "memberUserIDs": ["max"], "groupInfo": club})
    hello = {"sendID": "lena", "groupID": "hi-club", "sessionType": 3, "contentType": 101}
    await rest.data("/msg/send_msg", {**hello, "senderPlatformID": 1, "content": {"content": "hello"}})
    async with asyncio.timeout(10):
        while not await total(rest, "dead"):  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.02)
    page = (await admin.get(f"{path}?user=hi-club")).text
    assert re.findall(r">(sg_[^<]*)</td>", page) == ["sg_hi-club"]
    assert "sg_hi-club" not in (await admin.get(f"{path}?user=club")).text


@pytest.mark.parametrize("what", ["replay", "discard"])
async def test_a_change_of_the_language_after_a_form_leads_to_the_outbox(admin, what):
    assert (await admin.get(f"/console/callbacks/{what}")).headers["location"] == WAITING


async def test_a_sample_is_sent_and_its_verdict_shown(admin, business):
    business.reaction = {"nextCode": 1, "errMsg": EVIL}
    answer = await admin.submit("/console/callbacks/try", {"callback": BEFORE, "url": ""}, on="/console/callbacks/try")
    assert answer.status_code == 200
    assert "Status 2xx and nextCode 1 reject, whatever actionCode is." in answer.text
    assert "amity-sample-owner" in answer.text
    assert EVIL not in answer.text
    assert business.requests[-1].json["ownerUserID"] == "amity-sample-owner"
    assert await actions(admin) == [("callbacks.try", BEFORE, "done")]


async def test_a_wrong_url_is_said_in_words_and_kept(admin):
    fields = {"callback": BEFORE, "url": "ftp://files.example/x"}
    answer = await admin.submit("/console/callbacks/try", fields, on="/console/callbacks/try")
    assert answer.status_code == 400
    assert "a URL begins with http:// or https://" in answer.text
    assert 'value="ftp://files.example/x"' in answer.text
    assert f'<option value="{BEFORE}" selected>' in answer.text


async def test_a_password_in_a_url_is_not_in_the_audit_log(admin):
    async with BusinessServer() as other:
        fields = {"callback": BEFORE, "url": f"http://user:word@127.0.0.1:{other.port}/x?key=hidden"}
        answer = await admin.submit("/console/callbacks/try", fields, on="/console/callbacks/try")
        assert "loopback, and allowPrivate is off" in answer.text
        assert f"Nothing was sent to http://127.0.0.1:{other.port}/x" in answer.text
        assert "HTTP status" not in answer.text
        assert await actions(admin) == [("callbacks.try", f"{BEFORE} http://127.0.0.1:{other.port}/x", "done")]
        assert not other.connections


async def test_what_is_in_force_is_shown_by_kind(admin, business):
    before = (await admin.get("/console/callbacks/settings")).text
    assert f"{business.url}/callbackExample/{BEFORE}" in before
    assert before.count("<tr>") < 50
    after = (await admin.get("/console/callbacks/settings?kind=after")).text
    assert "afterImportFriends" in after
    assert "failedContinue" not in after


@pytest.mark.parametrize("path", ["", "/waiting", "/try", "/settings", "/entry?seq=1", "/event?id=x"])
async def test_without_a_session_a_page_leads_to_the_login(visitor, path):
    answer = await visitor.get(f"/console/callbacks{path}")
    assert answer.headers["location"].startswith("/console/login?next=%2Fconsole%2Fcallbacks")


@pytest.mark.parametrize("what", ["replay", "discard", "try"])
async def test_what_is_sent_after_the_session_has_ended_is_not_done(visitor, rest, business, what):
    [event] = await given_up(rest, business, "lena")
    asked = len(business.requests)
    fields = {f"event.{event}": "1", "confirmed": "1", "callback": BEFORE, "csrf": "0" * 64}
    answer = await visitor.post(f"/console/callbacks/{what}", fields)
    assert answer.headers["location"] == "/console/login?said=said.ended"
    assert (await total(rest), len(business.requests)) == (1, asked)
