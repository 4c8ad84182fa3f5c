"""The requests and answers about notification accounts, as on the wire.

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
