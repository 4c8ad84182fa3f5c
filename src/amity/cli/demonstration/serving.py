"""Run the ``app`` of a Python file on this server's own HTTP listener: ``python -m ...serving FILE [fails_first]``.

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


class _FailsFirst:
    """A business server whose database is away when it is first told of something."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._has_failed = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._has_failed or scope["type"] != "http" or "/callbackAfter" not in scope["path"]:
            await self._app(scope, receive, send)
            return
        self._has_failed = True
        await send({"type": "http.response.start", "status": 500, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"the database of the app is away"})


async def _serve(file: Path, *, fails_first: bool) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    app = _app(file)
    listener = Listener(_FailsFirst(app) if fails_first else app, _HOST, 0)
    await listener.start()
    sys.stdout.write(f"listening on http://{host_port(_HOST, listener.port)}/callbackExample\n")
    sys.stdout.flush()
    await ended.wait()
    await listener.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), fails_first=sys.argv[2:] == ["fails_first"]))
