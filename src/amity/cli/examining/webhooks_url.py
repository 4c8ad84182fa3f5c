"""Check whether the ``url`` of OpenIM's webhooks.yml leads to a relay, as far as that can be seen from here. Pure."""

from typing import Final

from amity.cli.examining.finding import Finding
from amity.http.origins import is_loopback
from amity.http.url import Target, host_port, parse
from amity.settings.relay import Listening
from amity.settings.relay_rules import leads_to

SUBJECT: Final = "webhooks.yml url"
_WILDCARDS: Final = ("0.0.0.0", "::")  # noqa: S104 - they are compared


def about_url(url: str, relay: Listening, *, seen: bool = False) -> Finding:
    """Return the finding about ``url``. ``seen`` says that a request to it has reached the relay. No text repeats its
    path, which has the relay's key."""
    host = "HOST" if relay.host in _WILDCARDS else relay.host
    write = f"write url: http://{host_port(host, relay.port)}{'/<relay.key>' if relay.key else ''}"
    if not url:
        return Finding("fail", SUBJECT, "is not set, so OpenIM's server reaches nobody", write)
    if "?" in url or "#" in url:
        text = "has a ? or #, and OpenIM's server appends /{command} at the very end"
        return Finding("fail", SUBJECT, text, write)
    try:
        target = parse(url)
    except ValueError as error:
        return Finding("fail", SUBJECT, str(error), write)
    origin = f"{target.scheme}://{target.authority}"
    is_own = leads_to(url, relay)
    if seen and is_own:
        return Finding("ok", SUBJECT, f"{origin} leads to this relay, as requests show")
    if seen:
        text = f"{origin} leads to a relay, as requests show: this one only if a proxy leads to its own address"
        return Finding("warn", SUBJECT, text, f"where no proxy stands between, {write}")
    if relay.port == 0:
        text = "relay.port is 0, so the relay takes another port at every start"
        return Finding("fail", SUBJECT, text, "set relay.port")
    without_key = bool(relay.key) and target.path.split("/")[1] != relay.key
    if is_own:
        return _about_own(target, origin, write, without_key=without_key)
    refused = (
        "; its path does not begin with relay.key, without which the relay refuses each callback" if without_key else ""
    )
    listening = host_port(relay.host, relay.port)
    if is_loopback(target.host) or target.host in _WILDCARDS:
        text = f"{origin} is OpenIM's own machine, and the relay listens on {listening}{refused}"
        return Finding("fail", SUBJECT, text, write)
    if target.port == relay.port and is_loopback(relay.host):
        text = f"{origin} is another machine's name, and the relay listens on {listening}, which only this one reaches"
        return Finding("warn", SUBJECT, text + refused, "set relay.host to 0.0.0.0, unless a proxy stands before it")
    text = f"whether {origin} is the relay at {listening} cannot be seen from here{refused}"
    return Finding("warn", SUBJECT, text, "try it from OpenIM's machine, by GET: a relay answers 405 at /{command}")


def _about_own(target: Target, origin: str, write: str, *, without_key: bool) -> Finding:
    if without_key:
        text = f"{origin} is this relay, and the path does not begin with relay.key: each callback is refused"
        return Finding("fail", SUBJECT, text, write)
    if target.scheme == "https":
        text = f"{origin} is this relay, which speaks plain http"
        return Finding("fail", SUBJECT, text, f"{write}, or that of a TLS proxy before it")
    where = ", if OpenIM's server runs on this machine and in no container" if is_loopback(target.host) else ""
    return Finding("ok", SUBJECT, f"{origin} leads to this relay{where}")


def is_certain(url: str, relay: Listening) -> bool:
    """Return whether a request of this machine to ``url`` shows what becomes of OpenIM's: both reach the relay's own
    address, or OpenIM's server is to run on this machine. A name may be known in OpenIM's network alone."""
    try:
        target = parse(url)
    except ValueError:
        return False
    return target.host == relay.host or is_loopback(target.host) or target.host in _WILDCARDS
