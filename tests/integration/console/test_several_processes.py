"""Two servers on one PostgreSQL: a session is one for both."""

import asyncio
import contextlib

import pytest

from amity.app.server import Server
from amity.console.imports import notes, service
from tests.integration.conftest import settings_for
from tests.integration.console.importing import act, csv_of, numbers, page, until, upload
from tests.integration.console.test_imports_going_on import OWNERS, PAIRS, Gate
from tests.support.console import Visitor


@pytest.fixture
async def two(postgres_url, tmp_path):
    """Visitors of two servers on one database."""
    async with contextlib.AsyncExitStack() as stack:
        visitors = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            server = Server(settings_for(folder, postgres_url, console={"enable": True}))
            await server.start()
            stack.push_async_callback(server.stop)
            visitors.append(await stack.enter_async_context(Visitor(f"http://127.0.0.1:{server.port}")))
        yield visitors


async def test_a_session_is_open_at_both_and_ends_at_both(two):
    one, other = two
    await one.log_in()
    other.cookies = dict(one.cookies)
    assert (await other.get("/console/overview")).status_code == 200
    await other.submit("/console/sessions/end", on="/console/sessions")
    assert (await one.get("/console/overview")).status_code == 303


async def test_the_audit_log_has_what_was_done_at_either(two):
    one, other = two
    await one.log_in()
    await other.log_in()
    assert (await one.get("/console/audit")).text.count("<tr>") == 3


async def test_an_import_that_runs_at_one_is_stopped_at_the_other_and_gone_on_with_there(two, monkeypatch):
    gate = Gate(monkeypatch, 20)
    one, other = two
    await one.log_in()
    other.cookies = dict(one.cookies)
    job = await upload(one, csv_of(PAIRS))
    await until(one, job)
    await act(one, "start", job, register="1")
    await gate.keeps.wait()
    assert await until(other, job, "running") == "running"
    assert (await act(other, "start", job)).endswith("said=said.imports_running")
    has_heard = asyncio.Event()
    stop_soon = notes.JobNotes.stop_soon

    def hear(of):
        stop_soon(of)
        has_heard.set()

    monkeypatch.setattr(notes.JobNotes, "stop_soon", hear)
    await act(other, "stop", job)
    assert await until(one, job, "stopping") == "stopping"
    await has_heard.wait()  # else what is left may be imported before
    gate.open()
    assert await until(other, job, "stopped") == "stopped"
    await act(other, "start", job)
    assert await until(one, job, "done") == "done"
    assert numbers(await page(one, job))["Imported"] == str(OWNERS)


async def test_who_falls_silent_loses_the_import_and_writes_nothing_of_it_any_more(two, monkeypatch):
    gate = Gate(monkeypatch, 20)
    one, other = two
    await one.log_in()
    other.cookies = dict(one.cookies)
    job = await upload(one, csv_of(PAIRS))
    await until(one, job)
    # The first process writes no progress, as one that is frozen.
    monkeypatch.setattr(notes, "_PAUSE_SECONDS", 3600)
    monkeypatch.setattr(service, "SILENT_MS", 200)
    await act(one, "start", job, register="1")
    await gate.keeps.wait()
    assert await until(other, job, "interrupted") == "interrupted"
    monkeypatch.setattr(notes, "_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(service, "SILENT_MS", 10_000)
    await act(other, "start", job)
    assert await until(one, job, "running") == "running"
    gate.open()
    assert await until(other, job, "done") == "done"
    found = numbers(await page(one, job))
    assert (found["Imported"], found["Skipped"]) == (str(OWNERS), "0")
