"""The secret of ``amity serve --dev``: made at each start, and stored in a file beside the database."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from amity.cli.exits import USAGE, Failure
from amity.settings import Settings

_SQLITE = "sqlite:///"


def new_secret() -> str:
    """Return a secret of 256 bits, in characters that need no quoting."""
    return secrets.token_urlsafe(32)


def secret_file(settings: Settings) -> Path:
    """Return the file that has the secret while the server runs: ``amity.db.dev-secret`` beside a SQLite file, else
    ``amity.dev-secret`` in the directory where the server was started."""
    if settings.database.startswith(_SQLITE):
        return Path(f"{settings.database.removeprefix(_SQLITE)}.dev-secret")
    return Path("amity.dev-secret")


def running_secret(settings: Settings) -> str:
    """Return the secret of the server that runs with ``--dev``. Raises ``Failure`` if its file cannot be read."""
    file = secret_file(settings)
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Failure(
            f"--dev: the secret of the server cannot be read from {file} ({error.strerror}): start 'amity serve --dev' "
            "in this directory, or give its --secret",
            USAGE,
        ) from None


@contextmanager
def published(settings: Settings) -> Iterator[None]:
    """Write the secret to its file, which only this user can read, and remove the file at the end."""
    file = secret_file(settings)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        new.unlink()
    # A new file under another name first, so that a file that others put there is neither written to nor kept readable.
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(f"{settings.secret}\n")
    new.replace(file)
    try:
        yield
    finally:
        with suppress(OSError):
            if file.read_text(encoding="utf-8").strip() == settings.secret:
                file.unlink()
