"""The lists of conversations once there are messages: what a message makes of them, for both sides."""

import base64
import json
from typing import Any

import pytest

from amity.sync.lists import id_hash
from amity.wire.proto.jssdk_pb2 import GetActiveConversationsReq, GetActiveConversationsResp
from tests.support.rest import Rest

FULL_IDS = "/conversation/get_full_conversation_ids"
INCREMENT = "/conversation/get_incremental_conversations"
PAGE = {"pageNumber": 1, "showNumber": 2}


@pytest.fixture
async def people(rest: Rest) -> Rest:
    await rest.register("ann", "bob", "cid", "dan")
    return rest


async def send(people: Rest, sender: str, receiver: str, text: str = "hello") -> None:
    message = {
        "sendID": sender,
        "recvID": receiver,
        "contentType": 101,
        "sessionType": 1,
        "content": {"content": text},
        "senderPlatformID": 1,
    }
    await people.data("/msg/send_msg", message)


async def all_of(people: Rest, user: str) -> dict[str, dict[str, Any]]:
    answer = await people.data("/conversation/get_all_conversations", {"ownerUserID": user}, user=user)
    return {each["conversationID"]: each for each in answer["conversations"]}


async def test_a_first_message_makes_a_conversation_for_both_sides(people: Rest):
    await send(people, "bob", "ann")
    for owner, peer in (("ann", "bob"), ("bob", "ann")):
        (conversation,) = (await all_of(people, owner)).values()
        found = {name: conversation[name] for name in ("ownerUserID", "conversationID", "conversationType", "userID")}
        assert found == {
            "ownerUserID": owner,
            "conversationID": "si_ann_bob",
            "conversationType": 1,
            "userID": peer,
        }
    assert await all_of(people, "cid") == {}


async def test_a_message_to_oneself_makes_one_conversation(people: Rest):
    await send(people, "ann", "ann")
    assert [*await all_of(people, "ann")] == ["si_ann_ann"]


async def test_a_new_conversation_is_inserted_into_the_list_and_the_next_message_changes_it_no_more(people: Rest):
    await send(people, "bob", "ann")
    first = await people.data(INCREMENT, {"userID": "ann", "versionID": "", "version": 0}, user="ann")
    assert (first["full"], first["insert"]) == (True, [])  # the client asks for the ids, and then for all
    since = {"userID": "ann", "versionID": first["versionID"], "version": first["version"]}
    await send(people, "ann", "bob", "again")
    assert (await people.data(INCREMENT, since, user="ann"))["version"] == first["version"]
    await send(people, "ann", "cid")
    second = await people.data(INCREMENT, since, user="ann")
    assert (second["full"], second["delete"], second["update"]) == (False, [], [])
    assert [each["conversationID"] for each in second["insert"]] == ["si_ann_cid"]
    assert second["version"] > first["version"]


async def test_a_client_that_has_the_ids_is_told_that_they_are_equal(people: Rest):
    for peer in ("bob", "cid"):
        await send(people, peer, "ann")
    ids = (await people.data(FULL_IDS, {"userID": "ann", "idHash": 0}, user="ann"))["conversationIDs"]
    assert sorted(ids) == ["si_ann_bob", "si_ann_cid"]
    equal = await people.data(FULL_IDS, {"userID": "ann", "idHash": id_hash(ids)}, user="ann")
    assert (equal["equal"], equal["conversationIDs"]) == (True, [])


async def test_conversations_are_found_by_their_ids_and_by_no_others(people: Rest):
    await send(people, "bob", "ann")
    await send(people, "bob", "cid")
    one = {"ownerUserID": "ann", "conversationID": "si_ann_bob"}
    found = await people.data("/conversation/get_conversation", one, user="ann")
    assert found["conversation"]["conversationID"] == "si_ann_bob"
    some = {"ownerUserID": "ann", "conversationIDs": ["si_ann_cid", "si_ann_bob", "si_bob_cid", "sg_1"]}
    answer = await people.data("/conversation/get_conversations", some, user="ann")
    assert [each["conversationID"] for each in answer["conversations"]] == ["si_ann_bob"]
    others = await people.post("/conversation/get_conversation", {**one, "conversationID": "si_bob_cid"}, user="ann")
    assert others["errCode"] == 1004


