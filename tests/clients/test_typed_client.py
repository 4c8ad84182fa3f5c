"""The page about typed clients, done as a reader does it: a public generator reads the OpenAPI document of a whole
server, a compiler what was generated, and the program calls the server."""

import asyncio
import os

import pytest

from tests.clients.client import HERE
from tests.support.rest import SECRET
from tests.unit.docs.pages import blocks, section, text

PAGE = section(text("docs/typed-clients.md"), "In TypeScript")
(PROGRAM,) = blocks(PAGE, "typescript")
_INSTALL, GENERATE, RUN = blocks(PAGE, "bash")
(SHOWN,) = blocks(PAGE, "text")


@pytest.fixture
def folder(tmp_path):
    """A reader's folder, into which the packages of the page are installed."""
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "package.json").write_text('{"private": true}')
    (tmp_path / "people.mts").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


async def run(commands, folder, url):
    """Run commands of the page, and return how they ended and what they printed."""
    process = await asyncio.create_subprocess_shell(
        "set -e\n" + commands.replace("http://127.0.0.1:10002", url).replace("export SECRET=...", ""),
        cwd=folder,
        env=os.environ | {"SECRET": SECRET, "AMITY_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await process.communicate()
    return process.returncode, printed.decode(), complaints.decode()


async def test_a_client_is_generated_without_a_complaint_compiles_and_calls_the_server(house, folder):
    code, printed, complaints = await run(GENERATE, folder, house.rest.url)
    assert code == 0
    assert "warn" not in (printed + complaints).lower()
    assert (await run(RUN, folder, house.rest.url))[:2] == (0, SHOWN)


async def test_the_compiler_sees_fields_that_are_missing_or_wrong(house, folder):
    await run(GENERATE, folder, house.rest.url)
    right = 'body: { userIDs: ["imAdmin"] }'
    for number, wrong in enumerate(("body: {}", "body: { userIDs: [1] }", 'body: { userIds: ["imAdmin"] }')):
        (folder / f"wrong{number}.mts").write_text(PROGRAM.replace(right, wrong), encoding="utf-8")
    _, printed, _ = await run("npx tsc --noEmit --strict --module nodenext --target es2022 wrong*.mts", folder, "")
    assert {line.partition(".")[0] for line in printed.splitlines() if line.startswith("wrong")} == {
        "wrong0",
        "wrong1",
        "wrong2",
    }
