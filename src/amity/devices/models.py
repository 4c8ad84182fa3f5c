"""The requests about devices, as on the wire."""

from typing import Annotated, Final

import msgspec

from amity.calls.bounded import characters_up_to
from amity.calls.call import Request
from amity.wire.integers import Int32

MOST_EX: Final = 8192
"""Characters of what a client says of its files."""


class FcmUpdateTokenRequest(Request):
    """``account`` is a user's id; ``expire_time`` in seconds from now, or since 1970, or in milliseconds since."""

    platform_id: Int32 = 0
    fcm_token: str = ""
    account: str = ""
    expire_time: int = 0


class SetAppBadgeRequest(Request):
    user_id: str = ""
    app_unread_count: Int32 = 0


class LogFile(Request):
    """A file that the client has put where ``url`` says."""

    filename: str = ""
    url: str = msgspec.field(default="", name="URL")


class UploadLogsRequest(Request):
    platform: Int32 = 0
    file_urls: list[LogFile] | None = msgspec.field(default=None, name="fileURLs")
    app_framework: str = ""
    ex: Annotated[str, characters_up_to(MOST_EX)] = ""
    version: str = ""
