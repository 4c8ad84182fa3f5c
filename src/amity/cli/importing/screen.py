"""Show progress: a bar with rate and time left on a terminal, a line every few seconds elsewhere."""

from abc import ABC, abstractmethod
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from amity.clock import SYSTEM_CLOCK, Clock
from amity.importing.finished import Finished
from amity.importing.planning import Batch

SECONDS_BETWEEN_LINES = 5.0


class Screen(ABC):
    """Shows the progress of one phase after another."""

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(self, *_: object) -> None: ...

    @abstractmethod
    def phase(self, words: str, total: int, *, done: int = 0) -> None:
        """Begin a phase of ``total`` steps, of which ``done`` are finished already."""

    @abstractmethod
    def advance(self, steps: int) -> None: ...

    @abstractmethod
    def say(self, text: str) -> None:
        """Show a line beside the progress."""

    def waiting(self, reason: str | None) -> None:
        """Show the reason why the server fails, or (``None``) that it answers again."""
        self.say("the server answers again" if reason is None else f"{reason}; trying again")

    def finished(self, batch: Batch, entry: Finished) -> None:
        """Count a finished batch."""
        self.advance(len(batch.friends))


class BarScreen(Screen):
    """For a terminal."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def phase(self, words: str, total: int, *, done: int = 0) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(words, total=total, completed=done)

    def advance(self, steps: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, steps)

    def say(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False)


class _Rate(ProgressColumn):
    """The column of steps a second, over the last half minute."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class LineScreen(Screen):
    """For a file or a pipe."""

    def __init__(self, console: Console, clock: Clock = SYSTEM_CLOCK) -> None:
        self._console = console
        self._monotonic = clock.monotonic
        self._words = ""
        self._total = self._done = self._done_before = 0
        self._began = self._shown = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def phase(self, words: str, total: int, *, done: int = 0) -> None:
        self._words, self._total, self._done, self._done_before = words, total, done, done
        self._began = self._shown = self._monotonic()
        self._show()

    def advance(self, steps: int) -> None:
        self._done += steps
        if self._monotonic() - self._shown >= SECONDS_BETWEEN_LINES:
            self._shown = self._monotonic()
            self._show()

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _show(self) -> None:
        line = f"{self._words}: {self._done:,} of {self._total:,}"
        elapsed = self._monotonic() - self._began
        if elapsed > 0 and self._done > self._done_before:
            rate = (self._done - self._done_before) / elapsed
            line += f", {rate:,.0f}/s, {(self._total - self._done) / rate:,.0f} s left"
        self.say(line)


def screen_for(console: Console) -> Screen:
    """Return a bar for a terminal, and lines for any other console."""
    return BarScreen(console) if console.is_terminal else LineScreen(console)
