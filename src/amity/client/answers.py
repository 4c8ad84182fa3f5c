"""What a server answers, typed. Every field may be missing: OpenIM leaves out what is empty, other versions know less.

Field names are OpenIM's in Python's spelling: ``owner_user_id`` is ``ownerUserID`` on the wire.
"""

from typing import Any, Generic, TypeVar

import msgspec

from amity.wire.naming import wire_name

T = TypeVar("T")


class Answer(msgspec.Struct, rename=wire_name, kw_only=True):
    """An object in the ``data`` of an answer. Fields that are not known here are ignored."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list; ``total`` counts all entries on all pages."""

    total: int
    entries: list[T]


# Auth ------------------------------------------------------------------------------------------------------------


class TokenAnswer(Answer):
    """A token and for how many seconds it is valid, counted from now."""

    token: str = ""
    expire_time_seconds: int = 0


class TokenContent(Answer):
    """Whose token it is; ``expire_time_seconds`` is the moment of expiry in seconds since 1970."""

    user_id: str = ""
    platform_id: int = 0
    expire_time_seconds: int = 0


# Users -----------------------------------------------------------------------------------------------------------


class User(Answer):
    """A user; ``create_time`` in milliseconds since 1970. ``app_manger_level`` is OpenIM's spelling."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class Skipped(Answer):
    """Who was left out of what was asked for, and why. An ``err_code`` of 80000: the business server did it."""

    user_id: str = ""
    err_code: int = 0
    err_msg: str = ""


class RegisterAnswer(Answer):
    """Whom the business server left out of those who were to be registered. OpenIM's own server does not say."""

    skipped: list[Skipped] = []


class UsersInfoAnswer(Answer):
    users_info: list[User] = []


class UsersAnswer(Answer):
    total: int = 0
    users: list[User] = []


class UserIdsAnswer(Answer):
    total: int = 0
    user_ids: list[str] = msgspec.field(default_factory=list, name="userIDs")


class AccountStatus(Answer):
    """``account_status`` is 1 for a registered user, 0 for an unknown one."""

    user_id: str = ""
    account_status: int = 0


class AccountCheckAnswer(Answer):
    results: list[AccountStatus] = []


# Friends ---------------------------------------------------------------------------------------------------------


class ImportAnswer(Answer):
    """What became of an import. OpenIM's own server does not say: then ``imported`` is ``None``. ``skipped`` are those
    whom the business server left out, and of a partial import those that are not valid."""

    imported: list[str] | None = None
    existing: list[str] = []
    skipped: list[Skipped] = []


class Friend(Answer):
    """A friend in a user's list; ``create_time`` in seconds since 1970 (in milliseconds in ``UserRelation``)."""

    owner_user_id: str = ""
    remark: str = ""
    create_time: int = 0
    friend_user: User | None = None
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
    is_pinned: bool = False


class FriendsAnswer(Answer):
    total: int = 0
    friends_info: list[Friend] = []


class FriendIdsAnswer(Answer):
    friend_ids: list[str] = msgspec.field(default_factory=list, name="friendIDs")


class IsFriendAnswer(Answer):
    """Who has whom in the list: ``in_user1_friends`` says that user 2 is in user 1's."""

    in_user1_friends: bool = msgspec.field(default=False, name="inUser1Friends")
    in_user2_friends: bool = msgspec.field(default=False, name="inUser2Friends")


class UserRelation(Answer):
    """A user as somebody sees it: profile, friendship (``None``: no friend) and block (``None``: not blocked)."""

    user_info: User | None = None
    friend_info: Friend | None = None
    black_info: dict[str, Any] | None = None


class RelationsAnswer(Answer):
    infos: list[UserRelation] = []


class IncrementalFriends(Answer):
    """What changed in a friend list since a version. ``full``: too much or unknown, read the whole list instead."""

    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = []
    insert: list[Friend] = []
    update: list[Friend] = []
    sort_version: int = 0


class FullFriendIds(Answer):
    """All friends' ids in the server's order; left out where ``equal``: the hash sent is the list's."""

    version: int = 0
    version_id: str = ""
    equal: bool = False
    user_ids: list[str] = []
