"""Restores of a SQLite database: atomic, with the old one kept, and owner and mode unchanged."""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from amity.storage import StorageError, open_database
from amity.storage.backup import back_up
from amity.storage.restoring import restore
from amity.storage.sqlite.file_lock import lock_database
from amity.storage.state import examine
from amity.sync.lists import list_version_id
from tests.support.databases import leave_as_killed

PUT = "insert into facts (name, value) values ($1, '1')"


@pytest.fixture
def path(sqlite_url, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return Path(sqlite_url.removeprefix("sqlite:///")).rename(folder / "amity.db")


@pytest.fixture
async def copy(path, tmp_path):
    """A copy with the fact ``then``; the database has ``since`` besides."""
    database = await open_database(f"sqlite:///{path}")
    await list_version_id(database)
    await database.write(lambda tx: tx.fetch(PUT, "then"))
    back_up(path, tmp_path / "copy.db")
    await database.write(lambda tx: tx.fetch(PUT, "since"))
    await database.close()
    return tmp_path / "copy.db"


def put_back(path, copy):
    """Restore, and return where the database that was there is kept."""
    kept = restore(path, copy).kept
    assert kept is not None
    return kept


def facts(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("select name, value from facts order by name").fetchall())


def names(path):
    return sorted(set(facts(path)) - {"list_version_id"})


def listed(path):
    """What stands beside the database, but for its lock."""
    return sorted(each.name for each in path.parent.iterdir() if each.suffix != ".lock")


def contents(path):
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if each.suffix != ".lock"}


async def test_a_restore_puts_the_copy_in_place_and_keeps_the_previous_database(path, copy):
    before = copy.read_bytes()
    kept = put_back(path, copy)
    assert (names(path), names(kept)) == (["then"], ["since", "then"])
    assert listed(path) == ["amity.db", kept.name]
    assert copy.read_bytes() == before
    database = await open_database(f"sqlite:///{path}")
    assert await database.fetch("select value from facts where name = 'then'") == [("1",)]
    await database.close()


async def test_a_restore_gives_lists_a_new_identity(path, copy):
    before = facts(path)["list_version_id"]
    restore(path, copy)
    first = facts(path)["list_version_id"]
    restore(path, copy)
    assert len({before, first, facts(path)["list_version_id"], facts(copy)["list_version_id"]}) == 3
    database = await open_database(f"sqlite:///{path}")
    assert await list_version_id(database) == facts(path)["list_version_id"]
    await database.close()


async def test_each_restore_keeps_what_was_there_before_it(path, copy):
    kept = {put_back(path, copy) for _ in range(3)}
    assert len(kept) == 3
    assert all(each.exists() for each in kept)


async def test_a_database_that_is_served_is_not_replaced(path, copy):
    database = await open_database(f"sqlite:///{path}")
    await database.write(lambda tx: tx.fetch(PUT, "later"))
    with pytest.raises(StorageError, match=f"in use by another amity .process {os.getpid()}."):
        restore(path, copy)
    await database.write(lambda tx: tx.fetch(PUT, "latest"))
    await database.close()
    assert names(path) == ["later", "latest", "since", "then"]
    assert listed(path) == ["amity.db"]


async def test_owner_and_mode_stay_as_they_were(path, copy):
    path.chmod(0o640)
    kept = put_back(path, copy)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    if os.geteuid() == 0:
        os.chown(path, 12345, 23456)
        kept = put_back(path, copy)
        for file in (path, kept, path.with_name("amity.db.lock")):
            assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456), file


async def test_a_new_database_restored_by_root_gets_the_folders_owner(copy, tmp_path):
    (tmp_path / "new").mkdir()
    owner = 12345 if os.geteuid() == 0 else os.geteuid()
    os.chown(tmp_path / "new", owner, -1)
    file = tmp_path / "new" / "amity.db"
    done = restore(file, copy)
    assert (done.kept, stat.S_IMODE(file.stat().st_mode), file.stat().st_uid) == (None, 0o600, owner)
    assert names(file) == ["then"]


async def test_a_restore_that_cannot_keep_the_owner_is_refused(path, copy, monkeypatch):
    def refuse(name, user, group):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.chown", refuse)
    monkeypatch.setattr(Path, "stat", another_owner(Path.stat, path))
    before = contents(path)
    with pytest.raises(StorageError, match="Operation not permitted"):
        restore(path, copy)
    assert contents(path) == before


def another_owner(real, whose):
    def look(self, **options):
        found = real(self, **options)
        return os.stat_result([*found[:4], found[4] + (self == whose), *found[5:]])

    return look


