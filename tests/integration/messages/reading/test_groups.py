"""What is read of groups, and how far: each member for itself."""

import pytest

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


async def test_a_mark_ends_with_what_a_user_may_see(told: Club):
    await told.do("quit_group", user="bob")
    last = (await told.bob.max_seqs())[CHAT]
    await told.ann.write("club", "after")
    body = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": last + 1}
    await told.rest.data("/msg/mark_conversation_as_read", body, user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (last, last)}
    refused = await told.rest.post("/msg/set_conversation_has_read_seq", body, user="bob")
    assert refused["errCode"] == 1001


async def test_the_messages_of_others_are_read_as_far_as_oneself_has_read(told: Club):
    await mark(told, "bob", 3)
    read = {message.seq: message.isRead for message in (await told.bob.pull(CHAT, 2, 4)).Msgs}
    assert read == {2: True, 3: True, 4: False}


async def test_a_stranger_marks_nothing(told: Club):
    await told.rest.register("eve")
    body = {"conversationID": CHAT, "userID": "eve", "hasReadSeq": 2}
    assert (await told.rest.post("/msg/mark_conversation_as_read", body, user="eve"))["errCode"] == 1004
