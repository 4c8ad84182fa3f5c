"""What OpenIM's gateway answered and pushed is what amity's answers and pushes, but for what is listed.

``README.md`` here says what the files of this folder hold.
"""

import asyncio
import tomllib
from pathlib import Path

import pytest

from tests.integration.compatibility.frames import FrameCase, FrameWorld
from tests.integration.compatibility.replay import FOLDER, recorded_cases
from tests.integration.conftest import StartServer
from tests.support.recorded_answers import Found, differences, unlisted


async def replayed(folder: Path, database_url: str, listed) -> list[Found]:
    """Do all cases of the gateway on a new server, and return what is not as recorded."""
    starter = StartServer(folder, database_url)
    cases = recorded_cases(["frames.jsonl"], FrameCase)
    try:
        rest = await starter()
        async with FrameWorld(rest, starter.gateway_url).populated() as world:
            await world.write("uc", "ud", "private")
            for case in cases:
                await world.replay(case, lambda found: any(each.lists(found) for each in listed))
            await world.settle()
    finally:
        await starter.stop()
    return [each for case in cases for each in case.found()]


@pytest.mark.timeout(60)
def test_what_is_not_as_recorded_is_listed_and_what_is_listed_occurs(database_url, tmp_path):
    listed = differences(tomllib.loads((FOLDER / "frame_differences.toml").read_text(encoding="utf-8")))
    found = asyncio.run(replayed(tmp_path, database_url, listed))
    problems = [str(each) for each in unlisted(found, listed)]
    problems += [f"listed, and does not occur: {each}" for one in listed for each in one.missing()]
    assert not problems, "\n".join(problems)
