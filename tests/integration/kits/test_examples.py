"""The example business servers in other languages, run as their pages say, with a whole amity that asks them."""

import shutil
from pathlib import Path

import pytest

from amity.business import BeforeImportFriends
from tests.support.foreign_program import ExampleRules, ForeignProgram
from tests.unit.docs.pages import ROOT, blocks, section

NEEDS = {"business_server_java": "java", "business_server_php": "php"}


def command_of(folder: str) -> tuple[list[str], Path]:
    """The command of an example's page, and its folder. Skips the test where its language is not installed."""
    if shutil.which(NEEDS[folder]) is None:
        pytest.skip(f"{NEEDS[folder]} is not installed")
    path = ROOT / "examples" / folder
    (block,) = blocks(section((path / "README.md").read_text(encoding="utf-8"), "Run it"), "bash")
    return block.strip().splitlines()[-1].replace("10006", "{port}").split(), path


@pytest.fixture(params=NEEDS)
async def program(request, tmp_path):
    async with ForeignProgram(*command_of(request.param), {"HANDLED": str(tmp_path / "handled")}) as running:
        yield running


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough: what differs here is who is asked."""
    return sqlite_url


@pytest.fixture
async def rest(start_server, program):
    return await start_server(callbacks=program.callbacks())


class TestExamples(ExampleRules):
    pass


async def test_without_a_secret_the_example_in_java_does_not_start():
    program = ForeignProgram(*command_of("business_server_java"), {"CALLBACK_SECRET": ""})
    with pytest.raises(AssertionError, match="CALLBACK_SECRET has fewer than 24 bytes"):
        await program.__aenter__()


async def test_without_a_secret_the_example_in_php_believes_nobody():
    event = BeforeImportFriends(owner_user_id="alice", friend_user_ids=["bob"])
    async with ForeignProgram(*command_of("business_server_php"), {"CALLBACK_SECRET": ""}) as program:
        assert (await program.send(event)).status_code == 500
