"""Doing what the pages for contributors say, in a copy of the project: their blocks are files, and changes of files.

Above a block stands its file: a line with nothing but the path, in bold. A block in ``diff`` changes that file: its
lines that begin with a space or ``-`` stand there, together, exactly once, and come to be those that begin with a space
or ``+``. Lines with ``@@`` part it into changes of several places. Any other block is a new file.
"""

import re
import shutil
from pathlib import Path

BLOCK = re.compile(r"^\*\*`(?P<file>[^`]+)`\*\*\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
MIGRATION = re.compile(r"(?P<folder>.*/migrations/)\d{4}(?P<name>_\w+\.sql)")
COPIED = (
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "docs",
    "src/amity",
    "tests/conftest.py",
    "tests/__init__.py",
    "tests/support",
    "tests/integration/conftest.py",
    "tests/integration/slow_turns.toml",
    "tests/integration/access",
    "tests/integration/api",
    "tests/integration/relations",
    "tests/unit/client",
    "tests/unit/docs",
)
"""What pages change, and what runs the tests that they name. With what is compiled already, which costs most."""


class Contribution:
    """A copy of the project in ``folder``, to which the blocks of pages are applied."""

    def __init__(self, project: Path, folder: Path) -> None:
        self._folder = folder
        for name in COPIED:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (project / name).is_dir():
                shutil.copytree(project / name, folder / name)
            else:
                shutil.copy2(project / name, folder / name)

    def follow(self, page: Path) -> list[str]:
        """Do what a page says. Return the files that it makes. Fails where a change does not fit."""
        made = []
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            file = self._folder / self._numbered(block["file"])
            if block["language"] == "diff":
                changed = apply(file.read_text(encoding="utf-8"), block["text"], block["file"])
                file.write_text(changed, encoding="utf-8")
            else:
                assert not file.exists(), f"{block['file']} is there already"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block["text"], encoding="utf-8")
                made.append(file.relative_to(self._folder).as_posix())
        return made

    def _numbered(self, file: str) -> str:
        """Give a migration the next number, as the page says: the page's own was the next one when it was written."""
        migration = MIGRATION.fullmatch(file)
        if migration is None:
            return file
        there = [int(path.name[:4]) for path in (self._folder / migration["folder"]).glob("*.sql")]
        return f"{migration['folder']}{max(there) + 1:04}{migration['name']}"


def apply(text: str, changes: str, name: str) -> str:
    """Return a text with the changes of a block in ``diff``."""
    for change in re.split(r"^@@\n", changes, flags=re.MULTILINE):
        lines = change.splitlines(keepends=True)
        old = "".join(line[1:] or "\n" for line in lines if line[0] in " -\n")
        new = "".join(line[1:] or "\n" for line in lines if line[0] in " +\n")
        found = f"\n{text}".count(f"\n{old}")
        assert found == 1, f"{name} has {found} times\n{old}"
        text = f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:]
    return text
