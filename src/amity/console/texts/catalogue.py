"""The texts of the console by key and language, and which language a browser wants."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("en", "zh")
"""The first is for those who want none of them."""
_MOST_HEADER: Final = 1000


class Texts:
    """The texts of one language."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key, with the values in its places. Raises ``KeyError`` for a key or a place that is not
        there."""
        text = self._texts[key]
        return text.format_map(values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def named(self, prefix: str, name: str) -> str:
        """Return the text of ``prefix.name``, or the name itself where there is none: names of actions, of codes."""
        return self._texts.get(f"{prefix}.{name}", name)

    @property
    def names(self) -> frozenset[str]:
        """The keys."""
        return frozenset(self._texts)


def read_texts() -> dict[str, Texts]:
    """Read the files, in milliseconds; return the texts by language."""
    folder = resources.files(__package__)
    return {
        language: Texts(language, _flat(tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8"))))
        for language in LANGUAGES
    }


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
