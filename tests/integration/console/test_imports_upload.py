"""What an upload must be, and what strangers cannot do with it."""

import asyncio

import pytest

from amity.console.sessions.service import Sessions
from tests.integration.console.importing import PART, PATH, act, csv_of, until, upload_only


async def new(admin, size, name="friends.csv"):
    return await admin.send(f"{PATH}/new.json", {"name": name, "bytes": size})


@pytest.mark.parametrize("size", [0, -1, 64 * 1024 * 1024 + 1])
async def test_a_file_of_no_allowed_size_is_refused(admin, size):
    answer = await new(admin, size)
    assert answer.status_code == 400
    assert "bytes:" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": 1, "bytes": 2}', b'{"name": "x"}', b"[" * 60_000])
async def test_a_malformed_request_is_refused(admin, body):
    answer = await admin.send(f"{PATH}/new.json", body)
    assert answer.status_code == 400


async def test_an_administrator_has_five_open_imports(admin):
    for _ in range(5):
        assert (await new(admin, 10)).status_code == 200
    answer = await new(admin, 10)
    assert answer.status_code == 409
    assert "Discard one first" in answer.json()["detail"]


async def test_of_many_uploads_that_begin_at_once_five_do(admin, visit):
    visitors = [visit() for _ in range(12)]
    for visitor in visitors:
        visitor.cookies = dict(admin.cookies)
    answers = await asyncio.gather(*(new(visitor, 10) for visitor in visitors))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [409] * 7


async def test_an_upload_is_use_of_its_session_and_watching_a_job_is_none(admin, monkeypatch):
    job = (await new(admin, 10)).json()["job"]
    used: list[bool] = []
    real = Sessions.find

    async def find(sessions, cookie, *, is_use=True):
        used.append(is_use)
        return await real(sessions, cookie, is_use=is_use)

    monkeypatch.setattr(Sessions, "find", find)
    await admin.send(f"{PATH}/part.json?job={job}&at=0", b"x" * 5, csrf="0" * 64)
    await admin.get(f"{PATH}/progress.json?id={job}")
    assert used == [True, False]


async def test_a_part_that_is_sent_again_is_taken_once(admin, rest):
    content = csv_of((f"owner{n}", "ann") for n in range(30_000))
    assert PART < len(content) < 2 * PART
    job = (await new(admin, len(content))).json()["job"]
    for _ in range(2):
        answer = await admin.send(f"{PATH}/part.json?job={job}&at=0", content[:PART])
        assert answer.json() == {"received": PART}
    answer = await admin.send(f"{PATH}/part.json?job={job}&at={PART}", content[PART:])
    assert answer.json() == {"received": len(content)}
    await admin.send(f"{PATH}/check.json", {"job": job, "columns": ""})
    assert await until(admin, job) == "ready"


@pytest.mark.parametrize("body", [b"", b"x" * 5, b"x" * 11])
async def test_a_part_of_another_length_is_refused(admin, body):
    job = (await new(admin, 10)).json()["job"]
    assert (await admin.send(f"{PATH}/part.json?job={job}&at=0", body)).status_code == 400


async def test_a_part_that_is_too_large_is_refused(admin):
    job = (await new(admin, 10 * PART)).json()["job"]
    assert (await admin.send(f"{PATH}/part.json?job={job}&at=0", b"x" * (PART + 1))).status_code == 400


async def test_a_file_that_is_not_here_as_a_whole_is_neither_checked_nor_started(admin):
    job = (await new(admin, 10)).json()["job"]
    assert (await admin.send(f"{PATH}/check.json", {"job": job, "columns": ""})).status_code == 409
    assert (await act(admin, "start", job)).endswith("said=said.imports_not_ready")


async def test_a_file_that_was_not_checked_is_not_started(admin):
    job = await upload_only(admin, csv_of([("ann", "bob")]))
    assert (await act(admin, "start", job)).endswith("said=said.imports_not_ready")


@pytest.mark.parametrize("path", ["new.json", "part.json?job=1&at=0", "check.json"])
async def test_a_script_without_the_session_s_token_does_nothing(admin, path):
    answer = await admin.send(f"{PATH}/{path}", {"name": "x", "bytes": 1}, csrf="0" * 64)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["new.json", "part.json?job=1&at=0", "check.json"])
async def test_a_script_whose_session_has_ended_is_told_so(admin, path):
    admin.cookies.clear()
    assert (await admin.send(f"{PATH}/{path}", {"name": "x", "bytes": 1}, csrf="0" * 64)).status_code == 401


@pytest.mark.parametrize("path", ["", "/calls", "/job?id=1", "/discard?id=1", "/report.csv?id=1"])
async def test_strangers_see_no_imports(visitor, path):
    assert (await visitor.get(f"{PATH}{path}")).status_code == 303


@pytest.mark.parametrize("path", ["/job?id=1", "/job", "/job?id=x", "/discard?id=7", "/report.csv?id=7", "?before=x"])
async def test_an_import_that_is_not_there_is_said_in_words(admin, path):
    answer = await admin.get(f"{PATH}{path}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


async def test_a_name_is_shown_as_it_is(admin):
    job = await upload_only(admin, b"x", name="<script>alert(1)</script>.csv")
    assert "&lt;script&gt;" in (await admin.get(f"{PATH}/job?id={job}")).text
    assert "<script>alert" not in (await admin.get(PATH)).text
