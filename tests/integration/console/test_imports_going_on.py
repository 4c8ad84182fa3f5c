"""Imports of files that stop, are started twice, or whose server ends."""

import asyncio

import pytest

from amity.app.server import Server
from amity.console.imports import store
from amity.console.imports.in_process import InProcess
from amity.console.imports.models import State
from amity.console.imports.service import Imports
from amity.console.imports.working import Working
from amity.errors import Code, ImError
from amity.importing.planning import Most
from amity.relations.friends.importing import ImportFriends
from amity.storage.sqlite.database import Sqlite
from tests.integration.conftest import settings_for
from tests.integration.console.importing import (
    PATH,
    act,
    audited,
    csv_of,
    numbers,
    page,
    shown,
    until,
    upload,
    upload_only,
)
from tests.support.console import Visitor

OWNERS = 60
PAIRS = [(f"owner{n}", "ann") for n in range(OWNERS)]


class Gate:
    """Lets so many imports through, and keeps further ones waiting until it is opened."""

    def __init__(self, monkeypatch, let_through):
        self.keeps = asyncio.Event()
        self.owners: list[str] = []
        self._open = asyncio.Event()
        self._left = let_through
        real = ImportFriends.__call__

        async def kept(importing, call, request):
            if not self._left:
                self.keeps.set()
                await self._open.wait()
            else:
                self._left -= 1
            self.owners.append(request.owner_user_id)
            return await real(importing, call, request)

        kept.__annotations__ = real.__annotations__
        monkeypatch.setattr(ImportFriends, "__call__", kept)

    def open(self):
        self._left = 1 << 30
        self._open.set()


@pytest.fixture
def gate(monkeypatch):
    return Gate(monkeypatch, 20)


@pytest.fixture
async def running(gate, admin, rest):
    """The number of a job that runs, and waits at the gate."""
    await rest.register("ann", *(owner for owner, _ in PAIRS))
    job = await upload(admin, csv_of(PAIRS))
    assert await until(admin, job) == "ready"
    await act(admin, "start", job)
    await gate.keeps.wait()
    return job


async def test_an_import_that_was_stopped_goes_on_where_it_was(admin, rest, gate, running):
    await act(admin, "stop", running)
    gate.open()
    assert await until(admin, running) == "stopped"
    before = len(gate.owners)
    assert 20 <= before < OWNERS
    assert "Go on" in await page(admin, running)
    await act(admin, "start", running)
    assert await until(admin, running) == "done"
    assert len(gate.owners) == len(set(gate.owners)) == OWNERS
    assert len(await rest.friends("ann")) == OWNERS
    assert numbers(await page(admin, running))["Imported"] == str(OWNERS)
    assert [await audited(admin, f"imports.{name}") for name in ("start", "stop", "go_on")] == [1, 1, 1]


async def test_of_two_administrators_one_starts_it_and_the_other_sees_that_it_runs(admin, visit, rest, gate, running):
    other = visit()
    await other.log_in()
    assert await until(other, running, "running") == "running"
    assert (await act(other, "start", running)).endswith("said=said.imports_running")
    assert "started it" in (await other.get(f"{PATH}/job?id={running}&said=said.imports_running")).text
    gate.open()
    assert await until(admin, running) == "done"
    assert len(gate.owners) == OWNERS


async def test_of_two_who_start_at_the_same_moment_one_does(admin, rest, monkeypatch):
    await rest.register("ann", *(owner for owner, _ in PAIRS))
    job = await upload(admin, csv_of(PAIRS))
    await until(admin, job)
    write = Sqlite.write

    async def write_and_tell_late(database, work, **options):
        result = await write(database, work, **options)
        if "_claim" in work.__qualname__:
            await asyncio.sleep(0.2)
        return result

    monkeypatch.setattr(Sqlite, "write", write_and_tell_late)
    led = await asyncio.gather(*[act(admin, "start", job) for _ in range(2)])
    assert sorted(each.endswith("said=said.imports_running") for each in led) == [False, True]
    assert await until(admin, job) == "done"
    assert numbers(await page(admin, job))["Imported"] == str(OWNERS)


async def test_a_running_import_is_not_discarded_and_a_stopped_one_is(admin, gate, running):
    assert (await act(admin, "discard", running)).endswith("said=said.imports_running")
    await act(admin, "stop", running)
    gate.open()
    await until(admin, running)
    assert (await act(admin, "discard", running)).endswith("said=said.imports_discarded")
    assert (await admin.get(f"{PATH}/job?id={running}")).status_code == 400
    assert "friends.csv" not in (await admin.get(PATH)).text


async def test_what_is_done_is_not_stopped(admin, gate, running):
    gate.open()
    await until(admin, running)
    assert (await act(admin, "stop", running)).endswith("said=said.imports_not_running")


async def test_a_server_that_stops_leaves_an_import_that_goes_on_at_the_next_one(database_url, tmp_path, monkeypatch):
    gate = Gate(monkeypatch, 20)
    real = Imports.stop

    async def stop(imports):
        stopping = asyncio.create_task(real(imports))
        await asyncio.sleep(0)
        gate.open()
        await stopping

    monkeypatch.setattr(Imports, "stop", stop)
    settings = settings_for(tmp_path, database_url, console={"enable": True})
    first = Server(settings)
    await first.start()
    async with Visitor(f"http://127.0.0.1:{first.port}") as admin:
        await admin.log_in()
        job = await upload(admin, csv_of(PAIRS))
        await until(admin, job)
        await act(admin, "start", job, register="1")
        await gate.keeps.wait()
        await first.stop()
    assert len(gate.owners) < OWNERS
    second = Server(settings)
    await second.start()
    async with Visitor(f"http://127.0.0.1:{second.port}") as admin:
        await admin.log_in()
        assert await until(admin, job) == "stopped"
        await act(admin, "start", job)
        assert await until(admin, job) == "done"
        assert numbers(await page(admin, job))["Imported"] == str(OWNERS)
        assert len(gate.owners) == len(set(gate.owners)) == OWNERS
    await second.stop()


