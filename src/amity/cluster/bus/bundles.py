"""Bundles: several messages for one channel in one message of the server that carries them, as a list in msgpack.

A server, and a connection, take as long for a bundle as for a message.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from amity.cluster.bus.bus import EVERYBODY
from amity.cluster.bus.waiting import Message

Bundle = tuple[str, list[bytes]]
"""A channel, and payloads for it in their order."""

_HEAD: Final = 5
"""The most bytes that msgpack puts before a list or a payload."""

encode: Final = msgspec.msgpack.Encoder().encode
decode: Final = msgspec.msgpack.Decoder(list[bytes]).decode
"""Return the payloads of a bundle. Raises ``msgspec.DecodeError``."""


def gathered(messages: Iterable[Message], most_bytes: int) -> Iterator[Bundle]:
    """Yield the messages in bundles of up to ``most_bytes``, a larger message alone.

    Whoever listens to a channel of its own and to ``EVERYBODY`` gets the messages of both in their order. The order of
    channels that nobody has both of is not kept.
    """
    open_bundles: dict[str, list[bytes]] = {}
    sizes: dict[str, int] = {}
    for channel, payload in messages:
        size = len(payload) + _HEAD
        so_far = sizes.get(channel, _HEAD)
        is_full = so_far > _HEAD and so_far + size > most_bytes
        # All others have the channel EVERYBODY, too: what it gets comes after what they got before.
        if is_full or (channel == EVERYBODY and sizes and (len(sizes) > 1 or EVERYBODY not in sizes)):
            yield from open_bundles.items()
            open_bundles, sizes, so_far = {}, {}, _HEAD
        sizes[channel] = so_far + size
        open_bundles.setdefault(channel, []).append(payload)
    yield from open_bundles.items()
