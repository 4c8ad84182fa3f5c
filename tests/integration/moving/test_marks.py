"""What became of messages: exported, and restored."""

import base64
import json

import pytest

from tests.integration.moving.chat_records import CHAT, MESSAGES, TIME, chat, exported, marks, message, restore

MARKED = [
    MESSAGES[0] | {"marks": marks(hiddenFrom=["ann", "bob"], isRevoked=True)},
    MESSAGES[1] | {"marks": marks(burnSeconds=60, burnAt=TIME * 2, askedID="cid")},
    MESSAGES[2] | {"marks": marks(hiddenFrom=["cid"])},
    MESSAGES[3] | {"marks": marks(isHidden=True)},
    message("bob", "ann", 4, "four") | {"marks": marks(burnSeconds=30)},
]


async def test_what_became_of_messages_is_exported_as_it_was_restored(people):
    for _ in range(2):
        await restore(people, messages=MARKED)
        assert (await exported(people))[0] == MARKED
    assert (await exported(people, limit=1))[0] == MARKED


async def test_what_became_of_messages_that_are_there_already_is_noted_and_what_was_noted_stays(people):
    await restore(people, messages=MESSAGES)
    await restore(people, messages=MARKED)
    await restore(people, messages=MESSAGES)
    assert (await exported(people))[0] == MARKED


async def test_what_became_of_a_message_follows_it_to_another_number(talk):
    for text in ("mine", "mine too"):
        await talk.ann.send("bob", text)
    hidden = MESSAGES[1] | {"marks": marks(hiddenFrom=["bob"])}
    for _ in range(2):
        await restore(talk.rest, messages=[MESSAGES[0], hidden])
        shown = [(each.seq, each.status, each.clientMsgID) for each in (await talk.bob.pull(CHAT, 1, 9)).Msgs]
        assert shown[:2] == [(1, 2, "ann-mine"), (2, 2, "ann-mine too")]
        assert sorted(each[1:] for each in shown[2:]) == [(2, "ann-one"), (4, "bob-two")]
    assert [each.status for each in (await talk.ann.pull(CHAT, 1, 9)).Msgs] == [2] * 4


async def test_a_time_that_runs_is_not_stopped_by_a_record_of_before(people):
    unread, read = ({"marks": marks(burnSeconds=60, burnAt=at)} for at in (0, TIME * 2))
    for each in (unread, read, unread):
        await restore(people, messages=[MESSAGES[0] | each])
    assert (await exported(people))[0] == [MESSAGES[0] | read]


async def test_the_time_of_a_message_that_its_chat_says_is_read_runs(people):
    private = MESSAGES[0] | {"marks": marks(burnSeconds=60)}
    await restore(people, messages=[private], chats=[chat("ann", "bob", 3, hasReadSeq=3)])
    assert (await exported(people))[0] == [private]
    await restore(people, chats=[chat("bob", "ann", 3, hasReadSeq=1)])
    (found,) = (await exported(people))[0]
    assert found["marks"]["burnAt"] > TIME


async def test_an_unknown_user_whom_a_sender_named_is_left_out(people):
    await restore(people, messages=[MESSAGES[0] | {"marks": marks(askedID="ghost", isRevoked=True)}])
    assert (await exported(people))[0] == [MESSAGES[0] | {"marks": marks(isRevoked=True)}]


def quoting(**named):
    """Return the fields of a quote of "SECRET"."""
    content = {"text": "see", "quoteMessage": {**named, "content": "SECRET"}}
    return {"contentType": 114, "content": json.dumps(content).encode()}


REVOKED = message("ann", "bob", 1, "one", content=b"{}", contentType=2101) | {"marks": marks(isRevoked=True)}
DELETED = message("ann", "bob", 1, "one", content=b"", contentType=0, status=4) | {"marks": marks(isHidden=True)}


@pytest.mark.parametrize("gone", [REVOKED, DELETED])
@pytest.mark.parametrize("named", [{"seq": 1}, {"clientMsgID": "ann-one"}])
async def test_what_is_taken_back_leaves_its_quotes(people, left, gone, named):
    await restore(people, messages=[MESSAGES[0], message("bob", "ann", 2, "quote", **quoting(**named))])
    await restore(people, messages=[gone])
    assert b"SECRET" not in (await left())["bob-quote"].content


@pytest.mark.parametrize("gone", [REVOKED, DELETED])
@pytest.mark.parametrize("named", [{"seq": 1}, {"clientMsgID": "ann-one"}])
async def test_a_quote_that_comes_with_what_it_quotes_is_masked_with_it(people, left, gone, named):
    await restore(people, messages=[gone, message("bob", "ann", 2, "quote", **quoting(**named))])
    assert b"SECRET" not in (await left())["bob-quote"].content


@pytest.mark.parametrize("named", [{"seq": 1}, {"clientMsgID": "ann-m1"}])
async def test_an_export_has_no_text_that_is_still_to_leave_its_quotes(talk, named):
    await talk.ann.send("bob", "m1")
    await talk.bob.send("ann", "quote", **quoting(**named))
    await talk.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"}, user="ann")
    for each in (await exported(talk.rest))[0]:
        assert b"SECRET" not in base64.b64decode(each["data"])
