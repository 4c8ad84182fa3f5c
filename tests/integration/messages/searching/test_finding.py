"""Finding the newest messages by sender, receiver, type, time and text, a part at a time."""

import pytest

from amity.messages.searching import finding

FIND = "/msg/find_msgs"
DAY = 86_400_000
FIRST_DAY = 1_600_041_600_000  # 2020-09-14


@pytest.fixture
async def people(start_server):
    """Ann, Bob and Cid, who wrote to each other on three days, on a server that searches texts."""
    rest = await start_server(messages={"textSearch": True})
    await rest.register("ann", "bob", "cid", "dee")
    sent = [
        ("ann", "bob", "1 apple", 0, 101),
        ("bob", "ann", "2 apple", DAY - 1, 101),
        ("ann", "cid", "3 pear", DAY, 101),
        ("cid", "ann", "4 pear", DAY + 1, 110),
        ("ann", "bob", "5 apple", 2 * DAY, 110),
        ("ann", "ann", "6 apple", 2 * DAY, 101),
    ]
    messages = [
        {
            "sendID": sender,
            "recvID": receiver,
            "sendTime": FIRST_DAY + at,
            "contentType": kind,
            "content": {"content": text} if kind == 101 else {"description": text, "data": "", "extension": ""},
            "clientMsgID": text[0],
        }
        for sender, receiver, text, at, kind in sent
    ]
    assert (await rest.data("/msg/import_messages", {"messages": messages}))["imported"] == len(messages)
    return rest


async def found(rest, **asked):
    """Return the ids of the messages of an answer, and where the next one goes on."""
    answer = await rest.data(FIND, asked)
    return "".join(each["chatLog"]["clientMsgID"] for each in answer["msgs"]), answer["next"]


async def everything(rest, **asked):
    """Return the ids of all messages, answer by answer."""
    ids, following = await found(rest, **asked)
    answers = [ids]
    while following:
        ids, following = await found(rest, before=following, **asked)
        answers.append(ids)
    return answers


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "654321"),
        ({"sendID": "ann"}, "6531"),
        ({"recvID": "ann"}, "642"),
        ({"sendID": "ann", "recvID": "bob"}, "51"),
        ({"sendID": "nobody"}, ""),
        ({"contentType": 110}, "54"),
        ({"contentType": 101, "sendID": "ann"}, "631"),
        ({"sentFrom": FIRST_DAY + DAY}, "6543"),
        ({"sentFrom": FIRST_DAY + 1, "sentBefore": FIRST_DAY + DAY}, "2"),
        ({"sentBefore": FIRST_DAY + DAY, "sendID": "ann"}, "1"),
        ({"sessionType": 1}, "654321"),
        ({"sessionType": 3}, ""),
        ({"keyword": "APPLE"}, "6521"),
        ({"keyword": "apple", "sendID": "ann", "contentType": 101}, "61"),
        ({"keyword": "pear", "recvID": "ann"}, "4"),
        ({"keyword": "plum"}, ""),
        ({"count": 0}, ""),
    ],
)
async def test_all_that_is_given_must_be_so_and_the_newest_is_the_first(people, asked, expected):
    assert await found(people, **asked) == (expected, 0)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["65", "43", "21"]),
        ({"sendID": "ann"}, ["65", "31"]),
        ({"contentType": 101}, ["63", "21"]),
        ({"keyword": "apple"}, ["65", "21"]),
    ],
)
async def test_the_next_answer_goes_on_where_the_last_one_ended(people, asked, expected):
    assert await everything(people, count=2, **asked) == expected


async def test_one_call_looks_at_a_bounded_number_of_messages_and_says_how_far(people, monkeypatch):
    monkeypatch.setattr(finding, "_SPANS", (2,))
    answer = await people.data(FIND, {"sentBefore": FIRST_DAY + 1})
    assert (answer["msgs"], answer["lookedTo"]) == ([], FIRST_DAY + 2 * DAY)
    assert await everything(people, sentBefore=FIRST_DAY + 1) == ["", "", "1"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sendID": "ann"}, ["6", "5", "", "3", "", "1"]),
        ({"recvID": "ann"}, ["6", "", "4", "", "2", ""]),
        ({"sendID": "ann", "contentType": 101}, ["6", "", "", "3", "", "1"]),
        ({"sendID": "cid", "sentBefore": FIRST_DAY + 1}, [""] * 6),
    ],
)
async def test_of_somebody_with_large_chats_a_bounded_number_of_messages_is_looked_at(
    people, monkeypatch, asked, expected
):
    monkeypatch.setattr(finding, "LOOKED_AT_IN_CHATS", 1)
    monkeypatch.setattr(finding, "_SPANS", (1,))
    assert await everything(people, **asked) == expected


