"""Everything at once: records as amity reads them out and brings them in. OpenIM's server has no such operations.

Times are milliseconds since 1970.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from amity.client.answers import Answer
from amity.client.connection import Connection


class UserRecord(Answer, tag_field="kind", tag="user"):
    """A user, administrators included."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class FriendRecord(Answer, tag_field="kind", tag="friend"):
    """A friend on the owner's list. The other direction is a record of its own."""

    owner_user_id: str = ""
    friend_user_id: str = ""
    remark: str = ""
    create_time: int = 0
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
    is_pinned: bool = False


class ApplicationRecord(Answer, tag_field="kind", tag="application"):
    """The last friend request of one user to another."""

    from_user_id: str = ""
    to_user_id: str = ""
    handle_result: int = 0
    req_msg: str = ""
    create_time: int = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: int = 0
    ex: str = ""


class BlackRecord(Answer, tag_field="kind", tag="black"):
    """A user on the owner's blacklist."""

    owner_user_id: str = ""
    black_user_id: str = ""
    create_time: int = 0
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""


Record = UserRecord | FriendRecord | ApplicationRecord | BlackRecord
LISTS: dict[type[Record], str] = {
    UserRecord: "users",
    FriendRecord: "friends",
    ApplicationRecord: "applications",
    BlackRecord: "blacks",
}
"""The list of a request or an answer in which records of each kind stand."""


class LeftOut(Answer):
    """A record that was left out: its list, its place in that, and why."""

    list: str = ""
    index: int = 0
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""


class RestoreAnswer(Answer):
    """How many records of each list are as they were given."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    skipped: list[LeftOut] = msgspec.field(default_factory=list)


class Totals(Answer):
    """How many records of each kind a server has."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0


class ExportPage(Answer):
    """A page of everything; ``next`` leads to the page that follows, ``totals`` is on the first page."""

    users: list[UserRecord] = msgspec.field(default_factory=list)
    friends: list[FriendRecord] = msgspec.field(default_factory=list)
    applications: list[ApplicationRecord] = msgspec.field(default_factory=list)
    blacks: list[BlackRecord] = msgspec.field(default_factory=list)
    next: str = ""
    totals: Totals | None = None

    def records(self) -> Iterable[Record]:
        """Return the records, in the order of the page."""
        return [*self.users, *self.friends, *self.applications, *self.blacks]


class MovingOperations(Connection):
    """Reading everything out, and bringing it in."""

    async def restore(self, records: Iterable[Record]) -> RestoreAnswer:
        """Make everything what the records say: at most 1000, all at once. Those that are not valid are left out."""
        request: dict[str, Any] = {"partial": True}
        for record in records:
            request.setdefault(LISTS[type(record)], []).append(record)
        return await self.call("/relation/restore", request, RestoreAnswer)

    async def export_page(self, after: str = "", limit: int = 1000) -> ExportPage:
        """Read a page of everything: the first, or the one that follows ``after``."""
        return await self.call("/relation/export", {"after": after, "limit": limit}, ExportPage)
