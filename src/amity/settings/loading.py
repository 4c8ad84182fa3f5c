"""Loading of a server's settings: one YAML file, the environment over it, then the rules."""

from collections.abc import Mapping as ReadMapping
from pathlib import Path
from typing import Any

from amity.http.origins import ANY, LOOPBACK
from amity.settings.checking import build
from amity.settings.environment import from_environment
from amity.settings.files import Mapping, SettingsError, read_mapping
from amity.settings.model import Settings
from amity.settings.rules import problems

_TLS_FILES = ("caFile", "clientCertificate", "clientKey")


def load(
    path: Path | str | None,
    environ: ReadMapping[str, str],
    *,
    dev: bool = False,
    sources: list[Path] | None = None,
) -> Settings:
    """Return the settings of a file (``None``: defaults) with those of ``environ`` over them.

    Files named in the file are found relative to it. ``dev`` allows a missing secret, on loopback only, and admits web
    pages of this machine only. The files that were read are added to ``sources``. Raises ``SettingsError`` with every
    problem, each by its full key or variable; secrets are not shown.
    """
    found: list[str] = []
    sources = [] if sources is None else sources
    raw: dict[str, Any] = _read(Path(path), sources) if path is not None else {}
    values, callbacks_file = from_environment(environ, found)
    if callbacks_file is not None:
        raw["callbacks"] = _read_callbacks(Path(), callbacks_file, sources)
    _lay_over(raw, values)
    settings: Settings = build(Settings(), raw, "", "", found)
    if dev and ANY in settings.api.cors_origins:
        settings.api.cors_origins = [*LOOPBACK]
    if not found:
        found = problems(settings, dev=dev)
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
