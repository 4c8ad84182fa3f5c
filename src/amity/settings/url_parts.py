"""Parts of URLs that name servers with user and password: ``scheme://user:password@host:port,host:port/rest``.

Written here, so that no error text of a library shows parts of a URL. Errors repeat no part of it but the names of TLS
files.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from amity.settings.tls import is_content

ENCODE: Final = (
    "write these characters percent-encoded in a user name, a password or an option: "
    "/ as %2F, ? as %3F, # as %23, [ as %5B, ] as %5D, @ as %40, % as %25, a blank as %20"
)
# A delimiter of URLs that must be encoded, or a % that begins no encoded byte.
_UNENCODED = re.compile(r"[/?#\[\]@]|%(?![0-9A-Fa-f]{2})")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_HALF_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.%-]+))(?::(?P<port>[0-9]{1,5}))?")


def taken_apart(url: str, prefix: str, path: str) -> tuple[str, str, str, str, str]:
    """Return user, password, hosts, path and query of a URL that begins with ``prefix``, all of it as written.

    ``path`` is what the path names, for the error. Raises ``ValueError``.
    """
    if _BLANK_OR_CONTROL.search(url):
        raise ValueError(f"holds a blank, a line break or a control character; {ENCODE}")
    # The credentials end at the last @. Otherwise part of a password that contains an @ would be taken for a host.
    credentials, _, rest = url.removeprefix(prefix).rpartition("@")
    if _UNENCODED.search(credentials):
        raise ValueError(f"holds a character that is not percent-encoded; {ENCODE}")
    place, _, query = rest.partition("?")
    authority, _, name = place.partition("/")
    if "#" in rest:
        raise ValueError(f"holds a # that is not percent-encoded; {ENCODE}")
    if "/" in name:
        raise ValueError(f"holds more than {path} behind its host; {ENCODE}")
    user, _, password = credentials.partition(":")
    return user, password, authority, name, query


def written_password(url: str) -> str:
    """Return the password as it stands in a URL."""
    return url.partition("://")[2].rpartition("@")[0].partition(":")[2]


def decoded(text: str) -> str:
    """Return a part with its percent-encoded characters decoded. Raises ``ValueError``."""
    if _HALF_ENCODED.search(text):
        raise ValueError(f"holds a % that is not percent-encoded; {ENCODE}")
    try:
        found = unquote_to_bytes(text).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise ValueError("holds bytes that are not UTF-8") from None
    if "\0" in found:
        raise ValueError("holds %00, which no server takes in a name or a password")
    return found


def options_of(query: str, values: Mapping[str, tuple[str, ...] | None], advice: str = "") -> dict[str, str]:
    """Return the options of a query. ``values`` has the known ones, with what each may be (``None``: anything);
    ``advice`` is added to the error for an unknown one. Raises ``ValueError``."""
    found: dict[str, str] = {}
    for each in query.split("&") if query else []:
        key, equals, value = each.partition("=")
        if key not in values or not equals:
            raise ValueError(f"holds an unknown option behind its '?'; known are {', '.join(sorted(values))}{advice}")
        if key in found:
            raise ValueError(f"holds the option {key} twice")
        found[key] = decoded(value)
        if (allowed := values[key]) is not None and found[key] not in allowed:
            raise ValueError(f"the option {key} is one of {', '.join(allowed)}")
    return found


def hosts_of(authority: str, ports: str, port: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return hosts and ports. ``ports`` are for hosts without one: as many as hosts, one for all, or none, which is
    ``port``. Raises ``ValueError``."""
    given = ports.split(",") if ports else []
    hosts, found = [], []
    for number, each in enumerate(authority.split(",")):
        match = _HOST.fullmatch(each)
        if match is None:
            raise ValueError(
                "its host is a name, an IPv4 address or an IPv6 address in brackets, and its port a number from 1 to "
                f"65535; {ENCODE}"
            )
        host = match["address"] or decoded(match["name"])
        if "/" in host and not host.startswith("/"):
            raise ValueError("its host is a name, an address, or the whole path of a socket's directory")
        other = given[number if len(given) > 1 else 0] if number < len(given) or len(given) == 1 else str(port)
        hosts.append(host)
        found.append(port_of(match["port"] or other))
    return tuple(hosts), tuple(found)


def port_of(text: str) -> int:
    """Return a port. Raises ``ValueError``."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ValueError("its port is a number from 1 to 65535")
    return int(text)


def check_files(options: Mapping[str, str], files: tuple[str, ...]) -> None:
    """Check the TLS files that options name, before anything connects. Nothing here prompts for a password. Raises
    ``ValueError``."""
    if "sslkey" in options and "sslcert" not in options:
        raise ValueError("sslkey: needs sslcert, the certificate of this key")
    for key in files:
        if key in options and is_content(options[key]):
            raise ValueError(f"{key}: holds the content of a file; name the file")
        if key in options and not Path(options[key]).is_file():
            raise ValueError(f"{key}: there is no file {options[key]}")


def load_files(context: ssl.SSLContext, options: Mapping[str, str]) -> None:
    """Load the TLS files that options name into a context. Raises ``ValueError``."""
    for key in ("sslrootcert", "sslcrl"):
        if key in options:
            _load(key, options[key], context.load_verify_locations)
    if "sslcert" in options:
        password = options.get("sslpassword", "")
        _load(
            "sslcert",
            options["sslcert"],
            lambda file: context.load_cert_chain(file, options.get("sslkey"), password=lambda: password),
        )


def _load(key: str, file: str, load: Callable[[str], object]) -> None:
    try:
        load(file)
    except ssl.SSLError:
        why = "holds no certificate in PEM form"
        if key == "sslcert":
            why = "and its key (sslkey) don't fit: both in PEM form, an encrypted key with its sslpassword"
        raise ValueError(f"{key}: {file} {why}") from None
    except OSError as error:
        raise ValueError(f"{key}: {error.filename or file} cannot be read: {error.strerror}") from None
