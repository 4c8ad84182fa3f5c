"""How a process joins the others of its database, and joins again after they have ended it."""

import asyncio

from amity.cluster.processes import Processes
from amity.errors import Code, ImError
from tests.support.lone_gateway import until


async def end(joined):
    """Do what the others do to a process that has not renewed its lease."""
    name = joined.cluster.processes.name
    await joined.database.write(lambda tx: tx.fetch("delete from processes where process = $1", name))


async def test_a_process_that_nobody_answers_renews_its_lease_while_it_joins(join, wire, caplog):
    here = await join()
    wire.is_held = True
    joining = asyncio.create_task(join())
    leases: set[str] = set()
    while not joining.done():
        rows = await here.database.fetch("select until from processes where process <> $1", here.cluster.processes.name)
        leases.update(row[0] for row in rows)
        await asyncio.sleep(0.05)
    await joining
    assert len(leases) > 1
    assert "1 other processes do not answer over the bus" in caplog.text


async def test_a_process_that_joins_again_still_tells_the_others_meanwhile(join, monkeypatch):
    here, there = await join(), await join()
    listening, may_go_on = asyncio.Event(), asyncio.Event()
    listen = here.bus.listen

    async def wait_and_listen(channels):
        listening.set()
        await may_go_on.wait()
        await listen(channels)

    monkeypatch.setattr(here.bus, "listen", wait_and_listen)
    await end(here)
    async with asyncio.timeout(10):
        await listening.wait()
    others = here.cluster.processes.others
    may_go_on.set()
    assert others == {there.cluster.processes.name}
    await until(lambda: here.cluster.processes.name in there.cluster.processes.others)


async def test_a_process_starts_though_the_first_read_of_the_others_is_not_answered_in_time(join, monkeypatch):
    first = await join()
    failures = iter([ImError(Code.DATABASE, "the test says so")])
    look = Processes._look

    async def fail_once(processes):
        if processes.name != first.cluster.processes.name and (failure := next(failures, None)):
            # The first has ended it meanwhile.
            await first.database.write(lambda tx: tx.fetch("delete from processes where process = $1", processes.name))
            raise failure
        await look(processes)

    monkeypatch.setattr(Processes, "_look", fail_once)
    second = await join()
    assert next(failures, None) is None
    name = second.cluster.processes.name
    assert second.cluster.processes.others == {first.cluster.processes.name}
    assert await first.database.fetch("select 1 from processes where process = $1", name)
    await until(lambda: name in first.cluster.processes.others)


async def test_a_process_that_could_not_join_again_at_first_has_its_clients_connect_again_later(join, monkeypatch):
    here = await join()
    processes = here.cluster.processes
    look, before = processes._look, processes.name
    failures = iter([ImError(Code.DATABASE, "the test says so")])

    async def fail_once():
        if processes.name != before and (failure := next(failures, None)):
            raise failure
        await look()

    async with here.lone.client("alice") as alice:
        await end(here)
        monkeypatch.setattr(processes, "_look", fail_once)
        assert (await alice.closed())[0] == 1012
    assert next(failures, None) is None
