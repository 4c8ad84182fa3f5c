"""The targets of the Makefile, and the calls of ``make`` on pages and in settings."""

import re
import shlex
from collections.abc import Iterator

from tests.unit.docs.pages import blocks, text, without_blocks

_CALL = re.compile(r"(?:^|[\s;&|])make( [^\n;&|#]+)", re.MULTILINE)


def targets() -> set[str]:
    """The targets that the Makefile declares as such."""
    (declared,) = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", text("Makefile"), re.MULTILINE)
    return set(declared.replace("\\\n", " ").split())


def code_of(page: str) -> Iterator[str]:
    """The shell code of a page: in blocks, and calls of ``make`` within the text."""
    yield from blocks(page, "bash")
    for code in re.findall(r"`([^`]*)`", without_blocks(page)):
        if _CALL.search(code):
            yield " ".join(code.split())


def words(code: str) -> list[str]:
    """What stands behind ``make`` in shell code: targets, options and variables."""
    return [word for call in _CALL.findall(code) for word in shlex.split(call)]


def called(code: str) -> set[str]:
    """The targets that are made in shell code."""
    return {word for word in words(code) if not word.startswith("-") and "=" not in word}
