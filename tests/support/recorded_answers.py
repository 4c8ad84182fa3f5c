"""Normalize answers and pushes, recorded and current ones, and compare them field by field. Pure.

Values that differ from run to run are replaced by names: tokens, times, ids made by the server, versions of lists. The
differences that are listed (``Difference``) are separated from all others.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

ABSENT: Final = "<absent>"
ANY: Final = "<any>"
PRESENT: Final = "<pushed>"

_TIMES = {"createTime", "handleTime", "sendTime", "expireTimeSeconds", "LatestMsgRecvTime"}
_VERSIONS = {"version", "sortVersion"}
_OF_THE_RUN = {"clientMsgID", "serverMsgID"}
_MADE_UP = {"versionID", "connID"} | _OF_THE_RUN
_SECONDS_FROM = 1_000_000_000
_MILLISECONDS_FROM = 100_000_000_000
_TOKENS_BEGIN = "eyJ"


def normalized(value: Any, tokens: Mapping[str, str], name: str = "") -> Any:
    """Return JSON with the values replaced that differ from run to run. ``tokens`` maps known tokens to their names;
    ``name`` is the name of the member with this value."""
    match value:
        case dict():
            return {key: normalized(member, tokens, key) for key, member in value.items()}
        case list():
            return [normalized(element, tokens, name) for element in value]
        case str():
            return _normalized_text(value, tokens, name)
        case bool():
            return value
        case int() if name in _TIMES and value >= _SECONDS_FROM:
            return "<milliseconds>" if value >= _MILLISECONDS_FROM else "<seconds>"
        case int() if name in _VERSIONS and value > 0:
            return "<version>"
    return value


def _normalized_text(text: str, tokens: Mapping[str, str], name: str) -> str:
    if text in tokens:
        return f"<token of {tokens[text]}>"
    if text.startswith(_TOKENS_BEGIN) and name != "content":  # as all JSON in base64
        return "<token>"
    return f"<{name}>" if text and name in _MADE_UP else text


def normalized_message(message: Mapping[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    """Return a pushed message, given as JSON, without empty, zero and generated members, with its content parsed."""
    kept = {name: member for name, member in message.items() if name not in _OF_THE_RUN}
    kept["content"] = json.loads(kept["content"])
    if "detail" in kept["content"]:
        kept["content"]["detail"] = json.loads(kept["content"]["detail"])
    if kept.get("offlinePushInfo"):
        kept["offlinePushInfo"] = "<texts>"  # they depend on the other server's settings
    return {name: normalized(member, tokens, name) for name, member in _without_empty(kept).items()}


def without_users(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer about all users without their number, and with only the field names of the first one, because
    the recorded server had other users."""
    data = answer.get("data") or {}
    for name, member in data.items():
        if isinstance(member, list) and member:
            data[name] = [dict.fromkeys(member[0], ANY) if isinstance(member[0], dict) else ANY]
        elif isinstance(member, int):
            data[name] = "<count>"
    return answer


def _without_empty(value: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, member in value.items():
        if isinstance(member, Mapping) and name not in ("content", "options"):
            member = _without_empty(member)  # noqa: PLW2901 - an object with only empty members is empty too
        if member not in (0, "", None, [], {}):
            kept[name] = member
    return kept


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of every leaf of JSON, such as ``data.friendsInfo.0.remark``."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not members or not value:
        yield path, value
        return
    for key, member in members:
        yield from fields(member, f"{path}.{key}" if path else str(key))


@dataclass(frozen=True, slots=True)
class Found:
    """A field of one case whose value in the record differs from the value here."""

    case: str
    field: str
    theirs: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.case}: {self.field}: recorded {self.theirs!r}, here {self.ours!r}"


def compared(case: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Found]:
    """Yield the fields that differ between two normalized answers or pushes."""
    recorded, here = dict(fields(theirs)), dict(fields(ours))
    for path in dict.fromkeys((*recorded, *here)):
        found = Found(case, path, recorded.get(path, ABSENT), here.get(path, ABSENT))
        if type(found.theirs) is not type(found.ours) or found.theirs != found.ours:
            yield found


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference that was decided. ``cases`` are patterns of case names. ``changes`` are the values in the record and
    here, by patterns of fields; each must occur in a case of each pattern. ``documented`` is the page's text about it.
    """

    cases: tuple[str, ...]
    changes: Mapping[str, tuple[Any, Any]]
    reason: str
    documented: str
    seen: set[tuple[str, str]] = field(default_factory=set, compare=False)

    def lists(self, found: Found) -> set[tuple[str, str]]:
        """Return the pairs of patterns, of cases and of fields, that match a found difference."""
        cases = [pattern for pattern in self.cases if _matches(found.case, pattern)]
        changes = [
            pattern
            for pattern, (theirs, ours) in (self.changes.items() if cases else ())
            if _matches(found.field, pattern) and _is(found.theirs, theirs) and _is(found.ours, ours)
        ]
        return {(case, change) for case in cases for change in changes}

    def covers(self, found: Found) -> bool:
        """Return whether a found difference is this one; if so, record that it occurs."""
        by = self.lists(found)
        self.seen.update(by)
        return bool(by)

    def missing(self) -> list[str]:
        """Return the listed pairs that do not occur."""
        return [
            f"{case}: {change}" for case in self.cases for change in self.changes if (case, change) not in self.seen
        ]


@cache
def _matches(text: str, pattern: str) -> bool:
    return text == pattern or fnmatchcase(text, pattern)


def _is(value: Any, listed: Any) -> bool:
    return listed == ANY or (type(value) is type(listed) and value == listed)


def differences(listed: Mapping[str, Any]) -> list[Difference]:
    """Return the differences of the parsed file. Null, which TOML does not have, is written ``<null>``."""
    read = []
    for each in listed["difference"]:
        assert each.keys() == {"cases", "changes", "reason", "documented"}, each
        changes = {name: (_value(theirs), _value(ours)) for name, (theirs, ours) in each["changes"].items()}
        read.append(Difference(tuple(each["cases"]), changes, each["reason"], each["documented"]))
    return read


def _value(written: Any) -> Any:
    return None if written == "<null>" else written


def unlisted(found: Collection[Found], listed: Collection[Difference]) -> list[Found]:
    """Return the found differences that are not listed. Every listed one records what it covers."""
    return [each for each in found if not [one for one in listed if one.covers(each)]]
