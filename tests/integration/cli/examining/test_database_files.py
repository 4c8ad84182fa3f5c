"""Where a SQLite file is looked for, and what may not be written beside it."""

import os
from pathlib import Path

import pytest

from amity.storage import open_database
from tests.integration.cli.conftest import Cli
from tests.integration.cli.examining.conftest import Doctor


@pytest.fixture
def etc(doctor: Doctor) -> Path:
    """Another directory, with settings."""
    folder = Path("etc").absolute()
    folder.mkdir()
    doctor.write(str(folder / "amity.yml"), database="sqlite:///people.db")
    return folder


async def test_a_relative_database_of_settings_elsewhere_is_remarked_on(doctor: Doctor, etc: Path):
    level, text, mend = (await doctor("--config", "etc/amity.yml"))["database path"]
    assert level == "warn"
    assert text == f"people.db is relative to where the server is started; here that is {etc.parent}/people.db"
    assert f"database: sqlite:///{etc}/people.db" in mend


async def test_a_database_beside_the_settings_is_named_besides(doctor: Doctor, etc: Path):
    (etc / "people.db").touch(0o600)
    _, text, _ = (await doctor(AMITY_CONFIG=f"{etc}/amity.yml"))["database path"]
    assert text.endswith(f"{etc.parent}/people.db, and there is a {etc}/people.db too")


async def test_a_relative_database_of_the_settings_here_is_no_matter(doctor: Doctor, etc: Path, monkeypatch):
    monkeypatch.chdir(etc)
    assert "database path" not in await doctor()


async def test_a_whole_path_is_not_remarked_on_wherever_the_settings_are(doctor: Doctor, etc: Path, tmp_path):
    doctor.write(str(etc / "amity.yml"), database=f"sqlite:///{tmp_path}/people.db")
    assert "database path" not in await doctor("--config", "etc/amity.yml")


@pytest.mark.parametrize("suffix", ["-wal", "-shm", ".lock"])
async def test_a_file_beside_the_database_that_may_not_be_written_fails(doctor: Doctor, cli: Cli, suffix, monkeypatch):
    await (await open_database("sqlite:///amity.db")).close()
    cli.write(f"amity.db{suffix}", b"")
    # Root may write everything: what another user's answer would be.
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith(suffix) and allowed(path, mode))
    level, text, _ = (await doctor())["database"]
    assert (level, text) == ("fail", f"amity.db{suffix} may not be written by this user")
