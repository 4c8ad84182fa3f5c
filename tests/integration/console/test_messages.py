"""The page of messages: finding, reading in context, the entries of the audit log, and what is refused."""

import asyncio
import base64
import csv
import html
import io
import json
import re

import pytest

from amity.console import download
from amity.console.pages.messages import contents, exporting
from tests.integration.console.test_audit import cells
from tests.support.console import Visitor
from tests.support.rest import ADMIN

NOT_SHOWN = "This message cannot be shown. The server's log says why; an export as JSON lines has it."
ODD = """<script>alert("1")</script>'&"""


@pytest.fixture
async def rest(start_server):
    """A server that searches texts, with Ann and Bob, who wrote to each other."""
    rest = await start_server(console={"enable": True}, messages={"textSearch": True})
    await rest.register("ann", "bob", "cid")
    for number in range(1, 5):
        await say(rest, "ann" if number % 2 else "bob", f"apple {number}")
    return rest


async def say(rest, sender, text, *, receiver="", kind=101, content=None, **fields):
    """Send a message, to the other one of Ann and Bob where nobody is named."""
    body = {
        "sendID": sender,
        "recvID": receiver or ("bob" if sender == "ann" else "ann"),
        "contentType": kind,
        "sessionType": 1,
        "content": content or {"content": text},
        **fields,
    }
    return await rest.data("/msg/send_msg", body)


def texts_of(page):
    """Return the texts of a conversation's messages, as they are shown."""
    lines = page.text.partition('<ol class="lines"')[2].partition("</ol>")[0]
    return [html.unescape(each) for each in re.findall(r'<p class="(?:content|gone)">(?:<bdi>)?([^<]*)', lines)]


def numbers_of(page):
    """Return the numbers of a conversation's messages."""
    return [int(each) for each in re.findall(r'<li id="m(\d+)"', page.text)]


async def entries(admin, action):
    """Return about what there are entries of an action, and what became of it in a word, the newest first."""
    page = await admin.get(f"/console/audit?action={action}")
    return [(row[3], "".join(re.findall("^[A-Za-z]*", row[4]))) for row in cells(page.text)]


async def test_nothing_is_found_before_something_is_asked_for(admin):
    page = await admin.get("/console/messages")
    assert page.status_code == 200
    assert "apple" not in page.text
    assert not await entries(admin, "messages.search")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sender=", ["apple 4", "apple 3", "apple 2", "apple 1"]),
        ("sender=ann", ["apple 3", "apple 1"]),
        ("sender=&receiver=ann", ["apple 4", "apple 2"]),
        ("sender=&text=APPLE+3", ["apple 3"]),
        ("sender=&kind=102", []),
        ("sender=&from=2100-01-01T00:00", []),
        ("sender=&from=2000-01-01T00:00&to=4102444800000", ["apple 4", "apple 3", "apple 2", "apple 1"]),
        ("sender=nobody", []),
    ],
)
async def test_messages_are_found_the_newest_first(admin, query, expected):
    page = await admin.get(f"/console/messages?{query}")
    assert [row[4] for row in cells(page.text)] == expected


async def test_who_searched_for_what_is_an_entry_and_its_pages_are_none(admin):
    for query in ("sender=ann&text=apple", "sender=ann&text=apple", "sender=ann&text=apple&before=3"):
        assert (await admin.get(f"/console/messages?{query}")).status_code == 200
    assert await entries(admin, "messages.search") == [("sender=ann text=apple", "Done")]
    await admin.get("/console/messages?sender=bob")
    assert len(await entries(admin, "messages.search")) == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sender=ann&from=tomorrow", "A time is none"),
        ("sender=ann&to=2000-13-01T00:00", "A time is none"),
        ("sender=ann&from=99999999999999999", "A time is none"),
        ("sender=ann&from=2000-01-02T00:00&to=2000-01-01T00:00", "is not after"),
        ("sender=ann&kind=apple", "no such kind"),
        ("sender=ann&text=a", "two characters"),
        ("sender=ann&text=" + "a" * 257, "2 to 256 characters"),
        (f"sender=ann{'x' * 200}&text=apple", "128 characters"),
    ],
)
async def test_wrong_input_is_said_in_words_and_kept(admin, query, said):
    page = await admin.get(f"/console/messages?{query}")
    assert page.status_code == 400
    alert = re.search(r'role="alert"[^>]*>([^<]*)', page.text)
    assert alert
    assert said in html.unescape(alert[1])
    assert 'name="sender" value="ann' in page.text


