"""Settings from environment variables: ``AMITY_API__PORT=10002``.

A name is ``AMITY_`` and the key's path, with two underscores between its levels. Case and single underscores within a
level are ignored: ``AMITY_CLIENT_IMPORT`` and ``AMITY_CLIENTIMPORT`` are ``clientImport``. An empty variable counts as
absent. A variable that resembles no setting's belongs to another program and is ignored.
"""

import difflib
import re
from collections.abc import Mapping as ReadMapping
from functools import cache
from typing import Any

from msgspec import inspect

from amity.settings import notifications
from amity.settings.checking import ANY_CALLBACK, ANY_NOTIFICATION, every_key, nearest, plain
from amity.settings.files import SettingsError, ends_in_comment, parse
from amity.settings.kinds import INVALID
from amity.settings.model import Section, Settings
from amity.settings.webhooks import KEYS

PREFIX = "AMITY_"
CONFIG = "AMITY_CONFIG"
# SECRT resembles SECRET by more, HOME and HOST resemble API__HOST by less.
_RESEMBLES = 0.8
# Kubernetes sets these for a service that is called amity.
_SERVICE_LINK = re.compile(r"AMITY_(SERVICE_(HOST|PORT.*)|PORT(_.*)?)")


def variable(path: str) -> str:
    """Return the environment variable of a key's full path: ``AMITY_API__MAX_BODY_BYTES`` for ``api.maxBodyBytes``."""
    return PREFIX + "__".join(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", level).upper() for level in path.split("."))


def from_environment(
    environ: ReadMapping[str, str], problems: list[str], whole: type[Section] = Settings
) -> tuple[dict[str, Any], str | None]:
    """Return the values of variables as nested mappings, and the file named by ``AMITY_CALLBACKS``.

    ``whole`` is the type of all settings: a server's, or a relay's.

    Adds to ``problems`` the variables that misspell a key and the values that don't fit, each by its variable.
    """
    values: dict[str, Any] = {}
    callbacks_file = None
    known = _every_variable(whole)
    for name, text in _ours(environ):
        levels = _levels(name)
        if levels == ("callbacks",):
            callbacks_file = text
            continue
        if levels not in known:
            if (near := _misspelt(name, whole)) is not None:
                problems.append(f"{name}: no setting has this variable" + (f"; did you mean {near}?" if near else ""))
            continue
        path, field = known[levels]
        value = plain(_value(text, field.type, name), field, name, problems)
        if value is not INVALID:
            *sections, key = path.split(".")
            inner = values
            for section in sections:
                inner = inner.setdefault(section, {})
            inner[key] = value
    return values, callbacks_file


def foreign(environ: ReadMapping[str, str], whole: type[Section] = Settings) -> list[str]:
    """Return a note on each variable that begins as amity's do and resembles none of ``whole``."""
    known = _every_variable(whole)
    return [
        f"{name}: no setting has this variable, so it has no effect here"
        for name, _ in _ours(environ)
        if (levels := _levels(name)) not in known and levels != ("callbacks",) and _misspelt(name, whole) is None
    ]


def _ours(environ: ReadMapping[str, str]) -> list[tuple[str, str]]:
    return [
        (name, text)
        for name, text in sorted(environ.items())
        if text and name.startswith(PREFIX) and name != CONFIG and not _SERVICE_LINK.fullmatch(name)
    ]


def _misspelt(name: str, whole: type[Section]) -> str | None:
    """Return the variable that an unknown one was meant to be, an empty string if none is similar, or ``None`` if the
    unknown one is another program's."""
    known = _every_variable(whole)
    levels = _levels(name)
    if len(levels) > 1 and any(levels[0] == each[0] for each in known):
        return nearest(name, (variable(path) for path, _ in known.values())) or ""
    by_letters = {"".join(each): path for each, (path, _) in known.items()}
    found = difflib.get_close_matches("".join(levels), by_letters, n=1, cutoff=_RESEMBLES)
    return variable(by_letters[found[0]]) if found else None


def _levels(name: str) -> tuple[str, ...]:
    return tuple(_plain(level) for level in name.removeprefix(PREFIX).split("__"))


def _plain(level: str) -> str:
    return level.replace("_", "").lower()


@cache
def _every_variable(whole: type[Section]) -> ReadMapping[tuple[str, ...], tuple[str, inspect.Field]]:
    """Return every key's full path and field, by its levels as ``_plain`` writes them."""
    found = {}
    for pattern, field, _ in every_key(whole()):
        for path in _paths(pattern):
            found[tuple(_plain(level) for level in path.split("."))] = path, field
    return found


def _paths(pattern: str) -> list[str]:
    """Return the paths for which a path of ``every_key`` stands."""
    for placeholder, keys in ((ANY_CALLBACK, KEYS), (ANY_NOTIFICATION, notifications.KEYS)):
        if placeholder in pattern:
            return [pattern.replace(placeholder, key) for key in keys]
    return [pattern]


def _value(text: str, kind: inspect.Type, name: str) -> object:
    """Return a text unchanged, and parse all else as YAML or JSON."""
    kinds = _plain_types(kind)
    takes_text = inspect.StrType in kinds or inspect.LiteralType in kinds
    if takes_text and not (inspect.ListType in kinds and text.lstrip().startswith("[")):
        return text
    if "#" in text and ends_in_comment(text):
        return text  # a variable has no comments: what would be dropped is a part of its value
    try:
        return parse(text, name)
    except SettingsError:
        return text


def _plain_types(kind: inspect.Type) -> set[type[inspect.Type]]:
    match kind:
        case inspect.Metadata():
            return _plain_types(kind.type)
        case inspect.UnionType():
            return set().union(*(_plain_types(each) for each in kind.types))
        case inspect.LiteralType() if all(isinstance(value, int) for value in kind.values):
            return {inspect.IntType}
        case _:
            return {type(kind)}
