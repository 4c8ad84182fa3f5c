"""What the answer to a before-callback means. Pure: a status and bytes in, a verdict out, never an exception."""

import re
from codecs import BOM_UTF8
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from amity.callbacks.rules import Rule
from amity.errors import Code
from amity.wire.events.event import Change, WireStruct

C = TypeVar("C", bound=Change)

MESSAGE_LIMIT = 1024
"""Characters of ``errMsg`` and of ``errDlt`` that a rejection hands on to the caller."""
_REPEATED = 256
"""Bytes of an answer that is judged once and then known: most approvals are the same few bytes again and again."""
_INT32_MIN, _INT32_MAX = -(2**31), 2**31 - 1
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,9})", re.ASCII)


class Approved(msgspec.Struct, Generic[C], frozen=True):
    """Go on, with what ``change`` replaces. ``note`` is for the log: what in the answer was ignored."""

    change: C
    note: str = ""


class Rejected(msgspec.Struct, frozen=True):
    """Refuse the call with the business server's own words."""

    code: int
    message: str
    detail: str


class Failed(msgspec.Struct, frozen=True):
    """The business server did not decide. ``reason`` may be shown to the caller; ``detail`` is for the log."""

    code: Code
    rule: Rule
    reason: str
    detail: str = ""


Verdict = Approved[C] | Rejected | Failed


class _Common(WireStruct, frozen=True):
    """The fields that every answer may have."""

    action_code: int | str | None = None
    err_code: int | str | None = None
    next_code: int | str | None = None
    err_msg: str | None = None
    err_dlt: str | None = None


_common = msgspec.json.Decoder(_Common)


def decide(status: int, body: bytes, change: type[C]) -> Verdict[C]:
    """Judge an HTTP status and body by the table of the contract; ``change`` is what the event lets be replaced.

    In a rejection the fields of ``change`` mean nothing and are not looked at. A verdict is kept for the next answer of
    the same bytes, so nothing in it can be changed.
    """
    verdict: Verdict[C] = (_judge if len(body) > _REPEATED else _judge_once)(status, body, change)
    return verdict


def _judge(status: int, body: bytes, change: type[C]) -> Verdict[C]:
    if not 200 <= status <= 299:
        return Failed(Code.NETWORK, Rule.STATUS, f"the app's callback answered with status {status}")
    if not body:
        return Failed(Code.DATA, Rule.EMPTY, "the app's callback gave an empty answer")
    try:
        if not body.isascii():
            body.decode()  # the decoder does not look into what it skips
        common = _common.decode(body)
        next_code = _integer("nextCode", common.next_code)
        action_code = _integer("actionCode", common.action_code)
        err_code = _integer("errCode", common.err_code)
        if next_code == 1:
            return Rejected(
                code=err_code or Code.CALLBACK,
                message=(common.err_msg or "rejected by the app")[:MESSAGE_LIMIT],
                detail=(common.err_dlt or "")[:MESSAGE_LIMIT],
            )
        if next_code != 0:
            raise _Malformed(f"nextCode is 0 or 1, not {next_code}", Rule.NEXT_CODE)
        if action_code != 0:
            words = _own_words(action_code, err_code, common)
            return Failed(Code.DATA, Rule.ACTION_CODE, "the app's callback says that it failed", words)
        replaced = change.read(body)
    except (msgspec.ValidationError, _Malformed) as error:
        rule = error.rule if isinstance(error, _Malformed) else Rule.FIELD
        return Failed(Code.DATA, rule, f"the app's callback gave a malformed answer: {error}")
    except (ValueError, RecursionError) as error:
        what = f"the app's callback answered with {_what_it_is(body)}"
        return Failed(Code.DATA, Rule.NOT_JSON, what, str(error))
    return Approved(replaced, f"errCode {err_code} ignored" if err_code else "")


_judge_once = lru_cache(maxsize=256)(_judge)


def _what_it_is(body: bytes) -> str:
    """Name what is not JSON: these two look like JSON where somebody looks for the reason."""
    if body.startswith(b"\x1f\x8b"):
        return "what is compressed (gzip), which was not asked for"
    if body.startswith(BOM_UTF8):
        return "a byte order mark before its JSON"
    return "what is not JSON"


class _Malformed(Exception):
    def __init__(self, text: str, rule: Rule = Rule.FIELD) -> None:
        self.rule = rule
        super().__init__(text)


def _integer(name: str, value: int | str | None) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise _Malformed(f"{name} is a string that holds no integer")
        value = int(value)
    if not _INT32_MIN <= value <= _INT32_MAX:
        raise _Malformed(f"{name} is not a 32-bit integer")
    return value


def _own_words(action_code: int, err_code: int, common: _Common) -> str:
    words = f"actionCode {action_code}, errCode {err_code}: {common.err_msg or ''} {common.err_dlt or ''}"
    return words.strip()[:MESSAGE_LIMIT]
