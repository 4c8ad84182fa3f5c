"""Run the example business server as a separate process, as an app's would be."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from amity.cli.exits import Failure

_PACKED = Path(__file__).parents[1] / "data" / "business_server.py"
_CHECKOUT = Path(__file__).parents[4] / "examples" / "business_server" / "server.py"
_LISTENING = "listening on "


def example_program() -> Path:
    """Return the example: the file of the checkout, or its copy in an installed package."""
    for path in (_CHECKOUT, _PACKED):
        if path.exists():
            return path
    raise Failure("the example business server is missing: this amity was not built from its source tree")


class BusinessProcess:
    """A running business server. ``url`` is where callbacks go; ``handled`` counts the after-events that it handled."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, on_line: Callable[[str], None]) -> None:
        self.url = url
        self.handled = 0
        self._process = process
        self._on_line = on_line
        self._more = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def wait_for(self, count: int) -> None:
        """Return as soon as ``count`` after-events were handled. Raises ``Failure`` if the program ends before."""
        async with self._more:
            await self._more.wait_for(lambda: self.handled >= count or self._reading.done())
        if self.handled < count:
            raise Failure("the business server ended")

    async def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  it was started with a pipe
        while line := await self._process.stdout.readline():
            text = line.decode(errors="replace").rstrip()
            self._on_line(text)
            async with self._more:
                self.handled += text.startswith("imported ")
                self._more.notify_all()

    async def stop(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        await self._process.wait()
        await self._reading


@asynccontextmanager
async def business_server(
    secret: str, on_line: Callable[[str], None], *, fails_first: bool = False
) -> AsyncIterator[BusinessProcess]:
    """Run the example on a free port of this machine; ``on_line`` gets each line that it prints. With ``fails_first``
    it answers the first after-event with 500. Raises ``Failure``."""
    process = await asyncio.create_subprocess_exec(
        # -P: Python imports nothing from the current directory.
        *(sys.executable, "-P", "-m", "amity.cli.demonstration.serving", str(example_program())),
        *(["fails_first"] if fails_first else []),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"CALLBACK_SECRET": secret},
        # In a session of its own, so that Ctrl-C goes to the demo only, which then ends this process.
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  it was started with a pipe
    first = (await process.stdout.readline()).decode(errors="replace").strip()
    if not first.startswith(_LISTENING):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise Failure("the business server did not start")
    running = BusinessProcess(process, first.removeprefix(_LISTENING), on_line)
    try:
        yield running
    finally:
        await running.stop()
