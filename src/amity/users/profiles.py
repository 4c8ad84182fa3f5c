"""A profile as it is asked for, as the business server gives and is given it, and as it is stored. Pure."""

from amity.users.models import NewUser, ProfileChange, User
from amity.users.rules import require_length
from amity.wire.events.users import ReplaceProfile, UserProfile


def merged(asked: ProfileChange, change: ReplaceProfile | None) -> ProfileChange:
    """Return the fields to set: the app's if it gave one, else the caller's.

    Raises ``ImError``, ``ARGS`` (1001), if one of the app's is not valid.
    """
    if change is None:
        return asked
    for name, value in (("nickName", change.nick_name), ("faceURL", change.face_url), ("ex", change.ex)):
        require_length("nickname" if name == "nickName" else name, value)
    return ProfileChange(
        user_id=asked.user_id,
        nickname=asked.nickname if change.nick_name is None else change.nick_name,
        face_url=asked.face_url if change.face_url is None else change.face_url,
        ex=asked.ex if change.ex is None else change.ex,
        global_recv_msg_opt=asked.global_recv_msg_opt,
    )


def profile_of(user: NewUser | User) -> UserProfile:
    """Return a user as the business server is shown it."""
    return UserProfile(
        user_id=user.user_id,
        nickname=user.nickname,
        face_url=user.face_url,
        ex=user.ex,
        create_time=user.create_time,
        app_manger_level=user.app_manger_level,
        global_recv_msg_opt=user.global_recv_msg_opt,
    )


def new_user_of(profile: UserProfile) -> NewUser:
    """Return the user that the business server gave in the place of another."""
    return NewUser(
        user_id=profile.user_id,
        nickname=profile.nickname,
        face_url=profile.face_url,
        ex=profile.ex,
        app_manger_level=profile.app_manger_level,
        global_recv_msg_opt=profile.global_recv_msg_opt,
    )


def user_of(user: NewUser, now: int) -> User:
    """Return a new user as it is stored; ``now`` in milliseconds since 1970."""
    return User(
        user_id=user.user_id,
        nickname=user.nickname,
        face_url=user.face_url,
        ex=user.ex,
        create_time=now,
        app_manger_level=user.app_manger_level,
        global_recv_msg_opt=user.global_recv_msg_opt,
    )
