"""Connections to PostgreSQL, also through a pooler in transaction mode.

Behind such a pooler nothing outlives a transaction. So amity keeps no state in a session, sends no startup parameter
that a pooler could refuse, and prepares no statement by name.

A pooler is detected by the process id: PostgreSQL tells each connection at its start which backend process serves it,
for cancelling. A pooler does not know it yet, and makes one up.
"""

import asyncio
import os
import re
import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import asyncpg

from amity.settings.database_url import CONNECTING, TLS, PostgresUrl, parse
from amity.storage.database import StorageError
from amity.storage.postgres.limits import ANSWER_SECONDS, SETTINGS

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]

# The connection was lost or cannot be relied on. asyncpg's InternalClientError is not an InterfaceError: a connection
# raises it if it has noticed the loss in one place and not yet in another.
LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
FAILURES = (asyncpg.PostgresError, *LOST)
_SECONDS = 10
_STATEMENTS = 100
"""Prepared statements that a connection caches if there is no pooler."""
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_MOST_REASON = 300
_REFUSED = "; a password that holds / ? # [ ] @ % or a blank is written percent-encoded in a URL"


def located(url: str) -> PostgresUrl:
    """Parse the URL of a database. Raises ``StorageError``."""
    try:
        return parse(url)
    except ValueError as error:
        raise StorageError(f"database: {error}") from None


async def connect(place: PostgresUrl, *, command_timeout: float) -> "Connection":
    """Open one connection that prepares no statement by name. Raises ``StorageError`` that names host and port."""
    try:
        return await asyncpg.connect(
            **_arguments(place), timeout=_SECONDS, command_timeout=command_timeout, statement_cache_size=0
        )
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


async def open_pool(place: PostgresUrl, *, pooled: bool, size: int) -> "Pool":
    """Open a pool of connections. Raises ``StorageError`` that names host and port."""
    arguments = _arguments(place)
    named = not pooled or place.options.get("statements") == "named"
    if pooled:
        arguments["reset"] = _nothing_to_reset
    else:
        arguments["server_settings"] = {**arguments.get("server_settings", {}), **SETTINGS}
    try:
        return await asyncpg.create_pool(
            **arguments,
            min_size=1,
            max_size=size,
            timeout=_SECONDS,
            command_timeout=ANSWER_SECONDS,
            statement_cache_size=_STATEMENTS if named else 0,
        )
    except Exception as error:  # noqa: BLE001 - any text of the driver could contain a secret
        raise unreachable(place, error) from None


async def _nothing_to_reset(_: "Connection") -> None:
    """Do not reset a released connection: behind a pooler the reset would affect a session that others use."""


def _arguments(place: PostgresUrl) -> dict[str, Any]:
    """Return the driver's arguments. The driver gets only the URL's TLS options, which it takes in no other form."""
    options = place.options
    arguments: dict[str, Any] = {key: options[key] for key in CONNECTING if key in options}
    if tls := "&".join(f"{key}={quote(options[key], safe='')}" for key in sorted(TLS) if key in options):
        arguments["dsn"] = f"postgresql://?{tls}"
    if place.hosts:
        arguments |= {"host": list(place.hosts), "port": list(place.ports)}
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


def reason(error: BaseException) -> str:
    """Return one line about a driver's error. Only the server's own texts are repeated."""
    match error:
        case asyncpg.PostgresError() if error.sqlstate and error.args:
            words = " ".join(str(error.args[0]).split())
            text = "".join(each if each.isprintable() else "?" for each in words)
            return text if len(text) <= _MOST_REASON else f"{text[:_MOST_REASON]}..."
        case TimeoutError() | asyncio.CancelledError():
            return "it did not answer in time"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not accepted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed ({error.reason})"
        case socket.gaierror():
            return "its name does not resolve"
        case OSError() if error.errno is not None:
            return os.strerror(error.errno)
        case OSError() if (number := _ERRNO.search(str(error))) is not None:
            return os.strerror(int(number[1]))
        case OSError() if "rejected SSL" in str(error):
            return "it does not speak TLS, which sslmode demands"
        case OSError() | asyncpg.InternalClientError() | asyncpg.ConnectionDoesNotExistError():
            return "it closed the connection"
    return f"the driver refuses these settings ({type(error).__name__}); look at PG... in the environment, too"
