"""Print what the demo does: a line for each answered import, a line for each after-event, then the table."""

from collections import Counter
from typing import Self

from rich.console import Console
from rich.table import Table
from rich.text import Text

from amity.cli.demonstration.club import ALLOWED, MODIFIED, REJECTED
from amity.cli.importing.screen import Screen, screen_for
from amity.importing.finished import Finished
from amity.importing.planning import Batch
from amity.importing.sending import LEFT_OUT

_STYLES = {
    "imported": "green",
    "refused": "red",
    ALLOWED: "green",
    MODIFIED: "yellow",
    REJECTED: "red",
    "told": "cyan",
    "stored": "green",
    "made": "green",
}
_WIDEST = 110


class DemoScreen(Screen):
    """The demo's output. ``verdicts`` counts the verdicts of the imports."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.verdicts: Counter[str] = Counter()
        self._inner: Screen = screen_for(console)

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.__exit__()

    def phase(self, words: str, total: int, *, done: int = 0) -> None:
        self._inner.phase(words, total, done=done)

    def advance(self, steps: int) -> None:
        self._inner.advance(steps)

    def waiting(self, reason: str | None) -> None:
        self._inner.waiting(reason)

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def heading(self, text: str) -> None:
        self.console.print()
        self.console.print(Text(text, style="bold"), soft_wrap=True)

    def line(self, word: str, text: str) -> None:
        """Print a word in its colour and a text about it, in one line."""
        if len(text) > _WIDEST:
            text = text[: _WIDEST - 3] + "..."
        self.console.print(Text.assemble("  ", (f"{word:9}", _STYLES.get(word, "")), text), soft_wrap=True)

    def finished(self, batch: Batch, entry: Finished) -> None:
        """Print the answer of one import."""
        asked, skipped = len(batch.friends), entry.skipped
        if not skipped:
            verdict, text = ALLOWED, f"{asked} friends" if asked > 1 else "1 friend"
        elif all(skip.reason == LEFT_OUT for skip in skipped):
            left_out = ", ".join(skip.friend for skip in skipped)
            verdict, text = MODIFIED, f"{asked - len(skipped)} of {asked} friends, not {left_out}"
        else:
            verdict, text = REJECTED, f"{skipped[0].code} {skipped[0].message}: {skipped[0].reason}"
        self.verdicts[verdict] += 1
        self.line(verdict, f"{batch.owner}  {text}")
        self._inner.finished(batch, entry)

    def handled(self, line: str) -> None:
        """Print an after-event that the business server has handled. Its before-events are visible in the answers."""
        if line.startswith("imported "):
            self.line("told", line.removeprefix("imported ").strip())

    def summary(self, rows: list[tuple[str, int, int]]) -> bool:
        """Print the table of found and expected numbers; return whether all are equal."""
        fine = all(found == expected for _, found, expected in rows)
        self.heading("Summary")
        if not self.console.is_terminal:
            for words, found, expected in rows:
                self.say(f"  {words}: {found}" + ("" if found == expected else f"  WRONG, expected {expected}"))
        else:
            table = Table(show_header=False, box=None, padding=(0, 2))
            for words, found, expected in rows:
                mark = Text("ok", "green") if found == expected else Text(f"wrong, expected {expected}", "bold red")
                table.add_row(words, Text(str(found), justify="right"), mark)
            self.console.print(table)
        return fine
