"""Find the settings of a command, and the address at which a server or a relay listens."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from amity import logs
from amity.cli.exits import USAGE, Failure
from amity.http.url import host_port
from amity.settings import (
    Address,
    RelaySettings,
    Settings,
    SettingsError,
    every_secret,
    is_relay,
    is_server,
    load,
    load_relay,
    relay_rules,
)

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_FILE = Path("amity.yml")
RELAY_FILE = Path("relay.yml")

_OF_RELAY = "AMITY_RELAY__"
AnySettings = Settings | RelaySettings

_NOT_OF_A_SERVER = "has the settings of a relay, and this command is for a server, whose file --config names"


def _config_option(what: str) -> Callable[[F], F]:
    return click.option(
        "--config",
        "-c",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help=what,
    )


config_option = _config_option("The settings file.  [default: AMITY_CONFIG, or amity.yml if it is there]")
any_config_option = _config_option(
    "The settings file, a server's or a relay's.  [default: AMITY_CONFIG, or amity.yml if it is there, or relay.yml]"
)


def find_config(config: Path | None, default: Path = DEFAULT_FILE) -> Path | None:
    """Return the settings file: the given one, that of ``AMITY_CONFIG``, ``default`` if it exists, or ``None``."""
    if config is not None:
        return config
    if named := os.environ.get("AMITY_CONFIG"):
        return Path(named)
    return default if default.exists() else None


def load_settings(config: Path | None, *, dev: bool = False) -> Settings:
    """Read the settings. Raises ``SettingsError``."""
    return load_with_sources(config, dev=dev)[0]


def load_with_sources(config: Path | None, *, dev: bool = False) -> tuple[Settings, list[Path]]:
    """Read the settings; return them and the files that they came from. Later errors do not show their secrets.

    Raises ``SettingsError``; ``Failure`` if they are a relay's.
    """
    sources: list[Path] = []
    path = find_config(config)
    if path is not None and is_relay(path):
        raise Failure(f"{path} {_NOT_OF_A_SERVER}", USAGE)
    try:
        settings = load(path, os.environ, dev=dev, sources=sources)
    except SettingsError:
        if path is None and RELAY_FILE.exists():
            raise Failure(f"{RELAY_FILE} {_NOT_OF_A_SERVER}", USAGE) from None
        raise
    logs.hide(*every_secret(settings))
    return settings, sources


def load_relay_with_sources(config: Path | None) -> tuple[RelaySettings, list[Path]]:
    """Read the settings of a relay, as ``load_with_sources`` does. Raises ``SettingsError``, ``Failure``."""
    sources: list[Path] = []
    path = find_config(config, RELAY_FILE)
    if path is not None and is_server(path):
        raise Failure(f"{path} has the settings of a server ('amity serve'), and this is for a relay's", USAGE)
    settings = load_relay(path, os.environ, sources=sources)
    logs.hide(*relay_rules.every_secret(settings))
    return settings, sources


def find_any_config(config: Path | None) -> Path | None:
    """Return the settings file of a server or a relay, as ``find_config`` does: ``./amity.yml`` goes before
    ``./relay.yml``."""
    return find_config(config) or find_config(None, RELAY_FILE)


def load_any(config: Path | None, *, dev: bool = False) -> AnySettings:
    """Read the settings of a server or a relay. Raises ``SettingsError``, ``Failure``."""
    return load_any_with_sources(config, dev=dev)[0]


def load_any_with_sources(config: Path | None, *, dev: bool = False) -> tuple[AnySettings, list[Path]]:
    """Read the settings of a server or a relay, as ``load_with_sources`` does: a relay's if the file has a part that a
    server has not, or if there is no file and a variable of ``relay`` is set.

    Raises ``SettingsError``; ``Failure`` with ``dev`` if they are a relay's.
    """
    path = find_config(config) if dev else find_any_config(config)
    of_relay = is_relay(path) if path is not None else any(name.startswith(_OF_RELAY) for name in os.environ)
    if not of_relay:
        return load_with_sources(config, dev=dev)
    if dev:
        raise Failure("--dev: is for a server; a relay's settings have its secret", USAGE)
    return load_relay_with_sources(path)


def url_of(settings: AnySettings) -> str:
    """Return the URL by which this machine reaches a server's REST API, or a relay.

    Raises ``Failure`` if the port is 0.
    """
    address, name = (settings.relay, "relay") if isinstance(settings, RelaySettings) else (settings.api, "api")
    if address.port == 0:
        raise Failure(f"{name}.port is 0, so a free port was taken at the start: say with --url which", USAGE)
    return f"http://{host_port(reached_host(address), address.port)}"


def reached_host(address: Address) -> str:
    """Return the host by which this machine reaches a server that listens at an address, even if it is a wildcard."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 - it listens everywhere
