"""Declaration of an operation: its path, types, access and handler.

The table of operations is used as the router, for the OpenAPI document and for the list of what is covered.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    """Who may call an operation. The domain decides what a user may do to whom."""

    ANYONE = "anyone, without a token"
    CALLER = "any valid token"
    ADMIN = "an administrator"


class Protobuf(NamedTuple):
    """The protobuf messages of an operation's request and answer. Their fields are named as on the wire."""

    request: type[Message]
    response: type[Message]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: a ``POST`` to ``path`` over HTTP, requests with the identifier ``gateway`` over the gateway.

    ``handler(call, request)`` returns the ``data`` of the answer, or ``None``, and raises ``ImError``. Its annotations
    give the types of request and answer. ``summary`` and ``description`` appear in the OpenAPI document. The gateway
    uses ``protobuf`` only, and passes the bytes unchanged if that is ``None``; a handler for the gateway alone may
    return the bytes of its ``protobuf`` answer. Over HTTP a body of that content type is also protobuf, and so is
    ``data`` then, in base64. Raises ``TypeError`` for a handler without annotations.
    """

    path: str
    """Empty if the operation is served over the gateway only."""
    handler: Handler
    summary: str
    _: KW_ONLY
    description: str = ""
    access: Access = Access.CALLER
    protobuf: Protobuf | None = None
    gateway: Identifier | None = None
    once_by_key: bool = False
    """Whether a call that is repeated with its ``Idempotency-Key`` does nothing twice."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The texts in the query of the URL that the operation needs, by name: what each is."""
    request: type[Any] = field(init=False)
    """A ``Request``, or ``bytes``."""
    response: Any = field(init=False)
    """The type of ``data``: a ``Response`` or a list of them, or ``None`` for none."""
    may_have_no_data: bool = field(init=False)
    """Whether a success may have no ``data``."""

    def __post_init__(self) -> None:
        function = self.handler if inspect.isroutine(self.handler) else type(self.handler).__call__
        # What is kept must not be the method of an object: it would live as long as the process.
        declared = inspect.unwrap(function)
        request, answers = _types_of(getattr(declared, "__func__", declared))
        data = [each for each in answers if each not in (msgspec.Raw, NoneType)]
        object.__setattr__(self, "request", request)
        object.__setattr__(self, "response", data[0] if data else None)
        object.__setattr__(self, "may_have_no_data", NoneType in answers)


@cache
def _types_of(function: Callable[..., object]) -> tuple[type[Any], Sequence[Any]]:
    """Return the type of a handler's request, and the types of its answer: a part of the data may be encoded
    already."""
    hints = get_type_hints(function)
    *_, request = inspect.signature(function).parameters
    if request not in hints or "return" not in hints:
        raise TypeError(f"{function.__qualname__}: a handler says what it takes and returns")
    answer = hints["return"]
    return hints[request], get_args(answer) if isinstance(answer, UnionType) else (answer,)
