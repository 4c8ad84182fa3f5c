"""Run the ``app`` of a Python file on this server's own HTTP listener: ``python -m ...serving FILE``.

The demo runs the example business server this way, because amity installs no ASGI server. Users run their business
server with an ASGI server of their choice.
"""

import asyncio
import importlib.util
import signal
import sys
from pathlib import Path
from typing import Any

from amity.api.listener import Listener
from amity.http.url import host_port

_HOST = "127.0.0.1"


def _app(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None  # noqa: S101 - a file of Python has a loader
    assert spec.loader is not None  # noqa: S101
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


async def _serve(file: Path) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    listener = Listener(_app(file), _HOST, 0)
    await listener.start()
    sys.stdout.write(f"listening on http://{host_port(_HOST, listener.port)}/callbackExample\n")
    sys.stdout.flush()
    await ended.wait()
    await listener.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
