"""Taking back what was written in groups: who may, what is left, and who learns of it."""

import json
from typing import Any

import pytest

from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Club, Connect, Person, detail_of
from tests.support.stored_rows import stored_rows

CHAT, NOTICES = "sg_club", "n_club"


@pytest.fixture
async def told(club: Club) -> Club:
    """A message of each: 2 is Ann's, the owner's, 3 Bob's and 4 Cid's."""
    for person in (club.ann, club.bob, club.cid):
        await person.write("club", f"by {person.user}", ex="secret")
    return club


async def revoke(club: Club, seq: int, user: str, caller: str = "") -> int:
    body = {"conversationID": CHAT, "seq": seq, "userID": user}
    code: int = (await club.rest.post("/msg/revoke_msg", body, user=caller or user))["errCode"]
    return code


async def delete(club: Club, seqs: list[int], user: str, **option: bool) -> int:
    body = {"conversationID": CHAT, "seqs": seqs, "userID": user, "deleteSyncOpt": option}
    code: int = (await club.rest.post("/msg/delete_msgs", body, user=user))["errCode"]
    return code


async def notified(person: Person) -> tuple[str, MsgData, dict[str, Any]]:
    """Return the next notification but of what the person has read."""
    while (found := await person.notified())[1].contentType == 2200:
        pass
    return found


async def contents(person: Person) -> dict[int, str]:
    """Return what a person sees of what was written, by number."""
    pulled = await person.pull(CHAT, 2, 99)
    return {} if pulled is None else {each.seq: each.content.decode() for each in pulled.Msgs if each.status < 4}


async def test_all_members_hear_of_what_is_revoked_at_once_or_later(told: Club, connect: Connect):
    assert await revoke(told, 3, "bob") == 0
    for person in (told.ann, told.bob, told.cid):
        conversation, message, detail = await notified(person)
        assert (conversation, message.contentType, message.seq) == (NOTICES, 2101, 1)
        assert (message.sendID, message.recvID, message.groupID, message.sessionType) == ("bob", "club", "club", 3)
        assert (detail["revokerUserID"], detail["seq"], detail["sesstionType"]) == ("bob", 3, 3)
        assert (detail["conversationID"], detail["isAdminRevoke"]) == (CHAT, False)
    later = await connect("cid", 8)
    assert (await later.max_seqs())[NOTICES] == 1
    assert [each.contentType for each in await later.pull_notices(NOTICES, 1, 1)] == [2101]


async def test_a_revoked_message_is_pulled_without_what_was_written(told: Club, database_url):
    assert await revoke(told, 3, "bob") == 0
    (message,) = (await told.cid.by_seqs(CHAT, 3)).Msgs
    assert (message.contentType, message.clientMsgID, message.ex) == (2101, "bob-by bob", "")
    assert (detail_of(message)["revokerID"], detail_of(message)["revokerRole"]) == ("bob", 20)
    bodies = await stored_rows(database_url, "select body from messages")
    assert not any(b'"by bob"' in bytes(body) for (body,) in bodies)
    assert await revoke(told, 3, "bob") == 1404


async def test_the_owner_revokes_anybodys_and_administrators_those_of_ordinary_members(told: Club):
    admin = {"groupID": "club", "userID": "bob", "roleLevel": 60}
    assert await revoke(told, 4, "bob") == 1002
    await told.rest.data("/group/set_group_member_info", {"members": [admin]}, user="ann")
    assert await revoke(told, 2, "bob") == 1002
    assert await revoke(told, 4, "bob") == 0
    assert await revoke(told, 3, "cid") == 1002
    assert await revoke(told, 3, "ann") == 0
    assert await revoke(told, 2, "ann", caller="imAdmin") == 0
    assert set(await contents(told.cid)) == {2, 3, 4}
    assert all("by" not in content.replace("-by", "") for content in (await contents(told.cid)).values())


async def test_administrators_revoke_what_who_left_has_written(told: Club):
    admin = {"groupID": "club", "userID": "bob", "roleLevel": 60}
    await told.rest.data("/group/set_group_member_info", {"members": [admin]}, user="ann")
    await told.do("quit_group", user="cid")
    assert await revoke(told, 4, "bob") == 0


