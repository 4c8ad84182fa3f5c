"""The HTTP operations of devices."""

from amity.calls.operation import Operation
from amity.devices.service import Devices

_NO_OFFLINE_PUSH = "Checked, and forgotten: pushing to devices that are offline is not built yet."


def operations(devices: Devices) -> list[Operation]:
    """Declare the operations of devices."""
    return [
        Operation(
            "/third/fcm_update_token",
            devices.fcm_update_token,
            "Take a device's token for offline push",
            description=_NO_OFFLINE_PUSH,
        ),
        Operation(
            "/third/set_app_badge",
            devices.set_app_badge,
            "Take the number on an app's icon",
            description=_NO_OFFLINE_PUSH,
        ),
        Operation(
            "/third/logs/upload",
            devices.upload_logs,
            "Note where a client has put its logs",
            description="In the server's log, a line for each file.",
        ),
    ]
