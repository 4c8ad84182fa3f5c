"""Export everything that ``restoring`` imports: users, friends, friend requests, blacklists, messages and chats.

A page begins where the previous one ended, in the order of primary keys. So a record that exists from the first page to
the last is in the export exactly once, as it was when its page was read. A record that was added, deleted or changed
meanwhile may be in it or not. Users who registered after the first page are left out, and so are the records that name
them: each record names only users who are in the export.
"""

import re
from enum import StrEnum

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.moving.exporting import chats_store, store
from amity.moving.exporting.cursor import Cursor
from amity.moving.models import ExportRequest, ExportResponse
from amity.moving.restoring.service import MOST_RECORDS
from amity.storage import FEW, Database


class Kind(StrEnum):
    """The lists of an export, in their order: users come before the records that name them, and messages before what
    users have read of them."""

    USERS = "users"
    FRIENDS = "friends"
    APPLICATIONS = "applications"
    BLACKS = "blacks"
    MESSAGES = "messages"
    CHATS = "chats"
    NOTICES = "notices"
    """Of these the ends alone: nobody has settings of them. They are records of chats."""


_CURSOR = re.compile(rf"({'|'.join(Kind)}):(\d{{1,18}}):(\d{{1,18}}):(\d{{1,18}})", re.ASCII)
_NEXT_KIND = dict(zip(Kind, [*Kind][1:], strict=False))


class Exporting:
    """``POST /relation/export``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, call: Call, request: ExportRequest) -> ExportResponse:
        """Return a page. Raises ``ImError``, ``ARGS`` (1001), if ``after`` is not a cursor returned by this operation,
        or ``limit`` is out of range."""
        limit = request.limit
        if not 1 <= limit <= MOST_RECORDS:
            raise ImError(Code.ARGS, f"limit: is {limit}, and 1 to {MOST_RECORDS} are allowed")
        if request.after:
            kind, newest, cursor = _parse_cursor(request.after)
            totals = None
        else:
            kind, newest, cursor = Kind.USERS, await store.newest_user(self._database), Cursor()
            totals = await store.totals(self._database, newest)
        answer = ExportResponse(
            users=[], friends=[], applications=[], blacks=[], messages=[], chats=[], next="", totals=totals
        )
        is_last = True
        while True:
            try:
                is_last, cursor = await self._read_page(answer, kind, cursor, newest, limit)
                break
            except ImError as error:
                if error.code != Code.ARGS or limit <= FEW:
                    raise
                # Too large for one answer. A shorter page is valid, because the next one begins at its end.
                limit = max(FEW, limit // 8)
        if is_last:
            next_kind = _NEXT_KIND.get(kind)
            answer.next = f"{next_kind}:{newest}:0:0" if next_kind else ""
        else:
            answer.next = f"{kind}:{newest}:{cursor.first}:{cursor.second}"
        return answer

    async def _read_page(
        self, answer: ExportResponse, kind: Kind, after: Cursor, newest: int, limit: int
    ) -> tuple[bool, Cursor]:
        """Read a page; return whether it is the last of its kind, and the cursor of its last row."""
        match kind:
            case Kind.USERS:
                answer.users, cursor = await store.users(self._database, after, newest, limit)
                return len(answer.users) < limit, cursor
            case Kind.FRIENDS:
                answer.friends, cursor = await store.friends(self._database, after, newest, limit)
                return len(answer.friends) < limit, cursor
            case Kind.APPLICATIONS:
                answer.applications, cursor = await store.applications(self._database, after, newest, limit)
                return len(answer.applications) < limit, cursor
            case Kind.BLACKS:
                answer.blacks, cursor = await store.blacks(self._database, after, newest, limit)
                return len(answer.blacks) < limit, cursor
            case Kind.MESSAGES:
                end = await chats_store.end_of_page(self._database, after.first, limit)
                if end == after.first:
                    return True, after
                answer.messages = await chats_store.messages(self._database, after.first, end, newest)
                return False, Cursor(end)
            case Kind.CHATS:
                answer.chats, cursor = await chats_store.chats(self._database, after, newest, limit)
                return len(answer.chats) < limit, cursor
            case Kind.NOTICES:
                answer.chats, cursor = await chats_store.notices(self._database, after, newest, limit)
                return len(answer.chats) < limit, cursor


def _parse_cursor(after: str) -> tuple[Kind, int, Cursor]:
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise ImError(Code.ARGS, "after: is none that a page of an export gave")
    return Kind(found[1]), int(found[2]), Cursor(int(found[3]), int(found[4]))
