"""Find the settings of a command, and the addresses at which the server listens."""

import os
from pathlib import Path

import click

from amity import logs
from amity.cli.exits import USAGE, Failure
from amity.http.url import host_port
from amity.settings import Address, RelaySettings, Settings, every_secret, load, load_relay, relay_rules

DEFAULT_FILE = Path("amity.yml")
RELAY_FILE = Path("relay.yml")

config_option = click.option(
    "--config",
    "-c",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The settings file.  [default: AMITY_CONFIG, or amity.yml if it is there]",
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

    Raises ``SettingsError``.
    """
    sources: list[Path] = []
    settings = load(find_config(config), os.environ, dev=dev, sources=sources)
    logs.hide(*every_secret(settings))
    return settings, sources


def load_relay_with_sources(config: Path | None) -> tuple[RelaySettings, list[Path]]:
    """Read the settings of a relay, as ``load_with_sources`` does. Raises ``SettingsError``."""
    sources: list[Path] = []
    settings = load_relay(find_config(config, RELAY_FILE), os.environ, sources=sources)
    logs.hide(*relay_rules.every_secret(settings))
    return settings, sources


def url_of(address: Address) -> str:
    """Return the URL by which this machine reaches a server that listens at an address.

    Raises ``Failure`` if the port is 0.
    """
    if address.port == 0:
        raise Failure("api.port is 0, so the server took a free port: say with --url where it listens", USAGE)
    return f"http://{host_port(reached_host(address), address.port)}"


def reached_host(address: Address) -> str:
    """Return the host by which this machine reaches a server that listens at an address, even if it is a wildcard."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 - it listens everywhere