async def test_where_texts_are_not_searched_the_page_says_what_switches_it_on(start_server):
    rest = await start_server(console={"enable": True})
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        assert "messages.textSearch" in (await admin.get("/console/messages")).text
        assert "two characters" not in (await admin.get("/console/messages?sender=ann")).text


async def test_a_conversation_is_read_around_a_message(admin, rest):
    for number in range(5, 121):
        await say(rest, "ann", f"apple {number}")
    page = await admin.get("/console/messages?conversation=si_ann_bob&user=ann&seq=60")
    assert numbers_of(page) == list(range(35, 85))
    assert '<li id="m60" aria-current="true">' in page.text
    seen = set(numbers_of(page))
    while link := re.search(r'href="([^"]*)" rel="prev"', page.text):
        page = await admin.get(html.unescape(link[1]))
        seen |= set(numbers_of(page))
    while link := re.search(r'href="([^"]*)" rel="next"', page.text):
        page = await admin.get(html.unescape(link[1]))
        seen |= set(numbers_of(page))
    assert seen == set(range(1, 121))
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert numbers_of(page) == list(range(71, 121))


async def test_reading_a_conversation_is_one_entry_of_a_session(admin, visit):
    for seq in (1, 2, 2):
        assert (await admin.get(f"/console/messages?conversation=si_ann_bob&seq={seq}")).status_code == 200
    assert await entries(admin, "messages.read") == [("si_ann_bob", "Done")]
    other = visit()
    await other.log_in()
    await other.get("/console/messages?conversation=si_ann_bob")
    assert await entries(admin, "messages.read") == [("si_ann_bob", "Done")] * 2


@pytest.mark.parametrize("conversation", ["si_ann_cid", "sg_nothing", "x", "n_ann_bob"])
async def test_a_conversation_that_is_none_is_said_in_words(admin, conversation):
    page = await admin.get(f"/console/messages?conversation={conversation}")
    assert page.status_code == 400
    assert "There is no such message or conversation." in page.text
    assert await entries(admin, "messages.read") == [(conversation, "Refused")]


async def test_contents_are_shown_in_words_with_links_and_never_as_markup(admin, rest):
    source = {"url": "https://files.example/a.png", "uuid": "", "type": "png", "size": 1, "width": 1, "height": 1}
    pictures = dict.fromkeys(("sourcePicture", "bigPicture", "snapshotPicture"), source)
    picture = {"sourcePath": f"/tmp/{ODD}.png", **pictures}
    file = {"fileName": ODD, "sourceUrl": "javascript:alert(1)", "uuid": "", "fileSize": 1}
    await say(rest, "ann", ODD)
    await say(rest, "ann", "", kind=102, content=picture)
    await say(rest, "ann", "", kind=105, content=file)
    page = await admin.get("/console/messages?conversation=si_ann_bob&seq=5")
    assert texts_of(page)[4] == ODD
    assert 'href="https://files.example/a.png"' in page.text
    assert "javascript:" not in page.text
    assert "<script>" not in page.text
    assert html.escape(ODD, quote=False).split("&#")[0][:20] in page.text


async def test_a_message_that_cannot_be_shown_hides_no_other_and_is_taken_back(admin, rest, monkeypatch):
    monkeypatch.setitem(contents._READERS, 110, lambda members: 1 / 0)
    await say(rest, "ann", "", kind=110, content={"data": "x"})
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert texts_of(page)[3:] == ["apple 4", NOT_SHOWN]
    found = await admin.get("/console/messages?sender=")
    assert [row[4] for row in cells(html.unescape(found.text))][:2] == [NOT_SHOWN, "apple 4"]
    assert "apple 4" in (await export(admin, "csv")).text
    assert (await take_back(admin, 5)).headers["location"].endswith("said=said.messages.taken_back#m5")


