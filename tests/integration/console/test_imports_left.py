"""Imports of files whose server stops, or that nobody goes on with: what is counted, told and deleted."""

import asyncio

from amity.clock import SYSTEM_CLOCK
from amity.console.imports import store
from amity.console.imports.deleting import Deleting
from amity.console.imports.in_process import InProcess
from amity.relations.friends import notices
from amity.storage import open_database
from tests.integration.console.importing import PATH, act, csv_of, numbers, page, until, upload
from tests.integration.console.test_imports_going_on import PAIRS, Gate
from tests.support.console import Visitor
from tests.support.stored_rows import change_stored_rows, stored_rows


async def test_who_was_registered_before_an_import_was_stopped_is_counted(admin, rest, monkeypatch):
    await rest.register("ann")
    registers, may_go_on = asyncio.Event(), asyncio.Event()
    real = InProcess.register_users

    async def kept(server, new):
        registers.set()
        await may_go_on.wait()
        return await real(server, new)

    monkeypatch.setattr(InProcess, "register_users", kept)
    job = await upload(admin, csv_of(("ann", f"new{n}") for n in range(1500)))
    await until(admin, job)
    await act(admin, "start", job, register="1")
    await registers.wait()
    await act(admin, "stop", job)
    may_go_on.set()
    assert await until(admin, job) == "stopped"
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert numbers(await page(admin, job))["Registered"] == "1,500"


async def test_an_operation_that_outlasts_the_patience_of_a_server_that_stops_tells_clients_all_the_same(
    start_server, monkeypatch
):
    monkeypatch.setattr("amity.console.imports.under_way._PATIENCE_SECONDS", 0.01)
    told: list[str] = []
    monkeypatch.setattr(notices, "notify_imported", lambda push, owner, *rest: told.append(owner))
    gate = Gate(monkeypatch, 20)
    rest = await start_server(console={"enable": True})
    await rest.register("ann", *(owner for owner, _ in PAIRS))
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        job = await upload(admin, csv_of(PAIRS))
        await until(admin, job)
        await act(admin, "start", job)
        await gate.keeps.wait()
        stopping = asyncio.create_task(start_server.stop())
        await asyncio.sleep(0.5)
        gate.open()
        await stopping
    assert len(gate.owners) > 20
    assert sorted(told) == sorted(gate.owners)


async def test_jobs_that_nobody_goes_on_with_are_deleted(start_server, monkeypatch):
    monkeypatch.setattr("amity.app.running.FIRST_SWEEP_SECONDS", 0.01)
    monkeypatch.setattr("amity.app.running.SWEEP_SECONDS", 0.01)
    rest = await start_server(console={"enable": True})
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        job = await upload(admin, csv_of(PAIRS))
        assert await until(admin, job) == "ready"
        monkeypatch.setattr("amity.console.imports.deleting.OPEN_DAYS", -1)
        async with asyncio.timeout(20):
            while (await admin.get(f"{PATH}/job?id={job}")).status_code == 200:  # noqa: ASYNC110 - only asking tells
                await asyncio.sleep(0.02)


async def test_the_file_of_an_import_that_is_done_is_deleted_although_its_process_was_killed(
    start_server, monkeypatch, database_url
):
    async def killed(deleting, seq):
        raise asyncio.CancelledError

    rest = await start_server(console={"enable": True})
    await rest.register("ann", "bob")
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        with monkeypatch.context() as patch:
            patch.setattr(Deleting, "parts", killed)
            job = await upload(admin, csv_of([("ann", "bob")]))
            await until(admin, job)
            await act(admin, "start", job)
            assert await until(admin, job) == "done"
    assert await stored_rows(database_url, "select count(*) from import_parts") == [(1,)]
    await start_server.stop()
    database = await open_database(database_url)
    await Deleting(database).sweep()
    await database.close()
    assert await stored_rows(database_url, "select count(*) from import_parts") == [(0,)]


async def test_an_import_that_is_gone_on_with_while_old_ones_are_deleted_stays(start_server, monkeypatch, database_url):
    rest = await start_server(console={"enable": True})
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        await until(admin, await upload(admin, csv_of(PAIRS)))
    await start_server.stop()
    await change_stored_rows(database_url, "update import_jobs set changed_at = 0")
    database = await open_database(database_url)
    real = store.expired

    async def gone_on_with(*args):
        found = await real(*args)
        now = SYSTEM_CLOCK.now_ms()
        await database.write(lambda tx: tx.fetch("update import_jobs set changed_at = $1", now))
        return found

    monkeypatch.setattr(store, "expired", gone_on_with)
    await Deleting(database).sweep()
    await database.close()
    assert await stored_rows(database_url, "select state from import_jobs") == [("ready",)]
    assert await stored_rows(database_url, "select count(*) from import_parts") == [(1,)]
