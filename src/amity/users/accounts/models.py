"""The requests and answers about notification accounts, as on the wire."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.wire.integers import Int32


class NotificationAccount(Response):
    """A notification account. ``app_manger_level``, in OpenIM's spelling, is 3 or more."""

    user_id: str
    face_url: str
    nick_name: str
    app_manger_level: int


class AddNotificationAccountRequest(Request):
    """An account to make. Without a ``user_id`` the server makes one."""

    user_id: str = ""
    nick_name: str = ""
    face_url: str = ""
    app_manger_level: Int32 = 0


class UpdateNotificationAccountRequest(Request):
    """What is empty stays as it is."""

    user_id: str = ""
    nick_name: str = ""
    face_url: str = ""


class SearchNotificationAccountRequest(Request):
    """``app_manager_level`` leaves accounts of that level alone."""

    keyword: str = ""
    pagination: Pagination | None = None
    app_manager_level: Int32 | None = None


class SearchNotificationAccountResponse(Response):
    total: int
    notification_accounts: list[NotificationAccount]


class GetNotificationAccountRequest(Request):
    user_id: str = ""


class GetNotificationAccountResponse(Response):
    account: NotificationAccount
