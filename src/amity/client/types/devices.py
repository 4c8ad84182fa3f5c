"""The requests about devices, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request


class FcmUpdateTokenRequest(Request):
    """``account`` is a user's id; ``expire_time`` in seconds from now, or since 1970, or in milliseconds since."""

    platform_id: int = 0
    fcm_token: str = ""
    account: str = ""
    expire_time: int = 0


class SetAppBadgeRequest(Request):
    user_id: str = ""
    app_unread_count: int = 0


class LogFile(Request):
    """A file that the client has put where ``url`` says."""

    filename: str = ""
    url: str = msgspec.field(default="", name="URL")


class UploadLogsRequest(Request):
    platform: int = 0
    file_urls: list[LogFile] | None = msgspec.field(default=None, name="fileURLs")
    app_framework: str = ""
    ex: str = ""
    version: str = ""


THIRD_FCM_UPDATE_TOKEN = Operation("/third/fcm_update_token", FcmUpdateTokenRequest, NoneType)
"""Take a device's token for offline push."""
THIRD_SET_APP_BADGE = Operation("/third/set_app_badge", SetAppBadgeRequest, NoneType)
"""Take the number on an app's icon."""
THIRD_LOGS_UPLOAD = Operation("/third/logs/upload", UploadLogsRequest, NoneType)
"""Note where a client has put its logs."""
