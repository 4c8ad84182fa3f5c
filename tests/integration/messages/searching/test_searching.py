"""Searching messages by sender, receiver, type and day."""

import pytest

from amity.messages.searching import service as searching

SEARCH = "/msg/search_msg"
DAY = 86_400_000
FIRST_DAY = 1_600_041_600_000  # 2020-09-14


@pytest.fixture
async def people(rest):
    """Ann, Bob and Cid, who wrote to each other on three days."""
    await rest.register("ann", "bob", "cid", "dee")
    sent = [
        ("ann", "bob", "1", 0, 101),
        ("bob", "ann", "2", DAY - 1, 101),
        ("ann", "cid", "3", DAY, 101),
        ("cid", "ann", "4", DAY + 1, 110),
        ("ann", "bob", "5", 2 * DAY, 110),
        ("ann", "ann", "6", 2 * DAY, 101),
    ]
    messages = [
        {
            "sendID": sender,
            "recvID": receiver,
            "sendTime": FIRST_DAY + at,
            "contentType": kind,
            "content": {"content": text},
            "clientMsgID": text,
        }
        for sender, receiver, text, at, kind in sent
    ]
    assert (await rest.data("/msg/import_messages", {"messages": messages}))["imported"] == len(messages)
    return rest


async def found(rest, *, page=1, size=10, **asked):
    """Return the ids of the messages of a page, and the total."""
    answer = await rest.data(SEARCH, asked | {"pagination": {"pageNumber": page, "showNumber": size}})
    return "".join(each["chatLog"]["clientMsgID"] for each in answer["chatLogs"]), answer["chatLogsNum"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "123456"),
        ({"sendID": "ann"}, "1356"),
        ({"recvID": "ann"}, "246"),
        ({"sendID": "ann", "recvID": "bob"}, "15"),
        ({"sendID": "bob", "recvID": "ann"}, "2"),
        ({"sendID": "ann", "recvID": "ann"}, "6"),
        ({"sendID": "dee"}, ""),
        ({"sendID": "nobody"}, ""),
        ({"recvID": "nobody", "sendID": "ann"}, ""),
        ({"contentType": 110}, "45"),
        ({"contentType": 101, "sendID": "ann"}, "136"),
        ({"contentType": 102}, ""),
        ({"sendTime": "2020-09-14"}, "12"),
        ({"sendTime": "2020-09-15"}, "34"),
        ({"sendTime": "2020-09-15", "recvID": "ann"}, "4"),
        ({"sendTime": "2020-09-13"}, ""),
        ({"sendTime": "1969-12-31"}, ""),
        ({"sessionType": 1}, "123456"),
        ({"sessionType": 3}, ""),
    ],
)
async def test_all_that_is_given_must_be_so(people, asked, expected):
    assert await found(people, **asked) == (expected, len(expected))


@pytest.mark.parametrize("asked", [{"sendID": "ann"}, {"sendID": "ann", "contentType": 101}])
async def test_pages_have_each_message_once_and_the_whole_total(people, asked):
    everything, total = await found(people, **asked)
    pages = [await found(people, page=page, size=2, **asked) for page in (1, 2, 3)]
    assert "".join(ids for ids, _ in pages) == everything
    assert {number for _, number in pages} == {total}


async def test_a_message_is_shown_as_openim_shows_it(people):
    asked = {"sendID": "ann", "recvID": "bob", "pagination": {"pageNumber": 1, "showNumber": 1}}
    (shown,) = (await people.data(SEARCH, asked))["chatLogs"]
    message = shown["chatLog"]
    assert len(message.pop("serverMsgID")) == 32
    assert shown["isRevoked"] is False
    assert message == {
        "clientMsgID": "1",
        "sendID": "ann",
        "recvID": "bob",
        "groupID": "",
        "recvNickname": "bob",
        "senderPlatformID": 0,
        "senderNickname": "ann",
        "senderFaceURL": "",
        "groupName": "",
        "sessionType": 1,
        "msgFrom": 100,
        "contentType": 101,
        "content": '{"content": "1"}',
        "status": 0,
        "sendTime": FIRST_DAY,
        "createTime": FIRST_DAY,
        "ex": "",
        "groupFaceURL": "",
        "groupMemberCount": 0,
        "seq": 1,
        "groupOwner": "",
        "groupType": 0,
    }


@pytest.mark.parametrize(
    "asked",
    [{"sendTime": "today"}, {"sendTime": "2020-02-30"}, {"sendTime": "20200914"}, {"sessionType": 2}],
)
async def test_what_is_no_day_or_no_session_is_refused(people, asked):
    body = asked | {"pagination": {"pageNumber": 1, "showNumber": 1}}
    assert (await people.post(SEARCH, body))["errCode"] == 1001


async def test_a_search_by_type_among_too_many_messages_is_refused(people, monkeypatch):
    monkeypatch.setattr(searching, "MOST_LOOKED_AT", 3)
    body = {"sendID": "ann", "contentType": 101, "pagination": {"pageNumber": 1, "showNumber": 1}}
    assert (await people.post(SEARCH, body))["errCode"] == 1355
    assert (await found(people, sendID="bob", contentType=101)) == ("2", 1)
