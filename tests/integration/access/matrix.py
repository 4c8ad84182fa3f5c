"""What a row of the table of operations and callers is made of: a body, and the outcome for each caller.

An outcome is the ``errCode`` of the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

ALICE: Final = "alice"
"""The user who calls."""
BOB: Final = "bob"
"""The other, about whom alice asks."""
RISEN: Final = "risen"
"""An administrator by the settings, whose token was issued before, to an ordinary user."""
TOKEN: Final = "<token>"
"""Stands in a body for a good token of the user whom the body is about."""

Body = dict[str, Any]
Step = tuple[str, Body]
PAGE: Final = {"pageNumber": 1, "showNumber": 10}


class Expected(NamedTuple):
    """The outcome for each caller. Each field is a caller of ``callers.py``, which says who that is."""

    no_token: int
    own: int
    own_from_another_platform: int
    own_from_no_platform: int
    own_by_who_has_risen: int
    other: int
    other_from_another_platform: int
    other_by_who_has_risen: int
    nobody_named: int
    admin: int
    ended: int
    replaced: int
    expired: int
    early: int
    of_a_former_admin: int
    forged: int
    not_issued: int
    malformed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``body(who, new)`` is about the user ``who``, with ``new`` as an id that was never used; it is valid, so that
    nothing but the caller can be wrong. An administrator takes the steps of ``before(who, new)`` first. ``crossed`` are
    alice's tries at what is not hers by bodies in which she stands, each with its outcome."""

    expected: Expected
    body: Callable[[str, str], Body]
    before: Callable[[str, str], list[Step]] = lambda who, new: []
    crossed: tuple[tuple[Body, int], ...] = ()


def by_token(*, own: int, other: int, nobody_named: int, admin: int) -> Expected:
    """Expect a good token to be asked for, and all good tokens of a user to be worth the same."""
    return Expected(
        no_token=1001,
        own=own,
        own_from_another_platform=own,
        own_from_no_platform=own,
        own_by_who_has_risen=own,
        other=other,
        other_from_another_platform=other,
        other_by_who_has_risen=other,
        nobody_named=nobody_named,
        admin=admin,
        ended=1506,
        replaced=1506,
        expired=1501,
        early=1505,
        of_a_former_admin=1506,
        forged=1505,
        not_issued=1507,
        malformed=1503,
    )


def own(code: int = 0, *, nobody_named: int = 1001, admin: int | None = None) -> Expected:
    """For users about themselves, and for administrators; ``code`` is what they get."""
    return by_token(own=code, other=1002, nobody_named=nobody_named, admin=code if admin is None else admin)


def shared(*, nobody_named: int = 1001) -> Expected:
    """For whoever has a token, about anybody."""
    return by_token(own=0, other=0, nobody_named=nobody_named, admin=0)


def admins(code: int = 0, *, nobody_named: int = 1002) -> Expected:
    """For administrators."""
    return by_token(own=1002, other=1002, nobody_named=nobody_named, admin=code)


def anyone(*, nobody_named: int) -> Expected:
    """For anyone: no token is looked at."""
    return Expected(*[0] * len(Expected._fields))._replace(nobody_named=nobody_named)
