"""Backups of a SQLite database: a consistent snapshot under service, atomic, readable by the owner alone."""

import asyncio
import contextlib
import os
import resource
import sqlite3
import stat
from pathlib import Path

import pytest

from amity.storage import StorageError, open_database
from amity.storage.backup import back_up, written_beside
from amity.storage.migrations import migrations
from tests.support.databases import leave_as_killed

PUT = "insert into facts (name, value) values ($1, $2)"
NEWEST = migrations("sqlite")[-1].version


@pytest.fixture
def path(sqlite_url):
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def target(tmp_path):
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy.db"


def read(path, sql="select name, value from facts order by name"):
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def listed(folder):
    return sorted(each.name for each in folder.iterdir())


async def test_a_copy_is_a_consistent_snapshot_of_a_database_under_writes(path, target):
    database = await open_database(f"sqlite:///{path}")
    written = 0

    async def write_pairs():
        nonlocal written
        while written < 600:
            number = written

            async def both(tx, number=number):
                await tx.fetch(PUT, f"{number:06}-a", "x" * 500)
                await tx.fetch(PUT, f"{number:06}-b", "x" * 500)

            await database.write(both, rows=1 + number % 2 * 1000)
            written += 1

    writing = asyncio.create_task(write_pairs())
    found = []
    while not writing.done():
        before = written
        done = await asyncio.to_thread(back_up, path, target)
        names = [name for name, _ in read(target)]
        assert names == sorted(f"{number:06}-{half}" for number in range(len(names) // 2) for half in "ab")
        assert before <= len(names) // 2 <= written + 1
        assert (done.version, done.size) == (NEWEST, target.stat().st_size)
        found.append(len(names))
    await database.close()
    assert len(set(found)) > 1, "the database did not change meanwhile, so nothing was tested"


async def test_a_copy_is_one_file_that_its_owner_alone_can_read_and_that_is_served(path, target):
    database = await open_database(f"sqlite:///{path}")
    await database.write(lambda tx: tx.fetch(PUT, "a", "1"))
    back_up(path, target)
    await database.close()
    assert listed(target.parent) == ["copy.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert read(target, "pragma journal_mode") == [("delete",)]  # it needs nothing beside it
    copy = await open_database(f"sqlite:///{target}")
    assert await copy.fetch("select name from facts") == [("a",)]
    await copy.close()


def test_a_copy_includes_the_log_of_a_killed_server_and_is_one_file(path, target):
    leave_as_killed(path)
    back_up(path, target)
    assert read(target) == [("crashed", "1")]
    assert listed(path.parent) == ["amity.db", "backups"]


def test_a_copy_replaces_the_last_one_and_its_mode(path, target):
    back_up(path, target)
    target.chmod(0o644)
    before = target.stat().st_ino
    leave_as_killed(path)
    back_up(path, target)
    assert read(target) == [("crashed", "1")]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.stat().st_ino != before
    assert listed(target.parent) == ["copy.db"]


def test_through_a_symbolic_link_the_file_is_replaced_and_not_the_link(path, target):
    link = target.with_name("latest.db")
    link.symlink_to("copy.db")
    back_up(path, link)
    assert link.is_symlink()
    assert read(target) == []


def test_a_copy_that_fails_leaves_the_last_one_and_nothing_else(path, target):
    back_up(path, target)
    before = target.read_bytes()
    leave_as_killed(path)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, usual[1]))  # as on a full disk
    try:
        with pytest.raises(StorageError, match=r"could not be backed up to .*copy\.db: (disk I/O|database or disk)"):
            back_up(path, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert target.read_bytes() == before
    assert listed(target.parent) == ["copy.db"]


def test_a_copy_of_a_damaged_database_does_not_replace_a_good_one(path, target):
    back_up(path, target)
    before = target.read_bytes()
    with path.open("rb+") as file:
        file.seek(path.stat().st_size - 4096)
        file.write(os.urandom(4096))
    with pytest.raises(StorageError, match=r"damaged|malformed"):
        back_up(path, target)
    assert target.read_bytes() == before


def test_the_next_run_reuses_a_killed_runs_file(path, target):
    for suffix in ("", "-journal", "-wal"):
        (target.parent / f".copy.db.part{suffix}").write_bytes(b"half a copy" * 1000)
    back_up(path, target)
    assert read(target) == []
    assert listed(target.parent) == ["copy.db"]


def test_two_simultaneous_runs_do_not_share_a_file(path, target):
    with written_beside(target) as new:
        new.write_bytes(b"the first run's")
        with pytest.raises(StorageError, match="another run writes there"):
            back_up(path, target)
        assert new.read_bytes() == b"the first run's"
    back_up(path, target)


def test_a_link_in_the_targets_place_is_not_followed(path, target):
    precious = target.with_name("precious")
    precious.write_text("kept")
    (target.parent / ".copy.db.part").symlink_to(precious)
    with pytest.raises(StorageError, match="could not be backed up"):
        back_up(path, target)
    assert precious.read_text() == "kept"


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal", ".lock"])
def test_a_database_is_not_copied_over_itself_or_what_belongs_to_it(path, suffix):
    before = path.read_bytes()
    link = path.with_name("link")
    link.symlink_to(f"{path.name}{suffix}")
    for name in (f"{path}{suffix}", link):
        with pytest.raises(StorageError, match="the database itself"):
            back_up(path, Path(name))
    assert path.read_bytes() == before


def test_a_database_is_not_copied_over_itself_by_a_hard_link(path, target):
    target.hardlink_to(path)
    with pytest.raises(StorageError, match="the database itself, by another name"):
        back_up(path, target)


@pytest.mark.parametrize("kind", ["folder", "device", "nowhere"])
def test_a_target_that_is_no_file_is_refused_by_name(path, target, kind):
    wrong = {"folder": target.parent, "device": Path("/dev/null"), "nowhere": target.parent / "no" / "copy.db"}[kind]
    with pytest.raises(StorageError, match=r"no file that could be replaced|No such file") as refusal:
        back_up(path, wrong)
    assert str(wrong) in str(refusal.value)


def test_a_missing_database_is_not_created(tmp_path, target):
    with pytest.raises(StorageError, match="there is no database to back up"):
        back_up(tmp_path / "none.db", target)
    assert not (tmp_path / "none.db").exists()


def test_another_programs_database_is_no_copy(tmp_path, target):
    with contextlib.closing(sqlite3.connect(tmp_path / "places.sqlite")) as connection:
        connection.execute("create table bookmarks (a)")
    with pytest.raises(StorageError, match=r"another program's tables \(bookmarks\)"):
        back_up(tmp_path / "places.sqlite", target)
    assert not target.exists()