async def test_a_server_that_works_on_two_files_begins_no_third(admin, rest, gate, running):
    second = await upload(admin, csv_of([("ann", "owner1")]))
    await until(admin, second)
    await act(admin, "start", second)
    third = await upload_only(admin, csv_of([("ann", "owner2")]))
    answer = await admin.send(f"{PATH}/check.json", {"job": third, "columns": ""})
    assert answer.status_code == 409
    assert "two files" in answer.json()["detail"]
    gate.open()
    await until(admin, running)


async def test_what_cannot_be_written_for_a_while_is_written_later_and_once(admin, gate, running, monkeypatch):
    real = store.beat
    failed: list[int] = []

    async def beat(tx, *args):
        if len(failed) < 3:
            failed.append(1)
            raise ImError(Code.DATABASE, "the disk is full")
        return await real(tx, *args)

    monkeypatch.setattr(store, "beat", beat)
    gate.open()
    assert await until(admin, running) == "done"
    assert len(failed) == 3
    assert numbers(await page(admin, running))["Imported"] == str(OWNERS)


async def test_an_import_whose_caller_may_not_import_any_more_fails_and_says_why(admin, gate, running, monkeypatch):
    async def refuse(*_):
        raise ImError(Code.NO_PERMISSION, "not you")

    monkeypatch.setattr(ImportFriends, "_import", refuse)
    monkeypatch.setattr(InProcess, "registered", refuse)
    gate.open()
    assert await until(admin, running) == "failed"
    text = await page(admin, running)
    assert "1002 NoPermissionError: not you" in text
    assert "Go on" in text


async def test_an_import_whose_file_cannot_be_read_now_says_why_and_goes_on_when_it_can(
    admin, gate, running, monkeypatch
):
    await act(admin, "stop", running)
    gate.open()
    assert await until(admin, running) == "stopped"
    with monkeypatch.context() as patch:
        patch.setattr("amity.console.imports.planning.MOST", Most(10, 100))
        await act(admin, "start", running)
        assert await until(admin, running) == "failed"
    assert "it has more than 10 pairs" in await page(admin, running)
    await act(admin, "start", running)
    assert await until(admin, running) == "done"
    assert numbers(await page(admin, running))["Imported"] == str(OWNERS)


async def test_what_was_checked_anew_meanwhile_is_not_started_by_who_has_not_seen_it(admin, rest):
    await rest.register("ann", "bob", "eve")
    job = await upload(admin, b"a,b,c\nann,bob,eve\n", columns="a,b")
    await until(admin, job)
    seen = await shown(admin, job)
    await act(admin, "check", job, columns="a,c")
    await until(admin, job)
    assert (await act(admin, "start", job, **seen)).endswith("said=said.imports_changed")
    assert await rest.friends("ann") == []
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await rest.friends("ann") == ["eve"]


@pytest.mark.parametrize("path", ["/job?id={}", "/progress.json?id={}", ""])
async def test_an_import_whose_work_ends_while_a_page_is_made_is_not_shown_as_interrupted(
    admin, database_url, monkeypatch, path
):
    was_read = asyncio.Event()
    check, find, page_of = Working.check, store.find, store.page

    async def checked_once_it_was_read(working, *about):
        await was_read.wait()
        return await check(working, *about)

    async def ended(jobs):
        for job in jobs:
            if job is not None and job.state is State.CHECKING:
                was_read.set()
                await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == f"import-{job.seq}"))

    async def found_before_the_work_ended(*asked):
        job = await find(*asked)
        await ended([job])
        return job

    async def paged_before_the_work_ended(*asked):
        jobs = await page_of(*asked)
        await ended(jobs)
        return jobs

    monkeypatch.setattr(Working, "check", checked_once_it_was_read)
    monkeypatch.setattr(store, "find", found_before_the_work_ended)
    monkeypatch.setattr(store, "page", paged_before_the_work_ended)
    job = await upload(admin, csv_of([("nobody", "ann")]))
    answer = await admin.get(f"{PATH}{path.format(job)}")
    assert answer.status_code == 200
    assert "interrupted" not in answer.text.lower()
    if path.startswith("/job") and database_url.startswith("sqlite"):  # PostgreSQL: worked on for a while
        assert 'data-state="ready"' in answer.text
        assert f"{PATH}/report.csv?id={job}" in answer.text


async def test_an_import_has_begun_before_its_first_owner_is_imported(admin, rest, monkeypatch):
    gate = Gate(monkeypatch, 0)
    await rest.register("ann", *(owner for owner, _ in PAIRS))
    job = await upload(admin, csv_of(PAIRS))
    assert await until(admin, job) == "ready"
    await act(admin, "start", job)
    await gate.keeps.wait()
    found, find = [], store.find

    async def noted(*asked):
        found.append(await find(*asked))
        return found[-1]

    monkeypatch.setattr(store, "find", noted)
    await page(admin, job)
    await act(admin, "stop", job)
    gate.open()
    # A server that had been killed at the gate must not check it again.
    assert found[0] is not None
    assert found[0].has_begun
    assert await until(admin, job) == "stopped"
    assert "Go on" in await page(admin, job)
