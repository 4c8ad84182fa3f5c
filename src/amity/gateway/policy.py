"""Decide which logins of a user a new login ends. Pure.

Source: open-im-server 3.8 ``internal/msggateway/ws_server.go`` (``multiTerminalLoginChecker``).
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from amity.wire.platforms import ADMIN, PC, LoginPolicy, class_of


class Login(Protocol):
    """A logged-in client."""

    @property
    def platform_id(self) -> int: ...

    @property
    def token(self) -> str: ...


L = TypeVar("L", bound=Login)


def displaced(policy: LoginPolicy, newcomer: Login, others: Sequence[L]) -> list[L]:
    """Return those of a user's other logins that a new one ends.

    A login with the same token is never among them: it is the same client, whose old connection is about to be found
    dead, or another window of the same browser. Administrators' logins neither end others nor are ended.
    """
    if newcomer.platform_id == ADMIN:
        return []
    return [
        other
        for other in others
        if other.token != newcomer.token
        and other.platform_id != ADMIN
        and _excludes(policy, newcomer.platform_id, other.platform_id)
    ]


def crowded_out(newcomer: Login, others: Sequence[L], most: int) -> list[L]:
    """Return the oldest of a user's other logins that exceed ``most`` on the newcomer's platform, the newcomer
    included.

    ``others`` are in order of arrival.
    """
    same = [other for other in others if other.platform_id == newcomer.platform_id]
    return same[: max(0, len(same) + 1 - most)]


class Ended(NamedTuple, Generic[L]):
    """What a new login ends, which may be itself. If it displaces itself, ``by`` is the newer login that it gives way
    to, which ends the others, too."""

    displaced: Sequence[L]
    crowded: Sequence[L]
    by: L | None


def ended_by(policy: LoginPolicy, newcomer: L, logins: Sequence[L], most: int) -> Ended[L]:
    """Return what a new login ends where others may have come after it, at other processes.

    ``logins`` are all of the user, oldest first, with the newcomer among them. If each login ends what this returns, as
    soon as it finds itself among them, then those that stay are allowed, and the newest stays: of two that exclude each
    other one has found the other.
    """
    at = logins.index(newcomer)
    by = next((each for each in reversed(logins[at + 1 :]) if displaced(policy, each, [newcomer])), None)
    going = [newcomer] if by is not None else displaced(policy, newcomer, logins[:at])
    same = [each for each in logins if each.platform_id == newcomer.platform_id]
    return Ended(going, crowded_out(same[-1], same[:-1], most), by)


def _excludes(policy: LoginPolicy, newer: int, older: int) -> bool:
    match policy:
        case LoginPolicy.KEEP_ALL:
            return False
        case LoginPolicy.ONE_PER_PLATFORM:
            return newer == older
        case LoginPolicy.ONE_PER_CLASS:
            return class_of(newer) == class_of(older)
        case LoginPolicy.PC_AND_ONE_OTHER:
            return PC not in {class_of(newer), class_of(older)}
