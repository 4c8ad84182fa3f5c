"""Connections to PostgreSQL, also through a pooler in transaction mode.

Behind such a pooler nothing outlives a transaction. So amity keeps no state in a session, sends no startup parameter
that a pooler could refuse, and prepares no statement by name.

A pooler is detected by the process id: PostgreSQL tells each connection at its start which backend process serves it,
for cancelling. A pooler does not know it yet, and makes one up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import asyncpg

from amity.settings.database_url import CONNECTING, TLS, PostgresUrl, parse
from amity.storage.database import StorageError
from amity.storage.postgres.failures import FAILURES, reason
from amity.storage.postgres.hosts import CONNECT_SECONDS, Hosts
from amity.storage.postgres.limits import ANSWER_SECONDS, SETTINGS

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]

_STATEMENTS = 100
"""Prepared statements that a connection caches if there is no pooler."""
_REFUSED = "; a password that holds / ? # [ ] @ % or a blank is written percent-encoded in a URL"


def located(url: str) -> PostgresUrl:
    """Parse the URL of a database. Raises ``StorageError``."""
    try:
        return parse(url)
    except ValueError as error:
        raise StorageError(f"database: {error}") from None


def hosts_of(place: PostgresUrl) -> Hosts:
    """Return the hosts of a URL, of which connections beside the pool remember what they have seen."""
    return Hosts(place, _arguments(place), pooled=False)  # it is not known yet


async def connect(place: PostgresUrl, *, command_timeout: float, hosts: Hosts | None = None) -> "Connection":
    """Open one connection that prepares no statement by name. Raises ``StorageError`` that names host and port."""
    hosts = hosts_of(place) if hosts is None else hosts
    try:
        return await hosts.connect(command_timeout=command_timeout, statement_cache_size=0)
    except Exception as error:  # noqa: BLE001 - any text of the driver could contain a secret
        raise unreachable(place, error) from None


async def is_pooled(connection: "Connection", place: PostgresUrl) -> bool:
    """Return whether a pooler in transaction mode is in between, so that nothing may outlive a transaction.

    Raises ``StorageError`` if not even a transaction keeps its session.
    """
    try:
        async with connection.transaction():
            await connection.execute("set local amity.transaction = 'held'")
            row = await connection.fetchrow("select pg_backend_pid(), current_setting('amity.transaction', true)")
    except FAILURES as error:
        if "statement pooling" not in str(error):
            raise StorageError(f"PostgreSQL at {place.where} refused a transaction: {reason(error)}") from None
        row = None
    if row is None or row[1] != "held":
        raise StorageError(
            f"PostgreSQL at {place.where} is behind a pooler in statement mode, which allows no transactions: set "
            "pool_mode = transaction or session there"
        )
    behind_pooler: bool = row[0] != connection.get_server_pid()
    return behind_pooler or place.options.get("statements") == "unnamed"


async def open_pool(
    place: PostgresUrl, *, pooled: bool, size: int
) -> "tuple[Pool, Callable[[], Awaitable[Connection]]]":
    """Open a pool of connections; return it, and what opens one more beside it. Raises ``StorageError`` that names host
    and port."""
    arguments = _arguments(place)
    named = not pooled or place.options.get("statements") == "named"
    if not pooled:
        arguments["server_settings"] = {**arguments.get("server_settings", {}), **SETTINGS}
    hosts = Hosts(place, arguments, pooled=pooled)
    try:
        pool: Pool = await asyncpg.create_pool(
            connect=cast("Any", lambda _, **more: hosts.connect(**more)),  # its first argument is a URL
            reset=_nothing_to_reset,
            min_size=1,
            max_size=size,
            timeout=CONNECT_SECONDS,
            command_timeout=ANSWER_SECONDS,
            statement_cache_size=_STATEMENTS if named else 0,
        )
    except Exception as error:  # noqa: BLE001 - any text of the driver could contain a secret
        raise unreachable(place, error) from None

    # Connections to the old primary are replaced before their next use.
    hosts.moved = lambda: asyncio.ensure_future(pool.expire_connections())
    return pool, partial(hosts.connect, statement_cache_size=_STATEMENTS if named else 0)


async def _nothing_to_reset(_: "Connection") -> None:
    """Do not reset a released connection, which has no state: the driver's reset is four statements in a round trip,
    after each use. Behind a pooler it would affect a session that others use. Without it the driver still rolls back
    a transaction that is open."""


def _arguments(place: PostgresUrl) -> dict[str, Any]:
    """Return the driver's arguments, without host and port. The driver gets only the URL's TLS options, which it takes
    in no other form."""
    options = place.options
    # Of several hosts one can be written to. Of a single one that only reads, the reason is found later, and better.
    arguments: dict[str, Any] = {"target_session_attrs": "read-write" if len(place.hosts) > 1 else "any"}
    arguments |= {key: options[key] for key in CONNECTING if key in options}
    if tls := "&".join(f"{key}={quote(options[key], safe='')}" for key in sorted(TLS) if key in options):
        arguments["dsn"] = f"postgresql://?{tls}"
    for key, value in (("user", place.user), ("password", place.password), ("database", place.name)):
        if value:
            arguments[key] = value
    if name := options.get("application_name"):
        arguments["server_settings"] = {"application_name": name}
    return arguments


def unreachable(place: PostgresUrl, error: Exception) -> StorageError:
    """Return the error for a failed connection, with the reason."""
    advice = _REFUSED if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError) else ""
    return StorageError(f"PostgreSQL at {place.where} cannot be reached: {reason(error)}{advice}")
