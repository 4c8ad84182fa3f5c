"""Loading of a server's settings: one YAML file, the environment over it, then the rules."""

from collections.abc import Callable
from collections.abc import Mapping as ReadMapping
from pathlib import Path
from typing import Any, TypeVar

from amity.http.origins import ANY, LOOPBACK
from amity.settings import relay_rules, rules
from amity.settings.checking import build
from amity.settings.environment import from_environment
from amity.settings.files import Mapping, SettingsError, read_mapping
from amity.settings.model import Section, Settings, fields
from amity.settings.relay import RelaySettings

S = TypeVar("S", bound=Section)
_TLS_FILES = ("caFile", "clientCertificate", "clientKey")


def load(
    path: Path | str | None,
    environ: ReadMapping[str, str],
    *,
    dev: bool = False,
    sources: list[Path] | None = None,
) -> Settings:
    """Return the settings of a file (``None``: defaults) with those of ``environ`` over them.

    Files named in the file are found relative to it. ``dev`` allows a missing secret, on loopback only, admits web
    pages of this machine only, and switches the console on. The files that were read are added to ``sources``. Raises
    ``SettingsError`` with every problem, each by its full key or variable; secrets are not shown.
    """

    def problems(settings: Settings) -> list[str]:
        if dev:
            settings.console.enable = True
            if ANY in settings.api.cors_origins:
                settings.api.cors_origins = [*LOOPBACK]
        return rules.problems(settings, dev=dev)

    return _load(Settings, path, environ, problems, [] if sources is None else sources)


def load_relay(
    path: Path | str | None, environ: ReadMapping[str, str], *, sources: list[Path] | None = None
) -> RelaySettings:
    """Return the settings of a relay, as ``load`` does. Raises ``SettingsError``."""
    return _load(RelaySettings, path, environ, relay_rules.problems, [] if sources is None else sources)


def is_relay(path: Path) -> bool:
    """Return whether a file has the settings of a relay: a key that a server has not. Raises ``SettingsError`` if it
    cannot be read."""
    return _has_keys_of(path, RelaySettings, Settings)


def is_server(path: Path) -> bool:
    """Return whether a file has the settings of a server: a key that a relay has not, and none that only a relay has.
    Raises ``SettingsError`` if it cannot be read."""
    return _has_keys_of(path, Settings, RelaySettings) and not is_relay(path)


def _has_keys_of(path: Path, whole: type[Section], other: type[Section]) -> bool:
    own = {each.encode_name for each in fields(whole)} - {each.encode_name for each in fields(other)}
    return not read_mapping(path).keys().isdisjoint(own)


def _load(
    whole: type[S],
    path: Path | str | None,
    environ: ReadMapping[str, str],
    problems: Callable[[S], list[str]],
    sources: list[Path],
) -> S:
    found: list[str] = []
    raw: dict[str, Any] = _read(Path(path), sources) if path is not None else {}
    values, callbacks_file = from_environment(environ, found, whole)
    if callbacks_file is not None:
        raw["callbacks"] = _read_callbacks(Path(), callbacks_file, sources)
    _lay_over(raw, values)
    settings: S = build(whole(), raw, found)
    if not found:
        found = problems(settings)
    if found:
        raise SettingsError(found)
    return settings


def _read(path: Path, sources: list[Path]) -> Mapping:
    raw = read_mapping(path)
    sources.append(path)
    callbacks = raw.get("callbacks")
    if isinstance(callbacks, str):
        raw["callbacks"] = _read_callbacks(path.parent, callbacks, sources)
    elif isinstance(callbacks, Mapping):
        _find_files(callbacks, path.parent)
    notifications = raw.get("notifications")
    if isinstance(notifications, str):
        file = path.parent / notifications
        raw["notifications"] = read_mapping(file)
        sources.append(file)
    return raw


def _read_callbacks(directory: Path, name: str, sources: list[Path]) -> Mapping:
    if "://" in name:  # and a URL may contain a password
        raise SettingsError(["callbacks: names a file; the URL of the business server is set as callbacks.url"])
    if "{" in name or "\n" in name or "whsec_" in name:  # the settings themselves, with the secret
        problem = (
            "callbacks: names a file, or holds keys with values; in the environment each has a variable of its own"
        )
        raise SettingsError([f"{problem}, as AMITY_CALLBACKS__URL"])
    path = directory / name
    callbacks = read_mapping(path)
    sources.append(path)
    _find_files(callbacks, path.parent)
    return callbacks


def _find_files(callbacks: Mapping, directory: Path) -> None:
    tls = callbacks.get("tls")
    if isinstance(tls, dict):
        for key in _TLS_FILES:
            if isinstance(tls.get(key), str):
                tls[key] = str(directory / tls[key])


def _lay_over(below: dict[str, Any], above: dict[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            _lay_over(below[key], value)
        elif isinstance(value, dict) and below.get(key) is not None:
            # The file has a plain value in place of keys: keep it, it is reported later.
            continue
        else:
            below[key] = value
