"""Reading out everything that ``restoring`` brings in: all users, friends, friend requests and blacklists.

A page begins where the one before it ended, in the order of primary keys. So what is there from the first page to the
last is in the export exactly once, as it was when its page was read; what came, went or changed meanwhile may be in it
or not. Users who registered after the first page are left out, with all that names them: every record names users who
are in the export.
"""

import re
from enum import StrEnum

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.moving import exporting_store as store
from amity.moving.exporting_store import Place
from amity.moving.models import ExportRequest, ExportResponse
from amity.moving.restoring import MOST_RECORDS
from amity.storage import FEW, Database

_CURSOR = re.compile(r"(users|friends|applications|blacks):(\d{1,18}):(\d{1,18}):(\d{1,18})", re.ASCII)


class Kind(StrEnum):
    """The lists of an export, in their order: who is named comes before the records that name them."""

    USERS = "users"
    FRIENDS = "friends"
    APPLICATIONS = "applications"
    BLACKS = "blacks"


_NEXT = dict(zip(Kind, [*Kind][1:], strict=False))


class Exporting:
    """``POST /relation/export``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, call: Call, request: ExportRequest) -> ExportResponse:
        """Return a page. Raises 1001 for an ``after`` that no page gave."""
        limit = request.limit
        if not 1 <= limit <= MOST_RECORDS:
            raise ImError(Code.ARGS, f"limit: is {limit}, and 1 to {MOST_RECORDS} are allowed")
        if request.after:
            kind, newest, place = _read(request.after)
            totals = None
        else:
            kind, newest, place = Kind.USERS, await store.newest_user(self._database), Place()
            totals = await store.totals(self._database, newest)
        answer = ExportResponse(users=[], friends=[], applications=[], blacks=[], next="", totals=totals)
        count = 0
        while True:
            try:
                count, place = await self._fill(answer, kind, place, newest, limit)
                break
            except ImError as error:
                if error.code != Code.ARGS or limit <= FEW:
                    raise
                # Too large for one answer: a page may end anywhere, and the next one goes on from there.
                limit = max(FEW, limit // 8)
        if count < limit:
            following = _NEXT.get(kind)
            answer.next = f"{following}:{newest}:0:0" if following else ""
        else:
            answer.next = f"{kind}:{newest}:{place.first}:{place.second}"
        return answer

    async def _fill(
        self, answer: ExportResponse, kind: Kind, after: Place, newest: int, limit: int
    ) -> tuple[int, Place]:
        match kind:
            case Kind.USERS:
                answer.users, place = await store.users(self._database, after, newest, limit)
                return len(answer.users), place
            case Kind.FRIENDS:
                answer.friends, place = await store.friends(self._database, after, newest, limit)
                return len(answer.friends), place
            case Kind.APPLICATIONS:
                answer.applications, place = await store.applications(self._database, after, newest, limit)
                return len(answer.applications), place
            case Kind.BLACKS:
                answer.blacks, place = await store.blacks(self._database, after, newest, limit)
                return len(answer.blacks), place


def _read(after: str) -> tuple[Kind, int, Place]:
    found = _CURSOR.fullmatch(after)
    if found is None:
        raise ImError(Code.ARGS, "after: is none that a page of an export gave")
    return Kind(found[1]), int(found[2]), Place(int(found[3]), int(found[4]))
