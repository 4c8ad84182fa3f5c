"""Fold texts for search: texts that people regard as the same are equal when folded. Pure.

Both the index and the queries use this folding.

The folding is Unicode's ``toNFKC_Casefold`` (The Unicode Standard, section 3.13, D146 and R5; UAX #31), with one
addition: the four letters i of Turkish, two with a dot and two without, become one. So ``ΣΟΦΟΣ`` equals ``σοφος`` with
either sigma, ``STRASSE`` equals ``straße``, and wide and half-width letters equal ordinary ones. Characters without a
width (joiners, variation selectors, marks of direction) are removed. ``ä`` does not equal ``a``. Of more than 30 marks
on a letter the others are dropped: no language has them (UAX #15, section 13), and to order them takes quadratic time.

Folding is idempotent. A substring of a text remains one when both are folded, if it begins and ends at the boundaries
of characters as a reader sees them: an ``e`` is not in an ``é``, in whatever encoding.
"""

import re
import unicodedata
from functools import cache
from typing import Final

UNICODE: Final = tuple(int(part) for part in unicodedata.unidata_version.split("."))
"""The Unicode version that this program folds with. A later version folds letters that an earlier one does not know."""

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt. It is stable: it includes reserved code points.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_SLICE: Final = 256
"""Characters that are folded at a time where only the beginning is wanted."""
_MOST_BACK: Final = 32
# Includes the combining dots above. Removed one by one, each would need a round of fold().
_TURKISH = re.compile("[i\u0131]\u0307*")
_MOST_MARKS: Final = 30
_LAST_MARK: Final = 0x1EFFF
"""No character above this one is a mark: what follows are pictographs, ideographs and private characters."""


def fold(text: str) -> str:
    """Return the folded text. It may be longer (up to 18 times), or empty."""
    if text.isascii():
        return text.lower()
    folded = _fold_once(text)
    # A removed or replaced character may have kept its neighbours from composing.
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def fold_beginning(text: str, most: int) -> str:
    """Return the first ``most`` characters of the folded text. Of the text at most twice as many are looked at."""
    if text.isascii():
        return text[:most].lower()
    # In slices, as a character may become 18.
    text = text[: 2 * most]
    folded = ""
    begin = 0
    while begin < len(text) and len(folded) < most:
        end = _boundary(text, begin + _SLICE)
        folded += fold(text[begin:end])
        begin = end
    return folded[:most]


def _boundary(text: str, place: int) -> int:
    """Return the last place up to ``place`` where the text can be divided so that its parts fold as the whole does; or
    ``place`` itself, if there is none near it."""
    if place >= len(text):
        return len(text)
    near = range(place, place - _MOST_BACK, -1)
    return next((each for each in near if _begins(text[each])), place)


def _begins(character: str) -> bool:
    """Return whether a character composes with nothing before it, and stays when it is folded."""
    if character.isascii():
        return True
    if _IGNORABLE.match(character):
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] != "M" and not "\u1160" <= first <= "\u11ff"


def _fold_once(text: str) -> str:
    if len(text) > _MOST_MARKS:
        text = _long_runs().sub(r"\1", text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text).casefold())
    return _TURKISH.sub("i", _IGNORABLE.sub("", folded))


@cache
def _long_runs() -> re.Pattern[str]:
    """Return what finds too many marks in a row, the first ones as its group 1. A mark is what normalizing may move."""
    marks = [number for number in range(0x300, _LAST_MARK + 1) if _is_mark(chr(number))]
    ranges: list[list[int]] = []
    for number in marks:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    mark = "[" + "".join([f"{chr(first)}-{chr(last)}" for first, last in ranges]) + "]"
    return re.compile(f"({mark}{{{_MOST_MARKS}}}){mark}+")


def _is_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0
