"""The HTTP operations of devices."""

from amity.calls.operation import Access, Operation
from amity.devices.models import FcmUpdateTokenRequest, SetAppBadgeRequest, UploadLogsRequest
from amity.devices.service import Devices

_NO_OFFLINE_PUSH = "Checked, and forgotten: pushing to devices that are offline is not built yet."


def operations(devices: Devices) -> list[Operation]:
    """Declare what clients may say about their devices."""
    return [
        Operation(
            path="/third/fcm_update_token",
            request=FcmUpdateTokenRequest,
            response=None,
            access=Access.CALLER,
            handler=devices.fcm_update_token,
            summary="Take a device's token for offline push",
            description=_NO_OFFLINE_PUSH,
        ),
        Operation(
            path="/third/set_app_badge",
            request=SetAppBadgeRequest,
            response=None,
            access=Access.CALLER,
            handler=devices.set_app_badge,
            summary="Take the number on an app's icon",
            description=_NO_OFFLINE_PUSH,
        ),
        Operation(
            path="/third/logs/upload",
            request=UploadLogsRequest,
            response=None,
            access=Access.CALLER,
            handler=devices.upload_logs,
            summary="Note where a client has put its logs",
            description="In the server's log, a line for each file.",
        ),
    ]
