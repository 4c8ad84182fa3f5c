"""One folding of texts, for what is stored to be searched and for what is asked: texts that people take for the same
text are the same when folded. Pure.

It is Unicode's ``toNFKC_Casefold`` (The Unicode Standard, section 3.13, D146 and R5; UAX #31), with one addition: the
four letters i of Turkish, two with a dot and two without, are one. So ``ΣΟΦΟΣ`` is ``σοφος`` with either sigma,
``STRASSE`` is ``straße``, wide and half-width letters are ordinary ones, and what has no width of its own (joiners,
variation selectors, marks of direction) is left out. ``ä`` is not ``a``.

Folding twice is folding once. A text that is in another stays in it when both are folded, if it begins and ends between
what a reader sees as characters: an ``e`` is not in an ``é``, however that is encoded.
"""

import re
import unicodedata
from typing import Final

UNICODE: Final = tuple(int(part) for part in unicodedata.unidata_version.split("."))
"""The version of Unicode by which this program folds. A later one folds letters that an earlier one does not know."""

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt: stable, room for later ones included.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# With the dots above that stand on it: one after the other they would each need a round of fold().
_TURKISH = re.compile("[i\u0131]\u0307*")


def fold(text: str) -> str:
    """Return the folded text. It may be longer (up to 18 times), or empty."""
    if text.isascii():
        return text.lower()
    folded = _once(text)
    # What was left out, or made into another letter, may have kept neighbours from composing.
    while (again := _once(folded)) != folded:
        folded = again
    return folded


def _once(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text).casefold())
    return _TURKISH.sub("i", _IGNORABLE.sub("", folded))
