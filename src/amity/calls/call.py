"""One call: its caller, its identity and tracing, and the work to do after its answer."""

import logging
import math
from collections.abc import Callable
from functools import partial
from typing import TypeVarTuple

import msgspec

from amity.errors import Code, ImError
from amity.wire.naming import wire_name

Ts = TypeVarTuple("Ts")
_log = logging.getLogger(__name__)


class Request(msgspec.Struct, rename=wire_name, kw_only=True, forbid_unknown_fields=True):
    """The body of a request. Unknown fields are refused here so that the decoder notices them and drops them."""


class Response(msgspec.Struct, rename=wire_name, kw_only=True):
    """The ``data`` of an answer."""


class Identity(msgspec.Struct, frozen=True):
    """Whom a token belongs to. Platform 10 is an administrator's, and ``is_admin`` is true for no other. ``expires`` is
    in seconds since 1970."""

    user_id: str
    platform_id: int
    is_admin: bool
    expires: float = math.inf


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call under way: who asks, and how it is traced. ``user_id`` is empty where no token was needed.

    ``connection_id`` names the connection to the gateway that asks; it is empty over HTTP. ``query`` is that of the
    URL, as it was sent. ``job`` is the number of an import of a file by this server itself, and 0 for everybody else.
    """

    operation_id: str
    user_id: str = ""
    platform_id: int = 0
    is_admin: bool = False
    connection_id: str = ""
    idempotency_key: str = ""
    body: bytes = b""
    query: str = ""
    job: int = 0
    follows: list[Callable[[], object]] = msgspec.field(default_factory=list)
    """Work to do once the answer is sent. The face that serves the call does it."""

    def after_answer(self, tell: Callable[[*Ts], object], *what: *Ts) -> None:
        """Call ``tell`` once the answer, or the refusal, is on its way.

        So notifications do not delay the caller. Also, OpenIM's JavaScript client recognises the echo of its own action
        only after the answer; if it is notified earlier, it raises its event twice.
        """
        self.follows.append(partial(tell, *what))

    def answered(self) -> None:
        """Do the work that follows the answer. Raises nothing."""
        for follow in self.follows:
            try:
                follow()
            except Exception:  # noqa: BLE001 - the other callbacks run all the same
                _log.exception("call: work after the answer failed")

    def require_self_or_admin(self, user_id: str) -> None:
        """Raise ``ImError``, ``NO_PERMISSION`` (1002), unless the caller is that user or an administrator."""
        if not self.is_admin and self.user_id != user_id:
            raise ImError(Code.NO_PERMISSION, f"user {self.user_id} may not act for user {user_id}")

    def require_own(self, user_id: str, field: str) -> None:
        """Raise ``ImError``: ``ARGS`` (1001) if ``user_id`` is empty, ``NO_PERMISSION`` (1002) unless the caller is
        that user or an administrator. ``field`` names the field in the error."""
        if not user_id:
            raise ImError(Code.ARGS, f"{field} is empty")
        self.require_self_or_admin(user_id)

    def require_allowed(self, user_id: str, field: str) -> None:
        """Do as ``require_own``, but raise ``NO_PERMISSION`` (1002) if a user names nobody: in the operations that use
        this, OpenIM checks permission first."""
        if not user_id and not self.is_admin:
            raise ImError(Code.NO_PERMISSION, f"{field} is empty, and user {self.user_id} may act for itself alone")
        self.require_own(user_id, field)
