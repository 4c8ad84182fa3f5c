"""How a domain declares an operation: its path, its types, who may call it and what does it.

The table of operations is the router, the OpenAPI document and the list of what is covered.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec
from google.protobuf.message import Message

from amity.calls.call import Call
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


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: over HTTP a ``POST`` to ``path``, over the gateway the requests with the number ``gateway``.

    ``handler(call, request)`` returns the ``data`` of the answer, or ``None`` for none, and raises ``ImError``. The
    types of request and answer are those of its annotations. ``summary`` and ``description`` go into the OpenAPI
    document. The gateway speaks ``protobuf`` alone, and hands over the bytes themselves where that is ``None``; over
    HTTP a body of that content type is one too, and so is ``data``, in base64. Raises ``TypeError`` for a handler
    without annotations.
    """

    path: str
    """Empty for what is served over the gateway alone."""
    handler: Handler
    summary: str
    _: KW_ONLY
    description: str = ""
    access: Access = Access.CALLER
    protobuf: Protobuf | None = None
    gateway: Identifier | None = None
    request: type[Any] = field(init=False)
    """A ``Request``, or ``bytes``."""
    response: Any = field(init=False)
    """The type of ``data``: a ``Response`` or a list of them, or ``None`` for none."""
    may_have_no_data: bool = field(init=False)
    """Whether a success may come without ``data``."""

    def __post_init__(self) -> None:
        function = self.handler if inspect.isroutine(self.handler) else type(self.handler).__call__
        request, answers = _types_of(getattr(function, "__func__", function))
        data = [each for each in answers if each not in (msgspec.Raw, NoneType)]
        object.__setattr__(self, "request", request)
        object.__setattr__(self, "response", data[0] if data else None)
        object.__setattr__(self, "may_have_no_data", NoneType in answers)


@cache
def _types_of(function: Callable[..., object]) -> tuple[type[Any], Sequence[Any]]:
    """Return what a handler takes, and what it may answer: a part of the data may come encoded already."""
    hints = get_type_hints(function)
    *_, request = inspect.signature(function).parameters
    if request not in hints or "return" not in hints:
        raise TypeError(f"{function.__qualname__}: a handler says what it takes and returns")
    answer = hints["return"]
    return hints[request], get_args(answer) if isinstance(answer, UnionType) else (answer,)
