"""The callbacks about who is online."""

from collections.abc import Mapping
from typing import Any, ClassVar

from amity.wire.events.event import OWNER, AfterEvent, WireStruct


class _PresenceEvent(WireStruct, frozen=True):
    """What the presence callbacks have in common; ``platform`` is the platform's name. The time is ``seq``, in
    milliseconds since 1970."""

    sample: ClassVar[Mapping[str, Any]] = {
        "operation_id": "amity-sample-operation",
        "platform_id": 5,
        "platform": "Web",
        "user_id": OWNER,
        "seq": 1767225600000,
    }
    operation_id: str
    platform_id: int
    platform: str
    user_id: str
    seq: int

    def owner(self) -> str:
        return self.user_id


_CONNECTED = {**_PresenceEvent.sample, "conn_id": "amity-sample-connection"}


class AfterUserOnline(_PresenceEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {**_CONNECTED, "is_app_background": False}
    is_app_background: bool
    conn_id: str


class AfterUserOffline(_PresenceEvent, AfterEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = _CONNECTED
    conn_id: str


class AfterUserKickOff(_PresenceEvent, AfterEvent, frozen=True):
    pass
