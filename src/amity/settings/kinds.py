"""Values that fit the type of a setting, and their description in errors."""

import re
from math import inf
from typing import Any, Final

from msgspec import inspect


class Invalid:
    """The type of ``INVALID``, which stands for a value that does not fit."""


INVALID: Final = Invalid()


def fit(value: object, kind: inspect.Type) -> Any:
    """Return the value as its type holds it, or ``INVALID``.

    Only an integer is converted to a float and, if ``off`` is an allowed word, false to it.
    """
    match kind:
        case inspect.Metadata():
            return fit(value, kind.type)
        case inspect.NoneType():
            good = value is None
        case inspect.BoolType():
            good = isinstance(value, bool)
        case inspect.IntType():
            good = isinstance(value, int) and not isinstance(value, bool) and _within(value, kind)
        case inspect.FloatType():
            # Compared without conversion: an integer may be too large for a float.
            if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < inf:
                return INVALID
            return float(value) if _within(value, kind) else INVALID
        case inspect.StrType():
            good = (
                isinstance(value, str)
                and len(value) >= (kind.min_length or 0)
                and (kind.pattern is None or re.search(kind.pattern, value) is not None)
            )
        case inspect.LiteralType():
            if value is False and "off" in kind.values:
                return "off"  # YAML reads the unquoted word as false
            good = any(value == each and type(value) is type(each) for each in kind.values)
        case inspect.UnionType():
            return next((done for each in kind.types if (done := fit(value, each)) is not INVALID), INVALID)
        case inspect.ListType():
            items = [fit(item, kind.item_type) for item in value] if isinstance(value, list) else [INVALID]
            return INVALID if INVALID in items else items
        case _:
            raise TypeError(f"no rule says which values fit {kind}")
    return value if good else INVALID


def odd_entry(values: list[Any], kind: inspect.Type) -> int | None:
    """Return the index of the first list entry that does not fit, or ``None`` if the type is not a list."""
    match kind:
        case inspect.Metadata():
            return odd_entry(values, kind.type)
        case inspect.UnionType():
            return next((odd for each in kind.types if (odd := odd_entry(values, each)) is not None), None)
        case inspect.ListType():
            return next((at for at, value in enumerate(values) if fit(value, kind.item_type) is INVALID), None)
        case _:
            return None


def _within(number: float, kind: inspect.IntType | inspect.FloatType) -> bool:
    return (
        (kind.ge is None or number >= kind.ge)
        and (kind.gt is None or number > kind.gt)
        and (kind.le is None or number <= kind.le)
    )


def expected(kind: inspect.Type, *, many: bool = False) -> str:
    """Describe the values that fit a type, to follow the word "expected"."""
    match kind:
        case inspect.Metadata():
            return expected(kind.type, many=many)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return ("whole numbers" if many else "a whole number") + _bounds(kind)
        case inspect.FloatType():
            return ("numbers" if many else "a number") + _bounds(kind)
        case inspect.StrType():
            if kind.pattern is not None:
                return "ranges such as 200-500" if many else "a range such as 200-500"
            return "texts" if many else "a text that is not empty" if kind.min_length else "a text"
        case inspect.LiteralType():
            return "one of " + ", ".join(str(value) for value in kind.values)
        case inspect.UnionType():
            return " or ".join(
                expected(each, many=many) for each in kind.types if not isinstance(each, inspect.NoneType)
            )
        case inspect.ListType():
            return "a list of " + expected(kind.item_type, many=True)
    raise TypeError(f"no words describe {kind}")


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.le is None:
        return ""
    return f" from {kind.ge} to {kind.le}" if kind.ge is not None else f" above {kind.gt:g} and up to {kind.le:g}"