@pytest.fixture
async def club(people):
    """A group in which Ann and Bob wrote in turn, the messages 2 to 7, and beside it to Cid."""
    info = {"groupID": "club", "groupName": "Club", "groupType": 2}
    await people.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": info})
    for sender in ("ann", "bob") * 3:
        message = {"sendID": sender, "contentType": 101, "content": {"content": "in it"}}
        await people.data("/msg/send_msg", message | {"groupID": "club", "sessionType": 3})
        await people.data("/msg/send_msg", message | {"recvID": "cid", "sessionType": 1})
    return people


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"recvID": "club"}, [[7, 6, 5], [4, 3, 2], []]),
        ({"recvID": "club", "sendID": "ann"}, [[6], [4, 2], []]),
        ({"recvID": "club", "count": 2}, [[7, 6], [5, 4], [3, 2]]),
        ({"recvID": "ann", "sendID": "bob"}, [[2]]),
        ({"recvID": "club", "sendID": "cid"}, [[], [], []]),
    ],
)
async def test_one_chat_is_read_backwards_a_bounded_number_of_messages_a_call(club, monkeypatch, asked, expected):
    monkeypatch.setattr(finding, "LOOKED_AT_IN_CHATS", 3)
    answers, following = list[list[int]](), 0
    while following or not answers:
        answer = await club.data(FIND, {"contentType": 101, "before": following, **asked})
        answers.append([each["chatLog"]["seq"] for each in answer["msgs"]])
        following = answer["next"]
    assert answers == expected


async def test_one_chat_is_read_from_its_end_where_the_position_is_beyond_it(people):
    assert await found(people, sendID="ann", recvID="bob", before=5_000_000) == ("51", 0)


async def test_a_call_says_how_far_back_it_has_looked_in_a_chat(club, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_AT_IN_CHATS", 3)
    (oldest,) = (await club.data(FIND, {"recvID": "club", "count": 1, "before": 6}))["msgs"]
    answer = await club.data(FIND, {"recvID": "club", "sendID": "ann", "count": 5})
    assert answer["next"] == oldest["chatLog"]["seq"]
    assert answer["lookedTo"] == oldest["chatLog"]["sendTime"]


async def test_where_the_newest_are_not_enough_more_are_looked_at(people, monkeypatch):
    monkeypatch.setattr(finding, "_SPANS", (1, 2, 9))
    assert await found(people) == ("654321", 0)
    assert await found(people, sentBefore=FIRST_DAY + 1) == ("1", 0)


async def test_of_a_type_a_bounded_number_of_messages_is_looked_at(people, monkeypatch):
    monkeypatch.setattr(finding, "PORTION", 2)
    monkeypatch.setattr(finding, "LOOKED_AT", 2)
    assert await everything(people, contentType=110) == ["5", "4", ""]


async def test_a_message_says_its_conversation_and_who_it_is_from(people):
    answer = await people.data(FIND, {"sendID": "cid"})
    (message,) = answer["msgs"]
    assert (message["conversationID"], message["chatLog"]["seq"], message["isRevoked"]) == ("si_ann_cid", 2, False)
    assert (message["chatLog"]["senderNickname"], message["chatLog"]["recvNickname"]) == ("cid", "ann")
    info = {"groupID": "club", "groupName": "Club", "groupType": 2}
    await people.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": info})
    body = {"sendID": "bob", "groupID": "club", "sessionType": 3, "contentType": 101, "content": {"content": "in it"}}
    await people.data("/msg/send_msg", body)
    (message,) = (await people.data(FIND, {"recvID": "club", "contentType": 101}))["msgs"]
    assert (message["conversationID"], message["chatLog"]["groupName"]) == ("sg_club", "Club")


async def test_what_was_revoked_is_shown_as_such(people):
    await people.data("/msg/revoke_msg", {"conversationID": "si_ann_cid", "seq": 2, "userID": "cid"})
    (message,) = (await people.data(FIND, {"sendID": "cid"}))["msgs"]
    assert message["isRevoked"]
    assert "pear" not in message["chatLog"]["content"]


async def test_what_was_cleared_for_everybody_is_not_found(people):
    option = {"IsSyncOther": True}
    body = {"userID": "ann", "conversationIDs": ["si_ann_bob"], "deleteSyncOpt": option}
    await people.data("/msg/clear_conversation_msg", body)
    assert await found(people) == ("643", 0)
    assert await found(people, keyword="apple") == ("6", 0)


@pytest.mark.parametrize(
    "asked",
    [
        {"count": -1},
        {"before": -1},
        {"sentFrom": -1},
        {"sentBefore": -1},
        {"sessionType": 2},
        {"keyword": "a"},
        {"keyword": "a" * 257},
    ],
)
async def test_what_makes_no_sense_is_refused(people, asked):
    assert (await people.post(FIND, asked))["errCode"] == 1001


async def test_a_text_is_refused_where_texts_are_not_searched(rest):
    assert (await rest.post(FIND, {"keyword": "apple"}))["errCode"] == 1001
