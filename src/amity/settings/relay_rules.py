"""Rules for the settings of a relay beyond their types: problems that keep it from starting, and notes."""

import re

from amity.http.origins import is_loopback
from amity.http.url import parse, passwords_of
from amity.settings import database_url
from amity.settings.model import Callback
from amity.settings.relay import TIMEOUT, RelaySettings
from amity.settings.rules import (
    about_admins,
    about_callback,
    about_callbacks,
    about_database,
    about_secret,
    about_url,
    notes_on,
    secrets_of,
    secrets_of_callbacks,
    without_effect,
)

_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)


def problems(settings: RelaySettings) -> list[str]:
    """Return the problems that keep a relay from starting with these settings. The texts contain no secret."""
    found = about_secret(settings.secret) + about_admins(settings.admins) + about_database(settings.database)
    relay = settings.relay
    if relay.host.startswith("["):
        found.append(f"relay.host: an IPv6 address stands here without brackets: {relay.host.strip('[]')}")
    if relay.key and not _KEY.fullmatch(relay.key):
        found.append("relay.key: has 16 to 128 letters, digits, - and _, because it stands in a URL")
    found += about_callbacks(settings.callbacks)
    found += about_callback("others", settings.others, settings.callbacks)
    shadow = settings.shadow
    found += about_url("shadow.url", shadow.url)
    if not found:
        found += [
            f"{path}: is the relay's own address, so each callback would come back to it; name the business server's"
            for path, url in _urls(settings)
            if _is_own(url, settings)
        ]
    for path, callback in _named(settings):
        if callback.enable and callback.timeout > max(relay.max_wait, TIMEOUT):  # the default is cut
            found.append(
                f"{path}.timeout: OpenIM's server waits {relay.max_wait:g} s at most (relay.maxWait),"
                f" got {callback.timeout:g}"
            )
    return found


def notes(settings: RelaySettings) -> list[str]:
    """Return notes on settings that are allowed but matter before strangers reach this relay."""
    found = []
    relay = settings.relay
    if not is_loopback(relay.host):
        found.append(
            f"relay.host: {relay.host} can be reached from other machines, and nothing is encrypted: tokens and"
            " callbacks travel in clear unless a TLS proxy stands in front"
        )
        if not relay.key:
            found.append(
                "relay.key: not set, so whoever reaches the relay can have it ask and tell the business server, signed"
            )
    for path, callback in _named(settings):
        if callback.enable and _url_of(callback, settings):
            found += notes_on(path, callback, settings.callbacks)
    found += without_effect(settings.callbacks, "and OpenIM's server applies it before it calls the relay")
    if settings.shadow.enable:
        counts = "shadow.url's answers count" if settings.shadow.url else "everything is allowed"
        found.append(f"shadow: before-callbacks are asked, and {counts}")
    elif settings.shadow.url:
        found.append("shadow.url: has no effect while shadow.enable is false")
    return found


def every_secret(settings: RelaySettings) -> list[str]:
    """Return every text of the settings that must not be logged or shown, including the passwords of URLs."""
    return [
        settings.secret,
        settings.relay.key,
        *database_url.secrets_of(settings.database),
        *secrets_of_callbacks(settings.callbacks),
        *secrets_of(settings.others.secret),
        *passwords_of(settings.others.url or ""),
        *passwords_of(settings.shadow.url or ""),
    ]


def _named(settings: RelaySettings) -> list[tuple[str, Callback]]:
    named = [(f"callbacks.{key}", callback) for key, callback in sorted(settings.callbacks.events.items())]
    return [*named, ("others", settings.others)]


def _url_of(callback: Callback, settings: RelaySettings) -> str:
    return settings.callbacks.url if callback.url is None else callback.url


def _urls(settings: RelaySettings) -> list[tuple[str, str]]:
    found = [("callbacks.url", settings.callbacks.url), ("shadow.url", settings.shadow.url or "")]
    found += [(f"{path}.url", callback.url or "") for path, callback in _named(settings)]
    return [(path, url) for path, url in found if url]


def _is_own(url: str, settings: RelaySettings) -> bool:
    """Return whether a URL leads back to the relay, as OpenIM's own webhooks.yml does in place of the settings."""
    target = parse(url)
    relay = settings.relay
    return target.port == relay.port != 0 and (
        target.host == relay.host
        or (is_loopback(target.host) and relay.host in {"0.0.0.0", "::"})  # noqa: S104
        or (is_loopback(target.host) and is_loopback(relay.host))
    )
