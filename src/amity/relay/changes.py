"""What an answer may replace, by the names on the wire; of an unknown command too.

OpenIM's server refuses an answer in which a field that it knows has another type, so that is found before.
"""

from collections.abc import Mapping
from typing import Any, Self

import msgspec

from amity.wire.events.event import Change

COMMON = ("actionCode", "errCode", "errMsg", "errDlt", "nextCode")
"""The fields of every answer."""
_COMMON_FOLDED = {name.casefold() for name in COMMON}


class AnyChange(Change, frozen=True):
    """What an answer to an unknown command may replace: every field but those of every answer, as it is."""

    fields: Mapping[str, msgspec.Raw] = {}

    @classmethod
    def read(cls, answer: bytes) -> Self:
        """Decode an answer's own fields. OpenIM's server takes a name in any case: of several that differ in case alone
        the first is kept, and none that only looks like a field of every answer."""
        fields: dict[str, msgspec.Raw] = {}
        seen = set(_COMMON_FOLDED)
        for name, value in _fields.decode(answer).items():
            folded = name.casefold()
            if folded not in seen and bytes(value) != b"null":
                seen.add(folded)
                fields[name] = value.copy()
        return cls(fields=fields)


_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def fields_of(change: Change) -> dict[str, Any]:
    """Return what a change replaces, by the names on the wire."""
    if isinstance(change, AnyChange):
        return dict(change.fields)
    fields: dict[str, Any] = msgspec.to_builtins(change)
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in fields.items() if value is not None
    }
