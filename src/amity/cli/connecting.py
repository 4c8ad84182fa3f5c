"""How a command finds the server that it talks to: options first, then the settings file, then the environment."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from amity.client import AmityClient
from amity.settings import DEV_SECRET, Settings, SettingsError, load

C = TypeVar("C", bound=Callable[..., Any])
DEFAULT_CONFIG = Path("amity.yml")
DEFAULT_URL = "http://127.0.0.1:10002"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccess:
    """Where a server's REST API is and how to be let in as an administrator."""

    url: str
    secret: str
    admin: str

    def client(self, *, timeout: float = 60.0) -> AmityClient:
        """Return a client. Raises ``click.BadParameter`` for a URL that cannot be called."""
        try:
            return AmityClient(self.url, secret=self.secret, admin=self.admin, timeout=timeout)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--url") from None


def server_options(command: C) -> C:
    """Add ``--config``, ``--url``, ``--secret``, ``--admin`` and ``--dev``, which go to ``find_server``."""
    options = (
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The server's settings file, for its address and secret.  [default: amity.yml, if it is there]",
        ),
        click.option("--url", help="The REST API's address, such as http://127.0.0.1:10002."),
        click.option(
            "--secret", help="The server's secret. Others on this machine can see it here; better: AMITY_SECRET."
        ),
        click.option("--admin", help="The administrator to act as.  [default: the first of the settings, or imAdmin]"),
        click.option("--dev", is_flag=True, help="The server was started with --dev: use its well-known secret."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def find_server(
    *, config: Path | None, url: str | None, secret: str | None, admin: str | None, dev: bool
) -> ServerAccess:
    """Put together what the options say and, for the rest, the settings. Raises ``click.UsageError``."""
    settings = None
    if dev and secret is None:
        secret = DEV_SECRET
    if config is not None or url is None or secret is None:
        settings = _settings(config, needed=secret is None, dev=dev)
    return ServerAccess(
        url=url or (_url_of(settings) if settings else DEFAULT_URL),
        secret=secret or (settings.secret if settings else ""),
        admin=admin or (settings.admins[0] if settings else "imAdmin"),
    )


def _settings(config: Path | None, *, needed: bool, dev: bool) -> Settings | None:
    path = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    try:
        return load(path, os.environ, dev=dev)
    except SettingsError as error:
        if path is None and not needed:
            return None
        raise click.UsageError(str(error)) from None


def _url_of(settings: Settings) -> str:
    host = settings.api.host
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  listens everywhere: call it here
    return f"http://[{host}]:{settings.api.port}" if ":" in host else f"http://{host}:{settings.api.port}"
