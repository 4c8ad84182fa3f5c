"""Check raw values from a file and the environment, and build typed settings. Each problem names its full path."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import inspect, structs

from amity.settings import notifications
from amity.settings.files import Mapping, describe
from amity.settings.kinds import INVALID, expected, fit, odd_entry
from amity.settings.model import Callbacks, Notifications, Section, fields, is_sensitive
from amity.settings.webhooks import KEYS, OLDER_NAMES

# They stand for every callback's key in a path, and for that of every type of notification.
ANY_CALLBACK = "<callback>"
ANY_NOTIFICATION = "<notification>"


def known_keys(section: type[Section]) -> dict[str, inspect.Field | None]:
    """Return the allowed keys of a section. ``None`` marks those whose value is a ``Callback``, or a
    ``NotificationType``."""
    keys: dict[str, inspect.Field | None] = {each.encode_name: each for each in fields(section)}
    if issubclass(section, Callbacks):
        del keys["events"]
        keys |= dict.fromkeys(sorted(KEYS))
    if issubclass(section, Notifications):
        del keys["types"]
        keys |= dict.fromkeys(sorted(notifications.KEYS))
    return keys


def every_key(section: Section, prefix: str = "") -> Iterator[tuple[str, inspect.Field, Any]]:
    """Yield the full path, the field and the default of every plain value. ``callbacks.<callback>.enable`` and the like
    stand for all callbacks, ``notifications.<notification>.isSendMsg`` and the like for all types of notifications."""
    for each in fields(type(section)):
        value = getattr(section, each.name)
        if isinstance(value, Section):
            yield from every_key(value, f"{prefix}{each.encode_name}.")
        elif isinstance(section, Callbacks) and each.name == "events":
            yield from every_key(section.unset(), f"{prefix}{ANY_CALLBACK}.")
        elif isinstance(section, Notifications):
            yield from every_key(section.unset(), f"{prefix}{ANY_NOTIFICATION}.")
        else:
            yield prefix + each.encode_name, each, value


def build(whole: Section, raw: object, problems: list[str]) -> Any:
    """Return ``whole``, which has the defaults, with the values of ``raw`` in their place. Problems are added to
    ``problems``."""
    return _build(whole, whole, raw, "", "", problems)


def _build(whole: Section, defaults: Section, raw: object, prefix: str, where: str, problems: list[str]) -> Any:
    """Build a section of ``whole``: ``prefix`` is its path with a dot at its end, ``where`` its place in a file."""
    if raw is None:
        return defaults
    if not isinstance(raw, dict):
        got = describe(raw, sensitive=isinstance(raw, str))
        problems.append(f"{where}{prefix.rstrip('.')}: expected keys with values, got {got}")
        return defaults
    known = known_keys(type(defaults))
    values: dict[str, Any] = {}
    entries: dict[str, Any] = {}
    for key, value in raw.items():
        path = f"{prefix}{key}"
        here = raw.where(key) if isinstance(raw, Mapping) else ""
        if isinstance(defaults, Callbacks) and (newer := OLDER_NAMES.get(key)) is not None:
            if newer in raw:
                problems.append(f"{here}{path}: an older name of {prefix}{newer}, which stands there too")
                continue
            key = newer  # noqa: PLW2901 - the same callback
        if key not in known:
            problems.append(here + unknown(path, type(defaults), whole))
        elif (each := known[key]) is None:
            assert isinstance(defaults, Callbacks | Notifications)  # noqa: S101 - no other section has such keys
            entries[key] = _build(whole, defaults.unset(), value, f"{path}.", here, problems)
        elif isinstance(default := getattr(defaults, each.name), Section):
            values[each.name] = _build(whole, default, value, f"{path}.", here, problems)
        elif (checked := plain(value, each, here + path, problems)) is not INVALID:
            values[each.name] = checked
    if entries:
        values["events" if isinstance(defaults, Callbacks) else "types"] = entries
    return structs.replace(defaults, **values)


def plain(value: object, each: inspect.Field, name: str, problems: list[str]) -> Any:
    """Check one plain value against its field and return it, or add to ``problems`` and return ``INVALID``."""
    checked = fit(value, each.type)
    if any(isinstance(text, str) and not is_text(text) for text in (value if isinstance(value, list) else [value])):
        problems.append(f"{name}: holds bytes or characters that are not UTF-8")
        return INVALID
    if checked is INVALID:
        wanted = expected(each.type)
        advice = "; put it in quotes" if isinstance(value, int | float) and "text" in wanted else ""
        got = describe(value, sensitive=is_sensitive(each))
        if isinstance(value, list) and (wrong := odd_entry(value, each.type)) is not None:
            # A URL whose password holds a comma is several entries.
            has_url = any("://" in str(entry) for entry in value)
            got += f" whose entry {wrong + 1} is {describe(value[wrong], sensitive=has_url or is_sensitive(each))}"
        problems.append(f"{name}: expected {wanted}, got {got}{advice}")
    return checked


def is_text(value: str) -> bool:
    """Return whether a text can be encoded. Bytes of the environment that are not UTF-8, and unpaired surrogates,
    cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def unknown(path: str, section: type[Section], whole: Section) -> str:
    """Return the error for an unknown key, with the key of ``whole`` that was probably meant."""
    prefix, _, key = path.rpartition(".")
    siblings = list(known_keys(section))
    if near := nearest(key, siblings):
        return f"{path}: unknown key; did you mean {prefix + '.' if prefix else ''}{near}?"
    # A key in the wrong section: "port" at the top means api.port or gateway.port.
    if elsewhere := [full for full, _, _ in every_key(whole) if full.rpartition(".")[2].lower() == key.lower()]:
        return f"{path}: unknown key; did you mean {' or '.join(elsewhere)}?"
    names = ", ".join(each for each in siblings if each not in KEYS)
    return f"{path}: unknown key; known here: {names}{' and the callbacks' if issubclass(section, Callbacks) else ''}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most similar to this one, ignoring case, or ``None`` if none is similar."""
    by_lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
