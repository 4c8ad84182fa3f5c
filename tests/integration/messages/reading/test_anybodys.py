"""Anybody's conversation, as an administrator reads it."""

import base64
import json

import pytest

from amity.messages.reading import anybodys
from tests.integration.messages.conftest import Club, Talk

READ = "/msg/get_conversation_msgs"


def texts(answer):
    """Return the texts of an answer, ``None`` for what is none."""
    found = [base64.b64decode(each["content"]) for each in answer["msgs"]]
    return [json.loads(content).get("content") if content else None for content in found]


@pytest.fixture
async def talked(talk: Talk) -> Talk:
    """Five messages of Ann to Bob."""
    for number in range(1, 6):
        await talk.ann.send("bob", f"m{number}")
    return talk


async def test_the_last_messages_are_read_and_who_has_the_conversation(talked: Talk):
    answer = await talked.rest.data(READ, {"conversationID": "si_ann_bob", "num": 2})
    assert texts(answer) == ["m4", "m5"]
    assert (answer["minSeq"], answer["maxSeq"], answer["next"]) == (1, 5, 0)
    assert (answer["conversationType"], answer["userIDs"], answer["groupID"]) == (1, ["ann", "bob"], "")


async def test_messages_are_read_from_a_number_on(talked: Talk):
    body = {"conversationID": "si_ann_bob", "begin": 2, "num": 2}
    answer = await talked.rest.data(READ, body)
    assert (texts(answer), answer["next"]) == (["m2", "m3"], 4)
    answer = await talked.rest.data(READ, body | {"begin": 4})
    assert (texts(answer), answer["next"]) == (["m4", "m5"], 0)
    answer = await talked.rest.data(READ, body | {"begin": 99})
    assert (texts(answer), answer["next"]) == ([], 0)


async def test_what_its_users_do_not_see_any_more_is_read(talked: Talk):
    body = {"userID": "ann", "conversationIDs": ["si_ann_bob"]}
    await talked.rest.data("/msg/clear_conversation_msg", body, user="ann")
    await talked.rest.data(
        "/msg/delete_msgs", {"userID": "bob", "conversationID": "si_ann_bob", "seqs": [1]}, user="bob"
    )
    answer = await talked.rest.data(READ, {"conversationID": "si_ann_bob"})
    assert texts(answer) == ["m1", "m2", "m3", "m4", "m5"]


async def test_what_was_taken_back_is_shown_as_such(talked: Talk):
    body = {"userID": "ann", "conversationID": "si_ann_bob"}
    await talked.rest.data("/msg/revoke_msg", body | {"seq": 1})
    await talked.rest.data("/msg/delete_msgs", body | {"seqs": [2], "deleteSyncOpt": {"IsSyncOther": True}})
    answer = await talked.rest.data(READ, {"conversationID": "si_ann_bob"})
    assert [each["contentType"] for each in answer["msgs"]] == [2101, 0, 101, 101, 101]
    assert answer["msgs"][1]["status"] == 4
    assert texts(answer) == [None, None, "m3", "m4", "m5"]


async def test_a_group_is_read(club: Club):
    await club.bob.write("club", "to all")
    answer = await club.rest.data(READ, {"conversationID": "sg_club", "begin": 2})
    assert texts(answer) == ["to all"]
    assert (answer["conversationType"], answer["userIDs"], answer["groupID"]) == (3, [], "club")


async def test_where_an_id_may_be_that_of_several_a_user_says_which(talked: Talk):
    rest = talked.rest
    await rest.register("a", "b_c", "a_b", "c")
    for sender, receiver in (("a", "b_c"), ("a_b", "c")):
        body = {"sendID": sender, "recvID": receiver, "contentType": 101, "sessionType": 1}
        await rest.data("/msg/send_msg", body | {"content": {"content": sender}})
    asked = {"conversationID": "si_a_b_c"}
    assert (await rest.post(READ, asked))["errCode"] == 1004
    assert texts(await rest.data(READ, asked | {"userID": "c"})) == ["a_b"]
    assert texts(await rest.data(READ, asked | {"userID": "a"})) == ["a"]


async def test_an_answer_ends_where_it_has_no_more_room(talked: Talk, monkeypatch):
    monkeypatch.setattr(anybodys, "MOST_BYTES", 600)
    asked = {"conversationID": "si_ann_bob", "begin": 1}
    seen, calls = [], 0
    while asked["begin"]:
        answer = await talked.rest.data(READ, asked)
        seen += texts(answer)
        asked["begin"], calls = answer["next"], calls + 1
    assert seen == ["m1", "m2", "m3", "m4", "m5"]
    assert calls > 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, 1001),
        ({"conversationID": "si_ann_bob", "begin": -1}, 1001),
        ({"conversationID": "si_ann_bob", "num": 0}, 1001),
        ({"conversationID": "si_ann_cid"}, 1004),
        ({"conversationID": "sg_nothing"}, 1004),
        ({"conversationID": "anything"}, 1004),
        ({"conversationID": "n_ann_bob"}, 1004),
    ],
)
async def test_what_is_no_conversation_is_refused(talked: Talk, asked, code):
    assert (await talked.rest.post(READ, asked))["errCode"] == code
