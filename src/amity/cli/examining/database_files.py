"""Check the path of a SQLite file, and whether the files beside it can be written."""

import os
from pathlib import Path
from typing import Final

from amity.cli.examining.finding import Finding
from amity.settings import RelaySettings, Settings

_SQLITE: Final = "sqlite:///"
# SQLite's log, the log's index, SQLite's rollback journal, and the server's lock.
_BESIDE: Final = ("-wal", "-shm", "-journal", ".lock")


def sqlite_file(url: str) -> Path | None:
    """Return the file of a database's URL as it is written there; ``None`` if the URL names none."""
    name = url.removeprefix(_SQLITE)
    return Path(name) if name and name != url else None


def relative_path(settings: Settings | RelaySettings, config: Path | None) -> list[Finding]:
    """Warn of a relative path if the settings file is in another directory than this one. A server that is started
    there, or as a service, uses another file as its database."""
    file = sqlite_file(settings.database)
    if file is None or file.is_absolute() or config is None:
        return []
    beside = config.absolute().parent
    if beside.resolve() == Path.cwd().resolve():
        return []
    text = f"{file} is relative to where the server is started; here that is {file.absolute()}"
    if (beside / file).exists():
        text += f", and there is a {beside / file} too"
    mend = f"name it by its whole path, as in database: {_SQLITE}{beside / file}, or run this where the server starts"
    return [Finding("warn", "database path", text, mend)]


def unreadable(file: Path) -> str:
    """Return the problem that this user may not read an existing database; empty if it may, or there is none."""
    is_closed = os.path.exists(file) and not os.access(file, os.R_OK)  # noqa: PTH110 - false where it may not look
    return f"{file} may not be read by this user" if is_closed else ""


def unwritable_beside(file: Path) -> list[str]:
    """List the files beside the database that this user may not write. Another user who opened the database, mostly
    root, may have created them."""
    return [
        f"{name} may not be written by this user"
        for name in (f"{file}{suffix}" for suffix in _BESIDE)
        if os.path.exists(name) and not os.access(name, os.R_OK | os.W_OK)  # noqa: PTH110 - false where it may not look
    ]
