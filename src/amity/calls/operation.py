"""How a domain declares an operation: its path, its types, who may call it and what does it.

The table of operations is the router, the OpenAPI document and the list of what is covered.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from google.protobuf.message import Message

from amity.calls.call import Call, Request, Response
from amity.wire.frames import Identifier

Handler = Callable[[Call, Any], Awaitable[Any]]


class Access(Enum):
    """Who may call an operation; what a user may do to whom is the domain's to decide."""

    ANYONE = "anyone, without a token"
    CALLER = "any valid token"
    ADMIN = "an administrator"


class Protobuf(NamedTuple):
    """The protobuf messages of an operation's request and answer, whose fields are named as on the wire."""

    request: type[Message]
    response: type[Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: over HTTP a ``POST`` to ``path``, over the gateway the requests with the number ``gateway``.

    ``handler(call, request)`` returns the ``data`` of the answer, or ``None`` for none, and raises ``ImError``.
    ``summary`` and ``description`` go into the OpenAPI document. The gateway speaks ``protobuf`` alone, and hands
    over the bytes themselves where that is ``None``; over HTTP a body of that content type is one too, and so is
    ``data``, in base64.
    """

    path: str = ""
    """Empty for what is served over the gateway alone."""
    request: type[Request]
    response: type[Response] | type[list[Any]] | None
    access: Access
    handler: Handler
    summary: str
    description: str = ""
    protobuf: Protobuf | None = None
    gateway: Identifier | None = None
