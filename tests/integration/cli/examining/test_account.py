"""Looking as the user that the server runs as: in a real process of that user, which only root can start."""

import os
import pwd
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import amity
from amity.cli.examining.account import first_closed
from amity.storage import open_database
from tests.integration.cli.conftest import Cli
from tests.integration.cli.examining.conftest import Doctor

NOBODY = pwd.getpwnam("nobody")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process as another user")


def is_open(*directories: Path) -> bool:
    return first_closed(directories, NOBODY.pw_uid, [NOBODY.pw_gid]) is None


@pytest.fixture
def folder(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory with settings for the commands, which every user can reach. It is none of pytest's: each run of
    pytest closes the directory above all of those."""
    with tempfile.TemporaryDirectory(prefix="amity-test-") as name:
        Path(name).chmod(0o755)
        monkeypatch.chdir(name)
        doctor.write()
        yield Path(name)


@pytest.fixture(autouse=True)
def python(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter that every user can run: this one, or the system's of the same version where this one stands in a
    home directory."""
    packages = [Path(module.__file__ or "").parents[1] for module in (amity, msgspec)]
    if not is_open(*(directory for package in packages for directory in (package, *package.parents)), folder.parent):
        pytest.skip("this checkout, what is installed for it, or the temporary directory is closed to other users")
    real = Path(sys.executable).resolve()
    if is_open(*real.parents):
        return
    system = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    if not system.exists():
        pytest.skip(f"{real} is closed to other users, and there is no {system}")
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={os.pathsep.join(map(str, packages))} exec {system} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


@needs_root
async def test_what_the_user_owns_is_well(doctor: Doctor, folder: Path):
    for path in (folder, folder / "amity.yml"):
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    found = await doctor("--user", "nobody")
    assert found["user"] == ("ok", "nobody can run this program", "")
    assert {level for level, _, _ in found.values()} == {"ok"}


@needs_root
async def test_settings_that_the_user_cannot_read_fail(doctor: Doctor, folder: Path):
    level, text, _ = (await doctor("--user", "nobody"))["settings"]
    assert (level, text) == ("fail", "amity.yml cannot be read: Permission denied")


@needs_root
@pytest.mark.parametrize("exists", [False, True])
async def test_a_database_that_the_user_cannot_write_fails(doctor: Doctor, folder: Path, exists):
    os.chown(folder / "amity.yml", NOBODY.pw_uid, NOBODY.pw_gid)
    if exists:
        await (await open_database("sqlite:///amity.db")).close()
    level, text, _ = (await doctor("--user", str(NOBODY.pw_uid)))["database"]
    what = "amity.db may not be read" if exists else f"the directory {folder} may not be written"
    assert (level, text) == ("fail", f"{what} by this user")


@needs_root
async def test_what_root_left_beside_the_database_fails(doctor: Doctor, cli: Cli, folder: Path):
    await (await open_database("sqlite:///amity.db")).close()
    (folder / "amity.db-wal").touch(0o600)
    for path in (folder, *(folder / name for name in cli.files() if name != "amity.db-wal")):
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    assert (await doctor("--user", "nobody"))["database"][:2] == (
        "fail",
        "amity.db-wal may not be written by this user",
    )


@needs_root
async def test_a_program_in_a_directory_that_is_closed_to_the_user_fails_with_its_name(
    doctor: Doctor, folder: Path, monkeypatch
):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(closed / "python"))
    found = await doctor("--user", "nobody")
    assert found == {
        "user": (
            "fail",
            f"nobody cannot run {closed}/python: {closed} is closed to that user (mode 700)",
            "install amity where everybody can read it, as in /opt/amity",
        )
    }


@needs_root
async def test_root_is_told_to_look_as_the_user_whose_files_they_are(doctor: Doctor, folder: Path):
    os.chown(folder / "amity.yml", NOBODY.pw_uid, NOBODY.pw_gid)
    level, text, mend = (await doctor())["user"]
    assert (level, text) == ("warn", "root may read and write everything, and amity.yml belongs to nobody")
    assert mend.endswith("amity doctor --user nobody")


async def test_a_user_that_is_none_is_wrong_usage(doctor: Doctor, cli: Cli):
    ran = await cli("doctor", "--user", "nobody-of-that-name")
    assert (ran.code, ran.err) == (2, "Error: --user: this machine has no user 'nobody-of-that-name'\n")


async def test_another_user_needs_root(doctor: Doctor, cli: Cli, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY.pw_uid - 1)
    ran = await cli("doctor", "--user", "nobody")
    assert ran.code == 2
    assert "only root can look as nobody: run this with sudo" in ran.err
