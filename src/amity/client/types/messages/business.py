"""The request of the app's own notifications, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from amity.client.operation import Operation, Request
from amity.client.types.messages.sending import SendMsgResponse


class SendBusinessNotificationRequest(Request):
    """``reliability_level``: 2 is stored, any other is for who is connected."""

    key: str = ""
    data: str = ""
    send_user_id: str = ""
    recv_user_id: str = ""
    recv_group_id: str = ""
    send_msg: bool = False
    reliability_level: int | None = None


MSG_SEND_BUSINESS_NOTIFICATION = Operation(
    "/msg/send_business_notification",
    SendBusinessNotificationRequest,
    SendMsgResponse,
)
"""Notify a user, or the members of a group, of something of the app's own."""
