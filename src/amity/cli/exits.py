"""Exit codes, and the exception that ends a command with one."""

from typing import IO, Any

import click

from amity import logs

FAILED = 1
USAGE = 2
UNREACHABLE = 3
REJECTED = 4
INTERRUPTED = 130

EXIT_CODES = """\b
Exit codes:
    0  done; a callback was approved or delivered
    1  the operation failed or was refused, in part or wholly
    2  wrong usage, or settings or a file that cannot be used
    3  the server cannot be reached
    4  the business server rejected (callbacks send)
  130  interrupted"""


class Failure(click.ClickException):
    """The command cannot go on. It ends with a line on stderr and an exit code."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    def format_message(self) -> str:
        """Return the line with its secrets masked."""
        return logs.without_hidden(self.message)

    def show(self, file: IO[Any] | None = None) -> None:
        label = click.style("Error:", fg="red", bold=True)
        click.echo(f"{label} {self.format_message()}", file=file, err=file is None)
