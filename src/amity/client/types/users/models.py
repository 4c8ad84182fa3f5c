"""The requests and answers about users, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class User(Response):
    """A user; ``create_time`` in milliseconds since 1970. ``app_manger_level`` is OpenIM's spelling."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class PublicUser(Response):
    """What of a user is shown where OpenIM shows no more."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""


class NewUser(Request):
    """A user to register. ``create_time`` is accepted and ignored: the server's clock decides."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class UserRegisterRequest(Request):
    users: list[NewUser] | None = None


class Skipped(Response):
    """Who was left out of what was asked for, and why. An ``err_code`` of 80000: the app's business server gave a list
    without this user."""

    user_id: str = ""
    err_code: int = 0
    err_msg: str = ""


class UserRegisterResponse(Response):
    """Only there where the app's business server left somebody out: these were not registered."""

    skipped: list[Skipped] = msgspec.field(default_factory=list)


class GetUsersInfoRequest(Request):
    user_ids: list[str] | None = None


class GetUsersInfoResponse(Response):
    users_info: list[User] = msgspec.field(default_factory=list)


class GetUsersRequest(Request):
    """``newest_first``, which is amity's: the order of registration the other way round."""

    pagination: Pagination | None = None
    user_id: str = ""
    nick_name: str = ""
    newest_first: bool = False


class GetUsersResponse(Response):
    total: int = 0
    users: list[User] = msgspec.field(default_factory=list)


class GetAllUsersUidRequest(Request):
    pagination: Pagination | None = None


class GetAllUsersUidResponse(Response):
    total: int = 0
    user_ids: list[str] = msgspec.field(default_factory=list)


class AccountCheckRequest(Request):
    check_user_ids: list[str] | None = None


class AccountStatus(Response):
    """``account_status`` is 1 for a registered user, 0 for an unknown one."""

    user_id: str = ""
    account_status: int = 0


class AccountCheckResponse(Response):
    results: list[AccountStatus] = msgspec.field(default_factory=list)


class UpdateUserInfoRequest(Request):
    user_info: NewUser | None = None


class ProfileChange(Request):
    """The fields that ``update_user_info_ex`` sets; ``None`` leaves one as it is."""

    user_id: str = ""
    nickname: str | None = None
    face_url: str | None = None
    ex: str | None = None
    global_recv_msg_opt: int | None = None


class SeenProfile(Request):
    """What a caller has seen of a profile; ``None`` for a field that it does not care about."""

    nickname: str | None = None
    face_url: str | None = None
    ex: str | None = None


class UpdateUserInfoExRequest(Request):
    """With ``seen``, amity's own, the profile is changed only if it still is as the caller has seen it."""

    user_info: ProfileChange | None = None
    seen: SeenProfile | None = None


class SetGlobalMsgRecvOptRequest(Request):
    """``global_recv_msg_opt``: 0 receive messages, 1 do not, 2 receive them quietly."""

    user_id: str = ""
    global_recv_msg_opt: int = 0


USER_SET_GLOBAL_MSG_RECV_OPT = Operation("/user/set_global_msg_recv_opt", SetGlobalMsgRecvOptRequest, NoneType)
"""Set whether a user wants messages at all."""
USER_USER_REGISTER = Operation("/user/user_register", UserRegisterRequest, UserRegisterResponse)
"""Register users."""
USER_GET_USERS_INFO = Operation("/user/get_users_info", GetUsersInfoRequest, GetUsersInfoResponse)
"""Get the profiles of users."""
USER_GET_USERS = Operation("/user/get_users", GetUsersRequest, GetUsersResponse)
"""Search users, page by page."""
USER_GET_ALL_USERS_UID = Operation("/user/get_all_users_uid", GetAllUsersUidRequest, GetAllUsersUidResponse)
"""List the ids of all users, page by page."""
USER_ACCOUNT_CHECK = Operation("/user/account_check", AccountCheckRequest, AccountCheckResponse)
"""Say which ids are registered."""
USER_UPDATE_USER_INFO = Operation("/user/update_user_info", UpdateUserInfoRequest, NoneType)
"""Change a profile (fields that are not empty)."""
USER_UPDATE_USER_INFO_EX = Operation("/user/update_user_info_ex", UpdateUserInfoExRequest, NoneType)
"""Change a profile (fields that are present)."""
