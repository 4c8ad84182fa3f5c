"""What OpenIM's server answered and pushed is what amity answers and pushes, but for the differences that are listed.

``README.md`` here says what the files of this folder hold.
"""

import asyncio
import tomllib
from pathlib import Path

import pytest

from tests.integration.compatibility.replay import FOLDER, World, recorded_cases
from tests.integration.conftest import StartServer
from tests.support.recorded_answers import Found, differences, unlisted

RELATIONS = ("relations.jsonl", "users.jsonl")
CONVERSATIONS = ("conversations.jsonl",)
MESSAGES = ("messages.jsonl",)
MESSAGE_CALLS = ("message_calls.jsonl",)


async def replayed(folder: Path, database_url: str, listed, names) -> list[Found]:
    """Do all cases of these files on a new server, and return what is not as recorded."""
    starter = StartServer(folder, database_url)
    cases = recorded_cases(names)
    try:
        rest = await starter()
        async with World(rest, starter.gateway_url).populated() as world:
            if names is CONVERSATIONS:
                await world.write("ub", "ua", "m0", "m1", "m2")
            if names is MESSAGE_CALLS:
                await world.write("ua", "ub", *(f"m{number}" for number in range(80)))
            for case in cases:
                await world.replay(case, lambda found: any(each.lists(found) for each in listed))
            await world.settle()
    finally:
        await starter.stop()
    return [each for case in cases for each in case.found()]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("names", "listed_in"),
    [
        (RELATIONS, "differences.toml"),
        (CONVERSATIONS, "conversation_differences.toml"),
        (MESSAGES, "message_differences.toml"),
        (MESSAGE_CALLS, "message_call_differences.toml"),
    ],
    ids=["relations", "conversations", "messages", "calls about messages"],
)
def test_what_is_not_as_recorded_is_listed_and_what_is_listed_occurs(names, listed_in, database_url, tmp_path):
    # One test, and not one for each case: they take seconds for each engine, and stand on one another.
    listed = differences(tomllib.loads((FOLDER / listed_in).read_text(encoding="utf-8")))
    found = asyncio.run(replayed(tmp_path, database_url, listed, names))
    problems = [str(each) for each in unlisted(found, listed)]
    problems += [f"listed, and does not occur: {each}" for one in listed for each in one.missing()]
    assert not problems, "\n".join(problems)
