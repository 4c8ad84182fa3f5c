"""The records by which data is moved between servers. They are the same in an export, in a file of JSON lines and in a
request that restores them.

Times are milliseconds since 1970. The id of an operator or handler may be empty; it is empty if the user is unknown.
"""

from typing import Annotated, Final, Literal

import msgspec

from amity.calls.call import Request, Response
from amity.groups.rules import Ex, NewGroupId
from amity.wire.integers import Int32

LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999."""
Time = Annotated[int, msgspec.Meta(ge=0, le=LATEST)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
MOST_RECORDS: Final = 1000
"""Records of all lists together that one request may bring."""
_STATED: Final = msgspec.Meta(extra_json_schema={"maxItems": MOST_RECORDS})
"""For a list of which other operations take more. All lists are counted together."""
Data = Annotated[str, msgspec.Meta(max_length=400_000)]


class UserRecord(Request):
    """A user, administrators included."""

    kind: Literal["user"] = "user"
    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: Time = 0
    app_manger_level: Int32 = 0
    global_recv_msg_opt: Int32 = 0


class FriendRecord(Request):
    """A friend on the owner's list. The other direction is a record of its own, and absent where the friend has
    deleted the owner."""

    kind: Literal["friend"] = "friend"
    owner_user_id: str = ""
    friend_user_id: str = ""
    remark: str = ""
    create_time: Time = 0
    add_source: Int32 = 0
    operator_user_id: str = ""
    ex: str = ""
    is_pinned: bool = False


class ApplicationRecord(Request):
    """The last friend request of one user to another. ``handle_result``: 0 waits, 1 agreed, -1 refused."""

    kind: Literal["application"] = "application"
    from_user_id: str = ""
    to_user_id: str = ""
    handle_result: Literal[-1, 0, 1] = 0
    req_msg: str = ""
    create_time: Time = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: Time = 0
    ex: str = ""


class BlackRecord(Request):
    """A user on the owner's blacklist."""

    kind: Literal["black"] = "black"
    owner_user_id: str = ""
    black_user_id: str = ""
    create_time: Time = 0
    add_source: Int32 = 0
    operator_user_id: str = ""
    ex: str = ""


class GroupRecord(Request):
    """A group. ``status``: 0 open, 2 dismissed, 3 muted. One that is not dismissed has an owner, who is a member also
    without a record of its own. ``history_for_new_members``: 1 they see what was written before, 0 they do not, -1 as
    the server's settings say; without it this stays as it is, and is -1 of a new group.
    """

    kind: Literal["group"] = "group"
    group_id: NewGroupId = ""
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    ex: Ex = ""
    create_time: Time = 0
    creator_user_id: str = ""
    owner_user_id: str = ""
    status: Literal[0, 2, 3] = 0
    need_verification: Int32 = 0
    look_member_info: Int32 = 0
    apply_member_friend: Int32 = 0
    notification_update_time: Time = 0
    notification_user_id: str = ""
    history_for_new_members: Literal[-1, 0, 1] | None = None


class MemberRecord(Request):
    """A member of a group. ``role_level``: 20 ordinary, 60 administrator, 100 the owner. ``nickname`` and ``face_url``
    are what is set for this group alone."""

    kind: Literal["member"] = "member"
    group_id: str = ""
    user_id: str = ""
    role_level: Literal[20, 60, 100] = 20
    join_time: Time = 0
    join_source: Int32 = 0
    inviter_user_id: str = ""
    operator_user_id: str = ""
    mute_end_time: Time = 0
    nickname: str = ""
    face_url: str = ""
    ex: Ex = ""


class GroupApplicationRecord(Request):
    """The last wish of a user to join a group. ``handle_result``: 0 waits, 1 agreed, -1 refused."""

    kind: Literal["groupApplication"] = "groupApplication"
    group_id: str = ""
    user_id: str = ""
    handle_result: Literal[-1, 0, 1] = 0
    req_msg: str = ""
    create_time: Time = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: Time = 0
    join_source: Int32 = 0
    inviter_user_id: str = ""
    ex: Ex = ""


class MessageMarks(Request):
    """What became of a message since it was sent.

    ``hidden_from``: those of its users, or of a group's members, who have deleted it for themselves. ``is_hidden``:
    nobody is shown it. ``is_revoked``: it is shown as revoked, and not quoted. ``burn_seconds``: how long after it is
    read it is removed, 0 for never; ``burn_at``: when that is, 0 while it is not read. ``asked_id``: whom the sender
    named, where the business server has sent it to somebody else.
    """

    hidden_from: list[str] = msgspec.field(default_factory=list)
    is_hidden: bool = False
    is_revoked: bool = False
    burn_seconds: Int32 = 0
    burn_at: Time = 0
    asked_id: str = ""


