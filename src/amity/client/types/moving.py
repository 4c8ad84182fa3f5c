"""The records by which data is moved between servers. They are the same in an export, in a file of JSON lines and in a
request that restores them.

Times are milliseconds since 1970. The id of an operator or handler may be empty; it is empty if the user is unknown.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response


class UserRecord(Response, tag_field="kind", tag="user"):
    """A user, administrators included."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class FriendRecord(Response, tag_field="kind", tag="friend"):
    """A friend on the owner's list. The other direction is a record of its own, and absent where the friend has
    deleted the owner."""

    owner_user_id: str = ""
    friend_user_id: str = ""
    remark: str = ""
    create_time: int = 0
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
    is_pinned: bool = False


class ApplicationRecord(Response, tag_field="kind", tag="application"):
    """The last friend request of one user to another. ``handle_result``: 0 waits, 1 agreed, -1 refused."""

    from_user_id: str = ""
    to_user_id: str = ""
    handle_result: int = 0
    req_msg: str = ""
    create_time: int = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: int = 0
    ex: str = ""


class BlackRecord(Response, tag_field="kind", tag="black"):
    """A user on the owner's blacklist."""

    owner_user_id: str = ""
    black_user_id: str = ""
    create_time: int = 0
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""


class RestoreRequest(Request):
    """1 to 1000 records in all; who is named is registered, or among ``users``. ``partial: true`` leaves out what is
    not valid and reports it; otherwise one such record refuses all."""

    users: list[UserRecord] | None = None
    friends: list[FriendRecord] | None = None
    applications: list[ApplicationRecord] | None = None
    blacks: list[BlackRecord] | None = None
    partial: bool | None = None


class LeftOut(Response):
    """A record that was left out: its list, its place there, counted from 0, and why."""

    list: str = ""
    index: int = 0
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""


class RestoreResponse(Response):
    """How many records of each list are now as they were given, whether or not that changed anything."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    skipped: list[LeftOut] = msgspec.field(default_factory=list)


class ExportRequest(Request):
    """A page of up to ``limit`` records (at most 1000). ``after`` is the ``next`` of the page before, and empty for
    the first."""

    after: str = ""
    limit: int = 1000


class Totals(Response):
    """How many records of each kind there are."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0


class ExportResponse(Response):
    """Records of one kind; first all users, then all friends, applications and blacks. ``next`` is empty after the last
    page. ``totals`` is there on the first page only."""

    users: list[UserRecord] = msgspec.field(default_factory=list)
    friends: list[FriendRecord] = msgspec.field(default_factory=list)
    applications: list[ApplicationRecord] = msgspec.field(default_factory=list)
    blacks: list[BlackRecord] = msgspec.field(default_factory=list)
    next: str = ""
    totals: Totals | None = None


RELATION_RESTORE = Operation("/relation/restore", RestoreRequest, RestoreResponse)
"""Bring in users, friends, friend requests and blacklists as they were."""
RELATION_EXPORT = Operation("/relation/export", ExportRequest, ExportResponse)
"""Read out all users, friends, friend requests and blacklists, page by page."""
