"""Taking back a message in the console."""

import base64
import html
import re

import pytest

from amity.console.pages.messages import contents
from tests.integration.console.messages import entries, say, texts_of, with_writers
from tests.integration.console.test_audit import cells
from tests.support.rest import ADMIN

NOT_SHOWN = "This message cannot be shown. The server's log says why; an export as JSON lines has it."


@pytest.fixture
async def rest(start_server):
    return await with_writers(start_server)


async def take_back(admin, number, **fields):
    on = f"/console/messages/take-back?conversation=si_ann_bob&user=ann&seq={number}"
    form = {"conversation": "si_ann_bob", "user": "ann", "seq": str(number)}
    return await admin.submit("/console/messages/take-back", form | fields, on=on)


async def test_a_message_is_taken_back_after_a_question(admin, rest):
    asked = await admin.get("/console/messages/take-back?conversation=si_ann_bob&user=ann&seq=3")
    assert texts_of(asked) == ["apple 3"]
    assert await entries(admin, "messages.read") == [("si_ann_bob", "Done")]
    answer = await take_back(admin, 3)
    assert answer.status_code == 303
    page = await admin.get(answer.headers["location"])
    assert "The message was taken back." in page.text
    assert texts_of(page)[2] == "This message was taken back."
    assert await entries(admin, "messages.take_back") == [("si_ann_bob 3", "Done")]
    stored = await rest.data("/msg/get_conversation_msgs", {"conversationID": "si_ann_bob", "begin": 3, "num": 1})
    assert stored["msgs"][0]["contentType"] == 2101


async def test_who_is_the_second_to_take_a_message_back_is_told_so(admin, visit):
    other = visit()
    await other.log_in()
    on = "/console/messages/take-back?conversation=si_ann_bob&user=ann&seq=3"
    opened = await other.get(on)
    await take_back(admin, 3)
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', opened.text)
    assert csrf
    form = {"csrf": csrf[1], "conversation": "si_ann_bob", "user": "ann", "seq": "3"}
    answer = await other.post("/console/messages/take-back", form)
    page = await other.get(answer.headers["location"])
    assert "Somebody has taken this message back before you." in page.text
    assert [outcome for _, outcome in await entries(admin, "messages.take_back")] == ["Refused", "Done"]


@pytest.mark.parametrize("fields", [{"seq": "99"}, {"seq": "x"}, {"seq": ""}, {"conversation": "si_ann_cid"}])
async def test_what_is_not_there_is_not_taken_back(admin, fields):
    answer = await take_back(admin, 3, **fields)
    assert answer.status_code == 400
    assert not [each for each in await entries(admin, "messages.take_back") if each[1] == "Done"]


async def test_a_message_of_a_group_is_taken_back(admin, rest):
    info = {"groupID": "club", "groupName": "Club", "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": info})
    await say(rest, "bob", "to all", receiver="x", groupID="club", sessionType=3)
    on = "/console/messages/take-back?conversation=sg_club&seq=2"
    answer = await admin.submit("/console/messages/take-back", {"conversation": "sg_club", "seq": "2"}, on=on)
    assert answer.status_code == 303
    page = await admin.get("/console/messages?conversation=sg_club")
    assert texts_of(page)[-1] == "This message was taken back."


async def test_a_message_of_an_erased_user_is_taken_back(admin, rest):
    await rest.data("/user/erase_user", {"userID": "ann", "messages": "keep"})
    assert (await take_back(admin, 3)).status_code == 303


async def test_who_took_a_message_back_is_said(admin):
    await take_back(admin, 1)
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert f"By <bdi>{ADMIN}</bdi>" in page.text


async def test_actions_are_done_as_the_administrator(admin, rest):
    await take_back(admin, 1)
    stored = await rest.data("/msg/get_conversation_msgs", {"conversationID": "si_ann_bob", "begin": 1, "num": 1})
    assert ADMIN in base64.b64decode(stored["msgs"][0]["content"]).decode()


async def test_a_message_that_cannot_be_shown_hides_no_other_and_is_taken_back(admin, rest, monkeypatch):
    monkeypatch.setitem(contents._READERS, 110, lambda members: 1 / 0)
    await say(rest, "ann", "", kind=110, content={"data": "x"})
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert texts_of(page)[3:] == ["apple 4", NOT_SHOWN]
    found = await admin.get("/console/messages?sender=")
    assert [row[4] for row in cells(html.unescape(found.text))][:2] == [NOT_SHOWN, "apple 4"]
    assert (await take_back(admin, 5)).headers["location"].endswith("said=said.messages.taken_back")
