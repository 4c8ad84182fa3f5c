"""What processes tell each other, over the bus: structs, each of a kind that says who handles it."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from amity.cluster.bus.bus import EVERYBODY, Bus

_log = logging.getLogger(__name__)


class Told(msgspec.Struct, tag=True, array_like=True):
    """Something that one process tells others. Each kind is a struct of its own, named for what it says.

    Processes of two versions run side by side during an upgrade: fields are only added, at the end, with a default.
    """


T = TypeVar("T", bound=Told)
_encode: Final = msgspec.msgpack.Encoder().encode


class Exchange:
    """Tells other processes, and hands what they tell to its handler. ``from_process`` names who told."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._handlers: dict[type[Told], Callable[[Any, str], object]] = {}
        self._decoder: msgspec.msgpack.Decoder[Any] | None = None
        self.name = ""
        """The name of this process. What it tells everybody does not come back to it."""

    def on(self, kind: type[T], handle: Callable[[T, str], object]) -> None:
        """Have what is told of this kind handled by ``handle``, with the name of the process that told. It does not
        block; what it raises is logged."""
        self._handlers[kind] = handle
        self._decoder = None

    def tell(self, process: str, told: Told) -> None:
        """Tell one process. Never waits, never raises."""
        self._bus.publish(process, _encode((self.name, told)))

    def tell_all(self, told: Told) -> None:
        """Tell all other processes. Never waits, never raises."""
        self._bus.publish(EVERYBODY, _encode((self.name, told)))

    def received(self, payload: bytes) -> None:
        """Handle what arrived. A kind that this version does not know, or that nobody handles here, is passed over."""
        try:
            if self._decoder is None:
                known = msgspec.msgpack.Decoder(tuple[str, _any_of(list(self._handlers))])  # type: ignore[misc]
                self._decoder = known
            process, told = self._decoder.decode(payload)
            if process != self.name:
                self._handlers[type(told)](told, process)
        except msgspec.DecodeError as error:
            _log.debug("what another process told is passed over: %s", error)
        except Exception:  # noqa: BLE001 - what others tell must not end the reading of the bus
            _log.exception("what another process told could not be handled")


def _any_of(kinds: list[type[Told]]) -> Any:
    union: Any = kinds[0]
    for kind in kinds[1:]:
        union |= kind
    return union
