"""One message to many users."""

import pytest

from tests.integration.messages.conftest import Connect, Talk
from tests.support.rest import Rest

PAGE = {"pageNumber": 1, "showNumber": 10}
NEWS = {"notificationName": "News", "notificationType": 1, "text": "hello"}


def batch(*receivers: str, **fields: object) -> dict[str, object]:
    message = {"sendID": "ann", "recvIDs": receivers, "contentType": 101, "sessionType": 1}
    return message | {"content": {"content": "hello"}} | fields


async def owned(rest: Rest, user: str) -> list[str]:
    data = await rest.data("/conversation/get_owner_conversation", {"userID": user, "pagination": PAGE})
    return [each["conversationID"] for each in data["conversations"]]


async def test_each_receiver_gets_the_message_once_under_one_client_id(talk: Talk, connect: Connect):
    cid = await connect("cid")
    answer = await talk.rest.data("/msg/batch_send_msg", batch("bob", "cid", "bob"))
    assert [each["recvID"] for each in answer["results"]] == ["bob", "cid"]
    assert (answer["failedUserIDs"], answer["failures"]) == ([], [])
    for person, result in ((talk.bob, answer["results"][0]), (cid, answer["results"][1])):
        conversation, message = await person.pushed()
        assert (conversation, message.seq) == (f"si_ann_{person.user}", 1)
        assert (message.serverMsgID, message.clientMsgID) == (result["serverMsgID"], result["clientMsgID"])
    assert len({each["clientMsgID"] for each in answer["results"]}) == 1
    assert len({each["serverMsgID"] for each in answer["results"]}) == 2


async def test_the_sender_gets_a_conversation_when_a_receiver_answers_and_has_read_its_own(talk: Talk):
    await talk.rest.data("/msg/batch_send_msg", batch("bob", "cid"))
    assert await owned(talk.rest, "ann") == []
    assert await owned(talk.rest, "bob") == ["si_ann_bob"]
    assert await talk.ann.max_seqs() == {}
    await talk.bob.send("ann", "thanks")
    # The first push is that of the answer: the batch was not pushed to its sender.
    assert (await talk.ann.pushed())[1].seq == 2
    assert await owned(talk.rest, "ann") == ["si_ann_bob"]
    assert await talk.ann.read_and_max("si_ann_bob") == {"si_ann_bob": (1, 2)}


async def test_a_batch_moves_the_mark_of_a_conversation_that_the_sender_has(talk: Talk):
    await talk.bob.send("ann", "hello")
    await talk.rest.data("/msg/batch_send_msg", batch("bob"))
    assert await talk.ann.read_and_max("si_ann_bob") == {"si_ann_bob": (2, 2)}


async def test_who_cannot_be_sent_it_is_named_with_the_reason(talk: Talk):
    await talk.rest.data("/friend/add_black", {"ownerUserID": "cid", "blackUserID": "ann", "ex": ""})
    answer = await talk.rest.data("/msg/batch_send_msg", batch("ghost", "bob", "cid"))
    assert [each["recvID"] for each in answer["results"]] == ["bob"]
    assert answer["failedUserIDs"] == ["ghost", "cid"]
    reasons = [(each["userID"], each["errCode"], each["errMsg"]) for each in answer["failures"]]
    assert reasons == [("ghost", 1004, "RecordNotFoundError"), ("cid", 1302, "BlockedByPeer")]
    assert answer["failures"][0]["errDlt"] == "recvID: user not found: ghost"


async def test_a_batch_that_is_repeated_with_its_key_sends_only_what_was_not_sent(talk: Talk):
    key = {"Idempotency-Key": "news-1"}
    first = await talk.rest.data("/msg/batch_send_msg", batch("bob", "dan"), headers=key)
    assert first["failedUserIDs"] == ["dan"]
    await talk.rest.register("dan")
    again = await talk.rest.data("/msg/batch_send_msg", batch("bob", "dan"), headers=key)
    assert again["results"][0] == first["results"][0]
    assert [each["recvID"] for each in again["results"]] == ["bob", "dan"]
    assert await talk.bob.max_seqs() == {"si_ann_bob": 1}
    other = await talk.rest.data("/msg/batch_send_msg", batch("bob"), headers={"Idempotency-Key": "news-2"})
    assert other["results"][0]["clientMsgID"] != first["results"][0]["clientMsgID"]
    assert await talk.bob.max_seqs() == {"si_ann_bob": 2}


async def test_all_users_are_sent_to_but_the_sender_and_accounts(talk: Talk):
    account = {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3}
    await talk.rest.data("/user/add_notification_account", account)
    answer = await talk.rest.data("/msg/batch_send_msg", batch(isSendAll=True))
    assert [each["recvID"] for each in answer["results"]] == ["imAdmin", "bob", "cid"]


async def test_an_account_tells_many(talk: Talk):
    account = {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3}
    await talk.rest.data("/user/add_notification_account", account)
    told = batch("bob", "cid", sendID="shop", contentType=1400, content=NEWS)
    assert len((await talk.rest.data("/msg/batch_send_msg", told))["results"]) == 2
    assert (await talk.bob.pushed())[0] == "sn_bob_shop"
    assert await owned(talk.rest, "shop") == []


async def test_hundreds_are_sent_to_in_one_call(talk: Talk):
    users = [f"user{number}" for number in range(300)]
    await talk.rest.register(*users)
    answer = await talk.rest.data("/msg/batch_send_msg", batch(*users, "bob"))
    assert [each["recvID"] for each in answer["results"]] == [*users, "bob"]
    assert (await talk.bob.pushed())[1].seq == 1


async def test_more_users_than_a_batch_may_have_are_refused_and_nobody_is_sent_anything(talk: Talk, monkeypatch):
    monkeypatch.setattr("amity.messages.sending.batch.MOST_RECEIVERS", 2)
    refused = await talk.rest.post("/msg/batch_send_msg", batch(isSendAll=True))
    text = "isSendAll: there are more than 2 users: name them in recvIDs, some in each call"
    assert (refused["errCode"], refused["errDlt"]) == (1001, text)
    assert await talk.bob.max_seqs() == {}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"recvIDs": None}, "recvIDs is empty"),
        ({"sendID": ""}, "sendID is empty"),
        ({"sessionType": 3}, "sessionType: is 1 or 4, not 3"),
        ({"content": {}}, "content.content: is missing or empty"),
        ({"recvIDs": ["bob"] * 10_001}, "recvIDs: 10001 entries"),
    ],
    ids=str,
)
async def test_a_batch_that_could_go_to_nobody_is_refused(talk: Talk, fields, text):
    refused = await talk.rest.post("/msg/batch_send_msg", batch("bob", **fields))
    assert (refused["errCode"], refused["errDlt"][: len(text)]) == (1001, text)


async def test_an_empty_list_sends_nothing(talk: Talk):
    answer = await talk.rest.data("/msg/batch_send_msg", batch())
    assert answer == {"results": [], "failedUserIDs": [], "failures": []}
