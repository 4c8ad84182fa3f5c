"""The ids of conversations, which clients make too. Pure.

Source: open-im-server 3.8 ``pkg/msgprocessor/conversation.go``.
"""

from typing import Final

SINGLE: Final = "si_"
GROUP: Final = "sg_"
ACCOUNT: Final = "sn_"
NOTIFICATIONS: Final = "n_"
"""Prefix of the conversations that hold notifications and not messages."""
_LONGEST_PAIR: Final = 257
"""Characters of two user ids with what parts them."""


def single_id(one: str, other: str) -> str:
    """Return the id of the chat of two users, or of one with itself."""
    return SINGLE + "_".join(sorted((one, other)))


def peers_in(conversation_id: str, user_id: str) -> list[str]:
    """Return with whom a user may have the chat, or the notifications, of this id: nobody if it is another's.

    User ids may hold the character that parts them, so an id may be that of several pairs.
    """
    pair = _pair_of(conversation_id)
    if pair is None:
        return []
    candidates = {
        peer
        for peer in (pair.removeprefix(f"{user_id}_"), pair.removesuffix(f"_{user_id}"))
        if "_".join(sorted((user_id, peer))) == pair
    }
    return sorted(candidates)


def pairs_in(conversation_id: str) -> list[tuple[str, str]]:
    """Return the pairs of users whose chat may have this id."""
    pair = _pair_of(conversation_id)
    if pair is None or len(pair) > _LONGEST_PAIR:
        return []
    parts = pair.split("_")
    found = [("_".join(parts[:cut]), "_".join(parts[cut:])) for cut in range(1, len(parts))]
    return [(one, other) for one, other in found if one and other and one <= other]


def _pair_of(conversation_id: str) -> str | None:
    """Return what follows the prefix of a conversation of two users."""
    for prefix in (SINGLE, NOTIFICATIONS):
        if conversation_id.startswith(prefix):
            return conversation_id.removeprefix(prefix)
    return None
