"""A parser of PostgreSQL URLs. It replaces the driver's, so that no error text of a library shows parts of a URL.

``postgresql://user:password@host:port/name?option=value``. Several hosts are separated by commas; without a host the
server's socket on this machine is used. Errors repeat no part of the URL but the names of TLS files.
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from amity.http.url import host_port
from amity.settings.url_parts import (
    check_files,
    decoded,
    hosts_of,
    load_files,
    options_of,
    port_of,
    taken_apart,
    written_password,
)

PREFIXES: Final = ("postgresql://", "postgres://")
FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
TLS: Final = frozenset({*FILES, "sslmode", "sslpassword", "ssl_min_protocol_version", "ssl_max_protocol_version"})
"""Options for TLS, which the driver reads only from a URL."""
CONNECTING: Final = frozenset({"passfile", "target_session_attrs", "krbsrvname", "gsslib"})
OPTIONS: Final = TLS | CONNECTING | {"host", "port", "user", "password", "dbname", "application_name", "statements"}
_VALUES: Final = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "statements": ("named", "unnamed"),
    "target_session_attrs": ("any", "primary", "read-write"),
    "ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "ssl_max_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "gsslib": ("gssapi", "sspi"),
}
_PORT = 5432
_ADVICE = "; settings of the server are given to the role: alter role NAME set SETTING = VALUE"


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
    user, password, authority, name, query = taken_apart(url, prefix, "a database's name")
    options = options_of(query, {key: _VALUES.get(key) for key in OPTIONS}, _ADVICE)
    hosts, ports = _hosts(options.pop("host", "") or authority, options.pop("port", ""))
    found = PostgresUrl(
        hosts=hosts,
        ports=ports,
        user=options.pop("user", "") or decoded(user),
        password=options.pop("password", "") or decoded(password),
        name=options.pop("dbname", "") or decoded(name),
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
    written = written_password(url)
    return list(dict.fromkeys(each for each in (found.password, written, found.options.get("sslpassword", "")) if each))


def _hosts(authority: str, ports: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    if not authority:
        if ports:
            raise ValueError("names a port and no host")
        return (), ()
    if authority.startswith("/"):  # from the option "host": the directory of a socket
        return (authority,), (port_of(ports or str(_PORT)),)
    return hosts_of(authority, ports, _PORT)


def _check_tls(options: Mapping[str, str]) -> None:
    if options.get("sslmode", "").startswith("verify-") and "sslrootcert" not in options and not _has_usual_authority():
        raise ValueError(f"sslmode={options['sslmode']} needs sslrootcert=FILE, the certificates of the authority")
    check_files(options, FILES)
    if not TLS.isdisjoint(options):
        load_files(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), options)


def _has_usual_authority() -> bool:
    """Return whether the driver finds an authority's certificate at its default place."""
    try:
        return "PGSSLROOTCERT" in os.environ or (Path.home() / ".postgresql" / "root.crt").is_file()
    except RuntimeError:  # there is no home directory
        return False
