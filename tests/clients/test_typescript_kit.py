"""The business kit for TypeScript: its own tests, and its page done as a reader does it, against a whole amity."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.support.foreign_program import ExampleRules, ForeignProgram
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess
from tests.unit.docs.pages import blocks, rows, section

KIT = Path(__file__).parents[2] / "kits" / "typescript"
PAGE = (KIT / "README.md").read_text(encoding="utf-8")
TEN_MINUTES = section(PAGE, "In ten minutes")
(PROGRAM,) = blocks(TEN_MINUTES, "javascript")
INSTALL, RUN = blocks(TEN_MINUTES, "bash")


async def run(command: str, folder: Path) -> str:
    """Run a command of a shell, and return what it printed. Fails where it fails."""
    # What the lock file names was downloaded when the tests were set up: only what it does not name is asked for.
    environment = os.environ | {"npm_config_prefer_offline": "true", "npm_config_update_notifier": "false"}
    process = await asyncio.create_subprocess_shell(
        f"set -e\n{command}",
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    return printed.decode()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """A reader's folder, in which the page's first two steps were done, with a clone of amity beside it."""
    parent = tmp_path_factory.mktemp("reader")
    clone = parent / "amity" / "kits" / "typescript"
    shutil.copytree(KIT, clone, ignore=shutil.ignore_patterns("node_modules", "dist"))
    folder = parent / "app"
    folder.mkdir()
    asyncio.run(run(INSTALL, folder))
    (folder / "business.mjs").write_text(PROGRAM, encoding="utf-8")
    return folder


@pytest.fixture
async def program(app):
    command = RUN.strip().splitlines()[-1].split()
    async with ForeignProgram(command, app, {}) as running:
        yield running


@pytest.fixture
async def rest(tmp_path, sqlite_url, program):
    settings = {"secret": SECRET, "admins": [ADMIN], "database": sqlite_url, "callbacks": program.callbacks()}
    async with ServerProcess(tmp_path, settings) as server, Rest(server.url) as rest:
        yield rest


class TestTheProgramOfThePage(ExampleRules):
    pass


TSC = KIT / "node_modules" / ".bin" / "tsc"
STRICT = "--strict --noEmit --pretty false --module nodenext --target es2022 --lib es2023,dom --skipLibCheck false"
WRONG = {
    'kit.on("beforeImportFriends", () => true);': "not assignable",
    'kit.on("beforeImportFriends", () => modify({ friendUserIds: ["bob"] }));': "not assignable",
    'kit.on("beforeImportFriends", () => modify({ friendUserIDs: [7] }));': "not assignable",
    'kit.on("beforeAddFriend", () => modify({ reqMsg: "" }));': "not assignable",
    'kit.on("beforeImportFriends", ({ ownerUserId }) => allow());': "ownerUserId",
    'kit.on("beforeImportFriend", () => allow());': "beforeImportFriend",
}
"""Handlers that fail when they are called, with a word of what the compiler says before."""


@pytest.fixture(scope="module")
def complaints(app):
    """What TypeScript's compiler says about the page's program, and about it with each of the wrong handlers, by the
    names of the files."""
    programs = {"page.mts": PROGRAM} | {f"wrong{at}.mts": PROGRAM + handler for at, handler in enumerate(WRONG)}
    for name, program in programs.items():
        (app / name).write_text(program, encoding="utf-8")
    types = f"--typeRoots {KIT / 'node_modules' / '@types'} --types node"
    # It fails where it complains. All in one run, because a compiler takes seconds to start.
    said = asyncio.run(run(f"{TSC} {STRICT} {types} {' '.join(programs)} || true", app))
    parts = re.split(r"^(\w+\.mts)\(", said, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_program_of_the_page_is_typescript_that_compiles(complaints):
    assert "page.mts" not in complaints
    assert len(complaints) == len(WRONG)


@pytest.mark.parametrize(("at", "word"), list(enumerate(WRONG.values())))
def test_the_compiler_sees_what_would_fail(complaints, at, word):
    assert word in complaints[f"wrong{at}.mts"]


async def test_the_kit_passes_its_own_tests(app):
    clone = app.parent / "amity" / "kits" / "typescript"
    assert "# fail 0" in await run("npm test", clone)


def test_the_page_lists_every_status_that_the_kit_answers():
    sources = "".join(path.read_text(encoding="utf-8") for path in (KIT / "src").glob("*.ts"))
    answered = {"200", *re.findall(r"\brefusal\((\d+)", sources)}
    assert {cells[0] for cells in rows(PAGE, "What is answered")} == answered
