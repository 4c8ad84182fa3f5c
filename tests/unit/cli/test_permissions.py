"""Which files count as exposed."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from amity.cli.permissions import exposed, private_files
from amity.settings import Callbacks, Settings, Tls


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "amity.yml"
    made.touch()
    return made


@pytest.mark.parametrize(
    ("mode", "can"),
    [(0o600, ""), (0o400, ""), (0o711, ""), (0o640, "read"), (0o604, "read"), (0o620, "write"), (0o666, "write")],
)
def test_a_file_of_ones_own_is_exposed_to_its_group_and_to_others(file, mode, can):
    file.chmod(mode)
    found = [(each.text, each.mend) for each in exposed([file, file.with_name("not there")])]
    text = f"{file}: other users of this machine can {can} it (mode {mode:o})"
    assert found == ([(text, f"chmod 600 {file}")] if can else [])


@pytest.mark.parametrize(("mode", "counts"), [(0o640, False), (0o660, False), (0o644, True)])
def test_what_somebody_else_has_given_to_the_group_of_this_process_is_not(file, monkeypatch, mode, counts):
    file.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert bool(exposed([file])) is counts


def test_what_is_mounted_read_only_is_left_to_who_mounted_it(file, monkeypatch):
    file.chmod(0o644)
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_flag=os.ST_RDONLY))
    assert exposed([file]) == []


def test_private_are_settings_a_sqlite_file_and_keys():
    sources = [Path("amity.yml"), Path("webhooks.yml")]
    tls = Tls(ca_file="ca.pem", client_certificate="both.pem")
    settings = Settings(database="sqlite:////data/amity.db", callbacks=Callbacks(tls=tls))
    assert private_files(settings, sources) == [*sources, Path("/data/amity.db"), Path("both.pem")]
    tls.client_key = "key.pem"
    settings.database = "postgresql://host/amity"
    assert private_files(settings, sources) == [*sources, Path("key.pem")]