async def test_what_was_taken_back_is_shown_as_such(admin, rest):
    body = {"userID": "ann", "conversationID": "si_ann_bob"}
    await rest.data("/msg/revoke_msg", body | {"seq": 1})
    await rest.data("/msg/delete_msgs", body | {"seqs": [2], "deleteSyncOpt": {"IsSyncOther": True}})
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert texts_of(page)[:2] == ["This message was taken back.", "This message was deleted."]
    assert page.text.count("/console/messages/take-back?") == 2


async def take_back(admin, number, **fields):
    on = f"/console/messages/take-back?conversation=si_ann_bob&user=ann&seq={number}"
    form = {"conversation": "si_ann_bob", "user": "ann", "seq": str(number)}
    return await admin.submit("/console/messages/take-back", form | fields, on=on)


async def test_a_message_is_taken_back_after_a_question(admin, rest):
    asked = await admin.get("/console/messages/take-back?conversation=si_ann_bob&user=ann&seq=3")
    assert texts_of(asked) == ["apple 3"]
    answer = await take_back(admin, 3)
    assert answer.status_code == 303
    page = await admin.get(answer.headers["location"].partition("#")[0])
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
    page = await other.get(answer.headers["location"].partition("#")[0])
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


async def test_the_conversations_of_a_user_are_listed_without_what_they_say(admin, rest):
    await say(rest, "cid", "secret words", receiver="ann")
    page = await admin.get("/console/messages?user=ann")
    assert [row[0].split() for row in cells(page.text)] == [["cid", "cid"], ["bob", "bob"]]
    assert "secret words" not in page.text
    assert 'href="/console/messages?conversation=si_ann_cid&amp;user=ann"' in page.text
    assert not await entries(admin, "messages.read")
    assert (await admin.get("/console/messages?user=nobody")).status_code == 400


async def test_a_group_is_read_with_its_name(admin, rest):
    info = {"groupID": "club", "groupName": ODD, "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": info})
    await say(rest, "bob", "to all", receiver="x", groupID="club", sessionType=3)
    page = await admin.get("/console/messages?conversation=sg_club")
    assert "to all" in texts_of(page)
    assert ODD in html.unescape(page.text)
    assert "<script>alert" not in page.text
    assert 'href="/console/groups/group?id=club"' in page.text
    found = await admin.get("/console/messages?sender=bob&receiver=club")
    assert [row[4] for row in cells(found.text)] == ["to all"]


async def test_none_of_it_is_for_who_is_not_logged_in(visitor):
    for path in ("", "?conversation=si_ann_bob", "?user=ann", "/take-back?conversation=si_ann_bob&seq=1"):
        answer = await visitor.get(f"/console/messages{path}")
        assert answer.headers["location"].startswith("/console/login?next=")
    for path in ("take-back", "export"):
        answer = await visitor.post(f"/console/messages/{path}", {"conversation": "si_ann_bob", "form": "jsonl"})
        assert answer.headers["location"] == "/console/login?said=said.ended"


async def export(admin, form, conversation="si_ann_bob"):
    on = "/console/messages?conversation=si_ann_bob"
    return await admin.submit("/console/messages/export", {"conversation": conversation, "form": form}, on=on)


async def test_an_export_has_every_message_exactly(admin, rest):
    await say(rest, "ann", ODD)
    for number in range(6, 251):
        await say(rest, "ann", f"pear {number} 😀")
    answer = await export(admin, "jsonl")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''si_ann_bob.jsonl"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 251))
    said = [json.loads(line["content"])["content"] for line in lines]
    assert said[:5] == ["apple 1", "apple 2", "apple 3", "apple 4", ODD]
    assert said[-1] == "pear 250 😀"
    assert (lines[0]["sendID"], lines[0]["recvID"], lines[0]["contentType"]) == ("ann", "bob", 101)
    assert await entries(admin, "messages.export") == [("si_ann_bob", "Done")]


