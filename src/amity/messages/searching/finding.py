"""Find the newest messages of whom, when, what kind and with which text, as far back as it is wanted.

``search_msg`` counts all that it finds, as OpenIM's does. To find the newest it need not: each call looks at a bounded
number of messages, and says where the next one goes on. So it answers at any size of the database.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.calls.call import Call
from amity.conversations.naming import id_of
from amity.errors import Code, ImError
from amity.messages.searching import store
from amity.messages.searching.models import ChatLog, FindMsgsRequest, FindMsgsResponse, FoundMsg
from amity.messages.searching.naming import Naming, require_session_type
from amity.messages.searching.showing import shown
from amity.messages.searching.store import PORTION, Wanted
from amity.messages.searching.texts.extracting import folded_keyword
from amity.messages.searching.texts.indexing import Indexing
from amity.storage import Database
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_FOUND: Final = 100
"""Messages of an answer: each may have 48 KiB."""
LOOKED_AT: Final = 10_000
"""Messages whose bodies one call looks at for their type."""
_SPANS: Final = (1_000, 10_000, *[100_000] * 10)
"""Numbers of arrival that each statement of one call goes through where nobody is named: few at first, as the newest
are mostly enough, and PostgreSQL may look at all of them."""
_FOREVER: Final = 2**62


class _Reached(NamedTuple):
    """The numbers of arrival of what was found, and below which the next call goes on, 0 at the end."""

    found: list[int]
    next: int


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
        before = request.before or await store.last_number(self._database) + 1
        if keyword:
            numbers = await store.newest_containing(
                self._database, wanted, keyword, request.content_type, before, limit + 1
            )
            reached = _cut(numbers, limit)
        elif request.content_type:
            reached = await self._of_type(wanted, request.content_type, before, limit)
        else:
            reached = await self._newest(wanted, before, limit)
        arrived = await store.arrived(self._database, reached.found)
        logs = await shown(self._database, [each.message for each in arrived])
        looked_to = 0
        if reached.next and len(reached.found) < limit:
            looked_to = await store.sent_at(self._database, reached.next)
        return FindMsgsResponse(msgs=[_found(each) for each in logs], next=reached.next, looked_to=looked_to)

    async def _newest(self, wanted: Wanted, before: int, limit: int) -> _Reached:
        if wanted.sender or wanted.receiver or wanted.group:
            return _cut(await store.newest(self._database, wanted, 0, before, limit + 1), limit)
        found: list[int] = []
        high = before
        for span in _SPANS:
            low = high - span if high - span > 1 else 0  # the first number is 1
            found += await store.newest(self._database, wanted, low, high, limit + 1 - len(found))
            if len(found) > limit:
                return _cut(found, limit)
            high = low
            if not high:
                break
        return _Reached(found, high)

    async def _of_type(self, wanted: Wanted, content_type: int, before: int, limit: int) -> _Reached:
        """The type is in the stored message alone, so each is looked at, some at a time."""
        looked_at = await self._newest(wanted, before, LOOKED_AT)
        found: list[int] = []
        for begin in range(0, len(looked_at.found), PORTION):
            for each in await store.arrived(self._database, looked_at.found[begin : begin + PORTION]):
                if MsgData.FromString(each.message.body).contentType == content_type:
                    found.append(each.number)
                    if len(found) > limit:
                        return _cut(found, limit)
        return _Reached(found, looked_at.next)


def _cut(found: Sequence[int], limit: int) -> _Reached:
    """Return the first ones, and that there are more if there is one more."""
    kept = list(found[:limit])
    return _Reached(kept, kept[-1] if len(found) > limit else 0)


def _found(log: ChatLog) -> FoundMsg:
    message = log.chat_log
    conversation_id = id_of(message.session_type, message.send_id, message.recv_id)
    return FoundMsg(conversation_id=conversation_id, chat_log=message, is_revoked=log.is_revoked)
