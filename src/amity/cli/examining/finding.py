"""One line of the doctor's report."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result about one subject. ``mend`` says what to do, and is empty if nothing is to be done."""

    level: Level
    subject: str
    text: str
    mend: str = ""
