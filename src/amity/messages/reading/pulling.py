"""Pulling messages by their numbers, within what the caller may see.

Source: open-im-server 3.8 ``internal/rpc/msg/sync_msg.go``.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions
from amity.conversations.finding import MOST_NAMED, Finding
from amity.conversations.positions import Position
from amity.errors import Code, ImError
from amity.messages.message import MsgData
from amity.messages.reading.models import (
    ConversationSeqs,
    GetConversationsHasReadAndMaxSeqRequest,
    GetConversationsHasReadAndMaxSeqResponse,
    GetLastMessageRequest,
    GetLastMessageResponse,
    GetMaxSeqRequest,
    GetMaxSeqResponse,
    GetSeqMessageRequest,
    GetSeqMessageResponse,
    GetServerTimeRequest,
    GetServerTimeResponse,
    PullMessageBySeqsRequest,
    PullMessageBySeqsResponse,
    PullMsgs,
    SeqRange,
    Seqs,
)
from amity.messages.reading.newest import newest_of_each
from amity.messages.reading.room import MOST_BYTES, Listed, newest_that_fit, within
from amity.messages.reading.shown import placeholder, shown
from amity.messages.reading.views import View, Views
from amity.messages.taking_back.quotes import mask_quotes
from amity.storage import Database
from amity.timeline import taking_back
from amity.timeline.models import Message
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.rules import require_few
from amity.wire.conversation_ids import NOTIFICATIONS
from amity.wire.notification import conversation_of

MOST_OF_RANGE: Final = 1000
"""Messages that are read for one range, or one list of numbers."""
MOST_RANGES: Final = 1000
"""Ranges, or lists of numbers, that one request may have."""
_AT_ONCE: Final = 64
"""Messages that are read at once: of a few long ones no more are read than the answer has room for."""
_DESCENDING: Final = 1


class Pulling:
    """The operations by which clients read messages."""

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
        self._views = Views(database, directory, timelines, finding)

    async def get_max_seq(self, call: Call, request: GetMaxSeqRequest) -> GetMaxSeqResponse:
        """Return the last number of each of a user's conversations that has a message, and of stored notifications."""
        call.require_allowed(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return GetMaxSeqResponse(max_seqs={}, min_seqs={})
        listed = [
            Listed(each.conversation_id(request.user_id), each.newest, 0, each.last_at)
            for each in await self._all(owner, request.user_id)
            if each.newest
        ]
        listed += await self._notices(owner, request.user_id)
        return GetMaxSeqResponse(
            max_seqs={each.conversation_id: each.max_seq for each in await newest_that_fit(listed)}, min_seqs={}
        )

    async def pull_by_ranges(self, call: Call, request: PullMessageBySeqsRequest) -> PullMessageBySeqsResponse:
        """Return the messages in these ranges, oldest first: of each the newest that are asked for, of notifications
        all."""
        call.require_allowed(request.user_id, "userID")
        _require_order(request.order)
        answer = PullMessageBySeqsResponse(msgs={}, notification_msgs={})
        left = MOST_BYTES
        require_few("seqRanges", request.seq_ranges or (), MOST_RANGES)
        ranges = request.seq_ranges or ()
        there = await self._views.of(request.user_id, [asked.conversation_id for asked in ranges])
        for asked in ranges:
            conversation = there.get(asked.conversation_id)
            if conversation is None:
                continue
            notifies = asked.conversation_id.startswith(NOTIFICATIONS)
            # Clients ask for one, and count on all.
            num = asked.end - asked.begin + 1 if notifies else min(asked.num, MOST_OF_RANGE)
            pulled, size = await self._range(conversation, asked, num, request.order, left)
            if pulled is not None:
                (answer.notification_msgs if notifies else answer.msgs)[asked.conversation_id] = pulled
                left -= size
        return answer

    async def pull_by_seqs(self, call: Call, request: GetSeqMessageRequest) -> GetSeqMessageResponse:
        """Return the messages with these numbers; each conversation that is asked for has an entry."""
        call.require_own(request.user_id, "userID")
        _require_order(request.order)
        answer = GetSeqMessageResponse(msgs={}, notification_msgs={})
        left = MOST_BYTES
        require_few("conversations", request.conversations or (), MOST_RANGES)
        named = request.conversations or ()
        there = await self._views.of(request.user_id, [asked.conversation_id for asked in named])
        for asked in named:
            notifies = asked.conversation_id.startswith(NOTIFICATIONS)
            into = answer.notification_msgs if notifies else answer.msgs
            # Clients read the entry without checking that it exists.
            into[asked.conversation_id] = PullMsgs(msgs=[], is_end=True, end_seq=0)
            conversation = there.get(asked.conversation_id)
            if conversation is not None:
                into[asked.conversation_id], size = await self._numbered(conversation, asked, request.order, left)
                left -= size
        return answer

    async def get_read_and_max_seqs(
        self, call: Call, request: GetConversationsHasReadAndMaxSeqRequest
    ) -> GetConversationsHasReadAndMaxSeqResponse:
        """Return how far a user has read in its conversations, and their last numbers; 0 for an unknown
        conversation."""
        call.require_own(request.user_id, "userID")
        named = request.conversation_ids or ()
        require_few("conversationIDs", named, MOST_NAMED)
        owner = await self._directory.number(request.user_id)
        there: dict[str, Position] = {}
        if owner is not None and named:
            timelines = await self._finding.timelines(owner, request.user_id, named)
            rows = await positions.some(self._database, owner, list(timelines.values()))
            there = {each: rows[timeline] for each, timeline in timelines.items() if timeline in rows}
        elif owner is not None:
            rows_of_all = await self._all(owner, request.user_id)
            there = {each.conversation_id(request.user_id): each for each in rows_of_all}
        listed = [Listed(each, found.last, found.read, found.last_at) for each, found in there.items()]
        listed += [Listed(each, 0, 0, 0) for each in dict.fromkeys(named) if each not in there]
        seqs = {
            each.conversation_id: Seqs(max_seq=each.max_seq, has_read_seq=each.read_seq, max_seq_time=each.last_at)
            for each in await newest_that_fit(listed)
        }
        pinned = [each for each, position in there.items() if position.is_pinned and each in seqs]
        if not request.return_pinned:
            pinned = []
        return GetConversationsHasReadAndMaxSeqResponse(seqs=seqs, pinned_conversation_ids=pinned)

    async def get_last_message(self, call: Call, request: GetLastMessageRequest) -> GetLastMessageResponse:
        """Return the newest message of each of these conversations that the user may see; of the first ones if they are
        too long for one answer."""
        call.require_own(request.user_id, "userID")
        found: dict[str, MsgData] = {}
        left = MOST_BYTES
        named = (request.conversation_ids or ())[:MOST_NAMED]
        there = await self._views.of(request.user_id, named)
        ids = list(there)
        for begin in range(0, len(ids), _AT_ONCE):
            part = {conversation_id: there[conversation_id] for conversation_id in ids[begin : begin + _AT_ONCE]}
            windows = {each.position.timeline: each.position.window for each in part.values()}
            owner = next(iter(part.values())).owner
            newest = await newest_of_each(self._database, self._timelines, owner, windows)
            for conversation_id, conversation in part.items():
                message = newest.get(conversation.position.timeline)
                if message is None:
                    continue
                kept, size = within([message], left, newest=True)
                if not kept:
                    return GetLastMessageResponse(msgs=found)
                left -= size
                data = shown(message, is_read=False)
                await mask_quotes(self._database, conversation.position, [data])
                found[conversation_id] = data
        return GetLastMessageResponse(msgs=found)

    async def get_server_time(self, call: Call, request: GetServerTimeRequest) -> GetServerTimeResponse:
        """Return the server's time."""
        return GetServerTimeResponse(server_time=self._clock.now_ms())

    async def _notices(self, owner: int, owner_id: str) -> list[Listed]:
        """Return the newest numbers of a user's stored notifications. An id that two pairs share names none."""
        found = [
            Listed(conversation_of(owner_id, other), newest, 0, last_at)
            for other, newest, last_at in await self._timelines.notices_of(owner)
        ]
        times = Counter(each.conversation_id for each in found)
        return [each for each in found if times[each.conversation_id] == 1]

    async def _all(self, owner: int, owner_id: str) -> list[Position]:
        """Return all conversations of a user that have an id of their own."""
        without = await self._finding.ambiguous(owner, owner_id)
        return await positions.all_of(self._database, owner, without)

    async def _range(
        self, conversation: View, asked: SeqRange, most: int, order: int, left: int
    ) -> tuple[PullMsgs | None, int]:
        seen = conversation.position.window
        first, last = max(asked.begin, seen.first), min(asked.end, seen.last)
        if last < first or most < 1:
            return None, 0
        messages: list[Message] = []
        kept, size, high = messages, 0, last
        while len(messages) < most and first <= high and len(kept) == len(messages) and left > 0:
            part = min(_AT_ONCE, most - len(messages))
            older = await self._timelines.newest_of(conversation.position.timeline, first, high, part)
            messages = older + messages
            kept, size = within(messages, left, newest=True)
            high = older[0].seq - 1 if older else 0
        is_end = seen.last <= asked.end if order != _DESCENDING else asked.begin <= seen.first
        is_cut = most == MOST_OF_RANGE < asked.num and len(messages) == most and messages[0].seq > first
        is_whole = len(kept) == len(messages) and left > 0 and not is_cut
        return PullMsgs(msgs=await self._shown(conversation, kept), is_end=is_end and is_whole, end_seq=0), size

    async def _numbered(
        self, conversation: View, asked: ConversationSeqs, order: int, left: int
    ) -> tuple[PullMsgs, int]:
        seen = conversation.position.window
        every = list(dict.fromkeys(asked.seqs or ()))
        seqs = every[:MOST_OF_RANGE]
        in_bounds = [seq for seq in seqs if seen.first <= seq <= seen.last]
        wanted = sorted(in_bounds)
        found: list[Message] = []
        kept, size, read = found, 0, 0
        while read < len(wanted) and len(kept) == len(found) and left > 0:
            some = wanted[read : read + _AT_ONCE]
            found = found + await self._timelines.some(conversation.position.timeline, some)
            kept, size = within(found, left, newest=False)
            read += len(some)
        messages = {message.seq: message for message in await self._shown(conversation, kept)}
        is_whole = len(kept) == len(found) and len(seqs) == len(every) and (left > 0 or not wanted)
        answered = [messages.get(seq) or placeholder(seq) for seq in in_bounds if seq in messages or is_whole]
        if order == _DESCENDING and any(seq < seen.first for seq in seqs):
            return PullMsgs(msgs=answered, is_end=is_whole, end_seq=seen.first), size
        if order != _DESCENDING and any(seq > seen.last for seq in seqs):
            return PullMsgs(msgs=answered, is_end=is_whole, end_seq=seen.last), size
        return PullMsgs(msgs=answered, is_end=False, end_seq=0), size

    async def _shown(self, conversation: View, messages: Sequence[Message]) -> list[MsgData]:
        """Return messages as the owner gets them: its own are read as far as the other user has read."""
        if not messages:
            return []
        position, read_by_peer = conversation.position, conversation.read_by_peer
        numbers = [message.seq for message in messages]
        hidden = await taking_back.hidden(self._database, position.timeline, conversation.owner, numbers)
        found = [
            shown(
                message,
                is_read=message.seq <= (read_by_peer if message.sender != position.peer else position.read_seq),
                is_hidden=message.seq in hidden,
            )
            for message in messages
        ]
        await mask_quotes(self._database, position, found)
        return found


def _require_order(order: int) -> None:
    if order not in {0, 1}:
        raise ImError(Code.ARGS, f"order: is 0 (the oldest first) or 1, not {order}")
