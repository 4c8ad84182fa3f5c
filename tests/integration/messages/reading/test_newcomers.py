"""What who comes into a group sees of before, where the settings say that it sees nothing."""

import pytest

from tests.integration.messages.conftest import Club, Connect

CHAT, NOTICES = "sg_club", "n_club"


@pytest.fixture
async def rest(start_server):
    return await start_server(groups={"historyForNewMembers": False})


@pytest.fixture
async def dan(club: Club, connect: Connect):
    """Comes in after Ann has written message 2, and taken it back."""
    await club.rest.register("dan")
    await club.ann.write("club", "before")
    await club.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 2, "userID": "ann"}, user="ann")
    await club.do("invite_user_to_group", invitedUserIDs=["dan"])
    return await connect("dan")


async def test_a_newcomer_reads_from_its_coming_in_on(club: Club, dan):
    assert await dan.read_and_max(CHAT) == {CHAT: (2, 3)}
    await club.ann.write("club", "after")
    assert [message.seq for message in (await dan.pull(CHAT, 1, 99)).Msgs] == [3, 4]
    assert [message.seq for message in (await dan.by_seqs(CHAT, 1, 2, 3)).Msgs] == [3]
    assert await dan.read_and_max(CHAT) == {CHAT: (2, 4)}


async def test_a_newcomer_is_not_told_what_was_told_before(club: Club, dan):
    await club.ann.write("club", "after")
    await club.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 4, "userID": "ann"}, user="ann")
    assert [message.seq for message in await dan.pull_notices(NOTICES, 1, 9)] == [2]
    assert [message.seq for message in await club.bob.pull_notices(NOTICES, 1, 9)] == [1, 2]
    assert (await dan.max_seqs())[NOTICES] == 2
