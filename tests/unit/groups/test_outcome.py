"""What one turn of the loop tells of a change of a group."""

import asyncio
from typing import cast

from amity.delivery.delivering import Delivering
from amity.groups.outcome import _AT_ONCE, Outcome, Telling
from amity.settings.model import Notifications
from tests.support.recording_push import RecordingPush

NO_MESSAGES = cast(Delivering, None)
"""Nothing here is a message, or is pushed to phones."""


async def test_those_who_come_and_go_are_told_of_their_conversation_some_in_each_turn_of_the_loop():
    push = RecordingPush()
    users = [f"user{number}" for number in range(2 * _AT_ONCE + 1)]
    telling = Telling(push, NO_MESSAGES, Notifications())
    telling.tell(Outcome("g", frozenset(users), [], [], users, []), "operation")
    told = []
    while len(push.notified) < len(users):
        told.append(len(push.notified))
        await asyncio.sleep(0)
    assert told == [_AT_ONCE, 2 * _AT_ONCE]
    found = push.received()
    assert [to for to, *_ in found] == [[user] for user in users]
    assert found[0][1:3] == ("n_user0_user0", 1300)


async def test_who_is_not_connected_is_told_nothing():
    push = RecordingPush(connected=["here"])
    telling = Telling(push, NO_MESSAGES, Notifications())
    telling.tell(Outcome("g", frozenset(), [], [], ["away", "here"], []), "operation")
    assert [each.users for each in push.notified] == [["here"]]
