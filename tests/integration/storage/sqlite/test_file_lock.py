"""One process has a SQLite database, by whatever name, and what is stored is found by its name."""

import asyncio
import os
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from amity.errors import Code, ImError
from amity.storage import StorageError, open_database
from amity.storage.state import examine

PUT = "insert into facts (name, value) values ($1, '1')"
HOLD = """
import asyncio, sys
from amity.storage import open_database
async def hold(path):
    database = await open_database(f"sqlite:///{path}")
    print("opened", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await database.close()
asyncio.run(hold(sys.argv[1]))
"""


@pytest.fixture
def path(sqlite_url):
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
async def other(path):
    """Another process that has the database."""
    process: Any = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, str(path)), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert await process.stdout.readline() == b"opened\n"
    yield process
    process.stdin.close()
    assert await process.wait() == 0


@pytest.fixture
async def database(path):
    opened = await open_database(f"sqlite:///{path}")
    yield opened
    await opened.close()


def put(database, name):
    return database.write(lambda tx: tx.fetch(PUT, name))


async def names(path):
    opened = await open_database(f"sqlite:///{path}")
    found = [row[0] for row in await opened.fetch("select name from facts order by name")]
    await opened.close()
    return found


def by_symbolic_link(path):
    (path.parent / "elsewhere").mkdir()
    link = path.parent / "elsewhere" / "link.db"
    link.symlink_to(f"../{path.name}")
    return link


def by_link_to_the_folder(path):
    link = path.parent.parent / f"{path.parent.name}-link"
    link.symlink_to(path.parent)
    return link / path.name


def by_hard_link(path):
    link = path.with_name("hard.db")
    link.hardlink_to(path)
    return link


def without_lock_file(path):
    path.with_name(f"{path.name}.lock").unlink()
    return path


def with_another_lock_file(path):
    without_lock_file(path)
    path.with_name(f"{path.name}.lock").touch()
    return path


NAMES = [by_symbolic_link, by_link_to_the_folder, by_hard_link, without_lock_file, with_another_lock_file]


@pytest.mark.skipif(sys.platform != "linux", reason="needs the locks of open file descriptions, which Linux has")
@pytest.mark.parametrize("name", NAMES)
async def test_a_database_that_another_process_has_is_refused_by_any_name(path, other, name):
    named = name(path)
    with pytest.raises(StorageError, match="in use by another amity"):
        await open_database(f"sqlite:///{named}")
    assert (await examine(f"sqlite:///{named}")).used_by in {str(other.pid), "unknown"}


@pytest.mark.parametrize("name", NAMES)
async def test_a_database_that_this_process_has_is_refused(path, database, name):
    named = name(path)
    with pytest.raises(StorageError, match="in use by another amity"):
        await open_database(f"sqlite:///{named}")
    assert (await examine(f"sqlite:///{named}")).used_by == str(os.getpid())


async def test_a_second_open_in_this_process_keeps_the_first_ones_locks(path, database):
    with pytest.raises(StorageError):
        await open_database(f"sqlite:///{by_hard_link(path)}")
    await examine(f"sqlite:///{path}")
    # Another process takes itself for the last to close, and carries the log away, where SQLite's locks are gone.
    look = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select * from facts'); c.close()"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look, str(path))
    assert await process.wait() == 0
    assert path.with_name("amity.db-wal").exists()
    await put(database, "a")
    await database.close()
    path.with_name("hard.db").unlink()
    assert await names(path) == ["a"]


async def test_a_closed_database_has_no_holder(path):
    assert (await examine(f"sqlite:///{path}")).used_by is None
    await (await open_database(f"sqlite:///{path}")).close()
    assert (await examine(f"sqlite:///{path}")).used_by is None


async def test_a_database_behind_a_symbolic_link_keeps_its_log_beside_the_file(path):
    link = by_symbolic_link(path)
    opened = await open_database(f"sqlite:///{link}")
    await put(opened, "a")
    assert not link.with_name("link.db-wal").exists()
    assert path.with_name("amity.db-wal").stat().st_size
    assert (await examine(f"sqlite:///{link}")).version == (await examine(f"sqlite:///{path}")).version
    await opened.close()
    assert await names(path) == ["a"]


async def test_a_version_that_stands_in_the_log_is_seen_through_a_symbolic_link(path):
    # As after a crash: the log has what the file has not.
    writing = sqlite3.connect(path, isolation_level=None)
    writing.execute("pragma journal_mode = wal")
    writing.execute("insert into schema_version values (9999)")
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{path}.crashed{suffix}")
    writing.close()
    link = by_symbolic_link(path.with_name("amity.db.crashed"))
    assert (await examine(f"sqlite:///{link}")).version == 9999


async def test_a_database_with_a_second_name_is_refused_as_its_log_has_one_name(path):
    by_hard_link(path)
    with pytest.raises(StorageError, match=r"has 2 names \(hard links\)") as refusal:
        await open_database(f"sqlite:///{path}")
    assert (await examine(f"sqlite:///{path}")).unusable == str(refusal.value)
    path.with_name("hard.db").unlink()
    assert await names(path) == []


async def test_a_lock_that_is_a_symbolic_link_writes_into_no_other_file(path):
    precious = path.with_name("precious")
    precious.write_text("kept")
    lock = path.with_name("amity.db.lock")
    lock.unlink(missing_ok=True)
    lock.symlink_to(precious)
    with pytest.raises(StorageError, match=r"cannot be used as the database"):
        await open_database(f"sqlite:///{path}")
    assert precious.read_text() == "kept"


async def test_a_failure_of_the_locks_themselves_is_no_other_server(path, monkeypatch):
    def none_left(descriptor, operation):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", none_left)
    with pytest.raises(StorageError, match="cannot be used as the database: No locks available"):
        await open_database(f"sqlite:///{path}")


def removed(path):
    path.unlink()


def replaced(path):
    shutil.copy(path, path.with_name("another"))
    path.with_name("another").replace(path)


def moved(path):
    path.rename(path.with_name("moved.db"))


def folder_moved(path):
    path.parent.rename(path.parent.with_name(f"{path.parent.name}-moved"))


def log_removed(path):
    path.with_name("amity.db-wal").unlink()


def all_removed(path):
    for suffix in ("", "-wal", "-shm", ".lock"):
        path.with_name(f"{path.name}{suffix}").unlink()


@pytest.mark.parametrize("what", [all_removed, removed, replaced, moved, folder_moved, log_removed])
@pytest.mark.parametrize("rows", [1, 1000])
async def test_a_write_to_a_replaced_file_is_refused(path, what, rows):
    folder = path.parent / "data"
    folder.mkdir()
    path = path.rename(folder / "amity.db")
    opened = await open_database(f"sqlite:///{path}")
    await put(opened, "before")
    what(path)
    with pytest.raises(ImError) as refusal:
        await opened.write(lambda tx: tx.fetch(PUT, "after"), rows=rows)
    assert refusal.value.code == Code.DATABASE
    assert "moved, replaced or removed" in str(refusal.value.__cause__)
    assert await opened.fetch("select name from facts") == [("before",)]
    await opened.close()


async def test_a_server_whose_file_was_replaced_leaves_the_new_one_and_its_log_alone(path):
    old = await open_database(f"sqlite:///{path}")
    await put(old, "old")
    all_removed(path)
    new = await open_database(f"sqlite:///{path}")
    await put(new, "new")
    with pytest.raises(ImError):
        await put(old, "lost")
    await old.close()
    await put(new, "newer")
    await new.close()
    assert await names(path) == ["new", "newer"]
