"""What is read of groups, and how far: each member for itself."""

import base64

import pytest

from amity.wire.proto.jssdk_pb2 import GetActiveConversationsReq, GetActiveConversationsResp
from tests.integration.messages.conftest import Club, Connect

CHAT, NOTICES = "sg_club", "n_club"


@pytest.fixture
async def told(club: Club) -> Club:
    """Three messages of Ann to the group, with the numbers 2 to 4."""
    for number in range(2, 5):
        await club.ann.write("club", f"m{number}")
    return club


async def mark(club: Club, user: str, seq: int) -> None:
    body = {"conversationID": CHAT, "userID": user, "hasReadSeq": seq}
    await club.rest.data("/msg/mark_conversation_as_read", body, user=user)


async def test_who_reads_tells_its_own_devices_alone(told: Club, connect: Connect):
    other = await connect("bob", 5)
    await mark(told, "bob", 3)
    for person in (told.bob, other):
        detail = await person.notified_of(2200)
        assert (detail["markAsReadUserID"], detail["hasReadSeq"], detail["seqs"]) == ("bob", 3, [])
        assert detail["conversationID"] == CHAT
    assert await told.bob.read_and_max(CHAT) == {CHAT: (3, 4)}
    assert await told.cid.read_and_max(CHAT) == {CHAT: (0, 4)}
    await told.rest.data("/msg/mark_msgs_as_read", {"conversationID": CHAT, "userID": "bob", "seqs": [4]}, user="bob")
    assert (await told.bob.notified_of(2200))["hasReadSeq"] == 4
    assert NOTICES not in await told.ann.max_seqs()


async def test_who_changes_a_group_has_not_read_what_stands_before(told: Club):
    await told.do("set_group_member_info", members=[{"groupID": "club", "userID": "bob", "roleLevel": 60}])
    before, newest = (await told.bob.read_and_max(CHAT))[CHAT]
    assert before == 0
    await told.do("mute_group", user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (0, newest + 1)}
    await mark(told, "bob", newest + 1)
    await told.do("cancel_mute_group", user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (newest + 2, newest + 2)}


async def test_a_notification_of_the_app_reads_nothing_for_whom_it_names_as_its_sender(told: Club):
    told_all = {"key": "k", "data": "d", "recvGroupID": "club", "sendMsg": True}
    await told.rest.data("/msg/send_business_notification", {**told_all, "sendUserID": "bob"})
    assert await told.bob.read_and_max(CHAT) == {CHAT: (0, 5)}
    await mark(told, "bob", 5)
    await told.rest.data("/msg/send_business_notification", {**told_all, "sendUserID": "bob"})
    assert await told.bob.read_and_max(CHAT) == {CHAT: (6, 6)}


async def test_a_mark_ends_with_what_a_user_may_see(told: Club):
    await told.do("quit_group", user="bob")
    last = (await told.bob.max_seqs())[CHAT]
    await told.ann.write("club", "after")
    body = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": last + 1}
    await told.rest.data("/msg/mark_conversation_as_read", body, user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (last, last)}
    refused = await told.rest.post("/msg/set_conversation_has_read_seq", body, user="bob")
    assert refused["errCode"] == 1001


async def test_what_is_emptied_after_a_user_has_left_takes_nothing_from_its_unread(told: Club):
    await told.do("kick_group", kickedUserIDs=["bob"])
    before = await told.bob.read_and_max(CHAT)
    for number in range(3):
        await told.ann.write("club", f"after{number}")
    last = (await told.ann.max_seqs())[CHAT]
    body = {"conversationID": CHAT, "seqs": [last - 1, last], "userID": "ann", "deleteSyncOpt": {"IsSyncOther": True}}
    await told.rest.data("/msg/delete_msgs", body, user="ann")
    assert await told.bob.read_and_max(CHAT) == before


async def test_the_messages_of_others_are_read_as_far_as_oneself_has_read(told: Club):
    await mark(told, "bob", 3)
    read = {message.seq: message.isRead for message in (await told.bob.pull(CHAT, 2, 4)).Msgs}
    assert read == {2: True, 3: True, 4: False}


async def test_a_stranger_marks_nothing(told: Club):
    await told.rest.register("eve")
    body = {"conversationID": CHAT, "userID": "eve", "hasReadSeq": 2}
    assert (await told.rest.post("/msg/mark_conversation_as_read", body, user="eve"))["errCode"] == 1004


async def state(club: Club, seq: int, user: str, **fields: object) -> dict:
    body = {"conversationID": CHAT, "seq": seq, "userID": user, "pagination": {"pageNumber": 1, "showNumber": 10}}
    answer: dict = await club.rest.post("/msg/get_read_state", body | fields, user=user)
    return answer


