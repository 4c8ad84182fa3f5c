"""Search messages by who sent them, who got them, their type, their day and a text in them.

Source: open-im-server 3.8 ``internal/rpc/msg/sync_msg.go``. Its totals are wrong where there are many messages, and
anybody may search there.
"""

import datetime as dt
import re
from typing import Final

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.messages.searching import store
from amity.messages.searching.models import SearchMsgRequest, SearchMsgResponse
from amity.messages.searching.naming import Naming, require_session_type
from amity.messages.searching.showing import shown
from amity.messages.searching.store import Wanted
from amity.messages.searching.texts.extracting import folded_keyword
from amity.messages.searching.texts.indexing import Indexing
from amity.storage import Database
from amity.timeline.models import Message
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_SHOWN: Final = 100
"""Messages of a page: each may have 48 KiB."""
MOST_LOOKED_AT: Final = 100_000
"""Messages that a search by type looks at."""
_DAY_MS: Final = 86_400_000
_FOREVER: Final = 2**62
_day = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch


class Searching:
    """``POST /msg/search_msg``."""

    def __init__(self, database: Database, naming: Naming, indexing: Indexing) -> None:
        self._database = database
        self._naming = naming
        self._indexing = indexing

    async def search(self, call: Call, request: SearchMsgRequest) -> SearchMsgResponse:
        """Return a page of the messages that were found, in the order of arrival, and how many there are.

        Raises ``ImError``: 1001 for a day that is none, and for a keyword that is too short or where texts are not
        searched; ``READS_LIMIT`` (1355) if too many messages would have to be looked at, or the index of texts is being
        made.
        """
        offset, limit = page_of(request.pagination, MOST_SHOWN)
        since, until = _times(request.send_time)
        require_session_type(request.session_type)
        keyword = ""
        if request.keyword:
            self._indexing.require_ready()
            keyword = folded_keyword(request.keyword)
        wanted = await self._naming.wanted(request.send_id, request.recv_id, request.session_type, since, until)
        if wanted is None:
            return SearchMsgResponse(chat_logs=[], chat_logs_num=0)
        if keyword:
            total, found = await store.page_containing(
                self._database, wanted, keyword, request.content_type, offset, limit
            )
        elif request.content_type:
            total, found = await self._of_type(wanted, request.content_type, offset, limit)
        else:
            total = await store.count(self._database, wanted)
            found = await store.page(self._database, wanted, offset, limit) if offset < total else []
        return SearchMsgResponse(chat_logs=await shown(self._database, found), chat_logs_num=total)

    async def _of_type(self, wanted: Wanted, content_type: int, offset: int, limit: int) -> tuple[int, list[Message]]:
        """Return how many messages of a type there are, and a page of them. The type is in the stored message alone, so
        each is looked at, some at a time."""
        numbers = await store.numbers(self._database, wanted, MOST_LOOKED_AT + 1)
        if len(numbers) > MOST_LOOKED_AT:
            detail = f"more than {MOST_LOOKED_AT} messages to look at: name sendID and recvID, or a day"
            raise ImError(Code.READS_LIMIT, detail)
        total = 0
        found: list[Message] = []
        for start in range(0, len(numbers), store.PORTION):
            for message in await store.some(self._database, numbers[start : start + store.PORTION]):
                if MsgData.FromString(message.body).contentType != content_type:
                    continue
                if offset <= total < offset + limit:
                    found.append(message)
                total += 1
        return total, found


def _times(day: str) -> tuple[int, int]:
    """Return where a day in UTC begins and ends, in milliseconds since 1970; an empty one is all of time."""
    if not day:
        return 0, _FOREVER
    try:
        if not _day(day):
            raise ValueError(day)
        began = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)
    except ValueError:
        raise ImError(Code.ARGS, f"sendTime: is a day as 2026-01-31, not {day!r}") from None
    start = int(began.timestamp()) * 1000
    return max(start, 0), max(start + _DAY_MS, 0)