async def test_pages_hold_every_conversation_once(people: Rest):
    for peer in ("bob", "cid", "dan"):
        await send(people, peer, "ann")
    found = []
    for number in (1, 2, 3):
        page = {"userID": "ann", "pagination": {**PAGE, "pageNumber": number}}
        answer = await people.data("/conversation/get_owner_conversation", page, user="ann")
        assert answer["total"] == 3
        found.append([each["conversationID"] for each in answer["conversations"]])
    assert [len(each) for each in found] == [2, 1, 0]
    assert sorted(each for page in found for each in page) == ["si_ann_bob", "si_ann_cid", "si_ann_dan"]


async def test_the_sorted_list_has_the_newest_first_and_counts_what_is_unread(people: Rest):
    for sender, receiver in (("bob", "ann"), ("cid", "ann"), ("bob", "ann"), ("ann", "dan")):
        await send(people, sender, receiver)
    asked = {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 10}}
    answer = await people.data("/conversation/get_sorted_conversation_list", asked, user="ann")
    shown = [(each["conversationID"], each["unreadCount"]) for each in answer["conversationElems"]]
    assert shown == [("si_ann_dan", 0), ("si_ann_bob", 2), ("si_ann_cid", 1)]
    assert (answer["conversationTotal"], answer["unreadTotal"]) == (3, 3)


async def test_the_javascript_client_gets_all_that_it_shows_of_a_conversation(people: Rest):
    await people.data("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
    await send(people, "bob", "ann", "first")
    await send(people, "bob", "ann", "second")
    await send(people, "cid", "ann")
    answer = await people.data("/jssdk/get_active_conversations", {"ownerUserID": "ann", "count": 2}, user="ann")
    assert answer["unreadCount"] == 3
    cid, bob = answer["conversations"]
    assert (cid["friend"], cid["user"]["userID"], cid["maxSeq"], cid["readSeq"]) == (None, "cid", 1, 0)
    assert (bob["friend"]["friendUserID"], bob["user"]["userID"], bob["maxSeq"]) == ("bob", "bob", 2)
    assert bob["conversation"]["conversationID"] == "si_ann_bob"
    assert json.loads(base64.b64decode(bob["lastMsg"]["content"])) == {"content": "second"}
    designated = {"ownerUserID": "ann", "friendUserIDs": ["bob"]}
    (friend,) = (await people.data("/friend/get_designated_friends", designated))["friendsInfo"]
    assert bob["friend"]["createTime"] == friend["createTime"] * 1000


async def test_so_many_conversations_are_shown_as_are_asked_for_and_all_are_counted(people: Rest):
    for peer in ("bob", "cid", "dan"):
        await send(people, peer, "ann")
    asked = GetActiveConversationsReq(ownerUserID="ann", count=2)
    data = await people.data(
        "/jssdk/get_active_conversations",
        asked.SerializeToString(),
        user="ann",
        headers={"Content-Type": "application/x-protobuf"},
    )
    found = GetActiveConversationsResp.FromString(base64.b64decode(data, validate=True))
    assert [each.conversation.conversationID for each in found.conversations] == ["si_ann_dan", "si_ann_cid"]
    assert (found.unreadCount, found.conversations[0].lastMsg.seq) == (3, 1)


async def test_of_named_conversations_those_of_the_caller_are_shown_and_counted(people: Rest):
    await send(people, "bob", "ann")
    await send(people, "cid", "ann")
    await send(people, "bob", "cid")
    named = {"conversationIDs": ["si_bob_cid", "si_ann_bob", "si_ann_dan"]}
    answer = await people.data("/jssdk/get_conversations", named, user="ann")
    assert [each["conversation"]["conversationID"] for each in answer["conversations"]] == ["si_ann_bob"]
    assert answer["unreadCount"] == 1


async def test_what_was_read_is_not_counted(people: Rest):
    await send(people, "bob", "ann")
    await send(people, "bob", "ann")
    read = {"userID": "ann", "conversationID": "si_ann_bob", "hasReadSeq": 1}
    await people.data("/msg/set_conversation_has_read_seq", read, user="ann")
    answer = await people.data("/jssdk/get_active_conversations", {}, user="ann")
    assert (answer["unreadCount"], answer["conversations"][0]["readSeq"]) == (1, 1)


async def test_long_messages_are_shown_as_many_as_an_answer_has_room_for_and_every_page_is_whole(people: Rest):
    others = [f"peer{number}" for number in range(24)]
    await people.register(*others)
    for peer in others:
        await send(people, peer, "ann", "x" * 45_000)
    asked = {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 10_000}}
    answer = await people.data("/conversation/get_sorted_conversation_list", asked, user="ann")
    shown = [each["msgInfo"] is not None for each in answer["conversationElems"]]
    assert (len(shown), answer["conversationTotal"], answer["unreadTotal"]) == (24, 24, 24)
    assert shown == [True] * sum(shown) + [False] * (24 - sum(shown))
    assert 10 < sum(shown) < 24
    active = await people.data("/jssdk/get_active_conversations", {"count": 500}, user="ann")
    ids = [each["conversation"]["conversationID"] for each in active["conversations"]]
    assert ids == [f"si_ann_{peer}" for peer in reversed(others)][: len(ids)]
    assert (5 < len(ids) < 24, active["unreadCount"]) == (True, 24)


