"""Failures of the driver, and what to say of them."""

import asyncio
import os
import re
import socket
import ssl

import asyncpg


class HostRefusedError(ConnectionError):
    """No host of the database can be used. The text, which contains no secret, says why."""


# The connection was lost or cannot be relied on. asyncpg's InternalClientError is not an InterfaceError: a connection
# raises it if it has noticed the loss in one place and not yet in another.
LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
FAILURES = (asyncpg.PostgresError, *LOST)
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_MOST_REASON = 300


def reason(error: BaseException) -> str:
    """Return one line about a driver's error. Only the server's own texts are repeated."""
    match error:
        case HostRefusedError():
            return str(error)
        case asyncpg.TargetServerAttributeNotMatched():
            return "it only reads"
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
