"""The project's pages: which there are, and what code stands in them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "kits/**/*.md", "bench/**/*.md", "src/**/*.md")
    for page in ROOT.glob(pattern)
    if "node_modules" not in page.parts
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def name(page: Path) -> str:
    """A page's path below the project, to name a test by."""
    return page.relative_to(ROOT).as_posix()


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> Iterator[str]:
    """The fenced blocks in these languages, in order."""
    return (block for language, block in _FENCE.findall(page) if language in languages)


def without_blocks(page: str) -> str:
    return _FENCE.sub("", page)


def anchor(heading: str) -> str:
    """The name by which GitHub links to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def section(page: str, heading: str) -> str:
    """What stands below a heading, down to the next one of its level."""
    return page.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its head left out."""
    table = re.search(r"^\|.*\n\|[-| ]+\n((?:\|.*\n)+)", section(page, heading), re.MULTILINE)
    assert table, heading
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]
