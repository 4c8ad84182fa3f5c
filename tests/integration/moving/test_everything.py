"""Whoever asks a server that another one's export was brought into is answered as by the other one."""

import base64
import json
from typing import Any

import pytest

from tests.integration.messages.conftest import Talk
from tests.integration.moving.chat_records import CHAT, marks, message
from tests.integration.moving.conftest import RESTORE, Move, Target
from tests.support.rest import Rest

USERS = ("ann", "bob", "cid", "dan")
SELF, BOTH = {"IsSyncSelf": True}, {"IsSyncSelf": True, "IsSyncOther": True}
PRIVATE = {"options": {"notPrivate": False}, "attachedInfo": '{"isPrivateChat":true,"burnDuration":600}'}


async def seen(rest: Rest, user: str) -> dict[str, Any]:
    """Return all that a user is answered about conversations and messages."""
    page = {"pageNumber": 1, "showNumber": 100}
    newest = (await rest.data("/msg/newest_seq", {"userID": user}))["maxSeqs"]
    ranges = [{"conversationID": each, "begin": 1, "end": last + 9, "num": 100} for each, last in newest.items()]
    pulled = await rest.data("/msg/pull_msg_by_seq", {"userID": user, "seqRanges": ranges})
    sorted_list = {"userID": user, "conversationIDs": [], "pagination": page}
    read = {
        each: {"conversationID": each, "userID": user, "seq": last, "pagination": page}
        for each, last in newest.items()
        if each.startswith("si_")
    }
    full = await rest.data("/conversation/get_full_conversation_ids", {"userID": user, "idHash": 0})
    return {
        "newest": newest,
        "pulled": {name: {key: each["Msgs"] for key, each in pulled[name].items()} for name in pulled},
        "seqs": await rest.data("/msg/get_conversations_has_read_and_max_seq", {"userID": user}),
        "all": await rest.data("/conversation/get_all_conversations", {"ownerUserID": user}),
        "ids": sorted(full["conversationIDs"]),
        "sorted": await rest.data("/conversation/get_sorted_conversation_list", sorted_list),
        "pinned": await rest.data("/conversation/get_pinned_conversation_ids", {"userID": user}),
        "active": await rest.data("/jssdk/get_active_conversations", {"count": 100}, user=user),
        "read": {each: await rest.data("/msg/get_read_state", asked) for each, asked in read.items()},
    }


async def everybody_sees(rest: Rest) -> dict[str, dict[str, Any]]:
    return {user: await seen(rest, user) for user in USERS}


def ordered(found: Any) -> Any:
    """Return an answer with its lists in an order of their own, as lists of conversations have none."""
    if isinstance(found, dict):
        return {key: ordered(each) for key, each in found.items()}
    return sorted((ordered(each) for each in found), key=str) if isinstance(found, list) else found


