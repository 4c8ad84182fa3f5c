"""Logging: one handler on standard error, for people or machines, with the call's operationID on every line.

Tokens and secrets never appear. Texts that look like one, and every text given to ``hide``, are masked in the finished
line, tracebacks included.
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
_SHORTEST_HIDDEN = 4  # masking shorter texts would put a mask into almost every line
MOST_MESSAGE = 2048
"""Characters of a message; a longer one is cut at its end."""
MOST_FIELD = 512
"""Characters of a field, the operationID included."""
MOST_TRACE = 8192
"""Characters of a traceback; a longer one is cut in the middle."""
MOST_LINE = 60_000
"""Bytes of a JSON line, in which a character may take twelve. A longer line loses most of its traceback."""
_MARGIN = 2048
"""Characters beyond a cut that are masked too, so that no secret is cut in the middle and shown."""

# Each pattern scans a text once, whatever it contains, so that strangers cannot cause quadratic time. For that they
# match whole words, and functions find the secrets in them.
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
_hidden: list[str] = []  # longest first, because one may contain another


def hide(*secrets: str) -> None:
    """Mask these texts in everything that is logged from now on, except those of fewer than 4 characters."""
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
    """Return a text with ``change`` applied to its words that contain ``mark``. Blanks are kept."""
    return _WORD.sub(lambda found: change(found[0]) if mark in found[0] else found[0], text)


def _without_token(word: str) -> str:
    """Mask JSON Web Tokens, truncated ones too: runs of their characters from ``eyJ`` on, followed by a dot."""
    return _TOKEN_RUN.sub(_masked_run, word)


def _masked_run(found: re.Match[str]) -> str:
    run = found[0]
    start = run.find("eyJ")
    if start < 0 or "." not in run[start:]:
        return run
    return run[:start] + MASK


def _without_userinfo(word: str) -> str:
    """Mask the text between ``://`` and the last ``@``, which may contain a password, whatever is in it. An ``@`` in
    the path of a URL without a port is kept."""
    start = word.find("://") + 3
    end = word.rfind("@")
    named = word[start:end]
    return word[:start] + MASK + word[end:] if end > start and (":" in named or "/" not in named) else word


def shown(text: str, most: int) -> str:
    """Return the first ``most`` characters of a text, redacted, and its length if it was cut."""
    if len(text) <= most:
        return redact(text)
    begun = text[: most + _MARGIN]
    if len(begun) < len(text):
        begun = _without_edge(begun)
    return f"{redact(begun)[:most]}... ({len(text)} characters)"


def _without_edge(begun: str) -> str:
    """Mask what may be the beginning of a secret at the end of a cut text. Masks before it shorten the text, so all of
    it may be shown."""
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
    """Return a traceback, redacted. One longer than ``most`` characters keeps its beginning and its end, which names
    the error."""
    if len(trace) <= most:
        return redact(trace)
    calls, _, reason = trace.rpartition("\n")
    parts = [calls]
    if len(calls) > most * 3 // 4:
        # Whole lines, because no secret spans two lines.
        first, last = calls[: most // 4].rpartition("\n")[0], calls[-most // 2 :].partition("\n")[2]
        parts = [first, f"... ({len(trace)} characters)", last]
    return "\n".join([*map(redact, parts), shown(reason, most // 4)])


def _message(record: logging.LogRecord) -> str:
    """Return a record's message, cut and redacted. Arguments are cut before they are formatted."""
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
    """One JSON object for each line: ``time`` (UTC), ``level``, ``logger``, ``message``, ``operationID``, the fields
    given as ``extra``, and ``trace`` if there was an exception."""

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
    """A line for people: time, level, logger, message, then ``key=value``; a traceback follows on lines of its own."""

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
        # Messages contain what callers send. It must not forge a line or control a terminal.
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
    """Formats records in the logging context, which knows the operationID, and puts them into ``queue``."""

    def __init__(self, queue: OutputQueue, encoding: str = "utf-8") -> None:
        super().__init__()
        self._queue = queue
        self._encoding = encoding
        queue.missing_line = self._missing_lines

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self._line(record)
        except Exception:  # noqa: BLE001 - like logging itself: a line that cannot be formatted must not end anything
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

    def _missing_lines(self, count: int, why: str) -> bytes:
        lines = "1 log line was" if count == 1 else f"{count} log lines were"
        text = f"{lines} dropped: {why}"
        return self._line(logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, (), None))


def _handler(target: TextIO) -> logging.Handler:
    """Return a handler for a stream. It writes in a thread if the stream has a descriptor, whose reader may be slow."""
    if isinstance(target, QueuedStream):
        return QueueHandler(target.queue, target.encoding)
    try:
        queue = OutputQueue(target.fileno(), lambda _count, _why: b"", metrics.log_lines_dropped)
    except (OSError, ValueError):  # a text in memory, or a closed stream
        return logging.StreamHandler(target)
    return QueueHandler(queue, target.encoding)


def configure(level: str = "info", format: Format = "auto", stream: TextIO | None = None) -> None:  # noqa: A002
    """Send all logging of the process to ``stream`` (standard error) from ``level`` (a name) up.

    ``auto`` writes for people on a terminal and JSON elsewhere. Logging never waits for a reader: above 4 MiB of
    waiting lines, the oldest are dropped and counted. Python's warnings are logged too. Raises ``ValueError`` for an
    unknown level.
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
