"""What lists of numbers an answer has room for: a client breaks off a frame above 1 MiB, as it is sent."""

import random
import string
from collections.abc import Mapping

import pytest

from amity.conversations.positions import Reached
from amity.messages.reading.room import newest_that_fit
from amity.wire.compression import deflate
from amity.wire.conversation_ids import single_id
from amity.wire.frames import GO, Identifier, Reply
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqResp

LIMIT = 1 << 20
CHATS = 20_000


def listed(length: int) -> dict[str, Reached]:
    """Return the chats of a user with users whose ids are random, each a millisecond older than the one before."""
    chance = random.Random(5)
    letters = string.ascii_letters + string.digits + "_-"
    owner = "".join(chance.choices(letters, k=length))
    peers = ["".join(chance.choices(letters, k=length)) for _ in range(CHATS)]
    now = 1_764_000_000_000
    return {
        single_id(owner, peer): Reached(chance.randrange(1, 2_000_000), chance.randrange(1, 2_000_000), now - age)
        for age, peer in enumerate(peers)
    }


def frame_bytes(found: Mapping[str, Reached]) -> int:
    answer = GetConversationsHasReadAndMaxSeqResp()
    for name, each in found.items():
        numbers = answer.seqs[name]
        numbers.maxSeq, numbers.hasReadSeq, numbers.maxSeqTime = each.last, each.read, each.last_at
    reply = Reply(Identifier.GET_READ_AND_MAX_SEQ, operation_id="op", data=answer.SerializeToString())
    return len(deflate(GO.encode(reply)))


@pytest.mark.parametrize("length", [10, 20, 64, 128])
async def test_a_frame_with_the_numbers_of_very_many_chats_stays_below_the_limit(length):
    found = await newest_that_fit(listed(length))
    assert LIMIT / 4 < frame_bytes(found) < LIMIT


async def test_twenty_thousand_chats_fit_whose_ids_are_of_usual_length():
    assert len(await newest_that_fit(listed(10))) == CHATS


async def test_those_that_do_not_fit_are_the_oldest():
    chats = listed(128)
    shuffled = dict(random.Random(6).sample(list(chats.items()), len(chats)))
    found = await newest_that_fit(shuffled)
    assert list(found) == list(chats)[: len(found)]
    assert len(found) < CHATS
