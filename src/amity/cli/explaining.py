"""Explain an exception to a user. This module imports many packages, and is itself imported only after an error."""

import traceback
from pathlib import Path

from amity.cli.exits import UNREACHABLE, USAGE, Failure
from amity.client import UnexpectedAnswer
from amity.errors import ImError
from amity.http.client import HttpFailure
from amity.settings import SettingsError
from amity.storage import StorageError


def explained(error: Exception) -> Failure | None:
    """Turn an exception into a line with advice; return ``None`` if the reader of the output has closed it."""
    match error:
        case SettingsError():
            return Failure(str(error), USAGE)
        case ImError():
            return Failure(f"{error.code} {error.message}" + (f": {error.detail}" if error.detail else ""))
        case UnexpectedAnswer():
            return Failure(f"the server {error.reason}; is it an OpenIM server's API?")
        case HttpFailure():
            return Failure(f"the server {error}", UNREACHABLE)
        case StorageError():
            return Failure(str(error))
        case UnicodeEncodeError() if _is_undecoded(error):
            return Failure(
                "the command line holds bytes that are no text here: write it in UTF-8, with a locale such as "
                "LC_ALL=C.UTF-8",
                USAGE,
            )
        case BrokenPipeError():
            return None
        case OSError():
            why = error.strerror or str(error)
            return Failure(f"{error.filename}: {why}" if error.filename else why)
    # The text of an unforeseen error may contain anything, secrets too, so it is not shown.
    return Failure(f"a fault of amity itself: {type(error).__name__} {_place(error)}; 'amity --debug ...' shows all")


def _place(error: Exception) -> str:
    """Name the file and line of amity in which an error was raised."""
    here = Path(__file__).parents[1]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [frame for frame in frames if Path(frame.f_code.co_filename).is_relative_to(here)]
    if not own:
        return "outside of it"
    return f"in {Path(own[-1].f_code.co_filename).relative_to(here)} line {own[-1].f_lineno}"


def _is_undecoded(error: UnicodeEncodeError) -> bool:
    """Return whether the characters that cannot be encoded are bytes that Python could not decode, as in arguments of
    a command line."""
    return any("\udc80" <= char <= "\udcff" for char in error.object[error.start : error.end])
