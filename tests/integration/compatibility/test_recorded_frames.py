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

FRAMES = "frames.jsonl"


class Watching(FrameWorld):
    """A world in which a third user is connected, too."""

    connected = (*FrameWorld.connected, ("uc", 7))


async def replayed(folder: Path, database_url: str, listed, name) -> list[Found]:
    """Do all cases of this file on a new server, and return what is not as recorded."""
    starter = StartServer(folder, database_url)
    cases = recorded_cases([name], FrameCase)
    try:
        rest = await starter()
        world = (FrameWorld if name == FRAMES else Watching)(rest, starter.gateway_url)
        async with world.populated():
            if name == FRAMES:
                await world.write("uc", "ud", "private")
            else:
                await world.write("ub", "uc", "before")
                await world.write("ua", "ud", "before")
                await world.write("ua", "ub", *(f"m{number}" for number in range(51)))
            await world.settle()
            for case in cases:
                await world.replay(case, lambda found: any(each.lists(found) for each in listed))
            await world.settle()
    finally:
        await starter.stop()
    return [each for case in cases for each in case.found()]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("name", "listed_in"),
    [(FRAMES, "frame_differences.toml"), ("told.jsonl", "told_differences.toml")],
    ids=["frames", "what is told of messages"],
)
def test_what_is_not_as_recorded_is_listed_and_what_is_listed_occurs(name, listed_in, database_url, tmp_path):
    listed = differences(tomllib.loads((FOLDER / listed_in).read_text(encoding="utf-8")))
    found = asyncio.run(replayed(tmp_path, database_url, listed, name))
    problems = [str(each) for each in unlisted(found, listed)]
    problems += [f"listed, and does not occur: {each}" for one in listed for each in one.missing()]
    assert not problems, "\n".join(problems)
