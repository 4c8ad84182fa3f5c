"""Parser of ``http`` and ``https`` URLs: it returns what a connection and a request line need."""

import base64
import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote, urlsplit

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_KEPT_IN_PATH = "/?:@!$&'()*+,;=%~"


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a URL. ``host`` is a name or a bare address (no brackets), ``authority`` the ``Host`` header,
    ``path`` the request target with its query, ``authorization`` a header value made from the userinfo, or empty."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str = field(repr=False)
    authorization: str = field(repr=False)


def parse(url: str) -> Target:
    """Parse a URL. Raises ``ValueError``, whose text never contains the userinfo or the query."""
    if _BLANK_OR_CONTROL.search(url):
        raise ValueError("a URL holds no blanks or control characters")
    parts = _split(url)
    scheme = parts.scheme
    if scheme not in _PORTS:
        raise ValueError("a URL begins with http:// or https://")
    if _is_ambiguous(parts):
        raise ValueError(
            "an @ behind the host of a URL is written %40; in a user name or a password, / is written %2F, ? %3F, "
            "# %23 and @ %40"
        )
    try:
        port = parts.port
    except ValueError:
        raise ValueError("the port of a URL is a number from 1 to 65535") from None
    if port == 0:
        raise ValueError("the port of a URL is a number from 1 to 65535")
    if parts.fragment:
        raise ValueError("a URL that is called has no fragment (#...)")
    host = _host(parts)
    bracketed = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe=_KEPT_IN_PATH)
    query = quote(parts.query, safe=_KEPT_IN_PATH)
    return Target(
        scheme=scheme,
        host=host,
        port=port or _PORTS[scheme],
        authority=bracketed if port in (None, _PORTS[scheme]) else f"{bracketed}:{port}",
        path=f"{path}?{query}" if query else path,
        authorization=_basic(parts),
    )


def host_port(host: str, port: int) -> str:
    """Return an address in a URL's form: an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def shown(url: str) -> str:
    """Return a URL for the log: without userinfo, query and fragment, which may contain secrets."""
    try:
        parts = _split(url)
    except ValueError:
        return "(not a URL)"
    if not parts.netloc or _is_ambiguous(parts):
        return "(not a URL)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # the error's own text would contain the userinfo
        raise ValueError("the host of a URL is a name, an IPv4 address, or an IPv6 address in brackets") from None


def _is_ambiguous(parts: SplitResult) -> bool:
    """Return whether the apparent host and path may belong to a password with a ``/``, ``?`` or ``#`` in it."""
    return any("@" in part for part in (parts.path, parts.query, parts.fragment))


def passwords_of(url: str) -> list[str]:
    """Return the password in a URL's userinfo, as written and decoded; empty if there is none."""
    try:
        written = _split(url).password or ""
    except ValueError:
        return []
    return list(dict.fromkeys(each for each in (written, unquote(written)) if each))


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host:
        raise ValueError("a URL names a host")
    if ":" in host:
        try:
            if "%" in host:
                raise ValueError
            IPv6Address(host)
        except ValueError:
            raise ValueError("the host of a URL in brackets is an IPv6 address without a zone") from None
        return host
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            raise ValueError("the host of a URL is not a valid name") from None
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise ValueError("the host of a URL is not a valid name")
    return host


def _basic(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(credentials.encode()).decode()
