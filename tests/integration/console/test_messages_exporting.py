"""Conversations as files."""

import asyncio
import csv
import io
import json
import re

import pytest

from amity.console import download
from amity.console.pages.messages import exporting
from tests.integration.console.messages import ODD, entries, say, with_writers


@pytest.fixture
async def rest(start_server):
    return await with_writers(start_server)


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
    body = {"conversationID": "si_ann_bob", "begin": 250, "num": 1}
    (stored,) = (await rest.data("/msg/get_conversation_msgs", body))["msgs"]
    assert lines[-1] == {**stored, "conversationID": "si_ann_bob", "content": lines[-1]["content"]}
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


async def test_one_administrator_leaves_exports_to_the_others(admin, monkeypatch):
    monkeypatch.setattr(exporting, "_MOST_OF_ADMIN", 0)
    answer = await export(admin, "jsonl")
    assert answer.status_code == 400
    assert "0 of your exports run already" in answer.text


async def test_more_exports_at_a_time_than_may_be_are_refused(admin, monkeypatch):
    monkeypatch.setattr(exporting, "_MOST_AT_ONCE", 1)
    assert (await export(admin, "jsonl")).status_code == 200
    assert (await export(admin, "jsonl")).status_code == 200
    monkeypatch.setattr(exporting, "_MOST_AT_ONCE", 0)
    answer = await export(admin, "jsonl")
    assert answer.status_code == 400
    assert "0 exports run already" in answer.text
