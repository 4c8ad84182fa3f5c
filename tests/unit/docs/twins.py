"""English pages and their Chinese twins: which there are, and in what two of them differ.

Two pages are compared block by block: headings, paragraphs, points of lists, rows of tables, code. What both languages
write alike has to be the same in both blocks: the code of a block, and of prose the code, numbers, links and images in
it. A link to a page with a twin leads to the twin, and to the heading at the same place. Words cannot be compared, so
``twins.toml`` has a digest of the English prose of each section that the Chinese one was last read against.
"""

import calendar
import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from tests.unit.docs.pages import ROOT, anchor, text

CHINESE_ALONE: Final = "docs/zh/glossary.md"
"""The Chinese page that has no English one: the words that the others translate with."""
TWINS: Final[Mapping[str, str]] = {"README.md": "README.zh.md"} | {
    f"docs/{page.name}": f"docs/zh/{page.name}"
    for page in sorted(ROOT.glob("docs/zh/*.md"))
    if page != ROOT / CHINESE_ALONE
}
"""By the path of each English page that of its twin."""
DIGESTS: Final = Path(__file__).with_name("twins.toml")

_ENGLISH: Final = {chinese: english for english, chinese in TWINS.items()}
_BLOCK: Final = re.compile(
    r"(?P<code>^```.*?^```$)|(?P<comment>^<!--.*?-->$)|(?P<heading>^#+) |(?P<row>^\|)"
    r"|(?P<point>^ *-) |(?P<step>^\d+\.) |(?P<prose>^ *(?=\S))",
    re.DOTALL | re.MULTILINE,
)
_LINES: Final = r"(?:.*\n?)(?:^(?!$|```|<!--|#|\||[ ]*- |%s\. ).*\n?)*"
_REST: Final = {
    "heading": re.compile(r".*\n?"),
    "row": re.compile(r".*\n?"),
    "point": re.compile(_LINES % r"\d+", re.MULTILINE),
    "step": re.compile(_LINES % r"\d+", re.MULTILINE),
    # Only a list that begins with 1 can end a paragraph: a number may stand at the beginning of a line.
    "prose": re.compile(_LINES % "1", re.MULTILINE),
}
_CODE: Final = re.compile(r"`([^`]+)`")
_LINK: Final = re.compile(r"(!?)\[([^]]*)\]\(([^)\s]+)\)")
_ADDRESS: Final = re.compile(r"<(https?:[^>]+)>")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS: Final = list(calendar.month_name)
_MONTH: Final = re.compile(rf"\b({'|'.join(_MONTHS[1:])})\b(?= \d{{4}})")


class Block(NamedTuple):
    """One block of a page. ``kind`` of a heading is its number signs."""

    kind: str
    text: str


def blocks_of(page: str) -> Iterator[Block]:
    """Yield the blocks of a page in order; lines that belong together are one."""
    at = 0
    while found := _BLOCK.search(page, at):
        kind, at = found.lastgroup or "", found.end()
        if kind in ("code", "comment"):
            yield Block(kind, found[0])
            continue
        rest = _REST[kind].match(page, at)
        assert rest is not None
        at = rest.end()
        yield Block(found[0].strip() if kind == "heading" else kind, " ".join(rest[0].split()))


def differences(english: str, chinese: str, *, page: str) -> list[str]:
    """Return the first two blocks at the same place that differ, or an empty list.

    ``page`` is the path of the English one, from which links lead.
    """
    ours = [block for block in blocks_of(english) if not _is_choice_of_language(block, page)]
    theirs = [block for block in blocks_of(chinese) if not _is_choice_of_language(block, page)]
    for one, other in zip_longest(ours, theirs):
        if one is None or other is None or _facts(one, page) != _facts(other, TWINS[page]):
            return [str(one), str(other)]
    return []


def changed_sections(page: str, english: str) -> list[str]:
    """Return the headings below which the English prose is not the one that the twin was last read against."""
    noted = tomllib.loads(DIGESTS.read_text(encoding="utf-8")).get(page, {})
    now = _digests(english)
    return [heading for heading in now | noted if now.get(heading) != noted.get(heading)]


def note() -> None:
    """Write down that each Chinese page says what the English one says now."""
    lines = ["# Digests of English prose that has a Chinese twin. `make twins` writes them."]
    for page in TWINS:
        lines += ["", f"[{json.dumps(page)}]"]
        lines += [f"{json.dumps(heading)} = {json.dumps(digest)}" for heading, digest in _digests(text(page)).items()]
    DIGESTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _digests(page: str) -> dict[str, str]:
    prose: dict[str, list[str]] = {}
    heading = ""
    for block in blocks_of(page):
        if block.kind.startswith("#"):
            heading = block.text
        if block.kind not in ("code", "comment"):
            prose.setdefault(heading, []).append(block.text)
    return {heading: hashlib.sha256("\n".join(said).encode()).hexdigest()[:8] for heading, said in prose.items()}


def _is_choice_of_language(block: Block, page: str) -> bool:
    return block.kind == "prose" and bool(re.match(r"\[(?:中文|English)\]\([^)]*\)", block.text))


def _facts(block: Block, page: str) -> tuple[object, ...]:
    if block.kind in ("code", "comment"):
        return block
    cells = block.text.split("|") if block.kind == "row" else [block.text]
    return (block.kind, *(_facts_of(cell, page) for cell in cells))


def _facts_of(prose: str, page: str) -> tuple[object, ...]:
    code = Counter(_CODE.findall(prose))
    links = Counter((image, _target(link, page)) for image, _, link in _LINK.findall(prose))
    links += Counter(("", address) for address in _ADDRESS.findall(prose))
    words = _ADDRESS.sub("", _LINK.sub(r"\2", _CODE.sub("", prose)))
    words = _MONTH.sub(lambda month: str(_MONTHS.index(month[1])), words)
    return code, links, Counter(_NUMBER.findall(words)), words.count("**")


def _target(link: str, page: str) -> object:
    """Return where a link leads: the same for both twins, if one leads to a page and the other to its twin."""
    if re.match(r"[a-z]+:", link):
        return link
    path, _, place = link.partition("#")
    target = ((ROOT / page).parent / path).resolve().relative_to(ROOT).as_posix() if path else page
    language = "own" if (page in TWINS) == (target in TWINS) else "other"
    if target not in TWINS and target not in _ENGLISH:
        return target, place
    headings = [anchor(block.text) for block in blocks_of(text(target)) if block.kind.startswith("#")]
    return language, _ENGLISH.get(target, target), headings.index(place) if place else None


if __name__ == "__main__":
    note()
