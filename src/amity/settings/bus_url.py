"""A parser of the URLs of Redis, which may carry the bus.

``redis://user:password@host:port`` is one server, ``redis+sentinel://host:port,host:port/NAME`` the master that the
Sentinels know as NAME, ``redis+cluster://host:port,host:port`` a Redis Cluster. With ``rediss`` connections are
encrypted. Options are those of a database's URL: ``sslrootcert``, ``sslcert``, ``sslkey``, ``sslpassword`` and
``sslmode``.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from amity.http.url import host_port
from amity.settings import database_url
from amity.settings.url_parts import (
    check_files,
    decoded,
    hosts_of,
    load_files,
    options_of,
    taken_apart,
    written_password,
)

Kind = Literal["server", "sentinel", "cluster"]

_KINDS: Final[Mapping[str, Kind]] = {"redis": "server", "redis+sentinel": "sentinel", "redis+cluster": "cluster"}
_FILES: Final = ("sslrootcert", "sslcert", "sslkey")
_OPTIONS: Final[Mapping[str, tuple[str, ...] | None]] = {
    **dict.fromkeys((*_FILES, "sslpassword")),
    "sslmode": ("verify-ca", "verify-full"),
}
_PORT: Final = 6379
_SENTINEL_PORT: Final = 26379
_BEGINS: Final = "starts with redis://, rediss://, redis+sentinel://, redis+cluster:// or postgresql://"


@dataclass(frozen=True, slots=True)
class RedisUrl:
    """The parts of a URL. ``hosts`` and ``ports`` are those of the Sentinels, or of nodes of the cluster, if ``kind``
    says so; ``master`` is what the Sentinels call the server. ``user`` and ``password`` are empty if there is none."""

    kind: Kind
    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    user: str
    password: str = field(repr=False)
    master: str
    encrypted: bool
    options: Mapping[str, str] = field(repr=False)

    @property
    def places(self) -> list[tuple[str, int]]:
        """Each host with its port."""
        return list(zip(self.hosts, self.ports, strict=True))

    @property
    def where(self) -> str:
        """The hosts with their ports, safe to show in errors."""
        return ", ".join(map(host_port, self.hosts, self.ports))

    def tls(self) -> ssl.SSLContext | None:
        """Return the context of encrypted connections, or ``None`` if they are not. Raises ``ValueError`` if a file
        cannot be used."""
        if not self.encrypted:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = self.options.get("sslmode") != "verify-ca"
        if "sslrootcert" not in self.options:
            context.load_default_certs()
        load_files(context, self.options)
        return context


def parse(url: str) -> RedisUrl | database_url.PostgresUrl:
    """Parse the URL of a bus. Raises ``ValueError``, whose text contains no user, password, host or value of an
    option."""
    if url.startswith(database_url.PREFIXES):
        return database_url.parse(url)
    scheme, separator, _ = url.partition("://")
    encrypted = scheme.startswith("rediss")
    kind = _KINDS.get("redis" + scheme.removeprefix("rediss") if encrypted else scheme)
    if kind is None or not separator:
        raise ValueError(_BEGINS)
    path = "the name of the master" if kind == "sentinel" else "a number"
    user, password, authority, name, query = taken_apart(url, f"{scheme}://", path)
    if not authority:
        raise ValueError("names no host")
    hosts, ports = hosts_of(authority, "", _SENTINEL_PORT if kind == "sentinel" else _PORT)
    if any("/" in host for host in hosts):
        raise ValueError("its host is a name or an address")
    if kind == "server" and len(hosts) > 1:
        raise ValueError("names several hosts, which only redis+sentinel:// and redis+cluster:// take")
    master = decoded(name)
    if kind == "sentinel" and not master:
        raise ValueError("names no master behind its hosts, as in redis+sentinel://host:26379/mymaster")
    if kind != "sentinel" and not (master == "" or (master.isascii() and master.isdecimal())):
        raise ValueError("holds a path; only the number of a database may stand there, and has no effect on the bus")
    options = options_of(query, _OPTIONS)
    if options and not encrypted:
        raise ValueError("has options for TLS, and a connection is not encrypted but with rediss")
    found = RedisUrl(
        kind=kind,
        hosts=hosts,
        ports=ports,
        user=decoded(user),
        password=decoded(password),
        master=master if kind == "sentinel" else "",
        encrypted=encrypted,
        options=options,
    )
    if found.user and not found.password:
        raise ValueError("names a user and no password; a password alone is written redis://:password@host")
    check_files(options, _FILES)
    found.tls()
    return found


def secrets_of(url: str) -> list[str]:
    """Return the secrets in a bus's URL, in every spelling that a log could contain."""
    try:
        found = parse(url)
    except ValueError:
        return []
    every = (found.password, written_password(url), found.options.get("sslpassword", ""))
    return list(dict.fromkeys(each for each in every if each))
