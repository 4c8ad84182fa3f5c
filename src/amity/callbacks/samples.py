"""One sample of every event, to try a business server with. Their ids begin with ``amity-sample-``."""

from amity.wire.events import catalogue as events

OWNER = "amity-sample-owner"
FRIENDS = ("amity-sample-friend-1", "amity-sample-friend-2")
_BLOCKED = "amity-sample-blocked"
_OPERATION = "amity-sample-operation"
_CONNECTION = "amity-sample-connection"
_SEQ = 1767225600000
_USERS = (events.UserProfile(user_id="amity-sample-user", nickname="Sample", face_url="", ex=""),)

_ALL: tuple[events.Event, ...] = (
    events.BeforeUserRegister(users=_USERS),
    events.AfterUserRegister(users=_USERS),
    events.BeforeUpdateUserInfo(user_id=OWNER, nick_name="Sample", face_url=""),
    events.AfterUpdateUserInfo(user_id=OWNER, nick_name="Sample", face_url="", ex=""),
    events.BeforeUpdateUserInfoEx(user_id=OWNER, nick_name="Sample"),
    events.AfterUpdateUserInfoEx(user_id=OWNER, nick_name="Sample"),
    events.BeforeImportFriends(owner_user_id=OWNER, friend_user_ids=FRIENDS),
    events.AfterImportFriends(owner_user_id=OWNER, friend_user_ids=FRIENDS),
    events.AfterDeleteFriend(owner_user_id=OWNER, friend_user_id=FRIENDS[0]),
    events.BeforeSetFriendRemark(owner_user_id=OWNER, friend_user_id=FRIENDS[0], remark="a sample remark"),
    events.AfterSetFriendRemark(owner_user_id=OWNER, friend_user_id=FRIENDS[0], remark="a sample remark"),
    events.BeforeAddFriend(from_user_id=OWNER, to_user_id=FRIENDS[0], req_msg="a sample application", ex=""),
    events.AfterAddFriend(from_user_id=OWNER, to_user_id=FRIENDS[0], req_msg="a sample application"),
    events.BeforeAddFriendAgree(from_user_id=FRIENDS[0], to_user_id=OWNER, handle_result=1, handle_msg="a sample"),
    events.AfterAddFriendAgree(from_user_id=FRIENDS[0], to_user_id=OWNER, handle_result=1, handle_msg="a sample"),
    events.BeforeAddBlack(owner_user_id=OWNER, black_user_id=_BLOCKED),
    events.AfterAddBlack(owner_user_id=OWNER, black_user_id=_BLOCKED),
    events.AfterRemoveBlack(owner_user_id=OWNER, black_user_id=_BLOCKED),
    events.AfterUserOnline(
        operation_id=_OPERATION,
        platform_id=5,
        platform="Web",
        user_id=OWNER,
        seq=_SEQ,
        is_app_background=False,
        conn_id=_CONNECTION,
    ),
    events.AfterUserOffline(
        operation_id=_OPERATION, platform_id=5, platform="Web", user_id=OWNER, seq=_SEQ, conn_id=_CONNECTION
    ),
    events.AfterUserKickOff(operation_id=_OPERATION, platform_id=5, platform="Web", user_id=OWNER, seq=_SEQ),
)
SAMPLES: dict[str, events.Event] = {sample.setting: sample for sample in _ALL}
"""By the callback's key in the settings."""
