"""Rules for the settings of a relay beyond their types: problems that keep it from starting, and notes."""

import re
from ipaddress import IPv6Address, ip_address
from typing import Final

from amity.http.origins import is_loopback
from amity.http.url import parse, passwords_of
from amity.settings import database_url
from amity.settings.model import Callback
from amity.settings.relay import TIMEOUT, Listening, RelaySettings
from amity.settings.rules import (
    about_admins,
    about_callback,
    about_callbacks,
    about_database,
    about_keys,
    about_secret,
    about_url,
    notes_on,
    secrets_of,
    secrets_of_callbacks,
    without_effect,
)
from amity.settings.webhooks import KEYS, NEVER_SENT, OPENIM

_LOCALHOST: Final = frozenset({"127.0.0.1", "::1"})
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - they are compared
_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)


def problems(settings: RelaySettings) -> list[str]:
    """Return the problems that keep a relay from starting with these settings. The texts contain no secret."""
    found = (
        about_secret(settings.secret, init="amity init --relay")
        + about_admins(settings.admins)
        + about_database(settings.database)
    )
    relay = settings.relay
    if relay.host.startswith("["):
        found.append(f"relay.host: an IPv6 address stands here without brackets: {relay.host.strip('[]')}")
    if relay.key and not _KEY.fullmatch(relay.key):
        found.append("relay.key: has 16 to 128 letters, digits, - and _, because it stands in a URL")
    elif relay.key and relay.key == settings.secret:
        found.append("relay.key: is the secret, and it stands in a URL, which is logged; make another one")
    found += about_callbacks(settings.callbacks)
    found += about_callback("others", settings.others, settings.callbacks)
    shadow = settings.shadow
    found += about_url("shadow.url", shadow.url) + about_keys("shadow.secret", shadow.secret)
    found += [
        f"{path}: is the relay's own address, so each callback would come back to it; name the business server's"
        for path, url in _urls(settings)
        if leads_to(url, relay) or _has_key(url, relay)
    ]
    return found + [
        f"{path}.timeout: OpenIM's server waits {relay.max_wait:g} s at most (relay.maxWait), got {timeout:g}"
        for path, timeout in _waited_for(settings)
        if timeout > max(relay.max_wait, TIMEOUT)  # the default is cut
    ]


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
        if callback.enable and settings.callbacks.url_of(callback):
            found += notes_on(path, callback, settings.callbacks)
    found += [
        f"callbacks.{key}: OpenIM's server never sends this callback, so the relay never gets it"
        for key in sorted(KEYS - OPENIM | NEVER_SENT)
        if key in settings.callbacks.events and settings.callbacks.events[key].enable
    ]
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
        *secrets_of(settings.shadow.secret),
        *passwords_of(settings.others.url or ""),
        *passwords_of(settings.shadow.url or ""),
    ]


def _named(settings: RelaySettings) -> list[tuple[str, Callback]]:
    named = [(f"callbacks.{key}", callback) for key, callback in sorted(settings.callbacks.events.items())]
    return [*named, ("others", settings.others)]


def _urls(settings: RelaySettings) -> list[tuple[str, str]]:
    found = [("callbacks.url", settings.callbacks.url), ("shadow.url", settings.shadow.url or "")]
    found += [(f"{path}.url", callback.url or "") for path, callback in _named(settings)]
    return [(path, url) for path, url in found if url]


def _waited_for(settings: RelaySettings) -> list[tuple[str, float]]:
    """Return the timeouts of what OpenIM's server waits for: after-callbacks are answered before they are sent on."""
    found = [
        (path, callback.timeout)
        for path, callback in _named(settings)
        if callback.enable and not path.startswith("callbacks.after")
    ]
    if settings.shadow.enable and settings.shadow.url:
        found.append(("shadow", settings.shadow.timeout))
    return found


def leads_to(url: str, relay: Listening) -> bool:
    """Return whether a URL is known to lead to the relay, as that in OpenIM's webhooks.yml does: by its address, or by
    its key. Names are not looked up."""
    try:
        target = parse(url)
    except ValueError:
        return False
    if target.port != relay.port:
        return False
    if _has_key(url, relay):
        return True
    reached = _addresses(target.host)
    if reached & _EVERYWHERE:  # whoever calls such an address calls this machine
        reached |= _LOCALHOST
    listening = _addresses(relay.host)
    if listening & _EVERYWHERE:
        # A socket on :: takes IPv4, too.
        versions = {"0.0.0.0": (4,), "::": (4, 6)}[min(listening & _EVERYWHERE)]  # noqa: S104 - it is compared
        return any(is_loopback(each) and ip_address(each).version in versions for each in reached)
    return bool(reached & listening)


def _has_key(url: str, relay: Listening) -> bool:
    """Return whether a URL's path begins with the relay's key: it may lead to a proxy in front of the relay."""
    try:
        path = parse(url).path
    except ValueError:
        return False
    return bool(relay.key) and path.split("/")[1].partition("?")[0] == relay.key


def _addresses(host: str) -> frozenset[str]:
    """Return the addresses of a host in one form each, or its name if it has to be looked up."""
    host = host.lower().removesuffix(".")
    if host == "localhost":
        return _LOCALHOST
    try:
        address = ip_address(host)
    except ValueError:
        return frozenset({host})
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return frozenset({str(mapped or address)})