async def test_what_a_killed_server_left_in_the_log_is_kept_and_reaches_no_other_database(path, copy):
    leave_as_killed(path)
    kept = put_back(path, copy)
    assert (names(path), names(kept)) == (["then"], ["crashed", "since", "then"])
    assert listed(path) == ["amity.db", kept.name]


async def test_a_damaged_database_is_kept_with_its_log(path, copy):
    leave_as_killed(path)
    log = path.with_name("amity.db-wal").read_bytes()
    path.write_bytes(b"damaged" * 1000)
    kept = put_back(path, copy)
    assert names(path) == ["then"]
    assert kept.read_bytes() == b"damaged" * 1000
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == log
    assert not list(path.parent.glob("amity.db-*"))


async def test_a_stale_journal_is_not_applied_to_the_restored_database(path, copy):
    path.with_name("amity.db-journal").write_bytes(b"an old journal" * 100)
    kept = put_back(path, copy)
    assert names(path) == ["then"]
    assert not path.with_name("amity.db-journal").exists()
    assert kept.exists()


def damaged(file):
    content = bytearray(file.read_bytes())
    content[-4096:] = os.urandom(4096)
    file.write_bytes(content)


def cut(file):
    file.write_bytes(file.read_bytes()[:20_000])


def empty(file):
    file.write_bytes(b"")


def no_database(file):
    file.write_text("no database" * 1000)


def newer(file):
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("insert into schema_version values (9999)")


def anothers(file):
    file.unlink()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("create table bookmarks (a)")


@pytest.mark.parametrize("what", [damaged, cut, empty, no_database, newer, anothers])
@pytest.mark.parametrize("is_there", [True, False])
async def test_a_file_that_is_no_whole_copy_changes_nothing(path, copy, what, is_there):
    what(copy)
    if not is_there:
        path.unlink()
    before = contents(path)
    with pytest.raises(StorageError, match="could not be restored from"):
        restore(path, copy)
    assert contents(path) == before


async def test_a_copy_that_is_not_there_or_is_the_database_itself_is_refused(path, copy):
    with pytest.raises(StorageError, match="there is no such file"):
        restore(path, copy.with_name("none.db"))
    path.with_name("link.db").symlink_to(path)
    with pytest.raises(StorageError, match="the database itself"):
        restore(path, path.with_name("link.db"))
    assert names(path) == ["since", "then"]


@pytest.mark.parametrize("step", ["hardlink_to", "replace"])
async def test_a_failed_restore_leaves_a_database_and_the_next_one_succeeds(path, copy, step, monkeypatch):
    class KilledError(BaseException):
        pass

    def killed(self, *args):
        raise KilledError

    monkeypatch.setattr(Path, step, killed)
    monkeypatch.setattr("amity.storage.backup._remove", lambda files: None)  # nobody clears away after a kill
    with pytest.raises(KilledError):
        restore(path, copy)
    assert names(path) == ["since", "then"]
    monkeypatch.undo()
    kept = put_back(path, copy)
    assert (names(path), names(kept)) == (["then"], ["since", "then"])


@pytest.mark.parametrize("damage", [None, cut])
@pytest.mark.parametrize("step", ["hardlink_to", "rename", "replace"])
async def test_a_killed_restore_leaves_the_database_unchanged_and_usable(path, copy, step, damage, monkeypatch):
    class KilledError(BaseException):
        pass

    do = getattr(Path, step)

    def killed(self, *args):
        if step != "replace":
            do(self, *args)
        raise KilledError

    if damage:
        damage(path)
    log = path.with_name("amity.db-journal")
    if step == "rename":
        log.write_bytes(b"")
    whole = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, killed)
        patch.setattr("amity.storage.backup._remove", lambda files: None)  # nobody clears away after a kill
        with pytest.raises(KilledError):
            restore(path, copy)
    if not damage:
        assert not (await examine(f"sqlite:///{path}")).unusable
    locked = lock_database(path)
    try:
        assert path.read_bytes() == whole
        assert log.exists() == (step == "rename")
        assert [name for name in listed(path) if ".before-" in name] == []
    finally:
        locked.release()


async def test_a_file_system_without_links_keeps_the_old_one_too(path, copy, monkeypatch):
    def refuse(self, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    kept = put_back(path, copy)
    assert (names(path), names(kept)) == (["then"], ["since", "then"])


async def test_behind_a_symbolic_link_the_database_is_replaced_and_not_the_link(path, copy):
    link = path.with_name("link.db")
    link.symlink_to("amity.db")
    kept = put_back(link, copy)
    assert link.is_symlink()
    assert (names(path), names(kept)) == (["then"], ["since", "then"])
