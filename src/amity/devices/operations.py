"""The HTTP operations of devices."""

from amity.calls.operation import Operation
from amity.devices.service import Devices
from amity.wire.frames import Identifier


def operations(devices: Devices) -> list[Operation]:
    """Declare the operations of devices."""
    return [
        Operation(
            "/third/fcm_update_token",
            devices.fcm_update_token,
            "Take a device's token for offline push",
            description="A user has one token for each platform. Logging out deletes it. 1004 if the user is unknown.",
        ),
        Operation(
            "/third/set_app_badge",
            devices.set_app_badge,
            "Take the number on an app's icon",
            description="Pushes to devices that are offline name it. 1004 if the user is unknown.",
        ),
        Operation("", devices.log_out, "Delete the device's token when it logs out", gateway=Identifier.LOGOUT),
        Operation(
            "/third/logs/upload",
            devices.upload_logs,
            "Note where a client has put its logs",
            description="In the server's log, a line for each file.",
        ),
    ]
