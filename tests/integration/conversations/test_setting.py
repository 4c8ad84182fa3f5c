"""Setting conversations: each owner its own row, private chats for both, and who is told."""

import json
from typing import Any

import pytest

from amity.wire.proto.sdkws_pb2 import PushMessages
from tests.integration.conversations.conftest import SET, People

PAIR = "si_ann_bob"


async def pushes(person: Any, count: int) -> list[tuple[str, int, dict[str, Any]]]:
    """Return the next pushes of a device: conversation, content type and detail."""
    found: list[tuple[str, int, dict[str, Any]]] = []
    while len(found) < count:
        pushed = PushMessages.FromString((await person.client.pushed()).data)
        for conversations in (pushed.msgs, pushed.notificationMsgs):
            for conversation, page in conversations.items():
                for message in page.Msgs:
                    detail = json.loads(json.loads(message.content).get("detail", "{}"))
                    found.append((conversation, message.contentType, detail))
    return found


async def test_what_is_given_is_set_and_the_rest_stays(people):
    await people.send("bob", "ann")
    given = {
        "recvMsgOpt": 2,
        "isPinned": True,
        "attachedInfo": "a",
        "ex": "e",
        "burnDuration": 30,
        "groupAtType": 1,
        "msgDestructTime": 86_400,
        "isMsgDestruct": True,
    }
    assert (await people.set("ann", "bob", **given))["errCode"] == 0
    assert (await people.set("ann", "bob", isPinned=False))["errCode"] == 0
    found = (await people.of("ann"))[PAIR]
    assert {name: found[name] for name in given} == {**given, "isPinned": False}
    assert (await people.of("bob"))[PAIR]["ex"] == ""


async def test_who_has_no_row_gets_one_and_the_other_user_does_not(people):
    assert (await people.set("ann", "bob", isPinned=True))["errCode"] == 0
    assert (await people.of("ann"))[PAIR]["isPinned"] is True
    assert await people.of("bob") == {}


async def test_a_change_is_an_update_and_what_changes_nothing_is_none(people):
    await people.send("bob", "ann")
    before = await people.since("ann")
    await people.set("ann", "bob", ex="x")
    changed = await people.since("ann", before)
    assert ([each["ex"] for each in changed["update"]], changed["insert"], changed["delete"]) == (["x"], [], [])
    await people.set("ann", "bob", ex="x")
    assert (await people.since("ann", changed))["version"] == changed["version"]


async def test_the_first_number_a_user_sees_is_not_for_clients_to_set(people):
    await people.send("bob", "ann")
    await people.set("ann", "bob", minSeq=2, maxSeq=9, ex="x")
    found = (await people.of("ann"))[PAIR]
    assert (found["minSeq"], found["maxSeq"], found["ex"]) == (0, 0, "x")


async def test_an_administrator_sets_it_for_both_users_at_once(people):
    await people.send("bob", "ann")
    conversation = {"conversationID": PAIR, "conversationType": 1, "userID": "bob", "ex": "both"}
    await people.rest.data(SET, {"userIDs": ["ann", "bob"], "conversation": conversation})
    for owner, peer in (("ann", "bob"), ("bob", "ann")):
        found = (await people.of(owner))[PAIR]
        assert (found["ex"], found["userID"]) == ("both", peer)


async def test_a_row_is_only_of_a_conversation_that_its_owner_is_part_of(people):
    for owner, conversation_id, peer, code in (
        ("ann", "zzz", "bob", 1001),
        ("ann", "si_bob_cid", "bob", 1001),
        ("ann", "si_ann_cid", "bob", 1001),
        ("ann", "si_ann_ghost", "ghost", 1004),
        ("imAdmin", "si_ann_bob", "bob", 1001),
    ):
        answer = await people.set(owner, peer, conversationID=conversation_id, ex="x")
        assert answer["errCode"] == code, (owner, conversation_id)
    assert await people.of("ann") == {}


async def test_the_id_follows_from_owner_and_peer_where_it_is_absent(people):
    assert (await people.set("ann", "bob", conversationID="", ex="x"))["errCode"] == 0
    assert [*await people.of("ann")] == [PAIR]


