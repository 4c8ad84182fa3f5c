"""The table in docs/relationships.md: the server turns each state of two users into the one on the page."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.integration.relations.conftest import Relations
from tests.integration.relations.model import ACTIONS, states

PAGE = (Path(__file__).parents[3] / "docs" / "relationships.md").read_text(encoding="utf-8")
WORDS = {"list": 0, "block": 1, "asked": 2}
NOBODY = "nobody"


def rows():
    """Return the page's table: for each state the result of each action."""
    lines = re.search(r"^\| List \| Block \| Asked \|(.*?)\n\n", PAGE, re.MULTILINE | re.DOTALL)
    assert lines
    head, _, *body = lines[0].strip().splitlines()
    columns = [cell.strip() for cell in head.strip("|").split("|")][3:]
    assert columns == [f"A {action}" if action != "is imported for" else "import for A" for action in ACTIONS]
    for line in body:
        cells = [cell.strip().replace("\N{EN DASH}", NOBODY) for cell in line.strip("|").split("|")]
        yield tuple(cells[:3]), dict(zip(ACTIONS, cells[3:], strict=True))


def expected(state, cell):
    """Return the code and the state in a cell."""
    if cell.isdigit():
        return int(cell), state
    after = list(state)
    for change in cell.split(", "):
        if change == "friends":
            after[0] = "both"
        elif change not in ("·", "anew"):
            word, value = change.split(" ")
            after[WORDS[word]] = value
    return 0, tuple(after)


def who(a, b):
    return {(True, True): "both", (True, False): "A", (False, True): "B", (False, False): NOBODY}[a, b]


class Pair:
    """Two new users in the state of a row."""

    def __init__(self, relations, number):
        self.relations = relations
        self.names = {"A": f"a{number}", "B": f"b{number}"}

    async def become(self, state):
        lists, blocks, asked = state
        if lists != NOBODY:
            await self.relations.imports(self.names["A"], self.names["B"])
            for owner in {"A": ["B"], "B": ["A"]}.get(lists, []):
                await self.relations.delete(*self.two(owner))
        for owner in {"both": ["A", "B"], NOBODY: []}.get(blocks, [blocks]):
            await self.relations.block(*self.two(owner))
        if asked != NOBODY:
            await self.relations.apply(*self.two(asked))

    async def act(self, action):
        user, other = self.two("A")
        do = {
            "asks": self.relations.apply,
            "agrees": self.relations.agree,
            "refuses": self.relations.refuse,
            "blocks": self.relations.block,
            "unblocks": self.relations.unblock,
            "deletes": self.relations.delete,
            "imports": lambda user, other: self.relations.imports(user, other, by=user),
            "is imported for": self.relations.imports,
        }
        return (await do[action](user, other))["errCode"]

    async def state(self):
        a, b = self.two("A")
        rest = self.relations.rest
        lists = await rest.data("/friend/is_friend", {"userID1": a, "userID2": b})
        asked = await rest.data("/friend/get_designated_friend_apply", {"fromUserID": a, "toUserID": b})
        waits = {each["fromUserID"] for each in asked["friendRequests"] or [] if each["handleResult"] == 0}
        return (
            who(lists["inUser1Friends"], lists["inUser2Friends"]),
            who(await self.relations.blacks(a) == [b], await self.relations.blacks(b) == [a]),
            who(a in waits, b in waits),
        )

    def two(self, one):
        return self.names[one], self.names["B" if one == "A" else "A"]


@pytest.fixture
async def open_relations(start_server):
    """Start a server on which users may import for themselves."""
    return Relations(await start_server(clientImport="open"))


def test_the_page_has_every_state_once():
    documented = [state for state, _ in rows()]
    assert sorted(documented) == sorted(states())


async def test_every_operation_turns_every_state_into_the_one_on_the_page(open_relations):
    cases = [(state, action, cell) for state, cells in rows() for action, cell in cells.items()]
    pairs = [Pair(open_relations, number) for number in range(len(cases))]
    await open_relations.rest.register(*(name for pair in pairs for name in pair.names.values()))

    async def run(pair, state, action, cell):
        await pair.become(state)
        assert await pair.state() == state
        return state, action, (await pair.act(action), await pair.state()), expected(state, cell)

    for start in range(0, len(cases), 16):
        some = zip(pairs[start : start + 16], cases[start : start + 16], strict=True)
        for state, action, found, documented in await asyncio.gather(*(run(pair, *case) for pair, case in some)):
            assert found == documented, (state, action)
