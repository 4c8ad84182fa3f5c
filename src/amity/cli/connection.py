"""How commands find their settings and the server that they talk to."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from amity import logs
from amity.cli.development import running_secret
from amity.cli.exits import UNREACHABLE, USAGE, Failure
from amity.client import AmityClient, UnexpectedAnswer
from amity.errors import Code, ImError
from amity.http.client import HttpFailure
from amity.http.url import host_port, passwords_of, shown
from amity.settings import Address, Settings, every_secret, load

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_FILE = Path("amity.yml")

config_option = click.option(
    "--config",
    "-c",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The settings file.  [default: AMITY_CONFIG, or amity.yml if it is there]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def find_config(config: Path | None) -> Path | None:
    """The settings file: the one given, that of ``AMITY_CONFIG``, ``./amity.yml`` where it is there, or none."""
    if config is not None:
        return config
    if named := os.environ.get("AMITY_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def load_settings(config: Path | None, *, dev: bool = False) -> Settings:
    """Read the settings. Raises ``SettingsError``."""
    return load_with_sources(config, dev=dev)[0]


def load_with_sources(config: Path | None, *, dev: bool = False) -> tuple[Settings, list[Path]]:
    """Read the settings, and name the files that they came from. From then on no error shows their secrets.

    Raises ``SettingsError``.
    """
    sources: list[Path] = []
    settings = load(find_config(config), os.environ, dev=dev, sources=sources)
    logs.hide(*every_secret(settings))
    return settings, sources


def url_of(address: Address) -> str:
    """The URL under which this machine reaches what listens at an address."""
    if address.port == 0:
        raise Failure("api.port is 0, so the server took a free port: say with --url where it listens", USAGE)
    return f"http://{host_port(reached_host(address), address.port)}"


def reached_host(address: Address) -> str:
    """Return the host under which this machine reaches what listens at an address, which may be all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 - it listens everywhere


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What was said on the command line about the server. Its settings are read only where something is missing."""

    config: Path | None
    dev: bool
    url: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    token: str | None = field(repr=False)
    admin: str | None

    def client(self) -> AmityClient:
        """Make the client. Raises ``SettingsError``, ``Failure``."""
        url, secret, admin = self.url, self.secret, self.admin
        logs.hide(*filter(None, (secret, self.token)), *passwords_of(url or ""))
        if url is None or (secret is None and self.token is None):
            settings = load_settings(self.config, dev=self.dev)
            url = url or url_of(settings.api)
            if self.token is None:
                secret = secret or self._secret_of(settings)
            admin = admin or settings.admins[0]
        try:
            return AmityClient(url, secret=secret, admin=admin or "imAdmin", token=self.token)
        except ValueError as error:
            raise Failure(f"--url: {error}", USAGE) from None

    def the_secret(self) -> str:
        """The secret, from the command line, the settings, or a server that runs with ``--dev``.

        Raises ``SettingsError``, ``Failure``.
        """
        return self.secret or self._secret_of(load_settings(self.config, dev=self.dev))

    def _secret_of(self, settings: Settings) -> str:
        return settings.secret or running_secret(settings)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AmityClient]:
        """Give a client and close it. A server that does not answer, or does not let it in, ends the command with
        what to do about it."""
        async with self.client() as client:
            try:
                yield client
            except UnexpectedAnswer as error:
                raise Failure(f"the server at {shown(client.url)} {error.reason}; is it an OpenIM API?") from error
            except HttpFailure as error:
                raise Failure(
                    f"the server at {shown(client.url)} {error}; is it running? ('amity serve')", UNREACHABLE
                ) from error
            except ImError as error:
                if error.code == Code.NO_PERMISSION:
                    error.detail += f" (is --secret the server's, and {client.admin} one of its administrators?)"
                raise


_OPTIONS = (
    config_option,
    click.option("--url", metavar="URL", help="The server's REST API, instead of the settings' address."),
    click.option(
        "--secret",
        envvar="AMITY_SECRET",
        metavar="SECRET",
        help="The server's secret, instead of the settings'. Other users of this machine can see what stands in a "
        "command line: rather set AMITY_SECRET.",
    ),
    click.option("--token", metavar="TOKEN", help="A token to use, instead of an administrator's own."),
    click.option("--admin", metavar="USER", help="The administrator to act as.  [default: the first of the settings]"),
    click.option("--dev", is_flag=True, help="The server was started with --dev: use its secret of this run."),
)


def server_options(command: F) -> F:
    """Give a command the options that say which server it talks to, as one argument ``server``."""

    @wraps(command)
    def wrapped(
        *args: Any,
        config: Path | None,
        url: str | None,
        secret: str | None,
        token: str | None,
        admin: str | None,
        dev: bool,
        **kwargs: Any,
    ) -> Any:
        server = ServerOptions(config=config, dev=dev, url=url, secret=secret, token=token, admin=admin)
        return command(*args, server=server, **kwargs)

    decorated: Any = wrapped
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
