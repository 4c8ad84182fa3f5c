"""The rules by which answers to callbacks are judged: a name for each, which the callback log keeps.

``docs/callbacks/README.md`` states them. A name is stored, so it is never given to another rule.
"""

from enum import StrEnum
from typing import Final


class Rule(StrEnum):
    """What decided about a callback."""

    APPROVED = "approved"
    """2xx, ``nextCode`` 0, ``actionCode`` 0, and nothing to replace."""
    REPLACED = "replaced"
    """The same, and the answer replaces something."""
    NEXT_CODE_1 = "next_code_1"
    ACTION_CODE = "action_code"
    """2xx, ``nextCode`` 0, ``actionCode`` not 0."""
    NEXT_CODE = "next_code"
    """Neither 0 nor 1."""
    FIELD = "field"
    """A field of the wrong type."""
    NOT_JSON = "not_json"
    EMPTY = "empty"
    STATUS = "status"
    """Any status but 2xx."""
    NO_ANSWER = "no_answer"
    """No connection, TLS error, timeout, an answer that is too long."""
    LEFT_ALONE = "left_alone"
    """Not sent: the breaker is open."""
    IMPOSSIBLE = "impossible"
    """A replacement that cannot be carried out."""
    INEXPRESSIBLE = "inexpressible"
    """An approval that a relay cannot tell OpenIM's server."""
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    """An after-callback whose answer is not 2xx."""
    UNREACHED = "unreached"
    """An after-callback without an answer."""
    ADMINISTRATOR = "administrator"
    """An administrator replayed or discarded it."""


_ANSWER: Final = "What a before-callback's answer means"
_AFTER: Final = "What becomes of an after-callback"
_OF_AFTER: Final = frozenset({Rule.DELIVERED, Rule.NOT_DELIVERED, Rule.UNREACHED, Rule.ADMINISTRATOR})


def section_of(rule: str) -> tuple[str, str]:
    """Return the page and the section of the documentation that state a rule."""
    return "docs/callbacks/README.md", _AFTER if rule in _OF_AFTER else _ANSWER
