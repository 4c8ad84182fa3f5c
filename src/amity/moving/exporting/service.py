"""Export everything that ``restoring`` imports: users and their relations, groups, messages and chats.

A page begins where the previous one ended, in the order of primary keys. So a record that exists from the first page to
the last is in the export exactly once, as it was when its page was read. A record that was added, deleted or changed
meanwhile may be in it or not. Users who registered and groups that were made after the first page are left out, and so
are the records that name them: each record names only users and groups that are in the export.
"""

import re
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.moving.exporting import chats_store, counting, groups_store, store
from amity.moving.exporting.cursor import Cursor, Newest
from amity.moving.models import MOST_RECORDS, ExportRequest, ExportResponse
from amity.storage import FEW, Database


class Kind(StrEnum):
    """The lists of an export, in their order: users and groups come before the records that name them, and messages
    before what users have read of them."""

    USERS = "users"
    FRIENDS = "friends"
    APPLICATIONS = "applications"
    BLACKS = "blacks"
    GROUPS = "groups"
    GROUP_MEMBERS = "groupMembers"
    GROUP_APPLICATIONS = "groupApplications"
    MESSAGES = "messages"
    CHATS = "chats"
    NOTICES = "notices"
    """Of these the ends alone: nobody has settings of them. They are records of chats."""
    GROUP_NOTICES = "groupNotices"
    """The same of groups."""


_Read = Callable[[Database, Cursor, Newest, int], Awaitable[tuple[list[Any], Cursor]]]
_LISTS: Final[dict[Kind, tuple[str, _Read]]] = {
    Kind.USERS: ("users", store.users),
    Kind.FRIENDS: ("friends", store.friends),
    Kind.APPLICATIONS: ("applications", store.applications),
    Kind.BLACKS: ("blacks", store.blacks),
    Kind.GROUPS: ("groups", groups_store.groups),
    Kind.GROUP_MEMBERS: ("group_members", groups_store.members),
    Kind.GROUP_APPLICATIONS: ("group_applications", groups_store.applications),
    Kind.NOTICES: ("chats", chats_store.notices),
    Kind.GROUP_NOTICES: ("chats", chats_store.group_notices),
}
"""The list in an answer of each kind whose pages have as many records as rows, and what reads one."""
_CURSOR = re.compile(rf"({'|'.join(Kind)}):(\d{{1,18}}):(\d{{1,18}}):(\d{{1,18}})(?::(\d{{1,18}}))?", re.ASCII)
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
            kind, newest, cursor = Kind.USERS, await counting.newest(self._database), Cursor()
            totals = await counting.totals(self._database, newest)
        answer = ExportResponse(
            users=[],
            friends=[],
            applications=[],
            blacks=[],
            groups=[],
            group_members=[],
            group_applications=[],
            messages=[],
            chats=[],
            next="",
            totals=totals,
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
            answer.next = _cursor_of(next_kind, newest, Cursor()) if next_kind else ""
        else:
            answer.next = _cursor_of(kind, newest, cursor)
        return answer

    async def _read_page(
        self, answer: ExportResponse, kind: Kind, after: Cursor, newest: Newest, limit: int
    ) -> tuple[bool, Cursor]:
        """Read a page; return whether it is the last of its kind, and the cursor of its last row."""
        match kind:
            case Kind.MESSAGES:
                end = await chats_store.end_of_page(self._database, after.first, limit)
                if end == after.first:
                    return True, after
                answer.messages = await chats_store.messages(self._database, after.first, end, newest)
                return False, Cursor(end)
            case Kind.CHATS:
                answer.chats, cursor, is_last = await chats_store.chats(self._database, after, newest, limit)
                return is_last, cursor
            case _:
                name, read = _LISTS[kind]
                records, cursor = await read(self._database, after, newest, limit)
                setattr(answer, name, records)
                return len(records) < limit, cursor


def _cursor_of(kind: Kind, newest: Newest, cursor: Cursor) -> str:
    return f"{kind}:{newest.user}:{cursor.first}:{cursor.second}:{newest.group}"


def _parse_cursor(after: str) -> tuple[Kind, Newest, Cursor]:
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise ImError(Code.ARGS, "after: is none that a page of an export gave")
    # Before there were groups, a cursor did not name any.
    return Kind(found[1]), Newest(int(found[2]), int(found[5] or 0)), Cursor(int(found[3]), int(found[4]))