async def test_who_left_revokes_its_own_and_strangers_nothing(told: Club):
    await told.rest.register("eve")
    await told.do("quit_group", user="bob")
    assert await revoke(told, 2, "bob") == 1002
    await told.ann.write("club", "after")
    newest = (await told.ann.max_seqs())[CHAT]
    assert await revoke(told, newest, "bob") == 1004
    assert await revoke(told, 3, "bob") == 0
    assert await revoke(told, 2, "eve") == 1002
    body = {"conversationID": "sg_nowhere", "seq": 1, "userID": "eve"}
    assert (await told.rest.post("/msg/revoke_msg", body, user="eve"))["errCode"] == 1004


async def test_one_deletes_for_oneself(told: Club, connect: Connect):
    other = await connect("bob", 5)
    assert await delete(told, [2, 4], "bob") == 0
    assert (await other.notified_of(2102))["seqs"] == [2, 4]
    assert set(await contents(told.bob)) == {3}
    assert set(await contents(told.cid)) == {2, 3, 4}
    assert NOTICES not in await told.cid.max_seqs()


async def test_for_everybody_one_deletes_the_own_and_managers_others(told: Club):
    everybody = {"IsSyncSelf": True, "IsSyncOther": True}
    assert await delete(told, [2], "bob", **everybody) == 1002
    assert await delete(told, [3], "bob", **everybody) == 0
    assert (await told.cid.notified_of(2102))["seqs"] == [3]
    assert await delete(told, [4], "ann", **everybody) == 0
    assert set(await contents(told.cid)) == {2}
    assert [each.contentType for each in await told.cid.pull_notices(NOTICES, 1, 9)] == [2102, 2102]


async def test_a_stranger_deletes_nothing(told: Club):
    await told.rest.register("eve")
    assert await delete(told, [2], "eve") == 0
    assert await delete(told, [2], "eve", IsSyncOther=True) == 1004
    assert set(await contents(told.cid)) == {2, 3, 4}


async def test_one_clears_for_oneself_and_administrators_of_the_server_for_everybody(told: Club):
    body: dict[str, Any] = {"conversationIDs": [CHAT], "userID": "bob"}
    await told.rest.data("/msg/clear_conversation_msg", body, user="bob")
    assert await contents(told.bob) == {}
    assert await told.bob.read_and_max(CHAT) == {CHAT: (4, 4)}
    assert set(await contents(told.cid)) == {2, 3, 4}
    body["deleteSyncOpt"] = {"IsSyncOther": True}
    assert (await told.rest.post("/msg/clear_conversation_msg", body, user="bob"))["errCode"] == 1002
    await told.rest.data("/msg/clear_conversation_msg", body)
    assert (await told.cid.notified_of(1703))["conversationIDs"] == [CHAT]
    assert await contents(told.cid) == {}


async def test_who_left_clears_what_it_saw_and_sees_the_rest_when_it_comes_back(told: Club):
    await told.do("quit_group", user="bob")
    await told.ann.write("club", "meanwhile")
    newest = (await told.ann.max_seqs())[CHAT]
    await told.rest.data("/msg/clear_conversation_msg", {"conversationIDs": [CHAT], "userID": "bob"}, user="bob")
    await told.do("invite_user_to_group", invitedUserIDs=["bob"])
    assert list(await contents(told.bob)) == [newest, newest + 1]


async def test_messages_are_deleted_from_the_database(told: Club, database_url):
    await told.rest.data("/msg/delete_msg_phsical_by_seq", {"conversationID": CHAT, "seqs": [3]})
    assert set(await contents(told.cid)) == {2, 4}
    until = max(message.sendTime for message in (await told.cid.pull(CHAT, 2, 4)).Msgs)
    await told.rest.data("/msg/delete_msg_physical", {"conversationIDs": [CHAT], "timestamp": until})
    assert await contents(told.cid) == {}
    await told.ann.write("club", "after")
    assert list(await contents(told.cid)) == [5]
    bodies = await stored_rows(database_url, "select body from messages")
    assert not any(b'"by ' in bytes(body) for (body,) in bodies)


async def test_a_quote_of_what_was_revoked_is_shown_without_it(told: Club):
    quoted = {"clientMsgID": "bob-by bob", "seq": 3, "content": json.dumps({"content": "by bob"}), "contentType": 101}
    content = json.dumps({"text": "see", "quoteMessage": quoted}).encode()
    await told.cid.write("club", "quote", contentType=114, content=content)
    assert await revoke(told, 3, "bob") == 0
    (message,) = (await told.ann.by_seqs(CHAT, 5)).Msgs
    assert json.loads(message.content)["quoteMessage"]["contentType"] == 2101
    assert b"by bob" not in message.content.replace(b"bob-by bob", b"")
