"""Output that bypasses the log: prints to standard error, and uncaught errors.

Python writes them to ``sys.stderr`` in whatever thread they occur, also on the event loop. It waits there for the
reader, and masks nothing.
"""

import contextlib
import logging
import sys
import threading
from types import TracebackType
from typing import TextIO, cast

from amity import metrics
from amity.output_queue import QueuedStream

_log = logging.getLogger(__name__)


def queue_standard_error() -> None:
    """Queue all output to standard error, and log uncaught errors, for the rest of the process."""
    with contextlib.suppress(OSError, ValueError):  # a text in memory is kept
        sys.stderr = cast("TextIO", QueuedStream(sys.stderr, metrics.log_lines_dropped))
    sys.excepthook = _ending
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread


def _ending(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("the program ends by an error of its own", exc_info=(kind, error, trace))


def _unraisable(found: "sys.UnraisableHookArgs") -> None:
    said = found.err_msg or "an error that nothing could catch"
    kind = "" if found.exc_value is not None else f", {found.exc_type.__name__}"
    _log.error("%s%s: %.200r", said, kind, found.object, exc_info=found.exc_value)


def _in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and not isinstance(found.exc_value, SystemExit):
        name = found.thread.name if found.thread is not None else "unknown"
        _log.error("thread %s ended by an error of its own", name, exc_info=found.exc_value)
