"""The targets of the Makefile, and the calls of ``make`` in what pages and settings say."""

import re

from tests.unit.docs.pages import text

_CALL = re.compile(r"(?:^|[\s`;&|])make((?: +[^\s`;&|#]+)+)", re.MULTILINE)


def targets() -> set[str]:
    """The targets that the Makefile declares as such."""
    (declared,) = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", text("Makefile"), re.MULTILINE)
    return set(declared.replace("\\\n", " ").split())


def called(code: str) -> set[str]:
    """The targets that are made in shell code: neither options nor variables."""
    words = (word for call in _CALL.findall(code) for word in call.split())
    return {word for word in words if not word.startswith("-") and "=" not in word}
