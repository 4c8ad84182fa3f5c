"""What to tell a user about an exception. Apart: it knows many rooms, and is needed only when something fails."""

import traceback
from pathlib import Path

from amity.cli.exits import UNREACHABLE, USAGE, Failure
from amity.client import UnexpectedAnswer
from amity.errors import ImError
from amity.http.client import HttpFailure
from amity.settings import SettingsError
from amity.storage import StorageError


def explained(error: Exception) -> Failure | None:
    """Turn an exception into a line that says what to do; ``None`` where the reader of the output has gone."""
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
    # The text of an error that nobody foresaw may repeat anything.
    return Failure(f"a fault of amity itself: {type(error).__name__} {_place(error)}; 'amity --debug ...' shows all")


def _place(error: Exception) -> str:
    """Say where in amity an error came up."""
    here = Path(__file__).parents[1]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [frame for frame in frames if Path(frame.f_code.co_filename).is_relative_to(here)]
    if not own:
        return "outside of it"
    return f"in {Path(own[-1].f_code.co_filename).relative_to(here)} line {own[-1].f_lineno}"


def _is_undecoded(error: UnicodeEncodeError) -> bool:
    """Whether what cannot be written are bytes that Python could not decode, as in the words of a command line."""
    return any("\udc80" <= char <= "\udcff" for char in error.object[error.start : error.end])