async def test_a_table_has_no_formulas(admin, rest):
    await say(rest, "ann", '=HYPERLINK("https://evil.example")')
    answer = await export(admin, "csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["seq", "time", "sendID", "senderNickname", "contentType", "kind", "text"]
    assert rows[1][0::2] == ["1", "ann", "101", "apple 1"]
    assert rows[5][-1] == """'=HYPERLINK("https://evil.example")"""


async def test_an_export_that_cannot_be_is_said_and_written_down(admin):
    answer = await export(admin, "jsonl", "si_ann_cid")
    assert answer.status_code == 400
    assert "content-disposition" not in answer.headers
    assert await entries(admin, "messages.export") == [("si_ann_cid", "Refused")]
    assert (await export(admin, "pdf")).status_code == 400


async def begun_export(admin, rest):
    """Begin an export of 16 MB, and return the connection once the head of its answer is there."""
    for number in range(20):
        text = f"{number} " + "x" * 40_000
        messages = [
            {"sendID": "ann", "recvID": "bob", "sendTime": 1 + each, "contentType": 101, "content": {"content": text}}
            for each in range(number * 20, number * 20 + 20)
        ]
        await rest.data("/msg/import_messages", {"messages": messages})
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert csrf
    body = f"csrf={csrf[1]}&conversation=si_ann_bob&form=jsonl".encode()
    cookies = "; ".join(f"{name}={value}" for name, value in admin.cookies.items())
    port = int(rest.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(
        f"POST /console/messages/export HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {rest.url}\r\n"
        f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    return reader, writer


async def until_export_is(admin, word):
    async with asyncio.timeout(10):
        while await entries(admin, "messages.export") != [("si_ann_bob", word)]:  # noqa: ASYNC110 - it is a page
            await asyncio.sleep(0.01)


async def test_an_export_ends_with_its_client_and_is_written_down_as_failed(admin, rest):
    _, writer = await begun_export(admin, rest)
    assert await entries(admin, "messages.export") == [("si_ann_bob", "Unknown")]
    writer.transport.abort()
    await until_export_is(admin, "Failed")


async def test_an_export_ends_with_its_session(admin, rest, monkeypatch):
    monkeypatch.setattr(download, "_ASKED_SECONDS", 0.0)
    reader, writer = await begun_export(admin, rest)
    await admin.submit("/console/sessions/end", on="/console/sessions")
    assert len(await reader.read(-1)) < 15_000_000
    writer.close()
    await admin.log_in()
    await until_export_is(admin, "Failed")


async def test_more_exports_at_a_time_than_may_be_are_refused(admin, monkeypatch):
    monkeypatch.setattr(exporting, "_MOST_AT_ONCE", 1)
    assert (await export(admin, "jsonl")).status_code == 200
    assert (await export(admin, "jsonl")).status_code == 200
    monkeypatch.setattr(exporting, "_MOST_AT_ONCE", 0)
    answer = await export(admin, "jsonl")
    assert answer.status_code == 400
    assert "0 exports run already" in answer.text


async def test_one_administrator_leaves_exports_to_the_others(admin, monkeypatch):
    monkeypatch.setattr(exporting, "_MOST_OF_ADMIN", 0)
    answer = await export(admin, "jsonl")
    assert answer.status_code == 400
    assert "0 of your exports run already" in answer.text


async def test_the_language_is_switched_where_one_is(admin):
    page = await admin.get("/console/messages?conversation=si_ann_bob&seq=2&said=said.messages.taken_back")
    following = re.search(r'name="next" value="([^"]*)"', page.text)
    assert following
    fields = {"language": "zh", "next": html.unescape(following[1])}
    answer = await admin.submit("/console/login/language", fields, on="/console/overview")
    assert answer.headers["location"] == "/console/messages?conversation=si_ann_bob&seq=2"
    assert "第 2 条" in (await admin.get(answer.headers["location"])).text


async def test_who_took_a_message_back_is_said(admin):
    await take_back(admin, 1)
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert f"By <bdi>{ADMIN}</bdi>" in page.text


async def test_actions_are_done_as_the_administrator(admin, rest):
    await take_back(admin, 1)
    stored = await rest.data("/msg/get_conversation_msgs", {"conversationID": "si_ann_bob", "begin": 1, "num": 1})
    assert ADMIN in base64.b64decode(stored["msgs"][0]["content"]).decode()
