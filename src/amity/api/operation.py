"""How a domain declares an operation: its path, its types, who may call it and what does it.

This is all of the HTTP side that a domain knows. The table of operations is the router, the OpenAPI document and
the list of what is covered.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, NamedTuple, TypeVarTuple

import msgspec
from google.protobuf.message import Message

from amity.errors import Code, ImError
from amity.wire.naming import wire_name

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""An integer of 32 bits. A plain ``int`` in a request has 64, with a sign: what the database can store."""
Uint64 = Annotated[int, msgspec.Meta(ge=0, extra={"most": 2**64 - 1}, extra_json_schema={"format": "uint64"})]
"""An integer of 64 bits without a sign, for hashes: too large for the database."""


class Request(msgspec.Struct, rename=wire_name, kw_only=True, forbid_unknown_fields=True):
    """The body of a request. Unknown fields are refused here so that the decoder notices them and drops them."""


class Response(msgspec.Struct, rename=wire_name, kw_only=True):
    """The ``data`` of an answer."""


class Access(Enum):
    """Who may call an operation; what a user may do to whom is the domain's to decide."""

    ANYONE = "anyone, without a token"
    CALLER = "any valid token"
    ADMIN = "an administrator"


class Identity(msgspec.Struct, frozen=True):
    """Whom a token belongs to. Platform 10 is an administrator's, and ``is_admin`` is true for no other. ``expires`` is
    in seconds since 1970."""

    user_id: str
    platform_id: int
    is_admin: bool
    expires: float = math.inf


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call under way: who asks, and how it is traced. ``user_id`` is empty where no token was needed."""

    operation_id: str
    user_id: str = ""
    platform_id: int = 0
    is_admin: bool = False
    idempotency_key: str = ""
    body: bytes = b""

    def require_self_or_admin(self, user_id: str) -> None:
        """Raise 1002 unless the caller is that user or an administrator."""
        if not self.is_admin and self.user_id != user_id:
            raise ImError(Code.NO_PERMISSION, f"user {self.user_id} may not act for user {user_id}")

    def require_own(self, user_id: str, field: str) -> None:
        """Raise 1001 where no user is named in ``field``, and 1002 unless it is the caller or the caller an
        administrator."""
        if not user_id:
            raise ImError(Code.ARGS, f"{field} is empty")
        self.require_self_or_admin(user_id)

    def require_allowed(self, user_id: str, field: str) -> None:
        """Do as ``require_own``, but raise 1002 where a user names nobody in ``field``: in the operations that use this
        OpenIM asks for permission first."""
        if not user_id and not self.is_admin:
            raise ImError(Code.NO_PERMISSION, f"{field} is empty, and user {self.user_id} may act for itself alone")
        self.require_own(user_id, field)


Ts = TypeVarTuple("Ts")
Handler = Callable[[Call, Any], Awaitable[Any]]


class Protobuf(NamedTuple):
    """The protobuf messages of an operation's request and answer, whose fields are named as on the wire."""

    request: type[Message]
    response: type[Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One ``POST`` operation. ``handler(call, request)`` returns the ``data`` of the answer, or ``None`` for none,
    and raises ``ImError``. ``summary`` and ``description`` go into the OpenAPI document. With ``protobuf`` a body of
    that content type is one too, and so is ``data``, in base64."""

    path: str
    request: type[Request]
    response: type[Response] | type[list[Any]] | None
    access: Access
    handler: Handler
    summary: str
    description: str = ""
    protobuf: Protobuf | None = None


MOST_SHOWN = 10_000
"""Entries on one page at most."""


class Pagination(Request):
    """A page of a list: ``page_number`` counts from 1; a ``show_number`` of 0 or less is an empty page, and one above
    10,000 (in `/callback/`, above 1,000) counts as that many."""

    page_number: Int32 = 0
    show_number: Int32 = 0

    def bounds(self, most: int) -> tuple[int, int]:
        """Return the offset and the limit, of pages of up to ``most``. Raises 1001 for a page below 1."""
        if self.page_number < 1:
            raise ImError(Code.ARGS, "pageNumber is invalid")
        limit = min(max(0, self.show_number), most)
        return (self.page_number - 1) * limit, limit


def page_of(pagination: Pagination | None, most: int = MOST_SHOWN) -> tuple[int, int]:
    """Return offset and limit of a request's page. A larger ``show_number`` counts as ``most``, for the offset too, so
    that no page is left out. Raises 1001 where it is absent or invalid."""
    if pagination is None:
        raise ImError(Code.ARGS, "pagination is empty")
    return pagination.bounds(most)


def after_answer(tell: Callable[[*Ts], object], *what: *Ts) -> None:
    """Have a handler's clients told of what it did once its answer is on its way.

    It costs the caller nothing then. And OpenIM's JavaScript client knows an echo of what it did itself only once it
    was answered: told before, it raises its event twice.
    """
    loop = asyncio.get_running_loop()
    # Answers are written at the end of a turn, by a callback that may have been asked for after this one: hence two.
    loop.call_soon(loop.call_soon, tell, *what)
