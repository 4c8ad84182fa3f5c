"""What has changed on a friend list, to OpenIM's Go core in parts.

The core puts two commands into a queue of 1,000 for each friend that is new to it, while it is what empties that
queue: with more than 500 at once it waits for itself, ten seconds for each command, and hears nothing meanwhile. So it
is given a part, told that there is more, and fetches again; and no more in a while than a slow device gets done.

Source: openim-sdk-core 3.8.3 ``internal/relation`` and ``pkg/common``, and what became of released clients.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from amity.api.operation import Call
from amity.sync.lists import MOST_CHANGES
from amity.wire.notification import Push

PART: Final = 200
"""Changes in one answer to a Go core at most."""
_BURST: Final = 2 * PART
_PER_SECOND: Final = 200.0
_SWEPT: Final = 1024

Device = tuple[str, int]
"""A user and a platform."""
TellMore = Callable[[], None]


class _Given(NamedTuple):
    """How many changes a device may be given, as of ``at``."""

    room: float
    at: float


class Parts:
    """Says how much a caller may be given, and when to tell it of more. ``clock`` returns seconds, and never goes
    back."""

    def __init__(self, push: Push, clock: Callable[[], float] = time.monotonic) -> None:
        self._push = push
        self._clock = clock
        self._given: dict[Device, _Given] = {}
        self._waiting: dict[Device, asyncio.TimerHandle] = {}

    def room(self, call: Call, owner: str) -> int:
        """Return how many changes of an owner's list the caller may be given now, 0 for none."""
        if call.user_id != owner or not self._push.has_core(owner, call.platform_id):
            return MOST_CHANGES
        return min(PART, int(self._room((owner, call.platform_id))))

    def gave(self, call: Call, owner: str, count: int, more: TellMore | None) -> None:
        """Note what a caller was given; ``more`` tells it that there is more, once there is room for a part."""
        device = owner, call.platform_id
        if call.user_id != owner or not self._push.has_core(*device):
            return
        room = self._room(device) - count
        self._given[device] = _Given(room, self._clock())
        if more is not None:
            self._tell(device, more, max(0.0, (PART - room) / _PER_SECOND))
        if len(self._given) >= _SWEPT:
            self._given = {each: given for each, given in self._given.items() if self._room(each) < _BURST}

    def _room(self, device: Device) -> float:
        given = self._given.get(device)
        if given is None:
            return _BURST
        return min(float(_BURST), given.room + (self._clock() - given.at) * _PER_SECOND)

    def _tell(self, device: Device, more: TellMore, delay: float) -> None:
        """Tell now or later, and once however often that is asked for meanwhile."""
        if delay <= 0:
            more()
        elif device not in self._waiting:

            def now() -> None:
                del self._waiting[device]
                more()

            self._waiting[device] = asyncio.get_running_loop().call_later(delay, now)
