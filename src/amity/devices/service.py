"""The rules of clients' reports about their devices.

Tokens and badges are for offline push. A user has one token for each platform, as in OpenIM.

Source: open-im-server 3.8 ``internal/rpc/third`` (``third.go``, ``log.go``), ``internal/push`` (``DelUserPushToken``).
"""

import logging
from typing import Protocol

from amity.auth.store import forget_push_token
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery import devices_store
from amity.delivery.devices_store import Device
from amity.devices.models import MOST_EX, FcmUpdateTokenRequest, SetAppBadgeRequest, UploadLogsRequest
from amity.errors import Code, ImError
from amity.http.url import shown
from amity.storage import Database
from amity.wire.platforms import PLATFORMS

MOST_FILES = 20
_SECONDS = 1_000_000_000
"""From here on an ``expireTime`` is a time in seconds since 1970: 32 years, and September 2001."""
_MILLISECONDS = 100_000_000_000
"""From here on it is one in milliseconds: 3,169 years, and March 1973."""
MOST_CHARACTERS = {"fcmToken": 4096, "filename": 1024, "URL": 8192, "appFramework": 256, "version": 256, "ex": MOST_EX}

_log = logging.getLogger(__name__)


class UserLookup(Protocol):
    """Returns which users exist."""

    async def number(self, user_id: str) -> int | None:
        """Return the number of a user, or ``None`` if the user does not exist."""
        ...


class Devices:
    """The operations of devices."""

    def __init__(self, database: Database, users: UserLookup, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._users = users
        self._clock = clock

    async def fcm_update_token(self, call: Call, request: FcmUpdateTokenRequest) -> None:
        """Store a device's token for offline push, in place of the user's token of that platform.

        Raises ``ImError``: 1001, 1002; 1004 if the user is unknown.
        """
        call.require_own(request.account, "account")
        if request.platform_id not in PLATFORMS:
            raise ImError(Code.ARGS, f"platformID: there is no platform {request.platform_id}")
        if not request.fcm_token:
            raise ImError(Code.ARGS, "fcmToken is empty")
        _require_length("fcmToken", request.fcm_token)
        await self._require_known(request.account, "account")
        device = Device(request.platform_id, request.fcm_token, expiry_of(request.expire_time, int(self._clock.now())))
        await self._database.write(lambda tx: devices_store.put_token(tx, request.account, device), rows=2)

    async def set_app_badge(self, call: Call, request: SetAppBadgeRequest) -> None:
        """Store the number on an app's icon. Raises ``ImError``: 1001, 1002; 1004 if the user is unknown."""
        call.require_own(request.user_id, "userID")
        if request.app_unread_count < 0:
            raise ImError(Code.ARGS, f"appUnreadCount: is not negative, and {request.app_unread_count} is")
        await self._require_known(request.user_id, "userID")
        await self._database.write(lambda tx: devices_store.put_badge(tx, request.user_id, request.app_unread_count))

    async def log_out(self, call: Call, data: bytes) -> bytes:
        """Delete the push token of the connection's user and platform, which the client logs out."""
        await self._database.write(lambda tx: forget_push_token(tx, call.user_id, call.platform_id))
        return b""

    async def _require_known(self, user_id: str, field: str) -> None:
        if await self._users.number(user_id) is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {user_id}")

    async def upload_logs(self, call: Call, request: UploadLogsRequest) -> None:
        """Log where a client has stored its logs: a line for each file, without the signature of a presigned URL."""
        files = request.file_urls or []
        if not 1 <= len(files) <= MOST_FILES:
            raise ImError(Code.ARGS, f"fileURLs: {len(files)} entries, and 1 to {MOST_FILES} are allowed")
        _require_length("appFramework", request.app_framework)
        _require_length("version", request.version)
        _require_length("ex", request.ex)
        for index, file in enumerate(files):
            if not file.url:
                raise ImError(Code.ARGS, f"fileURLs[{index}].URL is empty")
            _require_length(f"fileURLs[{index}].filename", file.filename)
            _require_length(f"fileURLs[{index}].URL", file.url)
        client = {
            "platform": request.platform,
            "appFramework": request.app_framework,
            "version": request.version,
            "ex": request.ex,
        }
        for file in files:
            _log.info("logs of user %s: %s at %s", call.user_id, file.filename, shown(file.url), extra=client)


def expiry_of(expire_time: int, now: int) -> int:
    """Return when a token expires, in milliseconds since 1970, or 0 if it does not.

    OpenIM takes ``expireTime`` as seconds from now, and apps send it as a time in seconds or milliseconds since 1970:
    its size tells which it is. ``now`` in seconds since 1970. Pure.
    """
    if expire_time <= 0:
        return 0
    if expire_time >= _MILLISECONDS:
        return expire_time
    return (expire_time if expire_time >= _SECONDS else now + expire_time) * 1000


def _require_length(field: str, value: str) -> None:
    most = MOST_CHARACTERS[field.rpartition(".")[2]]
    if len(value) > most:
        raise ImError(Code.ARGS, f"{field}: {len(value)} characters, and at most {most} are allowed")
