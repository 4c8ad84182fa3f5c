"""Of long texts the beginnings are searched. These tests fail, too, if a turn of the event loop is long."""

import msgspec
import pytest

from amity.messages.searching.texts.extracting import MOST_INDEXED

PAGE = {"pageNumber": 1, "showNumber": 50}
USERS = [f"user-{number}" for number in range(20)]
LONG = ["\ufdfa" * 15_000, "x" * 48_000, "\u0301\u0327" * 12_000]


@pytest.fixture
async def on(start_server):
    server = await start_server(messages={"textSearch": True})
    await server.register("ann", *USERS)
    return server


async def total(rest, keyword):
    return (await rest.data("/msg/search_msg", {"keyword": keyword, "pagination": PAGE}))["chatLogsNum"]


@pytest.mark.parametrize("text", LONG)
async def test_a_long_text_to_many_users_takes_short_turns(on, text):
    body = {"sendID": "ann", "recvIDs": USERS, "contentType": 101, "sessionType": 1}
    content = {"content": f"needle {text}"}
    answer = await on.data("/msg/batch_send_msg", msgspec.json.encode({**body, "content": content}))
    assert (len(answer["results"]), await total(on, "needle")) == (20, 20)


async def test_so_do_many_long_texts_that_are_brought_in(on):
    message = {"sendID": "ann", "recvID": USERS[0], "contentType": 101}
    messages = [
        {**message, "sendTime": 1_600_000_000_000 + number, "clientMsgID": f"{number}", "content": {"content": text}}
        for number, text in enumerate([f"needle {LONG[0][:3000]}"] * 90)
    ]
    await on.data("/msg/import_messages", msgspec.json.encode({"messages": messages}))
    assert await total(on, "needle") == 90


async def test_a_text_is_found_by_its_beginning_alone(on):
    text = f"begin{'x' * (MOST_INDEXED - 8)}endbeyond"
    sent = {"sendID": "ann", "recvID": USERS[0], "contentType": 101, "sessionType": 1, "content": {"content": text}}
    await on.data("/msg/send_msg", sent)
    assert [await total(on, keyword) for keyword in ("begin", "xend", "ndb")] == [1, 1, 0]
