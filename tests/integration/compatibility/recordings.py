"""What is recorded: which cases belong together, and what their users had before the first one."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.integration.compatibility.frames import FrameCase, FrameWorld
from tests.integration.compatibility.groups import GroupCase, GroupWorld
from tests.integration.compatibility.replay import FOLDER, Case, World, recorded_cases
from tests.integration.conftest import StartServer
from tests.support.recorded_answers import Difference, Found, differences


class Conversations(World):
    """A world in which ``ub`` has written to ``ua``."""

    async def prepare(self) -> None:
        await self.write("ub", "ua", "m0", "m1", "m2")


class MessageCalls(World):
    """A world in which a chat has many messages."""

    async def prepare(self) -> None:
        await self.write("ua", "ub", *(f"m{number}" for number in range(80)))


class Frames(FrameWorld):
    """A world in which two others have a chat."""

    async def prepare(self) -> None:
        await self.write("uc", "ud", "private")


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


class Groups(GroupWorld):
    """A world in which three members and somebody else are connected."""

    connected = (("ua", 7), ("ub", 7), ("uc", 7), ("ue", 7))


class GroupApplications(GroupWorld):
    """A world in which two members and one who applies are connected."""

    connected = (("ua", 7), ("ub", 7), ("ue", 7))


class GroupMessages(GroupWorld):
    """A world in which three members are connected, one of them twice."""

    connected = (("ua", 7), ("ub", 7), ("uc", 7), ("ua", 5))
    compares_empty_members = False


class GroupFrames(GroupWorld):
    """A world in which one of two members is connected twice."""

    compares_empty_members = False


class GroupConversations(GroupWorld):
    """A world in which ``ub`` has written to ``ua``."""

    async def prepare(self) -> None:
        await self.write("ub", "ua", "m0", "m1", "m2")


class GroupStrangers(GroupWorld):
    """A world in which the three members have one device each."""

    connected = (("ua", 7), ("ub", 7), ("uc", 7))
    compares_empty_members = False

    async def prepare(self) -> None:
        await self.write("ua", "ub", "p0", "p1", "p2", "p3")


@dataclass(frozen=True, slots=True)
class Recording:
    """Cases that stand on one another, and the file of what may differ."""

    name: str
    files: Sequence[str]
    listed_in: str
    world: type[World] = World
    case: type[Case] = Case

    def listed(self) -> list[Difference]:
        """Read the differences that were decided."""
        return differences(tomllib.loads((FOLDER / self.listed_in).read_text(encoding="utf-8")))

    async def replayed(self, folder: Path, database_url: str, listed: Sequence[Difference]) -> list[Found]:
        """Do all cases on a new server, and return what is not as recorded."""
        starter = StartServer(folder, database_url)
        cases = recorded_cases(self.files, self.case)
        try:
            rest = await starter()
            async with self.world(rest, starter.gateway_url).populated() as world:
                await world.prepare()
                await world.settle()
                for case in cases:
                    await world.replay(case, lambda found: any(each.lists(found) for each in listed))
                await world.settle()
        finally:
            await starter.stop()
        return [each for case in cases for each in case.found()]


SINGLE_CHATS = (
    Recording("relations", ("relations.jsonl", "users.jsonl"), "differences.toml"),
    Recording("conversations", ("conversations.jsonl",), "conversation_differences.toml", Conversations),
    Recording("messages", ("messages.jsonl",), "message_differences.toml"),
    Recording("message_calls", ("message_calls.jsonl",), "message_call_differences.toml", MessageCalls),
    Recording("frames", ("frames.jsonl",), "frame_differences.toml", Frames, FrameCase),
    Recording("told", ("told.jsonl",), "told_differences.toml", Told, FrameCase),
    Recording("strangers", ("strangers.jsonl",), "stranger_differences.toml", Strangers, FrameCase),
)
GROUPS = tuple(
    Recording(name, (f"{name}s.jsonl",), f"{name}_differences.toml", world, GroupCase)
    for name, world in (
        ("group", Groups),
        ("group_application", GroupApplications),
        ("group_message", GroupMessages),
        ("group_frame", GroupFrames),
        ("group_conversation", GroupConversations),
        ("group_stranger", GroupStrangers),
    )
)
RECORDINGS = (*SINGLE_CHATS, *GROUPS)
"""What is compared in each run of the tests."""