class MessageRecord(Request):
    """A stored message of two users, of one with itself, or of a group, which is named instead of users.

    ``form``: 1 a chat, 3 of a group, 4 what a notification account tells, 11 stored notifications, 13 those of a group.
    ``seq`` is its number there.
    ``data`` is the protobuf message ``MsgData`` in base64. ``accept_time`` is when it was stored, to half a day.
    ``sent_as`` tells it from others of its sender with the same ``clientMsgID``: ``message``; ``batch``, to many;
    ``notice``, a stored notification; ``changed``, where the business server has given it that id. Without it, a stored
    notification is a notice and anything else a message. ``marks`` is what became of it, or nothing.
    """

    kind: Literal["message"] = "message"
    form: Literal[1, 3, 4, 11, 13] = 1
    user_id1: str = msgspec.field(default="", name="userID1")
    user_id2: str = msgspec.field(default="", name="userID2")
    group_id: str = ""
    seq: Seq = 0
    send_id: str = ""
    send_time: Time = 0
    accept_time: Time = 0
    data: Data = ""
    sent_as: Literal["message", "batch", "notice", "changed"] | None = None
    marks: MessageMarks | None = None


class ChatRecord(Request):
    """A conversation with one user, or of a group, as its owner has it, and the ends of its messages.

    ``form``: 1 a chat, 3 of a group, 4 what a notification account tells, 11 and 13 stored notifications: of these the
    ends alone, once for both users, or for the group. ``deleted``: the owner has it no more, and its settings and read
    mark would be there again with the next message. ``max_seq``: the last message that somebody sees who has left the
    group; such a record is of a former member. ``came_seq``: the last message that was written before the owner came
    in.
    """

    kind: Literal["chat"] = "chat"
    form: Literal[1, 3, 4, 11, 13] = 1
    owner_user_id: str = ""
    user_id: str = ""
    group_id: str = ""
    deleted: bool = False
    recv_msg_opt: Int32 = 0
    is_pinned: bool = False
    is_private_chat: bool = False
    burn_duration: Int32 = 0
    group_at_type: Int32 = 0
    is_msg_destruct: bool = False
    msg_destruct_time: int = 0
    latest_msg_destruct_time: int = 0
    attached_info: str = ""
    ex: str = ""
    min_seq: Seq = 0
    max_seq: Seq = 0
    came_seq: Seq = 0
    has_read_seq: Seq = 0
    oldest_seq: Seq = 0
    newest_seq: Seq = 0
    newest_time: Time = 0


class RestoreRequest(Request):
    """1 to 1000 records in all; who is named is registered, or among ``users``, and a group is there, or among
    ``groups``. ``partial: true`` leaves out what is not valid, or cannot be stored, and reports it; otherwise one such
    record refuses all."""

    users: Annotated[list[UserRecord], _STATED] | None = None
    friends: list[FriendRecord] | None = None
    applications: list[ApplicationRecord] | None = None
    blacks: list[BlackRecord] | None = None
    groups: list[GroupRecord] | None = None
    group_members: list[MemberRecord] | None = None
    group_applications: list[GroupApplicationRecord] | None = None
    messages: list[MessageRecord] | None = None
    chats: list[ChatRecord] | None = None
    partial: bool | None = None


class LeftOut(Response):
    """A record that was left out: its list, its place there, counted from 0, and why."""

    list: str
    index: int
    err_code: int
    err_msg: str
    err_dlt: str


class RestoreResponse(Response):
    """How many records of each list are now as they were given, whether or not that changed anything."""

    users: int
    friends: int
    applications: int
    blacks: int
    groups: int
    group_members: int
    group_applications: int
    messages: int
    chats: int
    skipped: list[LeftOut]


class ExportRequest(Request):
    """A page of up to ``limit`` records (at most 1000). ``after`` is the ``next`` of the page before, and empty for
    the first."""

    after: str = ""
    limit: Int32 = 1000


class Totals(Response):
    """How many records of each kind there are; of messages about how many."""

    users: int
    friends: int
    applications: int
    blacks: int
    groups: int
    group_members: int
    group_applications: int
    messages: int
    chats: int


class ExportResponse(Response):
    """Records of one kind; first all users, then all friends, applications, blacks, groups, members of groups,
    applications to groups, messages and chats. ``next`` is empty after the last page. ``totals`` is there on the first
    page only."""

    users: list[UserRecord]
    friends: list[FriendRecord]
    applications: list[ApplicationRecord]
    blacks: list[BlackRecord]
    groups: list[GroupRecord]
    group_members: list[MemberRecord]
    group_applications: list[GroupApplicationRecord]
    messages: list[MessageRecord]
    chats: list[ChatRecord]
    next: str
    totals: Totals | None
