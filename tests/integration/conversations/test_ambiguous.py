"""Two chats of a user that have one id: neither is on any list. The ids of users may hold what parts them."""

import pytest

from tests.integration.conversations.conftest import People

OWNER, ONE, OTHER = "a_b_a", "a_b", "b_a"
ID = "si_a_b_a_b_a"


@pytest.fixture
async def people(rest) -> People:
    await rest.register(OWNER, ONE, OTHER, "cid")
    return People(rest)


async def test_a_chat_is_on_every_list_until_another_one_has_its_id(people):
    await people.send(ONE, OWNER)
    assert await listed(people) == [[ID]] * 6
    before = await people.since(OWNER)
    await people.send(OTHER, OWNER)
    await people.send("cid", OWNER)
    assert await listed(people) == [["si_a_b_a_cid"]] * 6
    changed = await people.since(OWNER, before)
    assert changed["delete"] == [ID]
    assert [each["conversationID"] for each in changed["insert"]] == ["si_a_b_a_cid"]
    full = await people.rest.data("/conversation/get_full_conversation_ids", {"userID": OWNER, "idHash": 0})
    assert changed["version"] == full["version"]


async def test_the_others_have_it(people):
    await people.send(ONE, OWNER)
    await people.send(OTHER, OWNER)
    assert [*await people.of(ONE)] == [*await people.of(OTHER)] == [ID]


async def test_what_two_accounts_tell_a_user_under_one_id_is_on_no_list(people):
    accounts = ("a_c", "c_a")
    await people.rest.register("a_c_a")
    for account in accounts:
        made = {"userID": account, "nickName": account, "faceURL": "", "appMangerLevel": 3}
        await people.rest.data("/user/add_notification_account", made)
    news = {"notificationName": "News", "notificationType": 1, "text": "hello", "mixType": 0}
    for account, lists in zip(accounts, ([["sn_a_c_a_c_a"]] * 6, [[]] * 6), strict=True):
        message = {"sendID": account, "recvID": "a_c_a", "contentType": 1400, "sessionType": 1, "content": news}
        await people.rest.data("/msg/send_msg", message)
        assert await listed(people, "a_c_a") == lists


async def listed(people, owner: str = OWNER) -> list[list[str]]:
    """Return the ids that each list of a user has."""
    page = {"userID": owner, "pagination": {"pageNumber": 1, "showNumber": 10}}
    rest = people.rest
    paged = await rest.data("/conversation/get_owner_conversation", page)
    assert paged["total"] == len(paged["conversations"])
    full = await rest.data("/conversation/get_full_conversation_ids", {"userID": owner, "idHash": 0})
    sorted_list = await rest.data("/conversation/get_sorted_conversation_list", page)
    numbers = await rest.data("/msg/get_conversations_has_read_and_max_seq", {"userID": owner})
    newest = await rest.data("/msg/newest_seq", {"userID": owner})
    return [
        [*await people.of(owner)],
        [each["conversationID"] for each in paged["conversations"]],
        full["conversationIDs"],
        [each["conversationID"] for each in sorted_list["conversationElems"]],
        [*numbers["seqs"]],
        [*newest["maxSeqs"]],
    ]
