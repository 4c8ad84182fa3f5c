"""How large a file may be, and what a large one costs."""

import gzip
import tracemalloc

import pytest

from amity.console.imports.file import LINE_BYTES
from amity.importing.planning import Most
from tests.integration.console.importing import PATH, act, csv_of, numbers, page, report, until, upload

MIB = 1 << 20


@pytest.fixture
async def rest(start_server):
    """A server with the console that takes small files."""
    return await start_server(console={"enable": True, "importBytes": 4 * MIB})


async def test_a_file_beyond_the_setting_is_refused(admin):
    answer = await admin.send(f"{PATH}/new.json", {"name": "x", "bytes": 4 * MIB + 1})
    assert answer.json()["detail"] == "bytes: 4,194,305, and 1 to 4,194,304 are allowed"


async def test_a_packed_file_is_measured_unpacked(admin):
    job = await upload(admin, gzip.compress((b"x" * 1023 + b"\n") * (4 * 1024 + 1)))
    assert await until(admin, job) == "failed"
    assert "unpacked, it has more than 4,194,304 bytes (console.importBytes)" in await page(admin, job)


async def test_a_file_of_too_many_lines_is_refused(admin, monkeypatch):
    monkeypatch.setattr("amity.console.imports.file.MOST_LINES", 1000)
    job = await upload(admin, b"\n" * 1001)
    assert await until(admin, job) == "failed"
    assert "it has more than 1,000 lines" in await page(admin, job)


@pytest.mark.parametrize(
    "line", [b"u" + b"_" * MIB, b"," * MIB, b'"' * MIB, b"\r" * MIB], ids=["name", "cells", "quotes", "ends"]
)
async def test_a_line_that_would_hold_others_up_is_refused(admin, line):
    job = await upload(admin, gzip.compress(line + b"\nb\n"))
    assert await until(admin, job) == "failed"
    assert "line 1 is longer than 256 KiB" in await page(admin, job)


@pytest.mark.parametrize(
    "line", [b"u" + b"_" * LINE_BYTES, b"," * LINE_BYTES, b'"' * LINE_BYTES], ids=["name", "cells", "quotes"]
)
async def test_the_longest_lines_hold_nobody_up(admin, line):
    """The test fails if a turn of the event loop takes long."""
    content = b"\n".join([line[: LINE_BYTES - 1]] * 3)
    job = await upload(admin, gzip.compress(content))
    assert await until(admin, job) in {"ready", "failed"}


@pytest.mark.parametrize(
    ("most", "said"),
    [(Most(5, 100), "more than 5 pairs"), (Most(100, 6), "more than 6 people")],
    ids=["pairs", "people"],
)
async def test_a_file_of_too_many_pairs_or_people_on_few_lines_is_refused(admin, monkeypatch, most, said):
    monkeypatch.setattr("amity.console.imports.planning.MOST", most)
    job = await upload(admin, b'{"owner": "ann", "friends": ["u1", "u2", "u3", "u4", "u5", "u6"]}\n')
    assert await until(admin, job) == "failed"
    assert f"it has {said}" in await page(admin, job)


@pytest.mark.timeout(300)
async def test_a_hundred_thousand_rows_hold_nobody_up_and_take_little_memory(admin, rest):
    owners = [f"owner{n:03}" for n in range(100)]
    friends = [f"friend{n:04}" for n in range(1000)]
    await rest.register(*owners, *friends[:900])
    content = csv_of((owner, friend) for owner in owners for friend in friends)
    tracemalloc.start()
    try:
        job = await upload(admin, content)
        assert await until(admin, job) == "ready"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MIB
    assert numbers(await page(admin, job))["Pairs of friends"] == "100,000"
    assert len(await report(admin, job)) == 10_000
    await act(admin, "start", job)
    assert await until(admin, job, "done", seconds=240) == "done"
    found = numbers(await page(admin, job))
    assert (found["Imported"], found["Skipped"]) == ("90,000", "10,000")
    assert len(await report(admin, job)) == 10_000
    assert await rest.friends(owners[50]) == friends[:900]
