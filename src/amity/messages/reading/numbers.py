"""The numbers of conversations: how far they go, and how far they are read.

Source: open-im-server 3.8 ``internal/rpc/msg/seq.go`` and ``as_read.go``.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import group_rows, positions
from amity.conversations.finding import MOST_NAMED, Finding
from amity.conversations.positions import Reached
from amity.messages.reading.models import (
    GetConversationsHasReadAndMaxSeqRequest,
    GetConversationsHasReadAndMaxSeqResponse,
    GetMaxSeqRequest,
    GetMaxSeqResponse,
    GetServerTimeRequest,
    GetServerTimeResponse,
    Seqs,
)
from amity.messages.reading.room import newest_that_fit
from amity.storage import Database
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.rules import require_few
from amity.wire.conversation_ids import group_notices_id, is_told_to_group
from amity.wire.notification import conversation_of
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqResp

_NOTHING: Final = Reached(0, 0, 0)


class Numbers:
    """The operations by which clients learn what they miss, and the server's time."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        finding: Finding,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._finding = finding
        self._clock = clock

    async def get_max_seq(self, call: Call, request: GetMaxSeqRequest) -> GetMaxSeqResponse:
        """Return the last number of each of a user's conversations that has a message, and of stored notifications."""
        call.require_allowed(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return GetMaxSeqResponse(max_seqs={}, min_seqs={})
        without = await self._finding.ambiguous(owner, request.user_id)
        there = {
            each.conversation_id(request.user_id): Reached(each.last, 0, each.last_at)
            for each in await positions.all_of(self._database, owner, without)
            if each.last
        }
        there |= await self._notices(owner, request.user_id)
        max_seqs = {name: each.last for name, each in (await newest_that_fit(there)).items()}
        return GetMaxSeqResponse(max_seqs=max_seqs, min_seqs={})

    async def get_read_and_max_seqs(
        self, call: Call, request: GetConversationsHasReadAndMaxSeqRequest
    ) -> GetConversationsHasReadAndMaxSeqResponse:
        """Return how far a user has read in its conversations, and their last numbers; 0 for an unknown
        conversation."""
        fitting = await self._reached(call, request)
        seqs = {
            name: Seqs(max_seq=each.last, has_read_seq=each.read, max_seq_time=each.last_at)
            for name, each in fitting.items()
        }
        return GetConversationsHasReadAndMaxSeqResponse(seqs=seqs, pinned_conversation_ids=_pinned(request, fitting))

    async def get_read_and_max_seqs_encoded(
        self, call: Call, request: GetConversationsHasReadAndMaxSeqRequest
    ) -> bytes:
        """Return what ``get_read_and_max_seqs`` does as a ``GetConversationsHasReadAndMaxSeqResp``."""
        fitting = await self._reached(call, request)
        answer = GetConversationsHasReadAndMaxSeqResp(pinnedConversationIDs=_pinned(request, fitting))
        seqs = answer.seqs
        for name, each in fitting.items():
            numbers = seqs[name]
            numbers.maxSeq, numbers.hasReadSeq, numbers.maxSeqTime = each.last, each.read, each.last_at
        return answer.SerializeToString()

    async def _reached(self, call: Call, request: GetConversationsHasReadAndMaxSeqRequest) -> Mapping[str, Reached]:
        call.require_own(request.user_id, "userID")
        named = request.conversation_ids or ()
        require_few("conversationIDs", named, MOST_NAMED)
        owner = await self._directory.number(request.user_id)
        there: dict[str, Reached] = {}
        if owner is not None and named:
            timelines = await self._finding.timelines(owner, request.user_id, named)
            rows = await positions.reached(self._database, owner, list(timelines.values()))
            there = {each: rows[timeline] for each, timeline in timelines.items() if timeline in rows}
        elif owner is not None:
            without = await self._finding.ambiguous(owner, request.user_id)
            there = await positions.all_reached(self._database, owner, request.user_id, without)
        there |= {each: _NOTHING for each in named if each not in there}
        return await newest_that_fit(there)

    async def get_server_time(self, call: Call, request: GetServerTimeRequest) -> GetServerTimeResponse:
        """Return the server's time."""
        return GetServerTimeResponse(server_time=self._clock.now_ms())

    async def _notices(self, owner: int, owner_id: str) -> dict[str, Reached]:
        """Return how far a user's stored notifications go. An id that two pairs share names none."""
        found = [
            (conversation_of(owner_id, other), Reached(newest, 0, last_at))
            for other, newest, last_at in await self._timelines.notices_of(owner)
        ]
        times = Counter(name for name, _ in found)
        of_groups = {
            name: Reached(each.last, 0, each.last_at)
            for each in await group_rows.all_notices_of(self._database, owner)
            if is_told_to_group(name := group_notices_id(each.group_id), owner_id)
        }
        return {name: each for name, each in found if times[name] == 1} | of_groups


def _pinned(request: GetConversationsHasReadAndMaxSeqRequest, found: Mapping[str, Reached]) -> list[str]:
    return [name for name, each in found.items() if each.is_pinned] if request.return_pinned else []
