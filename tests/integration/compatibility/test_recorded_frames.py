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


class Told(FrameWorld):
    """A world in which a third user is connected, too."""

    connected = (*FrameWorld.connected, ("uc", 7))

    async def prepare(self) -> None:
        await self.write("ub", "uc", "before")
        await self.write("ua", "ud", "before")
        await self.write("ua", "ub", *(f"m{number}" for number in range(51)))


class Strangers(FrameWorld):
    """A world in which each user has one device."""

    connected = (("ua", 7), ("ub", 7))

    async def prepare(self) -> None:
        await self.write("ua", "ub", "p0", "p1", "p2", "p3")


class Frames(FrameWorld):
    """A world in which two others have a chat."""

    async def prepare(self) -> None:
        await self.write("uc", "ud", "private")


async def replayed(folder: Path, database_url: str, listed, name, form) -> list[Found]:
    """Do all cases of this file on a new server, and return what is not as recorded."""
    starter = StartServer(folder, database_url)
    cases = recorded_cases([name], FrameCase)
    try:
        rest = await starter()
        async with form(rest, starter.gateway_url).populated() as world:
            await world.prepare()
            await world.settle()
            for case in cases:
                await world.replay(case, lambda found: any(each.lists(found) for each in listed))
            await world.settle()
    finally:
        await starter.stop()
    return [each for case in cases for each in case.found()]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("name", "listed_in", "form"),
    [
        ("frames.jsonl", "frame_differences.toml", Frames),
        ("told.jsonl", "told_differences.toml", Told),
        ("strangers.jsonl", "stranger_differences.toml", Strangers),
    ],
    ids=["frames", "what is told of messages", "strangers, and deleted conversations"],
)
def test_what_is_not_as_recorded_is_listed_and_what_is_listed_occurs(name, listed_in, form, database_url, tmp_path):
    listed = differences(tomllib.loads((FOLDER / listed_in).read_text(encoding="utf-8")))
    found = asyncio.run(replayed(tmp_path, database_url, listed, name, form))
    problems = [str(each) for each in unlisted(found, listed)]
    problems += [f"listed, and does not occur: {each}" for one in listed for each in one.missing()]
    assert not problems, "\n".join(problems)
