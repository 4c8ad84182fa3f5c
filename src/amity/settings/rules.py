"""Rules for settings beyond their types: problems that keep a server from starting, and notes."""

from collections.abc import Collection, Sequence
from itertools import combinations

from amity.http.origins import is_allowable, is_loopback
from amity.http.url import parse, passwords_of
from amity.settings import bus_url, database_url, tls
from amity.settings.content_types import ranges_of
from amity.settings.model import Address, Callback, Callbacks, Settings
from amity.settings.notifications import AS_MESSAGES
from amity.settings.webhooks import ABOUT_MESSAGES, NOT_RAISED
from amity.wire.webhooks import came_along, key_of

SHORTEST_SECRET = 16
# Earlier versions had it in their source for --dev, so everybody knows it.
PUBLISHED_SECRET = "amity-dev-secret-known-to-everybody"

_TRAVELS = {
    "api": "tokens and the secret",
    "gateway": "tokens and messages",
    "console": "the secret and what administrators do",
}
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - they are compared


def problems(settings: Settings, *, dev: bool) -> list[str]:
    """Return the problems that keep a server from starting with these settings. The texts contain no secret."""
    found = about_secret(settings.secret, dev=dev) + about_admins(settings.admins)
    found += [
        f"api.corsOrigins: {_shown(origin, settings.api.cors_origins)} is no origin, as in https://app.example or http://localhost:*"
        for origin in settings.api.cors_origins
        if not is_allowable(origin)
    ]
    found += about_database(settings.database) + about_bus(settings.bus, settings.database)
    return found + _about_addresses(settings, dev=dev) + _about_callbacks(settings.callbacks)


def _about_addresses(settings: Settings, *, dev: bool) -> list[str]:
    addresses = listening(settings)
    found = []
    if dev:
        found += [
            f"{name}.host: --dev serves this machine only; use 127.0.0.1, or leave out --dev and set a secret"
            for name, address in addresses.items()
            if not is_loopback(address.host)
        ]
    for name, address in addresses.items():
        if address.host.startswith("["):
            found.append(f"{name}.host: an IPv6 address stands here without brackets: {address.host.strip('[]')}")
    for (_, first), (name, second) in combinations(addresses.items(), 2):
        if first.port == second.port != 0 and (first.host == second.host or {first.host, second.host} & _EVERYWHERE):
            whose = "the API's" if first is settings.api else "the gateway's"
            found.append(f"{name}.port: {second.port} is {whose} already; each listens on a port of its own")
    return found


def listening(settings: Settings) -> dict[str, Address]:
    """Return the addresses that a server listens on, by the part of the settings."""
    console = settings.console
    found = {"api": settings.api, "gateway": settings.gateway}
    return found | (
        {"console": Address(host=console.host, port=console.port)} if console.enable and console.port else {}
    )


def _shown(origin: str, origins: Sequence[str]) -> str:
    """Quote an origin, unless it may contain a secret before an ``@``, in it or after a comma at which it was split."""
    return "what has an @ in it" if any("@" in each for each in origins) else repr(origin[:100])


def about_secret(secret: str, *, dev: bool = False, init: str = "amity init") -> list[str]:
    """Return why a secret does not do. With ``dev`` it may be absent. ``init`` is the command that makes a good one."""
    advice = f"'{init}' writes a settings file with a good one, or set AMITY_SECRET"
    if dev and not secret:
        return []
    if not secret.strip():
        return [f"secret: not set, and there is no default: who knows it is an administrator; {advice}"]
    if found := came_along(secret):
        return [f"secret: it has {found}, and who asks for a token will give it without; {advice}"]
    if len(secret) < SHORTEST_SECRET:
        few = "1 character is" if len(secret) == 1 else f"{len(secret)} characters are"
        return [f"secret: {few} too few, at least {SHORTEST_SECRET} are needed; {advice}"]
    if secret == PUBLISHED_SECRET:
        return [f"secret: this one stood in earlier versions' source, so everybody knows it; {advice}"]
    return []


def about_admins(admins: Sequence[str]) -> list[str]:
    """Return what is wrong with the list of administrators."""
    found = []
    if not admins or not all(admins):
        found.append("admins: name at least one administrator's user id, as in: admins: [imAdmin]")
    if len(set(admins)) < len(admins):
        found.append("admins: the same user id stands there twice")
    return found


def about_database(url: str) -> list[str]:
    """Return what is wrong with a database's URL."""
    if url == "sqlite:///":
        return ["database: names no file, as in sqlite:///amity.db"]
    if url.startswith("sqlite:///"):
        # Such a file name would be valid, and create an empty database; what follows :// may contain a password.
        if "://" in url.removeprefix("sqlite:///"):
            return ["database: has two beginnings, sqlite:/// and another: leave one"]
        if "?" in url or url == "sqlite:///:memory:":
            return ["database: takes a file name behind sqlite:/// and no options, as in sqlite:///amity.db"]
        return []
    try:
        database_url.parse(url)
    except ValueError as error:
        return [f"database: {error}"]
    return []


def about_bus(url: str, database: str) -> list[str]:
    """Return what is wrong with a bus's URL."""
    if not url:
        return []
    try:
        bus_url.parse(url)
    except ValueError as error:
        return [f"bus: {error}"]
    if database.startswith("sqlite:"):
        return ["bus: one process has a SQLite database alone, so there is nobody to tell: leave it empty"]
    return []


