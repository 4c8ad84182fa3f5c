"""Tables for people: CSV whose cells no program for tables takes for formulas. Pure.

A program may take another character than the comma for the separator, as Excel does where the comma is the decimal
point. To quote a cell does not help then: of ``"a","b;=1+1"`` it has read ``a,"b`` when it meets the semicolon, and the
rest is a cell of its own. So a formula is marked also where it follows what may be a separator inside a cell.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

MARK: Final = b"\xef\xbb\xbf"
"""What a file begins with, by which programs for tables know UTF-8."""
_SIGNS: Final = (
    "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_SEPARATES: Final = re.compile(r"""[",;|\t\r\n]""")
_FIRST: Final = re.compile(rf"""[\s"]*[{_SIGNS}|]|[\t\r\n]""")
_INSIDE: Final = re.compile(rf"""([;,|\t\r\n][\s";,|]*)([{_SIGNS}]?)""")
"""It matches at every separator, with or without a sign: so the time grows with the text, and not with its square."""


def table_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV in UTF-8, as RFC 4180 has it. Quoted is what a program may take for a separator, too."""
    lines = [",".join(_quoted(cell) for cell in row) for row in rows]
    return "".join(f"{line}\r\n" for line in lines).encode(errors="replace")


def harmless(cell: str) -> str:
    """Return a cell that a program for tables shows as it is. A quotation mark goes before what begins a formula, as
    OWASP advises against "CSV injection"."""
    marked = _INSIDE.sub(_marked, cell)
    return f"'{marked}" if _FIRST.match(cell) else marked


def _quoted(cell: object) -> str:
    text = harmless(cell) if isinstance(cell, str) else str(cell)
    return '"{}"'.format(text.replace('"', '""')) if _SEPARATES.search(text) else text


def _marked(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2]}" if found[2] else found[0]
