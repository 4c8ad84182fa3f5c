"""A parser of PostgreSQL URLs. It replaces the driver's, so that no error text of a library shows parts of a URL.

``postgresql://user:password@host:port/name?option=value``. Several hosts are separated by commas; without a host the
server's socket on this machine is used. Errors repeat no part of the URL but the names of TLS files.
"""

import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from amity.http.url import host_port
from amity.settings.tls import is_content

PREFIXES: Final = ("postgresql://", "postgres://")
FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
TLS: Final = frozenset({*FILES, "sslmode", "sslpassword", "ssl_min_protocol_version", "ssl_max_protocol_version"})
"""Options for TLS, which the driver reads only from a URL."""
CONNECTING: Final = frozenset({"passfile", "target_session_attrs", "krbsrvname", "gsslib"})
OPTIONS: Final = TLS | CONNECTING | {"host", "port", "user", "password", "dbname", "application_name", "statements"}
_VALUES: Final = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "statements": ("named", "unnamed"),
    "target_session_attrs": ("any", "primary", "standby", "read-write", "read-only", "prefer-standby"),
    "ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "ssl_max_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "gsslib": ("gssapi", "sspi"),
}
_PORT = 5432
# A delimiter of URLs that must be encoded, or a % that begins no encoded byte.
_UNENCODED = re.compile(r"[/?#\[\]@]|%(?![0-9A-Fa-f]{2})")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_HALF_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.%-]+))(?::(?P<port>[0-9]{1,5}))?")
_ENCODE = (
    "write these characters percent-encoded in a user name, a password or an option: "
    "/ as %2F, ? as %3F, # as %23, [ as %5B, ] as %5D, @ as %40, % as %25, a blank as %20"
)


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """The parts of a URL. ``hosts`` is empty for the default socket; a host that begins with ``/`` is the directory of
    a socket. ``user`` and ``name`` are empty if the driver is to use its defaults."""

    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    user: str
    password: str = field(repr=False)
    name: str
    options: Mapping[str, str] = field(repr=False)

    @property
    def where(self) -> str:
        """The hosts with their ports, safe to show in errors."""
        return ", ".join(map(host_port, self.hosts, self.ports)) or "the socket of this machine"


def parse(url: str) -> PostgresUrl:
    """Parse a URL. Raises ``ValueError``, whose text contains no user, password, host or value of an option."""
    prefix = next((each for each in PREFIXES if url.startswith(each)), None)
    if prefix is None:
        raise ValueError("starts with sqlite:/// and a file name, or with postgresql://")
    if _BLANK_OR_CONTROL.search(url):
        raise ValueError(f"holds a blank, a line break or a control character; {_ENCODE}")
    # The credentials end at the last @. Otherwise part of a password that contains an @ would be taken for a host.
    credentials, _, rest = url.removeprefix(prefix).rpartition("@")
    if _UNENCODED.search(credentials):
        raise ValueError(f"holds a character that is not percent-encoded; {_ENCODE}")
    place, _, query = rest.partition("?")
    authority, _, name = place.partition("/")
    if "#" in rest:
        raise ValueError(f"holds a # that is not percent-encoded; {_ENCODE}")
    if "/" in name:
        raise ValueError(f"holds more than a database's name behind its host; {_ENCODE}")
    user, _, password = credentials.partition(":")
    options = _options(query)
    hosts, ports = _hosts(options.pop("host", "") or authority, options.pop("port", ""))
    found = PostgresUrl(
        hosts=hosts,
        ports=ports,
        user=options.pop("user", "") or _decoded(user),
        password=options.pop("password", "") or _decoded(password),
        name=options.pop("dbname", "") or _decoded(name),
        options=options,
    )
    _check_tls(options)
    return found


def secrets_of(url: str) -> list[str]:
    """Return the secrets in a database's URL, in every spelling that a log could contain."""
    try:
        found = parse(url)
    except ValueError:
        return []
    written = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    return list(dict.fromkeys(each for each in (found.password, written, found.options.get("sslpassword", "")) if each))


def _decoded(text: str) -> str:
    if _HALF_ENCODED.search(text):
        raise ValueError(f"holds a % that is not percent-encoded; {_ENCODE}")
    try:
        decoded = unquote_to_bytes(text).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise ValueError("holds bytes that are not UTF-8") from None
    if "\0" in decoded:
        raise ValueError("holds %00, which PostgreSQL takes in no name and no password")
    return decoded


def _options(query: str) -> dict[str, str]:
    found = {}
    for each in query.split("&") if query else []:
        key, equals, value = each.partition("=")
        if key not in OPTIONS or not equals:
            known = ", ".join(sorted(OPTIONS))
            raise ValueError(
                f"holds an unknown option behind its '?'; known are {known}; settings of the server are given to "
                "the role: alter role NAME set SETTING = VALUE"
            )
        if key in found:
            raise ValueError(f"holds the option {key} twice")
        found[key] = _decoded(value)
        if (allowed := _VALUES.get(key)) is not None and found[key] not in allowed:
            raise ValueError(f"the option {key} is one of {', '.join(allowed)}")
    return found


def _hosts(authority: str, ports: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    if not authority:
        if ports:
            raise ValueError("names a port and no host")
        return (), ()
    if authority.startswith("/"):  # from the option "host": the directory of a socket
        return (authority,), (_port(ports or str(_PORT)),)
    given = ports.split(",") if ports else []
    hosts, found = [], []
    for number, each in enumerate(authority.split(",")):
        match = _HOST.fullmatch(each)
        if match is None:
            raise ValueError(
                "its host is a name, an IPv4 address or an IPv6 address in brackets, and its port a number from 1 to "
                f"65535; {_ENCODE}"
            )
        host = match["address"] or _decoded(match["name"])
        if "/" in host and not host.startswith("/"):
            raise ValueError("its host is a name, an address, or the whole path of a socket's directory")
        other = given[number if len(given) > 1 else 0] if number < len(given) or len(given) == 1 else str(_PORT)
        hosts.append(host)
        found.append(_port(match["port"] or other))
    return tuple(hosts), tuple(found)


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ValueError("its port is a number from 1 to 65535")
    return int(text)


def _check_tls(options: Mapping[str, str]) -> None:
    """Check the files that the options name, before anything connects. Nothing here prompts for a password."""
    if options.get("sslmode", "").startswith("verify-") and "sslrootcert" not in options and not _has_usual_authority():
        raise ValueError(f"sslmode={options['sslmode']} needs sslrootcert=FILE, the certificates of the authority")
    if "sslkey" in options and "sslcert" not in options:
        raise ValueError("sslkey: needs sslcert, the certificate of this key")
    for key in FILES:
        if key in options and is_content(options[key]):
            raise ValueError(f"{key}: holds the content of a file; name the file")
        if key in options and not Path(options[key]).is_file():
            raise ValueError(f"{key}: there is no file {options[key]}")
    if not TLS.isdisjoint(options):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
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


def _has_usual_authority() -> bool:
    """Return whether the driver finds an authority's certificate at its default place."""
    try:
        return "PGSSLROOTCERT" in os.environ or (Path.home() / ".postgresql" / "root.crt").is_file()
    except RuntimeError:  # there is no home directory
        return False


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