async def test_a_sender_learns_who_has_read_its_message_and_who_not(told: Club):
    await told.bob.write("club", "mine")
    await mark(told, "cid", 5)
    found = (await state(told, 5, "bob"))["data"]
    assert (found["total"], found["readTotal"]) == (2, 1)
    assert {each["userID"]: each["isRead"] for each in found["users"]} == {"ann": False, "cid": True}
    pages = [
        (await state(told, 5, "bob", pagination={"pageNumber": page, "showNumber": 1}))["data"]["users"]
        for page in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [1, 1, 0]
    assert pages[0] + pages[1] == found["users"]


async def test_of_messages_of_others_managers_alone_learn_it(told: Club):
    await told.bob.write("club", "mine")
    await told.rest.register("eve")
    assert (await state(told, 5, "cid"))["errCode"] == 1002
    assert (await state(told, 5, "ann"))["errCode"] == 0
    assert (await state(told, 5, "eve"))["errCode"] == 1004
    assert (await state(told, 6, "ann"))["errCode"] == 1004
    admin = {"groupID": "club", "userID": "cid", "roleLevel": 60}
    await told.rest.data("/group/set_group_member_info", {"members": [admin]}, user="ann")
    assert (await state(told, 5, "cid"))["errCode"] == 0


async def test_who_left_a_group_does_not_learn_who_is_in_it(told: Club):
    await told.bob.write("club", "mine")
    await told.do("quit_group", user="bob")
    assert (await state(told, 5, "bob"))["errCode"] == 1002
    found = await told.rest.data(
        "/msg/get_read_state",
        {"conversationID": CHAT, "seq": 5, "userID": "bob", "pagination": {"pageNumber": 1, "showNumber": 10}},
    )
    assert {each["userID"] for each in found["users"]} == {"ann", "cid"}


async def test_overviews_have_what_is_needed_to_show_a_group(told: Club):
    await told.ann.send("bob", "hello")
    page = {"userID": "bob", "pagination": {"pageNumber": 1, "showNumber": 10}}
    sorted_list = await told.rest.data("/conversation/get_sorted_conversation_list", page, user="bob")
    assert (sorted_list["conversationTotal"], sorted_list["unreadTotal"]) == (2, 5)
    chat, group = sorted_list["conversationElems"]
    assert (chat["conversationID"], chat["msgInfo"]["groupName"]) == ("si_ann_bob", "")
    assert (group["conversationID"], group["unreadCount"]) == (CHAT, 4)
    info = group["msgInfo"]
    assert (info["senderName"], info["groupID"], info["groupName"]) == ("ann", "club", "Club")
    assert (info["groupType"], info["groupMemberCount"], info["sendID"]) == (2, 3, "ann")
    for path, body in (
        ("/jssdk/get_active_conversations", {"count": 10}),
        ("/jssdk/get_conversations", {"conversationIDs": ["si_ann_bob", CHAT]}),
    ):
        found = await told.rest.data(path, body, user="bob")
        assert found["unreadCount"] == 5
        by_id = {each["conversation"]["conversationID"]: each for each in found["conversations"]}
        assert (by_id["si_ann_bob"]["user"]["userID"], by_id["si_ann_bob"]["group"]) == ("ann", None)
        of_group = by_id[CHAT]
        assert (of_group["user"], of_group["friend"]) == (None, None)
        assert (of_group["group"]["groupID"], of_group["group"]["memberCount"]) == ("club", 3)
        assert (of_group["lastMsg"]["seq"], of_group["maxSeq"], of_group["readSeq"]) == (4, 4, 0)


async def test_in_protobuf_a_group_has_what_clients_know_of_one(told: Club):
    await told.do("set_group_info_ex", historyForNewMembers=0)
    data = await told.rest.data(
        "/jssdk/get_active_conversations",
        GetActiveConversationsReq(ownerUserID="bob", count=10).SerializeToString(),
        user="bob",
        headers={"Content-Type": "application/x-protobuf"},
    )
    (found,) = GetActiveConversationsResp.FromString(base64.b64decode(data, validate=True)).conversations
    assert (found.group.groupID, found.group.memberCount) == ("club", 3)


async def test_a_user_of_the_groups_name_is_not_taken_for_it(told: Club):
    await told.rest.register("club")
    found = await told.rest.data("/jssdk/get_active_conversations", {"count": 10}, user="bob")
    assert [each["user"] for each in found["conversations"]] == [None]


async def test_a_group_moves_no_more_in_the_list_of_who_left(told: Club):
    await told.do("quit_group", user="bob")
    before = await told.rest.data("/jssdk/get_active_conversations", {"count": 10}, user="bob")
    await told.ann.write("club", "after")
    assert await told.rest.data("/jssdk/get_active_conversations", {"count": 10}, user="bob") == before
    (seqs,) = (
        await told.rest.data(
            "/msg/get_conversations_has_read_and_max_seq", {"userID": "bob", "conversationIDs": [CHAT]}, user="bob"
        )
    )["seqs"].values()
    assert seqs["maxSeqTime"] == before["conversations"][0]["lastMsg"]["sendTime"]
