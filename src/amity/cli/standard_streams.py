"""Open those of standard input, output and error that the program was started without.

If one is closed, the next opened file gets its descriptor number. A library that writes to standard error would then
write into the database.
"""

import os
import sys


def complete() -> None:
    """Open the null device in the place of each closed stream. Must be called before anything else is opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False, encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False, encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115 - as long as the process
