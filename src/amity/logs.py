"""Logging: one handler on standard error, for people or for machines, with the call's operationID on every line.

Tokens and secrets never appear: what looks like one is masked in the finished text, tracebacks included, and so is
every text given to ``hide``.
"""

import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Literal, TextIO

from amity import metrics
from amity.output_queue import OutputQueue, QueuedStream

Format = Literal["auto", "human", "json"]

operation_id: ContextVar[str] = ContextVar("operation_id", default="")
"""The operationID of the call under way, empty outside of one."""

MASK = "***"
_SHORTEST_HIDDEN = 4  # masking a shorter text would riddle every line with masks
MOST_MESSAGE = 2048
"""Characters of a message; of a longer one the beginning is logged."""
MOST_FIELD = 512
"""Characters of a field, the operationID among them."""
MOST_TRACE = 8192
"""Characters of a traceback; of a longer one the beginning and the end are logged."""
MOST_LINE = 60_000
"""Bytes of a line of JSON, in which a character may take twelve: a longer one goes without most of its traceback."""
_MARGIN = 2048
"""Characters beyond a cut in which secrets are masked, too, so that none is cut in the middle and shown."""

# Each of these looks at a text once, whatever stands in it: nothing that a stranger sends is looked at again from its
# every character. Hence the runs: whole words, in which a function finds the secret.
_TOKEN_RUN = re.compile(r"[\w.-]+")
_WORD = re.compile(r"\S+")
_SECRET_SHAPES = (
    re.compile(r"\bwhsec_[\w+/=-]+"),
    re.compile(r"""(?ix) \b ((?:secret|password|token) ["']? \s* [:=] \s* ["']?) [^\s"',;&)}\]]+"""),
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_COLOURS = {
    logging.DEBUG: "2",
    logging.INFO: "36",
    logging.WARNING: "33",
    logging.ERROR: "31",
    logging.CRITICAL: "1;31",
}
_hidden: list[str] = []  # the longest first: one may be in another


def hide(*secrets: str) -> None:
    """Mask these texts in everything that is logged from now on. Texts of under 4 characters are not."""
    known = {*_hidden, *(secret for secret in secrets if len(secret) >= _SHORTEST_HIDDEN)}
    _hidden[:] = sorted(known, key=len, reverse=True)


def without_hidden(text: str) -> str:
    """Return a text with every text given to ``hide`` replaced by ``***``."""
    for secret in _hidden:
        text = text.replace(secret, MASK)
    return text


def redact(text: str) -> str:
    """Return a text with all that is, or looks like, a token, a secret or a password replaced by ``***``."""
    text = without_hidden(text)
    if "eyJ" in text:
        text = _in_words(text, "eyJ", _without_token)
    if "://" in text:
        text = _in_words(text, "://", _without_userinfo)
    for shape in _SECRET_SHAPES:
        text = shape.sub(lambda found: (found.group(1) if found.lastindex else "") + MASK, text)
    return text


def _in_words(text: str, mark: str, change: Callable[[str], str]) -> str:
    """Return a text with those of its words changed that have ``mark`` in them. Blanks stay as they are."""
    return _WORD.sub(lambda found: change(found[0]) if mark in found[0] else found[0], text)


def _without_token(word: str) -> str:
    """Mask JSON Web Tokens, cut short ones too: runs of their letters, from ``eyJ`` on, with a dot behind it."""
    return _TOKEN_RUN.sub(_masked_run, word)


def _masked_run(found: re.Match[str]) -> str:
    run = found[0]
    start = run.find("eyJ")
    if start < 0 or "." not in run[start:]:
        return run
    return run[:start] + MASK


def _without_userinfo(word: str) -> str:
    """Mask what stands between ``://`` and the last ``@``, where a password may be, whatever is in it. An ``@`` in the
    path of a URL without a port is left."""
    start = word.find("://") + 3
    end = word.rfind("@")
    named = word[start:end]
    return word[:start] + MASK + word[end:] if end > start and (":" in named or "/" not in named) else word


def shown(text: str, most: int) -> str:
    """Return the first ``most`` characters of a text, redacted, and how long it is where that is not all."""
    if len(text) <= most:
        return redact(text)
    begun = text[: most + _MARGIN]
    if len(begun) < len(text):
        begun = _without_edge(begun)
    return f"{redact(begun)[:most]}... ({len(text)} characters)"


def _without_edge(begun: str) -> str:
    """Mask at the end of a text that was cut what may be the beginning of a secret. What is masked before it makes the
    text shorter, so that all of it may be shown."""
    for secret in _hidden:
        for size in range(min(len(secret) - 1, len(begun)), _SHORTEST_HIDDEN - 1, -1):
            if begun.endswith(secret[:size]):
                return begun[:-size] + MASK
    words = begun.rsplit(maxsplit=1)
    last = words[-1] if words and begun.endswith(words[-1]) else ""
    starts = [last.find(mark) + kept for mark, kept in (("://", 3), ("eyJ", 0)) if mark in last]
    if not starts:
        return begun
    return begun[: len(begun) - len(last) + min(starts)] + MASK


def shown_trace(trace: str, most: int) -> str:
    """Return a traceback, redacted; of one with more than ``most`` characters the beginning and the end, which says
    what it was."""
    if len(trace) <= most:
        return redact(trace)
    calls, _, reason = trace.rpartition("\n")
    parts = [calls]
    if len(calls) > most * 3 // 4:
        # Whole lines: no secret goes on from one to the next.
        first, last = calls[: most // 4].rpartition("\n")[0], calls[-most // 2 :].partition("\n")[2]
        parts = [first, f"... ({len(trace)} characters)", last]
    return "\n".join([*map(redact, parts), shown(reason, most // 4)])


def _message(record: logging.LogRecord) -> str:
    """Return what a record says, cut and redacted. Texts are cut before they are put together."""
    if isinstance(record.args, tuple):
        most = MOST_MESSAGE + _MARGIN
        record.args = tuple(
            [each[:most] if isinstance(each, str) and len(each) > most else each for each in record.args]
        )
    return shown(record.getMessage(), MOST_MESSAGE)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD and not name.startswith("_")}


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    parts = []
    if record.exc_info:
        parts.append(formatter.formatException(record.exc_info))
    if record.stack_info:
        parts.append(formatter.formatStack(record.stack_info))
    return "\n".join(parts)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, ``operationID``, the fields given
    as ``extra``, and ``trace`` where there was an exception."""

    def format(self, record: logging.LogRecord) -> str:
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if operation := operation_id.get():
            line["operationID"] = shown(operation, MOST_FIELD)
        for name, value in _extras(record).items():
            plain = isinstance(value, int | float) or value is None
            line[name] = value if plain else shown(str(value), MOST_FIELD)
        if trace := _trace(self, record):
            line["trace"] = shown_trace(trace, MOST_TRACE)
        written = json.dumps(line)
        if len(written) > MOST_LINE and trace:
            line["trace"] = shown_trace(trace, MOST_FIELD)
            written = json.dumps(line)
        return written


class HumanFormatter(logging.Formatter):
    """A line to read: time, level, logger, message, then ``key=value``; a traceback follows on lines of its own."""

    def __init__(self, *, colours: bool = False) -> None:
        super().__init__()
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        fields = _extras(record)
        if operation := operation_id.get():
            fields["operationID"] = operation
        tail = "".join(f" {name}={shown(str(value), MOST_FIELD)}" for name, value in fields.items())
        head = f"{clock}.{int(record.msecs):03d}"
        level = f"{record.levelname:<7}"
        if self._colours:
            head = f"\x1b[2m{head}\x1b[0m"
            level = f"\x1b[{_COLOURS.get(record.levelno, '0')}m{level}\x1b[0m"
        # What callers send ends up in messages: it must not be able to forge a line or drive a terminal.
        said = _CONTROL.sub(_escaped, f"{record.name}: {_message(record)}{tail}")
        line = f"{head} {level} {said}"
        if trace := _trace(self, record):
            line += "\n" + "\n".join(
                _CONTROL.sub(_escaped, text) for text in shown_trace(trace, MOST_TRACE).split("\n")
            )
        return line


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")


class QueueHandler(logging.Handler):
    """Formats records where they are logged, as the operationID is known there, and puts them into ``queue``."""

    def __init__(self, queue: OutputQueue, encoding: str = "utf-8") -> None:
        super().__init__()
        self._queue = queue
        self._encoding = encoding
        queue.told = self._told

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self._line(record)
        except Exception:  # noqa: BLE001 - as logging does it: a line that cannot be made ends nothing
            self.handleError(record)
            return
        self._queue.put(line)

    def flush(self) -> None:
        """Wait until what was logged is written, for a few seconds at most."""
        self._queue.flush()

    def close(self) -> None:
        self._queue.close()
        super().close()

    def _line(self, record: logging.LogRecord) -> bytes:
        return self.format(record).encode(self._encoding, "backslashreplace") + b"\n"

    def _told(self, count: int, why: str) -> bytes:
        lines = "1 log line was" if count == 1 else f"{count} log lines were"
        text = f"{lines} dropped: {why}"
        return self._line(logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, (), None))


def _handler(target: TextIO) -> logging.Handler:
    """Return what writes to a stream: in a thread if it has a file descriptor, whose reader may be slow."""
    if isinstance(target, QueuedStream):
        return QueueHandler(target.queue, target.encoding)
    try:
        queue = OutputQueue(target.fileno(), lambda _count, _why: b"", metrics.log_lines_dropped)
    except (OSError, ValueError):  # a text in memory, or a stream that is closed
        return logging.StreamHandler(target)
    return QueueHandler(queue, target.encoding)


def configure(level: str = "info", format: Format = "auto", stream: TextIO | None = None) -> None:  # noqa: A002
    """Send all logging of the process to ``stream`` (standard error) from ``level`` (a name) up.

    ``auto`` writes for a human on a terminal and JSON elsewhere.
    Nothing that is logged waits for whoever reads it: where more than 4 MiB of lines wait, the oldest are dropped and
    counted. Python's warnings go the same way.
    Raises ``ValueError`` for a level that does not exist.
    """
    target = sys.stderr if stream is None else stream
    handler = _handler(target)
    on_terminal = target.isatty()
    if format == "json" or (format == "auto" and not on_terminal):
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(HumanFormatter(colours=on_terminal and "NO_COLOR" not in os.environ))
    root = logging.getLogger()
    root.setLevel(level.upper())
    for old in root.handlers[:]:
        if getattr(old, "of_amity", False):
            root.removeHandler(old)
            old.close()
    handler.of_amity = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
