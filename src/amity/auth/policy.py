"""Decide which of a user's tokens a new one ends. Pure.

Source: open-im-server 3.8 ``pkg/common/storage/controller/auth.go`` (``checkToken``). It takes tokens in no order;
where it keeps one of several, the newest is kept here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from amity.wire.platforms import ADMIN, ANDROID, PC, PLATFORMS, LoginPolicy, class_of


class Issued(NamedTuple):
    """A valid token."""

    token_hash: str
    platform_id: int


def ended(policy: LoginPolicy, platform_id: int, issued: Sequence[Issued], most: int) -> list[Issued]:
    """Return the tokens that a new token for a platform ends. ``issued`` are the user's, oldest first.

    With the new one there are at most ``most`` for a platform. Administrators' tokens neither end others nor are ended.
    Tokens for an invalid platform, which earlier versions issued, end with any new one, because no policy covers them.
    """
    if not _counts(platform_id):
        return []
    candidates = [token for token in issued if _counts(token.platform_id)]
    kept = _within(most, platform_id, _spared(policy, platform_id, candidates))
    return [token for token in issued if token.platform_id != ADMIN and token not in kept]


def _counts(platform_id: int) -> bool:
    return platform_id in PLATFORMS and platform_id != ADMIN


def _spared(policy: LoginPolicy, platform_id: int, tokens: Sequence[Issued]) -> list[Issued]:
    match policy:
        case LoginPolicy.KEEP_ALL:
            return list(tokens)
        case LoginPolicy.ONE_PER_PLATFORM:
            newest_there = {token.platform_id: token for token in tokens}
            return [token for platform, token in newest_there.items() if platform != platform_id]
        case LoginPolicy.ONE_PER_CLASS:
            newest_of_class = {class_of(token.platform_id): token for token in tokens}
            return [token for kind, token in newest_of_class.items() if kind != class_of(platform_id)]
        case LoginPolicy.PC_AND_ONE_OTHER:
            computers = [token for token in tokens if class_of(token.platform_id) == PC]
            if class_of(platform_id) != PC:
                return computers
            others = [token for token in tokens if class_of(token.platform_id) != PC]
            phones = [token for token in others if token.platform_id == ANDROID]
            return computers + (phones or others)[-1:]


def _within(most: int, platform_id: int, tokens: Sequence[Issued]) -> set[Issued]:
    """Return the newest tokens of each platform, leaving room for one more on ``platform_id``."""
    kept: set[Issued] = set()
    for platform in PLATFORMS:
        there = [token for token in tokens if token.platform_id == platform]
        room = most - 1 if platform == platform_id else most
        kept.update(there[max(0, len(there) - room) :])
    return kept
