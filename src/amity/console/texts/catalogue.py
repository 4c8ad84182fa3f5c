"""The texts of the console by key and language, and which language a browser wants."""

import functools
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("en", "zh")
"""The first is for those who want none of them."""
_MOST_HEADER: Final = 1000
_MOST_REASON: Final = 1000
Forms = Sequence[tuple[re.Pattern[str], str]]
"""What reasons look like as they are stored, each with its key."""


class Texts:
    """The texts of one language. ``forms`` are those of the reasons that are stored in another one."""

    def __init__(self, language: str, texts: Mapping[str, str], forms: Forms = ()) -> None:
        self.language = language
        self._texts = texts
        self._forms = forms

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key, with the values in its places. Raises ``KeyError`` for a key or a place that is not
        there."""
        text = self._texts[key]
        return text.format_map(values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def counted(self, key: str, count: int, **values: object) -> str:
        """Return the text of a key with a ``count`` in it; that of ``key_one`` for one, where a language has it."""
        return self(f"{key}_one" if count == 1 else key, count=f"{count:,}", **values)

    def named(self, prefix: str, name: str) -> str:
        """Return the text of ``prefix.name``, or the name itself where there is none: names of actions, of codes."""
        return self._texts.get(f"{prefix}.{name}", name)

    def reason(self, stored: str) -> str:
        """Return a reason, which the server stores in English, in this language; as it is stored if it has none of the
        forms below ``reasons``, as the texts of a business server."""
        if len(stored) <= _MOST_REASON:
            for form, key in self._forms:
                if found := form.fullmatch(stored):
                    return self(key, **found.groupdict())
        return stored

    @property
    def names(self) -> frozenset[str]:
        """The keys."""
        return frozenset(self._texts)


@functools.cache
def read_texts() -> Mapping[str, Texts]:
    """Read the files, in milliseconds; return the texts by language."""
    folder = resources.files(__package__)
    texts = {each: _flat(tomllib.loads(folder.joinpath(f"{each}.toml").read_text("utf-8"))) for each in LANGUAGES}
    stored, *others = LANGUAGES
    forms = [(_form(text), key) for key, text in texts[stored].items() if key.startswith("reasons.")]
    return {stored: Texts(stored, texts[stored])} | {each: Texts(each, texts[each], forms) for each in others}


def wanted(chosen: str, header: str) -> str:
    """Return the language: the one that was chosen, or the first of ``Accept-Language`` that there is."""
    if chosen in LANGUAGES:
        return chosen
    ranked: list[tuple[float, int, str]] = []
    for at, part in enumerate(header[:_MOST_HEADER].split(",")):
        name, _, rest = part.strip().partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            ranked.append((-_quality(rest), at, language))
    best = min(ranked, default=(0.0, 0, LANGUAGES[0]))
    return best[2] if best[0] or not ranked else LANGUAGES[0]


def _form(text: str) -> re.Pattern[str]:
    """Return what matches a text with any values in its places. Only a ``detail`` has blanks in it."""
    parts = []
    for literal, name, _, _ in string.Formatter().parse(text):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P<{name}>{'.+' if name == 'detail' else r'[^ ]+'})")
    return re.compile("".join(parts), re.DOTALL)


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
