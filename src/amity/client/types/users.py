"""The requests and answers about notification accounts, as on the wire.

The requests and answers about settings for clients, as on the wire.

The requests and answers about a user's commands, as on the wire.

The requests and answers about users, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class NotificationAccount(Response):
    """A notification account. ``app_manger_level``, in OpenIM's spelling, is 3 or more."""

    user_id: str = ""
    face_url: str = ""
    nick_name: str = ""
    app_manger_level: int = 0


class AddNotificationAccountRequest(Request):
    """An account to make. Without a ``user_id`` the server makes one."""

    user_id: str = ""
    nick_name: str = ""
    face_url: str = ""
    app_manger_level: int = 0


class UpdateNotificationAccountRequest(Request):
    """What is empty stays as it is."""

    user_id: str = ""
    nick_name: str = ""
    face_url: str = ""


class SearchNotificationAccountRequest(Request):
    """``app_manager_level`` leaves accounts of that level alone."""

    keyword: str = ""
    pagination: Pagination | None = None
    app_manager_level: int | None = None


class SearchNotificationAccountResponse(Response):
    total: int = 0
    notification_accounts: list[NotificationAccount] = msgspec.field(default_factory=list)


class GetNotificationAccountRequest(Request):
    user_id: str = ""


class GetNotificationAccountResponse(Response):
    account: NotificationAccount = msgspec.field(default_factory=NotificationAccount)


class GetUserClientConfigRequest(Request):
    """Without a user, what holds for everybody."""

    user_id: str = ""


class GetUserClientConfigResponse(Response):
    configs: dict[str, str] = msgspec.field(default_factory=dict)


class SetUserClientConfigRequest(Request):
    """For everybody where no user is named."""

    user_id: str = ""
    configs: dict[str, str] | None = None


class DelUserClientConfigRequest(Request):
    """Everybody's where no user is named."""

    user_id: str = ""
    keys: list[str] | None = None


class PageUserClientConfigRequest(Request):
    """Of all users, and everybody's, where no user is named; all keys where none is named."""

    user_id: str = ""
    key: str = ""
    pagination: Pagination | None = None


class ClientConfigEntry(Response):
    """``user_id`` is empty where it holds for everybody."""

    key: str = ""
    user_id: str = ""
    value: str = ""


class PageUserClientConfigResponse(Response):
    total: int = 0
    configs: list[ClientConfigEntry] = msgspec.field(default_factory=list)


class Command(Response):
    """``type`` and ``uuid`` are the client's; ``create_time`` in seconds since 1970."""

    type: int = 0
    create_time: int = 0
    uuid: str = ""
    value: str = ""
    ex: str = ""


class ProcessUserCommandRequest(Request):
    """``None`` is nothing, and in an update leaves what is there."""

    user_id: str = ""
    type: int = 0
    uuid: str = ""
    value: str | None = None
    ex: str | None = None


class ProcessUserCommandDeleteRequest(Request):
    user_id: str = ""
    type: int = 0
    uuid: str = ""


class ProcessUserCommandGetRequest(Request):
    user_id: str = ""
    type: int = 0


class ProcessUserCommandGetAllRequest(Request):
    user_id: str = ""


class CommandsResponse(Response):
    commands: list[Command] = msgspec.field(default_factory=list, name="CommandResp")


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
    pagination: Pagination | None = None
    user_id: str = ""
    nick_name: str = ""


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


class UpdateUserInfoExRequest(Request):
    user_info: ProfileChange | None = None


class SetGlobalMsgRecvOptRequest(Request):
    """``global_recv_msg_opt``: 0 receive messages, 1 do not, 2 receive them quietly."""

    user_id: str = ""
    global_recv_msg_opt: int = 0


USER_ADD_NOTIFICATION_ACCOUNT = Operation(
    "/user/add_notification_account",
    AddNotificationAccountRequest,
    NotificationAccount,
)
"""Make a notification account."""
USER_UPDATE_NOTIFICATION_ACCOUNT = Operation(
    "/user/update_notification_account",
    UpdateNotificationAccountRequest,
    NoneType,
)
"""Change a notification account (fields that are not empty)."""
USER_SEARCH_NOTIFICATION_ACCOUNT = Operation(
    "/user/search_notification_account",
    SearchNotificationAccountRequest,
    SearchNotificationAccountResponse,
)
"""Search notification accounts, page by page."""
USER_GET_NOTIFICATION_ACCOUNT = Operation(
    "/user/get_notification_account",
    GetNotificationAccountRequest,
    GetNotificationAccountResponse,
)
"""Get who may send notifications as an account."""
USER_SET_GLOBAL_MSG_RECV_OPT = Operation("/user/set_global_msg_recv_opt", SetGlobalMsgRecvOptRequest, NoneType)
"""Set whether a user wants messages at all."""
USER_PROCESS_USER_COMMAND_ADD = Operation("/user/process_user_command_add", ProcessUserCommandRequest, NoneType)
"""Keep a text with a user, for all of its devices."""
USER_PROCESS_USER_COMMAND_DELETE = Operation(
    "/user/process_user_command_delete",
    ProcessUserCommandDeleteRequest,
    NoneType,
)
"""Forget a text that was kept with a user."""
USER_PROCESS_USER_COMMAND_UPDATE = Operation("/user/process_user_command_update", ProcessUserCommandRequest, NoneType)
"""Change a text that is kept with a user."""
USER_PROCESS_USER_COMMAND_GET = Operation(
    "/user/process_user_command_get",
    ProcessUserCommandGetRequest,
    CommandsResponse,
)
"""Get the texts of one type that are kept with a user."""
USER_PROCESS_USER_COMMAND_GET_ALL = Operation(
    "/user/process_user_command_get_all",
    ProcessUserCommandGetAllRequest,
    CommandsResponse,
)
"""Get all texts that are kept with a user."""
USER_GET_USER_CLIENT_CONFIG = Operation(
    "/user/get_user_client_config",
    GetUserClientConfigRequest,
    GetUserClientConfigResponse,
)
"""Get the app's settings for a client."""
USER_SET_USER_CLIENT_CONFIG = Operation("/user/set_user_client_config", SetUserClientConfigRequest, NoneType)
"""Set some of the app's settings for clients."""
USER_DEL_USER_CLIENT_CONFIG = Operation("/user/del_user_client_config", DelUserClientConfigRequest, NoneType)
"""Delete some of the app's settings for clients."""
USER_PAGE_USER_CLIENT_CONFIG = Operation(
    "/user/page_user_client_config",
    PageUserClientConfigRequest,
    PageUserClientConfigResponse,
)
"""List the app's settings for clients, page by page."""
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
