"""Pulling messages by their numbers, within what the caller may see.

Source: open-im-server 3.8 ``internal/rpc/msg/sync_msg.go``.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from amity.calls.call import Call
from amity.conversations.finding import MOST_NAMED, Finding
from amity.errors import Code, ImError
from amity.messages.reading.models import (
    MOST_RANGES,
    ConversationSeqs,
    GetLastMessageRequest,
    GetSeqMessageRequest,
    PullMessageBySeqsRequest,
    PullMessageBySeqsResponse,
    SeqRange,
)
from amity.messages.reading.newest import newest_of_each
from amity.messages.reading.room import MOST_BYTES, as_many_as_fit, within
from amity.messages.reading.shown import Pulled, Shown, placeholder, shown
from amity.messages.reading.views import View, Views
from amity.messages.taking_back.quotes import mask_quotes
from amity.storage import Database
from amity.timeline import taking_back
from amity.timeline.models import Message
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.rules import require_few
from amity.wire.conversation_ids import NOTIFICATIONS
from amity.wire.message_bytes import last_messages, pulled

MOST_OF_RANGE: Final = 1000
"""Messages that are read for one range, or one list of numbers."""
_AT_ONCE: Final = 64
"""Messages that are read at once: of a few long ones no more are read than the answer has room for."""
_MOST_NEWEST_AT_ONCE: Final = 256
_DESCENDING: Final = 1
T = TypeVar("T")


class Pulling:
    """The operations by which clients read messages."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        finding: Finding,
    ) -> None:
        self._database = database
        self._timelines = timelines
        self._views = Views(database, directory, timelines, finding)

    async def pull_by_ranges(self, call: Call, request: PullMessageBySeqsRequest) -> PullMessageBySeqsResponse:
        """Return the messages in these ranges, oldest first: of each the newest that are asked for, of notifications
        all."""
        found = {name: each.struct() for name, each in (await self._ranges(call, request)).items()}
        msgs, notification_msgs = _parted(found)
        return PullMessageBySeqsResponse(msgs=msgs, notification_msgs=notification_msgs)

    async def pull_by_ranges_encoded(self, call: Call, request: PullMessageBySeqsRequest) -> bytes:
        """Return what ``pull_by_ranges`` does as a ``PullMessageBySeqsResp``."""
        found = {name: each.encoded() for name, each in (await self._ranges(call, request)).items()}
        return pulled(*_parted(found))

    async def _ranges(self, call: Call, request: PullMessageBySeqsRequest) -> dict[str, Pulled]:
        call.require_allowed(request.user_id, "userID")
        _require_order(request.order)
        found: dict[str, Pulled] = {}
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
            part, size = await self._range(conversation, asked, num, request.order, left)
            if part is not None:
                found[asked.conversation_id] = part
                left -= size
        return found

    async def pull_by_seqs(self, call: Call, request: GetSeqMessageRequest) -> bytes:
        """Return the messages with these numbers, a ``GetSeqMessageResp``; each conversation that is asked for has an
        entry."""
        call.require_own(request.user_id, "userID")
        _require_order(request.order)
        found: dict[str, bytes] = {}
        left = MOST_BYTES
        require_few("conversations", request.conversations or (), MOST_RANGES)
        named = request.conversations or ()
        there = await self._views.of(request.user_id, [asked.conversation_id for asked in named])
        for asked in named:
            conversation = there.get(asked.conversation_id)
            # Clients read the entry without checking that it exists.
            part = Pulled([], is_end=True)
            if conversation is not None:
                part, size = await self._numbered(conversation, asked, request.order, left)
                left -= size
            found[asked.conversation_id] = part.encoded()
        return pulled(*_parted(found))

    async def get_last_message(self, call: Call, request: GetLastMessageRequest) -> bytes:
        """Return the newest message of each of these conversations that the user may see, a ``GetLastMessageResp``; of
        the first ones if they are too long for one answer."""
        call.require_own(request.user_id, "userID")
        found: dict[str, bytes] = {}
        named = (request.conversation_ids or ())[:MOST_NAMED]
        there = list((await self._views.of(request.user_id, named, of_peers=False)).items())
        left, begin, count = MOST_BYTES, 0, _AT_ONCE
        while begin < len(there):
            part = there[begin : begin + count]
            windows = {each.bounds.timeline: each.bounds.window for _, each in part}
            newest = await newest_of_each(self._database, part[0][1].owner, windows)
            listed = [
                (name, each.bounds, message)
                for name, each in part
                if (message := newest.get(each.bounds.timeline)) is not None
            ]
            kept, size = within([message for _, _, message in listed], left, newest=False)
            for (name, bounds, message), _ in zip(listed, kept, strict=False):
                data = shown(message, is_read=False)
                await mask_quotes(self._database, bounds.timeline, bounds.oldest, [data])
                found[name] = data.encoded()
            if len(kept) < len(listed):
                break
            left -= size
            begin += count
            count = as_many_as_fit(begin, left, _MOST_NEWEST_AT_ONCE)
        return last_messages(found)

    async def _range(
        self, conversation: View, asked: SeqRange, most: int, order: int, left: int
    ) -> tuple[Pulled | None, int]:
        seen = conversation.bounds.window
        first, last = max(asked.begin, seen.first), min(asked.end, seen.last)
        if last < first or most < 1:
            return None, 0
        messages: list[Message] = []
        kept, size, high = messages, 0, last
        while len(messages) < most and first <= high and len(kept) == len(messages) and left > 0:
            part = min(_AT_ONCE, most - len(messages))
            older = await self._timelines.newest_of(conversation.bounds.timeline, first, high, part)
            messages = older + messages
            kept, size = within(messages, left, newest=True)
            high = older[0].seq - 1 if older else 0
        is_end = seen.last <= asked.end if order != _DESCENDING else asked.begin <= seen.first
        is_cut = most == MOST_OF_RANGE < asked.num and len(messages) == most and messages[0].seq > first
        is_whole = len(kept) == len(messages) and left > 0 and not is_cut
        return Pulled(await self._shown(conversation, kept), is_end and is_whole), size

    async def _numbered(self, conversation: View, asked: ConversationSeqs, order: int, left: int) -> tuple[Pulled, int]:
        seen = conversation.bounds.window
        every = list(dict.fromkeys(asked.seqs or ()))
        seqs = every[:MOST_OF_RANGE]
        in_bounds = [seq for seq in seqs if seen.first <= seq <= seen.last]
        wanted = sorted(in_bounds)
        found: list[Message] = []
        kept, size, read = found, 0, 0
        while read < len(wanted) and len(kept) == len(found) and left > 0:
            some = wanted[read : read + _AT_ONCE]
            found = found + await self._timelines.some(conversation.bounds.timeline, some)
            kept, size = within(found, left, newest=False)
            read += len(some)
        messages = {message.seq: message for message in await self._shown(conversation, kept)}
        is_whole = len(kept) == len(found) and len(seqs) == len(every) and (left > 0 or not wanted)
        answered = [messages.get(seq) or placeholder(seq) for seq in in_bounds if seq in messages or is_whole]
        if order == _DESCENDING and any(seq < seen.first for seq in seqs):
            return Pulled(answered, is_whole, seen.first), size
        if order != _DESCENDING and any(seq > seen.last for seq in seqs):
            return Pulled(answered, is_whole, seen.last), size
        return Pulled(answered, is_end=False), size

    async def _shown(self, conversation: View, messages: Sequence[Message]) -> list[Shown]:
        """Return messages as the owner gets them: its own are read as far as the other user has read. Of a group nobody
        is told that."""
        if not messages:
            return []
        owner, bounds = conversation
        numbers = [message.seq for message in messages]
        hidden = await taking_back.hidden(self._database, bounds.timeline, owner, numbers)
        found = [
            shown(
                message,
                is_read=message.seq <= (bounds.read_by_peer if message.sender == owner else bounds.read_seq),
                is_hidden=message.seq in hidden,
            )
            for message in messages
        ]
        await mask_quotes(self._database, bounds.timeline, bounds.oldest, found)
        return found


def _parted(found: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    """Part what there is of chats from what there is of stored notifications."""
    msgs = {name: each for name, each in found.items() if not name.startswith(NOTIFICATIONS)}
    return msgs, {name: each for name, each in found.items() if name.startswith(NOTIFICATIONS)}


def _require_order(order: int) -> None:
    if order not in {0, 1}:
        raise ImError(Code.ARGS, f"order: is 0 (the oldest first) or 1, not {order}")
