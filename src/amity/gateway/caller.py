"""Who asks over the gateway, and what answers."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from amity.wire.frames import Identifier


class Caller(msgspec.Struct, frozen=True, gc=False):
    """The user of a connection, and the operationID of its request."""

    user_id: str
    platform_id: int
    operation_id: str


Handler = Callable[[Caller, bytes], Awaitable[bytes]]
"""Answers the requests of one identifier: a protobuf message in, one out. Raises ``ImError``."""
Requests = Mapping[Identifier, Handler]
"""The handlers by identifier."""
