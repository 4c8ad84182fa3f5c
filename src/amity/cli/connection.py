"""Find the server or the relay that a command calls."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from amity import logs
from amity.cli.configuration import AnySettings, any_config_option, config_option, load_any, load_settings, url_of
from amity.cli.development import running_secret
from amity.cli.exits import UNREACHABLE, USAGE, Failure
from amity.client import AmityClient, UnexpectedAnswer
from amity.errors import Code, ImError
from amity.http.client import HttpFailure
from amity.http.url import passwords_of, shown
from amity.settings import RelaySettings, Settings

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """The command line's options about the server, or with ``or_relay`` a relay. The settings are read only if one is
    missing."""

    config: Path | None
    dev: bool
    url: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    token: str | None = field(repr=False)
    admin: str | None
    or_relay: bool = False

    def client(self) -> AmityClient:
        """Make the client. Raises ``SettingsError``, ``Failure``."""
        url, secret, admin = self.url, self.secret, self.admin
        logs.hide(*filter(None, (secret, self.token)), *passwords_of(url or ""))
        if url is None or (secret is None and self.token is None):
            settings = self._settings()
            url = url or url_of(settings)
            if self.token is None:
                secret = secret or self._secret_of(settings)
            admin = admin or settings.admins[0]
        try:
            return AmityClient(url, secret=secret, admin=admin or "imAdmin", token=self.token)
        except ValueError as error:
            raise Failure(f"--url: {error}", USAGE) from None

    def the_secret(self) -> str:
        """Return the secret: from the command line, the settings, or a server that runs with ``--dev``.

        Raises ``SettingsError``, ``Failure``.
        """
        return self.secret or self._secret_of(self._settings())

    def is_relay(self) -> bool:
        """Return whether the settings say that a relay is called. Raises ``SettingsError``, ``Failure``."""
        return self.or_relay and self.url is None and isinstance(self._settings(), RelaySettings)

    def _settings(self) -> AnySettings:
        return (load_any if self.or_relay else load_settings)(self.config, dev=self.dev)

    def _secret_of(self, settings: AnySettings) -> str:
        return running_secret(settings) if isinstance(settings, Settings) and not settings.secret else settings.secret

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AmityClient]:
        """Give a client and close it. Raises ``Failure`` with advice if the server does not answer; an ``ImError`` for
        missing permission names the likely cause."""
        async with self.client() as client:
            try:
                yield client
            except UnexpectedAnswer as error:
                what, kind = ("relay", "one") if self.is_relay() else ("server", "an OpenIM API")
                raise Failure(f"the {what} at {shown(client.url)} {error.reason}; is it {kind}?") from error
            except HttpFailure as error:
                what, start = ("relay", "amity relay") if self.is_relay() else ("server", "amity serve")
                raise Failure(
                    f"the {what} at {shown(client.url)} {error}; is it running? ('{start}')", UNREACHABLE
                ) from error
            except ImError as error:
                if error.code == Code.NO_PERMISSION:
                    error.detail += f" (is --secret the server's, and {client.admin} one of its administrators?)"
                raise


_OPTIONS = (
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
    """Give a command the options that choose its server, as one argument ``server``."""
    return _with_options(command, config_option, or_relay=False)


def server_or_relay_options(command: F) -> F:
    """Give a command the options that choose a server or a relay, as one argument ``server``."""
    return _with_options(command, any_config_option, or_relay=True)


def _with_options(command: F, config_option: Callable[[Any], Any], *, or_relay: bool) -> F:
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
        server = ServerOptions(
            config=config, dev=dev, url=url, secret=secret, token=token, admin=admin, or_relay=or_relay
        )
        return command(*args, server=server, **kwargs)

    decorated: Any = wrapped
    for option in (*reversed(_OPTIONS), config_option):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
