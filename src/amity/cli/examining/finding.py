"""One line of the doctor's report."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one subject. ``mend`` says what to do, empty where nothing is to be done."""

    level: Level
    subject: str
    text: str
    mend: str = ""
