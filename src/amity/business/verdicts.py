"""What a handler answers to a before-event, and its JSON on the wire."""

from dataclasses import dataclass
from typing import Any

import msgspec

from amity.wire.events.event import BeforeEvent, Change, NoChange

DEFAULT_CODE = 80000
DEFAULT_MESSAGE = "rejected by the app"
LARGEST_CODE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Allow:
    """Let the operation go on as it was asked for. A handler that returns ``None`` says the same."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse the operation; its caller gets these three as ``errCode``, ``errMsg`` and ``errDlt``.

    ``code`` is yours to choose, 1 to 2147483647; 0 stands for the protocol's own 80000. Use 100 and above: an
    OpenIM server that runs as microservices turns 1 to 99 into its error 500. Raises ``ValueError`` for a code
    that does not fit.
    """

    code: int = DEFAULT_CODE
    message: str = DEFAULT_MESSAGE
    detail: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.code <= LARGEST_CODE:
            raise ValueError(f"a rejection's code is 1 to {LARGEST_CODE}, not {self.code}")
        # The server would fill these in; a real OpenIM server would take code 0 for success.
        object.__setattr__(self, "code", self.code or DEFAULT_CODE)
        object.__setattr__(self, "message", self.message or DEFAULT_MESSAGE)


class Answer(msgspec.Struct, rename="camel", frozen=True):
    """The five common fields of an answer; real OpenIM servers take integers only, never ``"0"``."""

    action_code: int = 0
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""
    next_code: int = 0


def encode_allow() -> bytes:
    """The answer that lets an operation go on, and that takes an after-event."""
    return _ALLOWED


def encode_left_alone() -> bytes:
    """The answer that takes the sample of an after-event and says that nobody handled it."""
    return _LEFT_ALONE


def encode_verdict(event: type[BeforeEvent], verdict: object) -> bytes:
    """Encode what the handler of ``event`` returned.

    Raises ``TypeError`` for anything that is not a verdict of this event, and ``msgspec.ValidationError`` for a
    change whose fields hold the wrong types: either must reach the server as a failure, not as an approval.
    """
    if verdict is None or isinstance(verdict, Allow):
        return _ALLOWED
    if isinstance(verdict, Reject):
        rejection = Answer(err_code=verdict.code, err_msg=verdict.message, err_dlt=verdict.detail, next_code=1)
        return msgspec.json.encode(rejection)
    if isinstance(verdict, event.change):
        return _encode_change(verdict)
    verdicts = "Allow, Reject" + ("" if event.change is NoChange else f", {event.change.__name__}")
    raise TypeError(f"a handler of {event.__name__} returns {verdicts} or None, not {verdict!r:.200}")


def decode_verdict(event: type[BeforeEvent], body: bytes) -> Allow | Reject | Change:
    """Read an answer that this kit encoded back into the verdict."""
    answer = msgspec.json.decode(body, type=Answer)
    if answer.next_code == 1:
        return Reject(answer.err_code, answer.err_msg, answer.err_dlt)
    change = msgspec.json.decode(body, type=event.change)
    return Allow() if change == event.change() else change


def _encode_change(change: Change) -> bytes:
    fields: dict[str, Any] = {name: value for name, value in msgspec.to_builtins(change).items() if value is not None}
    # Structs do not check their fields when they are made, so a list of integers gets this far.
    msgspec.convert(fields, type(change))
    return msgspec.json.encode(msgspec.to_builtins(Answer()) | fields)


_ALLOWED = msgspec.json.encode(Answer())
_LEFT_ALONE = msgspec.json.encode(Answer(err_msg="a sample: the handler was not called"))
