"""Running commands against a server in the test's own loop."""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from amity.cli.main import main
from tests.support.rest import SECRET, Rest


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The commands speak to the REST API: what is behind it is tested elsewhere."""
    return sqlite_url


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """Runs commands in a folder of their own, without the environment's settings."""

    async def __call__(self, *words: str, text: str | None = None, **environ: str) -> Ran:
        # In a thread: a command brings its own event loop.
        result = await asyncio.to_thread(CliRunner().invoke, main, list(words), input=text, env=environ)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file in the folder of the commands."""
        file = Path(name)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def files(self) -> list[str]:
        """The names of the files in that folder."""
        return sorted(file.name for file in Path().iterdir())

    async def on(self, rest: Rest, *words: str, text: str | None = None) -> Ran:
        """Run a command that talks to a server."""
        return await self(*words, "--url", rest.url, text=text, AMITY_SECRET=SECRET)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs commands: ``await cli("users", "list", "--url", ...)``."""
    for name in os.environ:
        if name.startswith("AMITY_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Cli()
