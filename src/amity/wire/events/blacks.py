"""The callbacks about blacklists."""

from collections.abc import Mapping
from typing import Any, ClassVar

from amity.wire.events.event import OWNER, AfterEvent, BeforeEvent, NoChange, OwnerEvent


class _BlackEvent(OwnerEvent, frozen=True):
    sample: ClassVar[Mapping[str, Any]] = {"owner_user_id": OWNER, "black_user_id": "amity-sample-blocked"}
    black_user_id: str


class BeforeAddBlack(_BlackEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[NoChange]] = NoChange


class AfterAddBlack(_BlackEvent, AfterEvent, frozen=True):
    """OpenIM's own server has no such callback; its name follows from the others'."""


class AfterRemoveBlack(_BlackEvent, AfterEvent, frozen=True):
    pass
