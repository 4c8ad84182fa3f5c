"""The rules of clients' reports about their devices.

Nothing is stored: tokens and badges are for offline push, which is not built yet.

Source: open-im-server 3.8 ``internal/rpc/third`` (``third.go``, ``log.go``).
"""

import logging

from amity.calls.call import Call
from amity.devices.models import FcmUpdateTokenRequest, SetAppBadgeRequest, UploadLogsRequest
from amity.errors import Code, ImError
from amity.http.url import shown
from amity.wire.platforms import PLATFORMS

MOST_FILES = 20
MOST_CHARACTERS = {"fcmToken": 4096, "filename": 1024, "URL": 8192, "appFramework": 256, "version": 256, "ex": 8192}

_log = logging.getLogger(__name__)


class Devices:
    """The operations of devices."""

    async def fcm_update_token(self, call: Call, request: FcmUpdateTokenRequest) -> None:
        """Check a token for offline push. It is not stored."""
        call.require_own(request.account, "account")
        if request.platform_id not in PLATFORMS:
            raise ImError(Code.ARGS, f"platformID: there is no platform {request.platform_id}")
        if not request.fcm_token:
            raise ImError(Code.ARGS, "fcmToken is empty")
        _require_length("fcmToken", request.fcm_token)

    async def set_app_badge(self, call: Call, request: SetAppBadgeRequest) -> None:
        """Check the number on an app's icon. It is not stored."""
        call.require_own(request.user_id, "userID")

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


def _require_length(field: str, value: str) -> None:
    most = MOST_CHARACTERS[field.rpartition(".")[2]]
    if len(value) > most:
        raise ImError(Code.ARGS, f"{field}: {len(value)} characters, and at most {most} are allowed")
