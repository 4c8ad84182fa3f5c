"""The ids of conversations, which clients make too. Pure.

Source: open-im-server 3.8 ``pkg/msgprocessor/conversation.go``.
"""

from collections.abc import Iterable
from typing import Final

SINGLE: Final = "si_"
GROUP: Final = "sg_"
ACCOUNT: Final = "sn_"
NOTIFICATIONS: Final = "n_"
"""Prefix of the conversations that hold notifications and not messages."""
_OF_PAIRS: Final = (SINGLE, ACCOUNT)
_LONGEST_PAIR: Final = 257
"""Characters of two user ids with what parts them."""


def single_id(one: str, other: str) -> str:
    """Return the id of the chat of two users, or of one with itself."""
    return f"{SINGLE}{one}_{other}" if one <= other else f"{SINGLE}{other}_{one}"


def account_id(account: str, user: str) -> str:
    """Return the id of what a notification account tells a user."""
    return ACCOUNT + "_".join(sorted((account, user)))


def group_id(group: str) -> str:
    """Return the id of what is written in a group."""
    return GROUP + group


def group_notices_id(group: str) -> str:
    """Return the id of what is told to the members of a group."""
    return NOTIFICATIONS + group


def is_told_to_group(conversation_id: str, user_id: str) -> bool:
    """Return whether an id is, for a user, that of what is told to the members of a group.

    The ids of groups and of users may hold the character that parts two users, so one id may be that of a group's
    notifications and of those between two users. For these two it never is the group's, whether or not both are there:
    their clients count on one sequence of numbers, and anybody may make a group that is named like them.
    """
    return conversation_id.startswith(NOTIFICATIONS) and not peers_in(conversation_id, user_id)


def users_of_pairs(conversation_id: str) -> frozenset[str]:
    """Return for whom ``is_told_to_group`` does not hold, of an id of notifications."""
    return frozenset(user for pair in pairs_in(conversation_id) for user in pair)


def peers_in(conversation_id: str, user_id: str) -> list[str]:
    """Return with whom a user may have the conversation, or the notifications, of this id: nobody if it is another's,
    or a group's."""
    return [peer for _, _, peer in peers_in_each([conversation_id], user_id)]


def peers_in_each(conversation_ids: Iterable[str], user_id: str) -> list[tuple[str, str, str]]:
    """Return with whom a user may have the conversations of these ids: of each the prefix, the id, and the other user.

    User ids may hold the character that parts them, so an id may be that of several pairs. The pure JavaScript client
    does not sort the ids of a notification account and its receiver.
    """
    left, right = f"{user_id}_", f"_{user_id}"
    size = len(left)
    found: list[tuple[str, str, str]] = []
    for each in conversation_ids:
        if (found_pair := _pair_of(each)) is None:
            continue
        prefix, pair = found_pair
        # OpenIM's pure JavaScript client writes the account's first: neither order is wrong.
        is_any_order = prefix == ACCOUNT
        one = None
        if pair.startswith(left):
            peer = pair[size:]
            if peer and (is_any_order or user_id <= peer):
                found.append((prefix, each, peer))
                one = peer
        if pair.endswith(right):
            peer = pair[:-size]
            if peer and (is_any_order or peer <= user_id) and peer != one:
                found.append((prefix, each, peer))
    return found


def twins(user_id: str) -> list[tuple[str, str]]:
    """Return the pairs of users whose chats with a user have one id: ``b_a`` and ``a_b`` for ``a_b_a``.

    There are few: both are parts of the user's own id, one from its beginning and one from its end.
    """
    found = []
    for at, character in enumerate(user_id):
        if character == "_" and at:
            one, other = user_id[:at], user_id[-at:]
            if one != other and single_id(user_id, one) == single_id(user_id, other):
                found.append((one, other))
    return found


def pairs_in(conversation_id: str) -> list[tuple[str, str]]:
    """Return the pairs of users whose chat may have this id."""
    found_pair = _pair_of(conversation_id)
    if found_pair is None or len(found_pair[1]) > _LONGEST_PAIR:
        return []
    parts = found_pair[1].split("_")
    found = [("_".join(parts[:cut]), "_".join(parts[cut:])) for cut in range(1, len(parts))]
    return [(one, other) for one, other in found if one and other and one <= other]


def _pair_of(conversation_id: str) -> tuple[str, str] | None:
    """Return the prefix of a conversation of two users, and what follows it."""
    if (prefix := conversation_id[:3]) in _OF_PAIRS:
        return prefix, conversation_id[3:]
    if conversation_id.startswith(NOTIFICATIONS):
        return NOTIFICATIONS, conversation_id[2:]
    return None