@pytest.fixture
async def full(talk: Talk) -> Talk:
    """A server in whose chats everything has happened."""
    rest = talk.rest
    await rest.data(RESTORE, {"users": [{"userID": "news", "nickname": "News", "appMangerLevel": 3}]})
    await rest.register("dan")
    for text in ("revoked", "hidden", "deleted", "read"):
        await talk.ann.send("bob", text)
    quoted = {"text": "see", "quoteMessage": {"seq": 1, "clientMsgID": "ann-revoked", "content": "revoked"}}
    await talk.bob.send("ann", "quote", contentType=114, content=json.dumps(quoted).encode())
    await talk.bob.send("ann", "private", **PRIVATE)
    await talk.bob.send("ann", "private unread", **PRIVATE)
    await send_batch(rest)
    for chat, level in ((True, 2), (True, 1), (False, 2)):
        told = {"key": "k", "data": str(level), "sendUserID": "ann", "recvUserID": "bob", "sendMsg": chat}
        await rest.data("/msg/send_business_notification", told | {"reliabilityLevel": level})
    news = {"notificationName": "News", "notificationType": 1, "text": "hi", "mixType": 0}
    told = {"sendID": "news", "recvID": "bob", "contentType": 1400, "sessionType": 1, "content": news}
    for _ in range(3):
        await rest.data("/msg/send_msg", told)
    rerouted = message("bob", "cid", 7, "for ann") | {"marks": marks(askedID="ann")}
    await rest.data(RESTORE, {"messages": [rerouted]})
    for other in ("cid", "ann"):
        await talk.bob.send(other, f"last to {other}")
    by_ann: dict[str, Any] = {"conversationID": CHAT, "userID": "ann"}
    await rest.data("/msg/revoke_msg", by_ann | {"seq": 1}, user="ann")
    await rest.data("/msg/delete_msgs", by_ann | {"seqs": [2], "deleteSyncOpt": SELF}, user="ann")
    await rest.data("/msg/delete_msgs", by_ann | {"seqs": [3], "deleteSyncOpt": BOTH}, user="ann")
    await rest.data("/msg/set_conversation_has_read_seq", by_ann | {"hasReadSeq": 6}, user="ann")
    by_bob = {"conversationID": "sn_bob_news", "userID": "bob", "hasReadSeq": 2}
    await rest.data("/msg/set_conversation_has_read_seq", by_bob, user="bob")
    for number, text in enumerate(("d1", "d2", "d3")):
        await talk.ann.send("dan", text)
        await talk.bob.send("dan", text)
        if number == 1:
            await clear(rest, "ann", "si_ann_dan", BOTH)
            await clear(rest, "dan", "si_bob_dan", SELF)
    settings = {"conversationID": CHAT, "conversationType": 1, "userID": "bob", "recvMsgOpt": 2, "isPinned": True}
    await rest.data("/conversation/set_conversations", {"userIDs": ["ann"], "conversation": settings})
    return talk


async def send_batch(rest: Rest) -> Any:
    batch = {"sendID": "ann", "recvIDs": ["bob", "cid"], "contentType": 101, "sessionType": 1}
    key = {"Idempotency-Key": "batch"}
    return await rest.data("/msg/batch_send_msg", batch | {"content": {"content": "news"}}, headers=key)


async def clear(rest: Rest, user: str, conversation: str, option: dict[str, bool]) -> None:
    asked = {"userID": user, "conversationIDs": [conversation], "deleteSyncOpt": option}
    await rest.data("/msg/clear_conversation_msg", asked)


async def test_everybody_sees_the_same(full: Talk, target: Target, move: Move):
    before = ordered(await everybody_sees(full.rest))
    for _ in range(2):
        await move()
        assert ordered(await everybody_sees(target.rest)) == before


async def test_everybody_sees_the_same_after_a_later_export(full: Talk, target: Target, move: Move):
    await move()
    await clear(full.rest, "cid", "si_ann_cid", BOTH)
    await clear(full.rest, "bob", CHAT, SELF)
    await clear(full.rest, "bob", "sn_bob_news", SELF)
    await full.ann.send("bob", "after", **PRIVATE)
    await full.ann.send("cid", "after that")
    deleted = {"ownerUserID": "bob", "userID": "bob", "conversationIDs": ["si_bob_cid"]}
    await full.rest.data("/conversation/delete_conversations", deleted)
    before = ordered(await everybody_sees(full.rest))
    for _ in range(2):
        await move()
        assert ordered(await everybody_sees(target.rest)) == before


async def test_a_batch_that_is_sent_again_sends_nothing_new(full: Talk, target: Target, move: Move):
    first = await send_batch(full.rest)
    await move()
    assert await send_batch(target.rest) == first


async def test_what_was_sent_to_somebody_else_is_not_sent_again(full: Talk, target: Target, move: Move):
    await move()
    bob = await target.connect("bob")
    again = await bob.send("ann", "for ann", createTime=1_700_000_000_007)
    assert again.serverMsgID == "server-for ann"


async def test_the_export_of_the_other_server_is_the_same(full: Talk, target: Target, move: Move):
    found = []
    await move()
    for rest in (full.rest, target.rest):
        after, records = "", []
        while True:
            page = await rest.data("/relation/export", {"after": after})
            records += page["messages"] + page["chats"]
            if not (after := page["next"]):
                break
        found.append(sorted(records, key=str))
    assert found[0] == found[1]
    assert {each["sentAs"] for each in found[0] if each["kind"] == "message"} == {"message", "batch", "notice"}
    assert all(base64.b64decode(each["data"]) for each in found[0] if each["kind"] == "message")
