"""Who has read a message of a group is said of those who were there when it was written."""

from typing import Any

import pytest

from tests.integration.messages.conftest import Club
from tests.integration.messages.reading.test_groups import mark, state


async def readers(club: Club, seq: int, user: str = "ann") -> dict[str, bool]:
    """Return who has read a message and who not; the counts say the same."""
    found: dict[str, Any] = (await state(club, seq, user))["data"]
    assert (found["total"], found["readTotal"]) == (
        len(found["users"]),
        sum(each["isRead"] for each in found["users"]),
    )
    return {each["userID"]: each["isRead"] for each in found["users"]}


@pytest.mark.parametrize("history", [True, False])
async def test_who_has_come_in_since_has_neither_read_it_nor_not(club: Club, history):
    await club.rest.register("eve")
    await club.do("set_group_info_ex", historyForNewMembers=history)
    await club.ann.write("club", "before")
    await club.do("invite_user_to_group", invitedUserIDs=["eve"])
    await club.ann.write("club", "after")
    newest = (await club.ann.max_seqs())["sg_club"]
    assert await readers(club, newest - 2) == {"bob": False, "cid": False}
    assert await readers(club, newest) == {"bob": False, "cid": False, "eve": False}
    for user in ("bob", "eve"):
        await mark(club, user, newest)
    assert await readers(club, newest - 2) == {"bob": True, "cid": False}
    assert await readers(club, newest) == {"bob": True, "cid": False, "eve": True}


async def test_who_has_left_and_come_back_is_asked_about_what_was_written_since(club: Club):
    await club.ann.write("club", "before")
    before = (await club.ann.max_seqs())["sg_club"]
    await mark(club, "bob", before)
    await club.do("quit_group", user="bob")
    await club.do("invite_user_to_group", invitedUserIDs=["bob"])
    await club.ann.write("club", "after")
    assert await readers(club, before) == {"cid": False}
    assert await readers(club, (await club.ann.max_seqs())["sg_club"]) == {"bob": False, "cid": False}


async def test_who_has_cleared_what_it_has_read_has_read_it(club: Club):
    await club.ann.write("club", "text")
    newest = (await club.ann.max_seqs())["sg_club"]
    await mark(club, "bob", newest)
    await club.rest.data("/msg/clear_conversation_msg", {"conversationIDs": ["sg_club"], "userID": "bob"}, user="bob")
    assert await readers(club, newest) == {"bob": True, "cid": False}


async def test_they_stand_in_the_order_of_the_list_of_members(club: Club):
    admin = {"groupID": "club", "userID": "cid", "roleLevel": 60}
    await club.rest.data("/group/set_group_member_info", {"members": [admin]}, user="ann")
    await club.ann.write("club", "text")
    assert list(await readers(club, (await club.ann.max_seqs())["sg_club"])) == ["cid", "bob"]
