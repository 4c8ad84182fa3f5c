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


class GroupRecord(Response, tag_field="kind", tag="group"):
    """A group. ``status``: 0 open, 2 dismissed, 3 muted. One that is not dismissed has an owner, who is a member also
    without a record of its own. ``history_for_new_members``: 1 they see what was written before, 0 they do not, -1 as
    the server's settings say; without it this stays as it is, and is -1 of a new group."""

    group_id: str = ""
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    creator_user_id: str = ""
    owner_user_id: str = ""
    status: int = 0
    need_verification: int = 0
    look_member_info: int = 0
    apply_member_friend: int = 0
    notification_update_time: int = 0
    notification_user_id: str = ""
    history_for_new_members: int | None = None


class MemberRecord(Response, tag_field="kind", tag="member"):
    """A member of a group. ``role_level``: 20 ordinary, 60 administrator, 100 the owner. ``nickname`` and ``face_url``
    are what is set for this group alone."""

    group_id: str = ""
    user_id: str = ""
    role_level: int = 20
    join_time: int = 0
    join_source: int = 0
    inviter_user_id: str = ""
    operator_user_id: str = ""
    mute_end_time: int = 0
    nickname: str = ""
    face_url: str = ""
    ex: str = ""


class GroupApplicationRecord(Response, tag_field="kind", tag="groupApplication"):
    """The last wish of a user to join a group. ``handle_result``: 0 waits, 1 agreed, -1 refused."""

    group_id: str = ""
    user_id: str = ""
    handle_result: int = 0
    req_msg: str = ""
    create_time: int = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: int = 0
    join_source: int = 0
    inviter_user_id: str = ""
    ex: str = ""


class MessageMarks(Response):
    """What became of a message since it was sent.

    ``hidden_from``: those of its users, or of a group's members, who have deleted it for themselves. ``is_hidden``:
    nobody is shown it. ``is_revoked``: it is shown as revoked, and not quoted. ``burn_seconds``: how long after it is
    read it is removed, 0 for never; ``burn_at``: when that is, 0 while it is not read. ``asked_id``: whom the sender
    named, where the business server has sent it to somebody else.
    """

    hidden_from: list[str] = msgspec.field(default_factory=list)
    is_hidden: bool = False
    is_revoked: bool = False
    burn_seconds: int = 0
    burn_at: int = 0
    asked_id: str = ""


class MessageRecord(Response, tag_field="kind", tag="message"):
    """A stored message of two users, of one with itself, or of a group, which is named instead of users.

    ``form``: 1 a chat, 3 of a group, 4 what a notification account tells, 11 stored notifications, 13 those of a group.
    ``seq`` is its number there.
    ``data`` is the protobuf message ``MsgData`` in base64. ``accept_time`` is when it was stored, to half a day.
    ``sent_as`` tells it from others of its sender with the same ``clientMsgID``: ``message``; ``batch``, to many;
    ``notice``, a stored notification; ``changed``, where the business server has given it that id. Without it, a stored
    notification is a notice and anything else a message. ``marks`` is what became of it, or nothing.
    """

    form: int = 1
    user_id1: str = msgspec.field(default="", name="userID1")
    user_id2: str = msgspec.field(default="", name="userID2")
    group_id: str = ""
    seq: int = 0
    send_id: str = ""
    send_time: int = 0
    accept_time: int = 0
    data: str = ""
    sent_as: str | None = None
    marks: MessageMarks | None = None


class ChatRecord(Response, tag_field="kind", tag="chat"):
    """A conversation with one user, or of a group, as its owner has it, and the ends of its messages.

    ``form``: 1 a chat, 3 of a group, 4 what a notification account tells, 11 and 13 stored notifications: of these the
    ends alone, once for both users, or for the group. ``deleted``: the owner has it no more, and its settings and read
    mark would be there again with the next message. ``max_seq``: the last message that somebody sees who has left the
    group; such a record is of a former member. ``came_seq``: the last message that was written before the owner came
    in.
    """

    form: int = 1
    owner_user_id: str = ""
    user_id: str = ""
    group_id: str = ""
    deleted: bool = False
    recv_msg_opt: int = 0
    is_pinned: bool = False
    is_private_chat: bool = False
    burn_duration: int = 0
    group_at_type: int = 0
    is_msg_destruct: bool = False
    msg_destruct_time: int = 0
    latest_msg_destruct_time: int = 0
    attached_info: str = ""
    ex: str = ""
    min_seq: int = 0
    max_seq: int = 0
    came_seq: int = 0
    has_read_seq: int = 0
    oldest_seq: int = 0
    newest_seq: int = 0
    newest_time: int = 0


class RestoreRequest(Request):
    """1 to 1000 records in all; who is named is registered, or among ``users``, and a group is there, or among
    ``groups``. ``partial: true`` leaves out what is not valid, or cannot be stored, and reports it; otherwise one such
    record refuses all."""

    users: list[UserRecord] | None = None
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
    groups: int = 0
    group_members: int = 0
    group_applications: int = 0
    messages: int = 0
    chats: int = 0
    skipped: list[LeftOut] = msgspec.field(default_factory=list)


class ExportRequest(Request):
    """A page of up to ``limit`` records (at most 1000). ``after`` is the ``next`` of the page before, and empty for
    the first."""

    after: str = ""
    limit: int = 1000


class Totals(Response):
    """How many records of each kind there are; of messages about how many."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    groups: int = 0
    group_members: int = 0
    group_applications: int = 0
    messages: int = 0
    chats: int = 0


class ExportResponse(Response):
    """Records of one kind; first all users, then all friends, applications, blacks, groups, members of groups,
    applications to groups, messages and chats. ``next`` is empty after the last page. ``totals`` is there on the first
    page only."""

    users: list[UserRecord] = msgspec.field(default_factory=list)
    friends: list[FriendRecord] = msgspec.field(default_factory=list)
    applications: list[ApplicationRecord] = msgspec.field(default_factory=list)
    blacks: list[BlackRecord] = msgspec.field(default_factory=list)
    groups: list[GroupRecord] = msgspec.field(default_factory=list)
    group_members: list[MemberRecord] = msgspec.field(default_factory=list)
    group_applications: list[GroupApplicationRecord] = msgspec.field(default_factory=list)
    messages: list[MessageRecord] = msgspec.field(default_factory=list)
    chats: list[ChatRecord] = msgspec.field(default_factory=list)
    next: str = ""
    totals: Totals | None = None


RELATION_RESTORE = Operation("/relation/restore", RestoreRequest, RestoreResponse)
"""Bring in users, friends, friend requests, blacklists, groups, messages and chats as they were."""
RELATION_EXPORT = Operation("/relation/export", ExportRequest, ExportResponse)
"""Read out all users, friends, friend requests, blacklists, groups, messages and chats, page by page."""
