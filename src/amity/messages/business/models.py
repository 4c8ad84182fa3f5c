"""The request of the app's own notifications, as on the wire."""

from typing import Annotated, Final

from amity.calls.bounded import characters_up_to
from amity.calls.call import Request
from amity.wire.integers import Int32

MOST_DATA: Final = 49_152
"""Bytes of ``data``."""


class SendBusinessNotificationRequest(Request):
    """``reliability_level``: 2 is stored, any other is for who is connected."""

    key: str = ""
    data: Annotated[str, characters_up_to(MOST_DATA)] = ""
    send_user_id: str = ""
    recv_user_id: str = ""
    recv_group_id: str = ""
    send_msg: bool = False
    reliability_level: Int32 | None = None
