"""Which messages a callback is about, by its settings: ``attentionIds``, ``allowedTypes`` and ``deniedTypes``. Pure."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from amity.settings import Callback
from amity.settings.content_types import ranges_of


class Subject(NamedTuple):
    """What filters go by: a message's content type, and the ids of its users and of its group."""

    content_type: int
    ids: Iterable[str]


class Filter(NamedTuple):
    """An empty ``attention`` admits everybody's messages, an empty ``allowed`` those of all types."""

    attention: frozenset[str]
    allowed: tuple[range, ...]
    denied: tuple[range, ...]

    @classmethod
    def of(cls, callback: Callback) -> Self:
        """Return the filter of a callback's settings. Raises ``ValueError`` for a range that ends before it begins."""
        return cls(
            frozenset(callback.attention_ids or ()),
            ranges_of(callback.allowed_types or ()),
            ranges_of(callback.denied_types or ()),
        )

    def admits(self, subject: Subject) -> bool:
        """Return whether the callback is for this message. A type that is both allowed and denied is denied."""
        content_type, ids = subject
        return (
            (not self.attention or not self.attention.isdisjoint(ids))
            and (not self.allowed or any(content_type in each for each in self.allowed))
            and not any(content_type in each for each in self.denied)
        )