async def test_groups_and_accounts_are_not_found(people):
    for kind, conversation_id, group in ((3, "sg_1", "1"), (2, "g_1", "1"), (4, "sn_ann_bob", "")):
        answer = await people.set(
            "ann", "bob", conversationID=conversation_id, conversationType=kind, groupID=group, ex="x"
        )
        assert answer["errCode"] == 1004, kind


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"recvMsgOpt": 3}, "conversation.recvMsgOpt"),
        ({"groupAtType": -1}, "conversation.groupAtType"),
        ({"burnDuration": -1}, "conversation.burnDuration"),
        ({"burnDuration": 2**31}, "burnDuration"),
        ({"msgDestructTime": -5}, "conversation.msgDestructTime"),
        ({"conversationType": 0}, "conversation.conversationType"),
        ({"userID": ""}, "conversation.userID"),
        ({"ex": "x" * 65_537}, "conversation.ex"),
        ({"attachedInfo": "x" * 65_537}, "conversation.attachedInfo"),
    ],
)
async def test_what_no_conversation_can_have_is_refused_and_changes_nothing(people, settings, problem):
    answer = await people.set("ann", "bob", **settings)
    assert (answer["errCode"], problem in answer["errDlt"]) == (1001, True), answer
    assert await people.of("ann") == {}


async def test_what_is_missing_is_named(people):
    conversation = {"conversationID": PAIR, "conversationType": 1, "userID": "bob", "ex": "x"}
    for body, problem in (
        ({"conversation": conversation}, "userIDs is empty"),
        ({"userIDs": ["ann"]}, "conversation is empty"),
        ({"userIDs": ["ann", ""], "conversation": conversation}, "userIDs[1] is empty"),
    ):
        refused = await people.rest.post(SET, body)
        assert (refused["errCode"], refused["errDlt"]) == (1001, problem)
    assert (await people.rest.post(SET, {"userIDs": [], "conversation": conversation}))["errCode"] == 0
    ghost = await people.rest.post(SET, {"userIDs": ["ghost"], "conversation": {**conversation, "conversationID": ""}})
    assert (ghost["errCode"], ghost["errDlt"]) == (1004, "userIDs: user not found: ghost")


async def test_others_may_not_set_it(people):
    assert (await people.set("ann", "bob", by="bob", ex="x"))["errCode"] == 1002
    conversation = {"conversationID": PAIR, "conversationType": 1, "userID": "bob", "ex": "x"}
    both = await people.rest.post(SET, {"userIDs": ["ann", "bob"], "conversation": conversation}, user="ann")
    assert both["errCode"] == 1002
    assert await people.of("ann") == {}


async def test_the_owner_s_devices_alone_are_told_of_its_settings(people, connect):
    ann, other, bob = await connect("ann"), await connect("ann", 5), await connect("bob")
    await people.set("ann", "bob", isPinned=True)
    await people.set("bob", "ann", ex="x")
    told = ("n_ann_ann", 1300, {"userID": "ann", "conversationIDList": [PAIR]})
    assert await pushes(ann, 1) == await pushes(other, 1) == [told]
    assert await pushes(bob, 1) == [("n_bob_bob", 1300, {"userID": "bob", "conversationIDList": [PAIR]})]


async def test_a_native_client_is_told_again_once_it_has_fetched(people, connect):
    ann = await connect("ann")
    for ex in ("1", "2", "3"):
        await people.set("ann", "bob", ex=ex)
    await pushes(ann, 1)
    token = (await people.rest.data("/auth/get_user_token", {"userID": "ann", "platformID": 3}))["token"]
    asked = {"userID": "ann"}
    await people.rest.post("/conversation/get_incremental_conversations", asked, token=token)  # another platform's
    await people.set("ann", "bob", ex="4")
    await people.send("bob", "ann")
    ((_, kind, _),) = await pushes(ann, 1)
    assert kind == 101  # nothing was told between


