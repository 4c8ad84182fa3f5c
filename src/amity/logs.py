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
from contextvars import ContextVar
from typing import Literal, TextIO

Format = Literal["auto", "human", "json"]

operation_id: ContextVar[str] = ContextVar("operation_id", default="")
"""The operationID of the call under way, empty outside of one."""

MASK = "***"
_SHORTEST_HIDDEN = 4  # masking a shorter text would riddle every line with masks
_SECRET_SHAPES = (
    re.compile(r"\beyJ[\w-]+\.[\w-]*\.?[\w-]*"),  # JSON Web Tokens, cut short ones too
    re.compile(r"\bwhsec_[\w+/=-]+"),
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"),  # user:password@ in a URL
    re.compile(r"""(?ix) \b ((?:secret|password|token) ["']? \s* [:=] \s* ["']?) (?!\*\*\*) [^\s"',;&)}\]]+"""),
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}
_COLOURS = {
    logging.DEBUG: "2",
    logging.INFO: "36",
    logging.WARNING: "33",
    logging.ERROR: "31",
    logging.CRITICAL: "1;31",
}
_hidden: set[str] = set()


def hide(*secrets: str) -> None:
    """Mask these texts in everything that is logged from now on. Texts of under 4 characters are not."""
    _hidden.update(secret for secret in secrets if len(secret) >= _SHORTEST_HIDDEN)


def redact(text: str) -> str:
    """Return a text with all that is, or looks like, a token, a secret or a password replaced by ``***``."""
    for secret in _hidden:
        text = text.replace(secret, MASK)
    for shape in _SECRET_SHAPES:
        text = shape.sub(lambda found: (found.group(1) if found.lastindex else "") + MASK, text)
    return text


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
            "message": redact(record.getMessage()),
        }
        if operation := operation_id.get():
            line["operationID"] = redact(operation)
        for name, value in _extras(record).items():
            plain = isinstance(value, int | float) or value is None
            line[name] = value if plain else redact(str(value))
        if trace := _trace(self, record):
            line["trace"] = redact(trace)
        return json.dumps(line)


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
        tail = "".join(f" {name}={value}" for name, value in fields.items())
        head = f"{clock}.{int(record.msecs):03d}"
        level = f"{record.levelname:<7}"
        if self._colours:
            head = f"\x1b[2m{head}\x1b[0m"
            level = f"\x1b[{_COLOURS.get(record.levelno, '0')}m{level}\x1b[0m"
        # What callers send ends up in messages: it must not be able to forge a line or drive a terminal.
        said = _CONTROL.sub(_escaped, redact(f"{record.name}: {record.getMessage()}{tail}"))
        line = f"{head} {level} {said}"
        if trace := _trace(self, record):
            line += "\n" + "\n".join(_CONTROL.sub(_escaped, text) for text in redact(trace).split("\n"))
        return line


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")


def configure(level: str = "info", format: Format = "auto", stream: TextIO | None = None) -> None:  # noqa: A002
    """Send all logging of the process to ``stream`` (standard error) from ``level`` (a name) up.

    ``auto`` writes for a human on a terminal and JSON elsewhere. uvicorn's own loggers come along.
    Raises ``ValueError`` for a level that does not exist.
    """
    target = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(target)
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
    handler.of_amity = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    # The requests are logged here, with their operationID and outcome; a second line each would only cost.
    logging.getLogger("uvicorn.access").disabled = True
