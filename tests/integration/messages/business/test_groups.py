"""What the app tells the members of a group."""

import pytest

from tests.integration.messages.conftest import Club, Person

SEND = "/msg/send_business_notification"
NOTICES, CHAT = "n_club", "sg_club"


async def tell(club: Club, **fields: object) -> dict:
    body = {"key": "k", "data": "d", "sendUserID": "ann", "recvGroupID": "club", **fields}
    answer: dict = await club.rest.post(SEND, body)
    return answer


async def told(person: Person) -> tuple[str, int, dict]:
    conversation, message, detail = await person.notified()
    assert message.contentType == 2001
    return conversation, message.seq, detail


async def test_all_members_are_told_who_are_there(club: Club):
    await tell(club)
    for person in (club.ann, club.bob, club.cid):
        assert await told(person) == (NOTICES, 0, {"key": "k", "data": "d"})
    assert NOTICES not in await club.bob.max_seqs()


async def test_what_is_stored_is_there_for_who_was_away(club: Club):
    await tell(club, reliabilityLevel=2)
    assert await told(club.bob) == (NOTICES, 1, {"key": "k", "data": "d"})
    assert (await club.cid.max_seqs())[NOTICES] == 1
    (message,) = await club.cid.pull_notices(NOTICES, 1, 1)
    assert (message.sendID, message.recvID, message.groupID, message.contentType) == ("ann", "", "club", 2001)


async def test_it_may_be_a_message_of_the_group_too(club: Club):
    deleted = {"ownerUserID": "cid", "conversationIDs": [CHAT]}
    await club.rest.data("/conversation/delete_conversations", deleted, user="cid")
    await tell(club, reliabilityLevel=2, sendMsg=True)
    conversation, message = await club.bob.pushed()
    assert (conversation, message.seq, message.contentType) == (CHAT, 2, 2001)
    assert await club.cid.read_and_max(CHAT) == {CHAT: (0, 2)}
    assert await club.ann.read_and_max(CHAT) == {CHAT: (2, 2)}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"recvGroupID": "nowhere"}, 1004),
        ({"sendUserID": "ghost"}, 1004),
        ({"recvUserID": "bob"}, 1001),
        ({"recvGroupID": ""}, 1001),
    ],
)
async def test_what_cannot_be_told_is_refused(club: Club, fields, code):
    assert (await tell(club, **fields))["errCode"] == code


async def test_nothing_is_told_in_a_dismissed_group(club: Club):
    await club.do("dismiss_group")
    for level in (1, 2):
        assert (await tell(club, reliabilityLevel=level))["errCode"] == 1204