def _about_callbacks(callbacks: Callbacks) -> list[str]:
    found = about_callbacks(callbacks)
    found += [
        f"callbacks.{key}.enable: this version of amity never raises this callback; set it to false"
        for key, callback in callbacks.events.items()
        if callback.enable and key in NOT_RAISED
    ]
    return found


def about_callbacks(callbacks: Callbacks) -> list[str]:
    """Return what is wrong with the ``callbacks:`` part, whoever raises the events."""
    found = about_url("callbacks.url", callbacks.url) + about_keys("callbacks.secret", callbacks.secret)
    for key, callback in callbacks.events.items():
        found += about_callback(f"callbacks.{key}", callback, callbacks)
    return found + tls.problems_of(callbacks.tls)


def about_callback(path: str, callback: Callback, callbacks: Callbacks) -> list[str]:
    """Return what is wrong with one callback, whose key has this path."""
    found = about_url(f"{path}.url", callback.url) + about_keys(f"{path}.secret", callback.secret)
    if callback.enable and not callbacks.url_of(callback):
        found.append(f"{path}.enable: is true, but there is no URL to call: set callbacks.url or {path}.url")
    for name in ("deniedTypes", "allowedTypes"):
        try:
            ranges_of(getattr(callback, _FOR_MESSAGES[name]) or ())
        except ValueError as error:
            found.append(f"{path}.{name}: {error}")
    return found


def about_url(path: str, url: str | None) -> list[str]:
    """Return why a URL is none."""
    if not url:
        return []
    try:
        parse(url)
    except ValueError as error:
        return [f"{path}: {error}"]
    return []


def about_keys(path: str, secret: str | list[str] | None) -> list[str]:
    """Return why secrets that sign callbacks cannot."""
    if secret == []:
        return [f"{path}: the list is empty; leave the key out to send unsigned callbacks"]
    found = []
    for each in secrets_of(secret):
        try:
            key_of(each)
        except ValueError as error:
            found.append(f"{path}: {error}")
    return found


def secrets_of(secret: str | list[str] | None) -> list[str]:
    """Return the secrets of a ``secret`` key, newest first: one, several during a rotation, or none."""
    return [] if secret is None else [secret] if isinstance(secret, str) else secret


def every_secret(settings: Settings) -> list[str]:
    """Return every text of the settings that must not be logged or shown, including the passwords of URLs."""
    urls = [*database_url.secrets_of(settings.database), *bus_url.secrets_of(settings.bus)]
    return [settings.secret, *urls, *secrets_of_callbacks(settings.callbacks)]


def secrets_of_callbacks(callbacks: Callbacks) -> list[str]:
    """Return every secret of the ``callbacks:`` part."""
    signing = [callbacks.secret, *(callback.secret for callback in callbacks.events.values())]
    urls = [callbacks.url, *(callback.url or "" for callback in callbacks.events.values())]
    return [
        *(each for secret in signing for each in secrets_of(secret)),
        *(password for url in urls for password in passwords_of(url)),
    ]


def notes(settings: Settings, *, dev: bool = False) -> list[str]:
    """Return notes on settings that are allowed but matter before strangers reach this server."""
    found = []
    if dev:
        found.append(
            "DEVELOPMENT MODE: only this machine and the web pages that it serves are let in. Never for real people's "
            "data."
        )
    for name, address in listening(settings).items():
        if not is_loopback(address.host):
            found.append(
                f"{name}.host: {address.host} can be reached from other machines, and nothing is encrypted: "
                f"{_TRAVELS[name]} travel in clear unless a TLS proxy stands in front"
            )
    callbacks = settings.callbacks
    for key, callback in sorted(callbacks.events.items()):
        if callback.enable:
            found += notes_on(f"callbacks.{key}", callback, callbacks)
    silent = sorted(
        key for key, each in settings.notifications.types.items() if each.is_send_msg and key not in AS_MESSAGES
    )
    if silent:
        found.append(
            f"notifications: this version makes no messages of {', '.join(silent)}; isSendMsg has no effect there"
        )
    return found + without_effect(callbacks, "and this one is not", ABOUT_MESSAGES)


_FOR_MESSAGES = {"attentionIds": "attention_ids", "deniedTypes": "denied_types", "allowedTypes": "allowed_types"}


def without_effect(callbacks: Callbacks, why: str, about: Collection[str] = ()) -> list[str]:
    """Return notes on keys for callbacks about messages, but under those of ``about``."""
    found = []
    for name, field in _FOR_MESSAGES.items():
        if keys := sorted(
            key for key, callback in callbacks.events.items() if key not in about and getattr(callback, field)
        ):
            found.append(
                f"callbacks: {name} is for callbacks about messages, {why}; it has no effect under {', '.join(keys)}"
            )
    return found


def notes_on(path: str, callback: Callback, callbacks: Callbacks) -> list[str]:
    """Return notes on one callback that is enabled."""
    found = []
    target = parse(callbacks.url_of(callback))
    if callback.secret is None and callbacks.secret is None:
        found.append(f"{path}: sent unsigned, so the business server cannot tell who sends; set callbacks.secret")
    if target.scheme == "http" and not is_loopback(target.host):
        found.append(f"{path}: goes over plain http to another machine; use https")
    if callback.failed_continue and path.startswith("callbacks.after"):
        found.append(f"{path}.failedContinue: has no meaning for a callback after the fact")
    return found