async def make_group(people: Rest, group: str, owner: str, *members: str) -> None:
    """Make a group with a name, a picture and an announcement, in which the owner has written."""
    info = {"groupID": group, "groupName": "Choir", "faceURL": "choir.png", "notification": "secret", "groupType": 2}
    made = {"ownerUserID": owner, "memberUserIDs": list(members), "groupInfo": info}
    await people.data("/group/create_group", made, user=owner)
    message = {"sendID": owner, "groupID": group, "contentType": 101, "sessionType": 3, "content": {"content": "hello"}}
    await people.data("/msg/send_msg", {**message, "senderPlatformID": 1})


async def test_the_sorted_list_names_groups_and_who_wrote_there_last(people: Rest):
    # A user may have the id of a group.
    await make_group(people, "cid", "bob", "ann")
    asked = {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 10}}
    answer = await people.data("/conversation/get_sorted_conversation_list", asked, user="ann")
    [shown] = answer["conversationElems"]
    info = shown["msgInfo"]
    assert (shown["conversationID"], info["groupID"], info["sendID"], info["senderName"]) == (
        "sg_cid",
        "cid",
        "bob",
        "bob",
    )
    assert (info["groupName"], info["groupFaceURL"], info["groupType"]) == ("Choir", "choir.png", 2)
    assert (info["groupMemberCount"], info["faceURL"]) == (2, "")


async def test_the_javascript_client_gets_the_group_of_a_conversation_and_no_user_of_its_id(people: Rest):
    await make_group(people, "cid", "bob", "ann")
    await send(people, "cid", "ann")
    answer = await people.data("/jssdk/get_active_conversations", {"count": 10}, user="ann")
    chat, group = answer["conversations"]
    assert (chat["user"]["userID"], chat["group"]) == ("cid", None)
    assert (group["conversation"]["groupID"], group["user"], group["friend"]) == ("cid", None, None)
    assert (group["group"]["groupName"], group["group"]["notification"]) == ("Choir", "secret")


async def test_who_has_left_a_group_is_shown_it_as_a_stranger_is(people: Rest):
    await make_group(people, "choir", "bob", "ann")
    await people.data("/group/quit_group", {"groupID": "choir"}, user="ann")
    asked = {"conversationIDs": ["sg_choir"]}
    answer = await people.data("/jssdk/get_conversations", asked, user="ann")
    group = answer["conversations"][0]["group"]
    assert (group["groupName"], group["notification"]) == ("Choir", "")
