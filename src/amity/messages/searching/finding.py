"""Find the newest messages of whom, when, what kind and with which text, as far back as it is wanted.

``search_msg`` counts all that it finds, as OpenIM's does. To find the newest it need not: each call looks at a bounded
number of messages, and says where the next one goes on. So it answers at any size of the database.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.calls.call import Call
from amity.conversations.naming import id_of
from amity.errors import Code, ImError
from amity.messages.searching import chats, store
from amity.messages.searching.models import ChatLog, FindMsgsRequest, FindMsgsResponse, FoundMsg
from amity.messages.searching.naming import Naming, require_session_type
from amity.messages.searching.showing import shown
from amity.messages.searching.store import PORTION, Wanted
from amity.messages.searching.texts.extracting import folded_keyword
from amity.messages.searching.texts.indexing import Indexing
from amity.storage import Database
from amity.timeline.models import Message, Place
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_FOUND: Final = 100
"""Messages of an answer: each may have 48 KiB."""
LOOKED_AT: Final = 10_000
"""Messages whose bodies one call looks at for their type."""
_SPANS: Final = (1_000, 10_000, *[100_000] * 10)
"""Numbers of arrival that each statement of one call goes through where nobody is named, or somebody with large chats:
few at first, as the newest are mostly enough, and PostgreSQL may look at all of them."""
LOOKED_AT_IN_CHATS: Final = 100_000
"""Messages that one call looks at in one chat, or in all chats of who is named."""
_FOREVER: Final = 2**62


class _Spot(NamedTuple):
    """Where a message is: its number of arrival, and what a call goes on from to find those before it. That is the same
    number, but in a single chat the message's number there: a chat that was brought in may have another order."""

    number: int
    position: int


class _Reached(NamedTuple):
    """What was found; from where the next call goes on, 0 at the end; and the number of arrival of the oldest message
    that was looked at, if the next one goes on there."""

    found: Sequence[_Spot]
    next: int
    looked_to: int = 0


class Finding:
    """``POST /msg/find_msgs``."""

    def __init__(self, database: Database, naming: Naming, indexing: Indexing) -> None:
        self._database = database
        self._naming = naming
        self._indexing = indexing

    async def find(self, _call: Call, request: FindMsgsRequest) -> FindMsgsResponse:
        """Return the newest messages that were found, below where the last call ended.

        Raises ``ImError``: 1001 for a count or a time below 0, and for a keyword that is too short or where texts are
        not searched; ``READS_LIMIT`` (1355) if it takes too long, or the index of texts is being made.
        """
        require_session_type(request.session_type)
        for name, number in (
            ("count", request.count),
            ("before", request.before),
            ("sentFrom", request.sent_from),
            ("sentBefore", request.sent_before),
        ):
            if number < 0:
                raise ImError(Code.ARGS, f"{name}: is below 0")
        keyword = ""
        if request.keyword:
            self._indexing.require_ready()
            keyword = folded_keyword(request.keyword)
        wanted = await self._naming.wanted(
            request.send_id,
            request.recv_id,
            request.session_type,
            request.sent_from,
            request.sent_before or _FOREVER,
        )
        limit = min(request.count, MOST_FOUND)
        if wanted is None or not limit:
            return FindMsgsResponse(msgs=[], next=0, looked_to=0)
        if keyword:
            before = request.before or await self._end()
            numbers = await store.newest_containing(
                self._database, wanted, keyword, request.content_type, before, limit + 1
            )
            reached = _cut(_spots(numbers), limit)
        elif request.content_type:
            reached = await self._of_type(wanted, request.content_type, request.before, limit)
        else:
            reached = await self._newest(wanted, request.before, limit)
        logs = await shown(self._database, [message for _, message in await self._read(reached.found)])
        looked_to = 0
        if reached.looked_to and len(reached.found) < limit:
            looked_to = await store.sent_at(self._database, reached.looked_to)
        return FindMsgsResponse(msgs=[_found(each) for each in logs], next=reached.next, looked_to=looked_to)

    async def _end(self) -> int:
        """Return the number of arrival that the next message of all has at least."""
        return await store.last_number(self._database) + 1

    async def _read(self, spots: Sequence[_Spot]) -> list[tuple[_Spot, Message]]:
        """Return the messages, in their order."""
        arrived = await store.arrived(self._database, [spot.number for spot in spots])
        there = {each.number: each.message for each in arrived}
        return [(spot, there[spot.number]) for spot in spots if spot.number in there]

    async def _newest(self, wanted: Wanted, before: int, limit: int) -> _Reached:
        """Return the newest messages before a position, or before the end with 0."""
        if wanted.place:
            return await self._newest_in(wanted, wanted.place, before, limit)
        high = before or await self._end()
        is_named = wanted.sender or wanted.receiver
        if is_named and await chats.total_in_chats(self._database, wanted) <= LOOKED_AT_IN_CHATS:
            numbers = await store.newest(self._database, wanted, 0, high, limit + 1, by_chats=True)
            return _cut(_spots(numbers), limit)
        found: list[_Spot] = []
        for span in _SPANS:
            low = high - span if high - span > 1 else 0  # the first number is 1
            found += _spots(await store.newest(self._database, wanted, low, high, limit + 1 - len(found)))
            if len(found) > limit:
                return _cut(found, limit)
            high = low
            if not high:
                break
        return _Reached(found, high, high)

    async def _newest_in(self, wanted: Wanted, place: Place, before: int, limit: int) -> _Reached:
        """Read one chat backwards."""
        chat = await chats.chat_at(self._database, place)
        if chat is None:
            return _Reached([], 0)
        # A position of another request may be that of an arrival, which is larger.
        high = min(before or chat.newest + 1, chat.newest + 1)
        low = max(high - LOOKED_AT_IN_CHATS, chat.oldest)
        rows = await chats.newest_in(self._database, chat, wanted, low, high, limit + 1)
        found = [_Spot(number, seq) for number, seq in rows]
        if len(found) > limit or low <= chat.oldest:
            return _cut(found, limit)
        return _Reached(found, low, await chats.number_from(self._database, chat, low))

    async def _of_type(self, wanted: Wanted, content_type: int, before: int, limit: int) -> _Reached:
        """The type is in the stored message alone, so each is looked at, some at a time."""
        looked_at = await self._newest(wanted, before, LOOKED_AT)
        found: list[_Spot] = []
        for begin in range(0, len(looked_at.found), PORTION):
            for spot, message in await self._read(looked_at.found[begin : begin + PORTION]):
                if MsgData.FromString(message.body).contentType == content_type:
                    found.append(spot)
                    if len(found) > limit:
                        return _cut(found, limit)
        return _Reached(found, looked_at.next, looked_at.looked_to)


def _spots(numbers: Sequence[int]) -> list[_Spot]:
    return [_Spot(number, number) for number in numbers]


def _cut(found: Sequence[_Spot], limit: int) -> _Reached:
    """Return the first ones, and that there are more if there is one more."""
    kept = found[:limit]
    if len(found) <= limit:
        return _Reached(kept, 0)
    return _Reached(kept, kept[-1].position, kept[-1].number)


def _found(log: ChatLog) -> FoundMsg:
    message = log.chat_log
    conversation_id = id_of(message.session_type, message.send_id, message.recv_id)
    return FoundMsg(conversation_id=conversation_id, chat_log=message, is_revoked=log.is_revoked)
