"""Groups whose ids hold the character that parts two users in the ids of conversations."""

from typing import Any

import pytest

from tests.integration.messages.conftest import Connect, Person, Talk, make_group
from tests.integration.messages.taking_back.test_groups import notified


async def take_back(talk: Talk, group: str, user: str = "ann") -> None:
    """Have a message that a user has written in a group revoked by it, and another one deleted for everybody."""
    chat = f"sg_{group}"
    writer = {"ann": talk.ann, "bob": talk.bob}[user]
    first, second = [(await writer.write(group, f"{group} {number}")) for number in (1, 2)]
    seqs = {each.clientMsgID: each.seq for each in (await writer.pull(chat, 1, 99)).Msgs}
    body: dict[str, Any] = {"conversationID": chat, "userID": user}
    await talk.rest.data("/msg/revoke_msg", {**body, "seq": seqs[first.clientMsgID]}, user=user)
    option = {"IsSyncSelf": True, "IsSyncOther": True}
    deleted = {**body, "seqs": [seqs[second.clientMsgID]], "deleteSyncOpt": option}
    await talk.rest.data("/msg/delete_msgs", deleted, user=user)


async def told(person: Person, notices: str) -> list[tuple[int, int]]:
    """Return the types and numbers of the two notifications of a group that were pushed to a person."""
    found: list[tuple[int, int]] = []
    while len(found) < 2:
        conversation, message, _ = await notified(person)
        if conversation == notices and message.contentType > 2100:
            found.append((message.contentType, message.seq))
    return found


async def pulled(person: Person, notices: str) -> list[int]:
    return [each.contentType for each in await person.pull_notices(notices, 1, 99)]


@pytest.mark.parametrize("group", ["team_1", "bob_ann", "ann_", "_"])
async def test_what_is_taken_back_in_a_group_with_any_id_is_stored_for_its_members(talk: Talk, connect: Connect, group):
    await make_group(talk.rest, group, "ann", "bob", "cid")
    await take_back(talk, group)
    for person in (talk.ann, talk.bob):
        assert await told(person, f"n_{group}") == [(2101, 1), (2102, 2)]
    away = await connect("cid", 8)
    assert (await away.max_seqs())[f"n_{group}"] == 2
    assert await pulled(away, f"n_{group}") == [2101, 2102]


async def test_nobody_else_gets_it(talk: Talk, connect: Connect):
    await make_group(talk.rest, "team_1", "ann", "bob")
    await take_back(talk, "team_1")
    stranger = await connect("cid")
    assert "n_team_1" not in await stranger.max_seqs()
    assert await pulled(stranger, "n_team_1") == []


async def test_of_a_group_that_is_named_like_two_users_it_is_not_stored_for_these_two(talk: Talk, connect: Connect):
    """Else anybody could make a group that gets between the numbers of what is told to both."""
    await make_group(talk.rest, "ann_bob", "ann", "bob", "cid")
    cid = await connect("cid", 8)
    await take_back(talk, "ann_bob", "bob")
    assert await told(cid, "n_ann_bob") == [(2101, 1), (2102, 2)]
    assert await pulled(cid, "n_ann_bob") == [2101, 2102]
    for person in (talk.ann, talk.bob):
        assert await told(person, "n_ann_bob") == [(2101, 0), (2102, 0)]
        assert "n_ann_bob" not in await person.max_seqs()
    await talk.ann.send("bob", "between us")
    await talk.rest.data("/msg/revoke_msg", {"conversationID": "si_ann_bob", "seq": 1, "userID": "ann"}, user="ann")
    for person in (talk.ann, talk.bob):
        assert (await person.max_seqs())["n_ann_bob"] == 1
        assert await pulled(person, "n_ann_bob") == [2101]
    assert await pulled(cid, "n_ann_bob") == [2101, 2102]
