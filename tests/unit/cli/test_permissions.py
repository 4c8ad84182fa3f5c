"""Which files count as exposed."""

import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from amity.cli.permissions import exposed, private_files
from amity.settings import Callbacks, Settings, Tls

NOBODY, DAEMON = pwd.getpwnam("nobody"), pwd.getpwnam("daemon")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")


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


@needs_root
def test_a_file_of_another_user_is_remarked_on_with_the_owner(file, monkeypatch):
    os.chown(file, NOBODY.pw_uid, NOBODY.pw_gid)
    file.chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: DAEMON.pw_uid)
    assert [(each.text, each.mend) for each in exposed([file])] == [
        (f"{file}: belongs to nobody, who can change it", f"chown daemon {file}")
    ]


@needs_root
def test_for_root_the_files_of_one_service_are_of_one_owner(tmp_path):
    files = [tmp_path / name for name in ("amity.yml", "amity.db", "key.pem")]
    for file, owner in zip(files, (0, NOBODY.pw_uid, DAEMON.pw_uid), strict=True):
        file.touch(0o600)
        os.chown(file, owner, owner)
    assert [each.text for each in exposed(files)] == [f"{files[2]}: belongs to daemon, who can change it"]


@pytest.mark.parametrize(("mode", "is_open"), [(0o777, True), (0o1777, False), (0o775, False)])
def test_a_directory_in_which_others_can_replace_the_file_is_remarked_on(tmp_path, mode, is_open):
    file = tmp_path / "amity.yml"
    file.touch(0o600)
    tmp_path.chmod(mode)
    found = [each.text for each in exposed([file, file])]
    text = f"{tmp_path}: other users of this machine can replace the files in it (mode 777)"
    assert found == ([text] if is_open else [])


def test_private_are_settings_a_sqlite_file_and_keys():
    sources = [Path("amity.yml"), Path("webhooks.yml")]
    tls = Tls(ca_file="ca.pem", client_certificate="both.pem")
    settings = Settings(database="sqlite:////data/amity.db", callbacks=Callbacks(tls=tls))
    database = [Path("/data/amity.db"), Path("/data/amity.db-wal")]
    assert private_files(settings, sources) == [*sources, *database, Path("both.pem")]
    tls.client_key = "key.pem"
    settings.database = "postgresql://host/amity"
    assert private_files(settings, sources) == [*sources, Path("key.pem")]
