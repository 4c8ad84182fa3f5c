"""Searching messages by a text in them."""

import json

import pytest

SEARCH = "/msg/search_msg"
DAY = 86_400_000
FIRST_DAY = 1_600_041_600_000  # 2020-09-14
PAGE = {"pageNumber": 1, "showNumber": 50}
ON = {"textSearch": True}


@pytest.fixture
async def on(start_server):
    """A server that searches texts, and some users."""
    server = await start_server(messages=ON)
    await server.register("ann", "bob", "cid")
    return server


async def bring(rest, *messages):
    """Store messages: sender, receiver, text, milliseconds after the first day began, and type and content if it is no
    text. The id of each is its place, from 1."""
    made = []
    for place, (sender, receiver, text, at, *other) in enumerate(messages, start=1):
        kind, content = other or (101, {"content": text})
        made.append(
            {
                "sendID": sender,
                "recvID": receiver,
                "sendTime": FIRST_DAY + at,
                "contentType": kind,
                "content": content,
                "clientMsgID": str(place),
            }
        )
    assert (await rest.data("/msg/import_messages", {"messages": made}))["imported"] == len(made)


async def send(rest, text, sender="ann", receiver="bob", kind=101, content=None):
    """Send a message as an administrator; its id is its text."""
    message = {
        "sendID": sender,
        "recvID": receiver,
        "contentType": kind,
        "sessionType": 1,
        "content": content or {"content": text},
    }
    return await rest.data("/msg/send_msg", message)


async def found(rest, keyword, *, page=1, size=50, **asked):
    """Return the ids of the messages of a page, and the total."""
    body = {"keyword": keyword, "pagination": {"pageNumber": page, "showNumber": size}, **asked}
    answer = await rest.data(SEARCH, body)
    return "".join(each["chatLog"]["clientMsgID"] for each in answer["chatLogs"]), answer["chatLogsNum"]


async def texts(rest, keyword):
    """Return the contents of the messages with a keyword."""
    answer = await rest.data(SEARCH, {"keyword": keyword, "pagination": PAGE})
    return [json.loads(each["chatLog"]["content"]).get("content") for each in answer["chatLogs"]]


async def test_a_message_that_was_answered_is_found(on):
    await send(on, "The quick brown fox")
    await send(on, "The lazy dog")
    assert await texts(on, "quick") == ["The quick brown fox"]


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("Straße nach Süden", "STRASSE"),
        ("ΟΔΟΣ ΣΟΦΟΣ", "σοφος"),
        ("Привет, мир", "ПРИВЕТ"),
        ("我们明天去北京", "北京"),
        ("今日は良い天気", "天気"),
        ("안녕하세요 여러분", "하세"),
        ("مرحبا بالعالم", "بالع"),
        ("สวัสดีครับ", "ดีค"),
        ("family: 👩‍👩‍👧 there", "👩👧"),
        ("\uff57\uff49\uff44\uff45 letters", "wide"),
        ("unbelievable", "liev"),
        ("one\ntwo", "one\ntwo"),
        ('50% off_today\'s "deal"', '50% off_today\'s "deal"'),
    ],
)
async def test_a_part_of_a_text_finds_it_in_any_script_and_in_capitals(on, text, keyword):
    await send(on, text)
    await send(on, "something else")
    assert await texts(on, keyword) == [text]


@pytest.mark.parametrize(
    "keyword",
    [
        '"',
        '""',
        '" OR "',
        "ab*",
        "a b NEAR c",
        "ab AND cd",
        "a:b",
        "ab%",
        "a_b",
        "'ab",
        "a\\b",
        "pairs : ab",
        "-ab",
        "^ab",
        "ab|cd",
    ],
)
async def test_a_keyword_is_no_query(on, keyword):
    await send(on, "ab cd and more")
    if len(keyword) < 2:
        assert (await on.post(SEARCH, {"keyword": keyword, "pagination": PAGE}))["errCode"] == 1001
        return
    assert await texts(on, keyword) == []
    await send(on, f"before {keyword} after")
    assert await texts(on, keyword) == [f"before {keyword} after"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (101, {"content": "needle"}),
        (105, {"fileName": "needle.pdf", "sourceUrl": "http://a/b"}),
        (106, {"text": "@bob needle", "atUserList": ["bob"]}),
        (107, {"title": "needle"}),
        (108, {"nickname": "needle"}),
        (109, {"description": "needle"}),
        (110, {"data": "x", "description": "needle"}),
        (114, {"text": "needle", "quoteMessage": {}}),
        (117, {"text": "needle", "messageEntityList": []}),
        (118, {"content": "# needle"}),
    ],
)
async def test_what_its_reader_sees_of_a_message_is_searched(on, kind, content):
    await bring(on, ("ann", "bob", "", 0, kind, content))
    assert await found(on, "needle") == ("1", 1)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (102, {"sourcePicture": {"url": "needle"}}),
        (110, {"data": "needle"}),
        (114, {"text": "I agree", "quoteMessage": {"textElem": {"content": "needle"}}}),
        (101, {"content": 7}),
        (101, {"text": "needle"}),
    ],
)
async def test_what_its_reader_does_not_see_as_its_text_is_not_searched(on, kind, content):
    await bring(on, ("ann", "bob", "", 0, kind, content))
    assert await found(on, "needle") == ("", 0)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "12346"),
        ({"sendID": "ann"}, "136"),
        ({"recvID": "ann"}, "246"),
        ({"sendID": "ann", "recvID": "bob"}, "1"),
        ({"sendID": "ann", "recvID": "ann"}, "6"),
        ({"sendID": "nobody"}, ""),
        ({"contentType": 110}, "4"),
        ({"contentType": 101, "sendID": "ann"}, "136"),
        ({"sendTime": "2020-09-14"}, "12"),
        ({"sendTime": "2020-09-15", "recvID": "ann"}, "4"),
        ({"sessionType": 1}, "12346"),
        ({"sessionType": 3}, ""),
    ],
)
async def test_all_that_is_given_must_be_so(on, asked, expected):
    await bring(
        on,
        ("ann", "bob", "one needle", 0),
        ("bob", "ann", "two needles", DAY - 1),
        ("ann", "cid", "Needle", DAY),
        ("cid", "ann", "", DAY + 1, 110, {"data": "d", "description": "needle"}),
        ("ann", "bob", "hay", 2 * DAY),
        ("ann", "ann", "needle to myself", 2 * DAY),
    )
    assert await found(on, "needle", **asked) == (expected, len(expected))


async def test_pages_have_each_message_once_and_the_whole_total(on):
    await bring(on, *[("ann", "bob", f"needle {number}", number) for number in range(5)])
    pages = [await found(on, "needle", page=page, size=2) for page in (1, 2, 3, 4)]
    assert pages == [("12", 5), ("34", 5), ("5", 5), ("", 5)]


@pytest.mark.parametrize(
    ("keyword", "why"),
    [
        ("a", "too short"),
        ("\u200b\u200d", "too short"),
        ("a\x00b", "U+0000"),
        ("a\x1bb", "control"),
        ("a" * 257, "keyword"),
    ],
)
async def test_a_keyword_that_cannot_be_looked_for_is_refused(on, keyword, why):
    answer = await on.post(SEARCH, {"keyword": keyword, "pagination": PAGE})
    assert answer["errCode"] == 1001
    assert why in answer["errDlt"]


async def test_a_keyword_is_refused_where_texts_are_not_searched(rest):
    answer = await rest.post(SEARCH, {"keyword": "needle", "pagination": PAGE})
    assert answer["errCode"] == 1001
    assert "messages.textSearch" in answer["errDlt"]
