"""The audit log: what is in it after an action, and its page."""

import re

import pytest

from amity import metrics
from amity.console.audit import service
from amity.console.audit.models import Filters
from amity.console.audit.service import PAGE, Audit
from amity.errors import Code, ImError
from amity.storage import open_database
from tests.support.fake_clock import FakeClock
from tests.support.rest import ADMIN


@pytest.fixture
async def database(database_url):
    database = await open_database(database_url)
    yield database
    await database.close()


def counted(action, outcome):
    return metrics.console_actions_total.labels(action, outcome)._value.get()


def cells(page):
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows]


async def test_logins_and_what_follows_are_in_the_log_newest_first(admin):
    await admin.submit("/console/sessions/end", on="/console/sessions")
    await admin.log_in()
    rows = cells((await admin.get("/console/audit")).text)
    assert [row[1:5] for row in rows] == [
        [ADMIN, "Log in", "127.0.0.1", "Done"],
        [ADMIN, "End all own sessions", ADMIN, "Done"],
        [ADMIN, "Log in", "127.0.0.1", "Done"],
    ]
    assert all(row[5].startswith("console-") for row in rows)


async def test_the_page_filters(admin):
    await admin.submit("/console/sessions/end", on="/console/sessions")
    await admin.log_in()
    rows = cells((await admin.get("/console/audit?action=sessions.end_all&admin=imAdmin")).text)
    assert [row[2] for row in rows] == ["End all own sessions"]
    assert not cells((await admin.get("/console/audit?admin=nobody")).text)


async def test_actions_are_chosen_by_their_names(admin):
    page = (await admin.get("/console/audit?action=callbacks.replay")).text
    assert '<option value="callbacks.replay" selected>Replay events</option>' in page
    assert '<option value="groups.add">Add to a group</option>' in page
    assert '<option value="an.older.one" selected>' in (await admin.get("/console/audit?action=an.older.one")).text


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("karate06", ["hi-club karate06 nobody", "sender=karate06 text=hi", "karate06"]),
        ("hi-club", ["hi-club karate06 nobody"]),
        ("hi-club karate06", ["hi-club karate06 nobody"]),
        ("sender=karate06", ["sender=karate06 text=hi"]),
        ("KARATE06", []),
        ("karate0", []),
        ("k%", []),
        ("karate0_", []),
    ],
)
async def test_an_entry_about_several_is_found_by_each_of_them(database, about, expected):
    audit = Audit(database, 1)
    for each in ("karate06", "karate066", "sender=karate06 text=hi", "hi-club karate06 nobody"):
        await database.write(lambda tx, each=each: audit.record(tx, ADMIN, "try", about=each, operation_id="op"))
    assert [entry.about for entry in await audit.page(Filters(admin=ADMIN, about=about))] == expected


async def test_for_what_entries_are_about_a_page_looks_through_so_many_and_the_next_one_goes_on(database, monkeypatch):
    monkeypatch.setattr(service, "LOOKED_THROUGH", 3)
    audit, filters = Audit(database, 1), Filters(about="alice")
    for each in ("alice", "bob", "bob", "bob"):
        await database.write(lambda tx, each=each: audit.record(tx, ADMIN, "try", about=each, operation_id="op"))
    assert not await audit.page(filters)
    further = await audit.looked_to(filters)
    assert [entry.about for entry in await audit.page(filters, further)] == ["alice"]
    assert not await audit.looked_to(filters, further)


async def test_a_failed_login_is_counted_and_not_written(visitor, admin):
    before = counted("login", "refused")
    await visitor.log_in(secret="wrong")
    assert counted("login", "refused") == before + 1
    assert len(cells((await admin.get("/console/audit")).text)) == 1


async def test_an_action_that_was_refused_is_in_the_log_with_the_reason(database):
    audit, before = Audit(database, 1), counted("try", "refused")
    with pytest.raises(ImError):
        async with audit.around(ADMIN, "try", about="alice", operation_id="op"):
            raise ImError(Code.RECORD_NOT_FOUND, "no such user")
    [entry] = await audit.page(Filters())
    assert entry[2:] == (ADMIN, "try", "alice", "op", "refused", "1004 no such user")
    assert counted("try", "refused") == before + 1


async def test_an_action_that_failed_is_in_the_log_as_such(database):
    audit = Audit(database, 1)
    with pytest.raises(RuntimeError):
        async with audit.around(ADMIN, "try", operation_id="op"):
            raise RuntimeError
    [entry] = await audit.page(Filters())
    assert entry.outcome == "failed"


async def test_an_action_is_in_the_log_before_it_is_done(database):
    audit = Audit(database, 1)
    async with audit.around(ADMIN, "try", operation_id="op"):
        [entry] = await audit.page(Filters())
        assert entry.outcome == "begun"
    [entry] = await audit.page(Filters())
    assert entry.outcome == "done"


async def test_what_is_rolled_back_is_neither_written_nor_counted(database):
    audit, before = Audit(database, 1), counted("try", "done")

    async def work(tx):
        await audit.record(tx, ADMIN, "try", operation_id="op")
        raise ImError(Code.ARGS, "no")

    with pytest.raises(ImError):
        await database.write(work)
    assert not await audit.page(Filters())
    assert counted("try", "done") == before


async def test_pages_follow_one_another_without_gaps(database):
    audit = Audit(database, 1)

    async def work(tx):
        for n in range(2 * PAGE + 1):
            await audit.record(tx, ADMIN, "try", about=str(n), operation_id="op")

    await database.write(work, rows=2 * PAGE + 1)
    seen, before = [], 0
    while True:
        entries = await audit.page(Filters(action="try"), before)
        seen += [int(entry.about) for entry in entries[:PAGE]]
        if len(entries) <= PAGE:
            break
        before = entries[PAGE - 1].seq
    assert seen == [*reversed(range(2 * PAGE + 1))]


async def test_old_entries_are_deleted_and_others_stay(database):
    clock = FakeClock()
    audit = Audit(database, 30, clock)
    await database.write(lambda tx: audit.record(tx, ADMIN, "old", operation_id="op"))
    clock.advance(30 * 86400 + 1)
    await database.write(lambda tx: audit.record(tx, ADMIN, "new", operation_id="op"))
    assert await audit.sweep() == 1
    assert [entry.action for entry in await audit.page(Filters())] == ["new"]


async def test_a_text_that_no_database_takes_is_stored_all_the_same(database):
    audit = Audit(database, 0)
    await database.write(lambda tx: audit.record(tx, ADMIN, "try", about="a\0\ud800" + "x" * 9000, operation_id="op"))
    [entry] = await audit.page(Filters())
    assert entry.about.startswith("a\ufffd?x")
    assert len(entry.about) < 600
    assert await audit.sweep() == 0
