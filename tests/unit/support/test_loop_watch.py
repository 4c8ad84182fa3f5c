"""What the watch over the event loop of integration tests sees, and what it does not."""

import ast
import asyncio
import gc
import time
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import amity
from tests.support.loop_watch import LoopWatch

SOURCE = Path(amity.__file__).parent
LIST = Path(__file__).parents[2] / "integration" / "slow_turns.toml"
MOST_KNOWN = 0
"""How many functions may be on the list of those that hold up the loop. This number only gets smaller."""

MADE_UP = """
import asyncio, time

def compute(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass

def sleep(seconds):
    time.sleep(seconds)

async def serve(seconds):
    await asyncio.sleep(0)
    compute(seconds)

class Served(asyncio.Protocol):
    def data_received(self, data):
        compute(0.08)
"""


def of_the_server(file="relations/made_up.py", module="amity.relations.made_up"):
    """Functions that stand, for all that can be told, in a file of the server."""
    found = {"__name__": module}
    exec(compile(MADE_UP, SOURCE / file, "exec"), found)
    return found


def compute(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def watched(steps):
    """Run ``steps`` on a loop and return the turns that were held up, as on a machine of the usual speed."""
    with LoopWatch(slowness=lambda: 1.0).watching() as watch:
        asyncio.run(steps())
    return watch.turns


def test_a_task_of_the_server_that_computes_too_long_is_named_with_the_function_that_it_was_in():
    async def steps():
        await asyncio.create_task(of_the_server()["serve"](0.08))

    (turn,) = watched(steps)
    assert turn.computed >= 0.08
    assert turn.steps[0].owner == "relations/made_up.py:serve"
    assert turn.names("relations/made_up.py:compute")
    assert "relations/made_up.py:compute < relations/made_up.py:serve" in str(turn)


def test_a_callback_of_the_server_is_named():
    async def steps():
        asyncio.get_running_loop().call_soon(partial(of_the_server()["compute"], 0.08))
        await asyncio.sleep(0)

    (turn,) = watched(steps)
    assert turn.steps[0].owner == "relations/made_up.py:compute"


async def connection_to(protocol):
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"x")
        for _ in range(10):
            await asyncio.sleep(0.001)
        writer.transport.abort()
        await asyncio.sleep(0.001)


def test_a_protocol_of_the_server_is_named():
    (turn,) = watched(lambda: connection_to(of_the_server()["Served"]))
    assert turn.steps[0].owner == "relations/made_up.py:Served"


def test_a_protocol_of_the_test_s_own_is_not_blamed():
    assert watched(lambda: connection_to(of_the_server("../x.py", "tests.x")["Served"])) == []


def test_many_short_steps_of_one_turn_count_together():
    async def steps():
        await asyncio.gather(*[of_the_server()["serve"](0.01) for _ in range(8)])

    (turn,) = watched(steps)
    assert turn.computed >= 0.08
    assert len(turn.steps) == 5


def test_short_turns_one_after_the_other_are_none():
    async def steps():
        for _ in range(8):
            await asyncio.create_task(of_the_server()["serve"](0.01))

    assert watched(steps) == []


@pytest.mark.parametrize("room", ["cli", "client"])
def test_what_a_program_of_its_own_computes_holds_up_nobody(room):
    async def steps():
        await asyncio.create_task(of_the_server(f"{room}/made_up.py")["serve"](0.08))

    assert watched(steps) == []


def test_what_the_test_computes_is_not_blamed_even_where_it_calls_the_server():
    async def steps():
        compute(0.08)
        await of_the_server()["serve"](0.08)

    assert watched(steps) == []


def test_a_step_that_sleeps_is_found_though_it_computes_nothing():
    async def steps():
        asyncio.get_running_loop().call_soon(of_the_server()["sleep"], 0.4)
        await asyncio.sleep(0)

    (turn,) = watched(steps)
    assert turn.computed < 0.05
    assert turn.steps[0].asleep > 0.25
    assert turn.names("relations/made_up.py:sleep")


def test_collecting_the_garbage_of_all_tests_is_not_the_server_s():
    heap: list[list[int]] = [[] for _ in range(500_000)]
    found: dict[str, Any] = {"gc": gc}
    exec(compile("def collect():\n    gc.collect()", SOURCE / "relations/made_up.py", "exec"), found)
    taken = []

    async def steps():
        began = time.thread_time()
        asyncio.get_running_loop().call_soon(found["collect"])
        await asyncio.sleep(0)
        taken.append(time.thread_time() - began)

    with LoopWatch(most_computed=0.005).watching() as watch:
        asyncio.run(steps())
    assert taken[0] > 0.005
    assert watch.turns == []
    assert heap


def test_the_loop_is_left_as_it_was():
    def patched() -> tuple[object, object]:
        return asyncio.events.Handle._run, vars(asyncio.base_events.BaseEventLoop)["_run_once"]

    before = patched()
    with LoopWatch().watching():
        assert patched() != before
    assert patched() == before


def test_each_function_that_is_known_to_hold_up_the_loop_exists_and_has_its_reason():
    known = tomllib.loads(LIST.read_text()).get("function", [])
    assert len(known) <= MOST_KNOWN, "the list only gets shorter"
    for each in known:
        path, _, name = each["name"].partition(":")
        assert name in qualified(SOURCE / path), each["name"]
        assert len(each["reason"]) > 20, each["name"]


def qualified(path):
    """The functions of a file by their qualified names."""
    found = set()

    def walk(node, inside):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(f"{inside}{child.name}")
                separator = "." if isinstance(child, ast.ClassDef) else ".<locals>."
                walk(child, f"{inside}{child.name}{separator}")
            else:
                walk(child, inside)

    walk(ast.parse(path.read_text()), "")
    return found
