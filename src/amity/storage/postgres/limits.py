"""Limits of time for sessions of PostgreSQL, so that a process that hangs does not keep row locks for ever.

A process that is stopped in the middle of a transaction, or whose machine is cut off, leaves its session idle in that
transaction. PostgreSQL ends the session after ``IDLE_SECONDS`` and undoes the transaction. Whoever waited for its locks
goes on then, which is before ``LOCK_SECONDS`` are over. When the process goes on, its next statement fails.
"""

from collections.abc import Mapping
from typing import Final

IDLE_SECONDS: Final = 5
"""Longest pause between two statements of a transaction. A process that runs makes none of a second."""
LOCK_SECONDS: Final = 10
"""Longest wait for a lock."""
STATEMENT_SECONDS: Final = 30
"""Longest statement. Work over many rows is done in portions, each of which takes less than a second."""
ANSWER_SECONDS: Final = STATEMENT_SECONDS + 5
"""How long a process waits for the end of a statement: longer than PostgreSQL, which says what became of it."""

# JIT compilation takes longer than any read here.
SETTINGS: Final[Mapping[str, str]] = {
    "jit": "off",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
}

_MIGRATING: Final = {
    # A statement over a whole table takes as long as the table is large, whatever the role is limited to.
    "statement_timeout": "0",
    # Whoever comes later waits behind a change of a table that waits for its lock.
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "60s",
}


def local(settings: Mapping[str, str]) -> str:
    """Return the statements that set this until the end of a transaction, each after a semicolon."""
    return "".join(f"; set local {name} = '{value}'" for name, value in settings.items())


MIGRATING: Final = local(_MIGRATING).removeprefix("; ")
"""Statements that give a transaction the limits of a migration."""