async def test_a_private_chat_is_private_for_both_and_both_are_told_in_the_chat(people, connect):
    ann, bob = await connect("ann"), await connect("bob")
    assert (await people.set("ann", "bob", isPrivateChat=True))["errCode"] == 0
    for owner in ("ann", "bob"):
        assert (await people.of(owner))[PAIR]["isPrivateChat"] is True
    detail = {"recvID": "bob", "sendID": "ann", "isPrivate": True, "conversationID": PAIR}
    for person in (ann, bob):
        assert await pushes(person, 2) == [(PAIR, 1701, detail), ("n_ann_bob", 1701, detail)]
    assert (await people.seqs("ann", PAIR), await people.seqs("bob", PAIR)) == ((1, 1), (0, 1))


async def test_the_other_user_ends_it_for_both(people):
    await people.set("ann", "bob", isPrivateChat=True)
    before = await people.since("ann")
    await people.set("bob", "ann", isPrivateChat=False)
    assert [each["isPrivateChat"] for each in (await people.since("ann", before))["update"]] == [False]


async def test_the_burn_duration_is_the_owner_s(people):
    await people.set("ann", "bob", isPrivateChat=True, burnDuration=10)
    assert [(await people.of(owner))[PAIR]["burnDuration"] for owner in ("ann", "bob")] == [10, 0]


async def test_each_setting_of_a_private_chat_leaves_one_message_whoever_it_is_set_for(people):
    conversation = {"conversationID": PAIR, "conversationType": 1, "userID": "bob", "isPrivateChat": True}
    for _ in range(2):
        await people.rest.data(SET, {"userIDs": ["ann", "bob"], "conversation": conversation})
    assert [(await people.seqs(owner, PAIR))[1] for owner in ("ann", "bob")] == [2, 2]


async def test_who_may_not_write_to_a_user_makes_no_chat_with_it_private(start_server):
    rest = await start_server(messages={"friendVerify": True})
    await rest.register("ann", "bob", "cid")
    people = People(rest)
    assert (await people.set("ann", "bob", isPrivateChat=True))["errCode"] == 1303
    await rest.import_friends("bob", ["ann"])
    await rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann", "ex": ""})
    assert (await people.set("ann", "bob", isPrivateChat=True, ex="x"))["errCode"] == 1302
    assert await people.of("bob") == {}
    assert await people.of("ann") == {}
    assert (await people.set("ann", "bob", ex="own"))["errCode"] == 0
    conversation = {"conversationID": PAIR, "conversationType": 1, "userID": "bob", "isPrivateChat": True}
    await rest.data(SET, {"userIDs": ["ann"], "conversation": conversation})
    assert (await people.of("bob"))[PAIR]["isPrivateChat"] is True


async def test_making_a_chat_private_counts_as_a_message(start_server):
    rest = await start_server(messages={"perSecond": 0, "perMinute": 1})
    await rest.register("ann", "bob")
    people = People(rest)
    assert (await people.set("ann", "bob", isPrivateChat=True))["errCode"] == 0
    assert (await people.set("ann", "bob", isPrivateChat=False))["errCode"] == 1358
    assert (await people.set("ann", "bob", ex="x"))["errCode"] == 0
    assert (await people.of("bob"))[PAIR]["isPrivateChat"] is True


async def test_pinned_conversations_are_limited(start_server):
    rest = await start_server(limits={"pinnedConversationsPerUser": 1})
    await rest.register("ann", "bob", "cid", "dan")
    people = People(rest)
    assert (await people.set("ann", "bob", isPinned=True))["errCode"] == 0
    refused = await people.set("ann", "cid", isPinned=True, ex="x")
    assert (refused["errCode"], refused["errMsg"]) == (1359, "PinnedConversationsLimitError")
    assert [*await people.of("ann")] == [PAIR]
    assert (await people.set("ann", "bob", isPinned=True, ex="x"))["errCode"] == 0
    await people.set("ann", "bob", isPinned=False)
    assert (await people.set("ann", "cid", isPinned=True))["errCode"] == 0
