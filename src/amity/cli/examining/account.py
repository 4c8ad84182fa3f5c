"""Run the examination as the user that the server runs as, in a process of that user."""

import json
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from amity.cli.examining.finding import Finding
from amity.cli.exits import USAGE, Failure

_SECONDS: Final = 120
_SUBJECT: Final = "user"


def account_of(name: str) -> pwd.struct_passwd:
    """Return a user of this machine, by name or number. Raises ``Failure`` if there is none, or if this process may not
    become that user."""
    try:
        account = pwd.getpwuid(int(name)) if name.isascii() and name.isdigit() else pwd.getpwnam(name)
    except (KeyError, OverflowError):
        raise Failure(f"--user: this machine has no user {name!r}", USAGE) from None
    if os.geteuid() not in {0, account.pw_uid}:
        raise Failure(f"--user: only root can look as {account.pw_name}: run this with sudo", USAGE)
    return account


def examine_as(account: pwd.struct_passwd, arguments: Sequence[str]) -> list[Finding]:
    """Run ``amity doctor`` with these arguments as another user, and return its findings: whether that user can run
    this program, and what it can read and write."""
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    # -P: Python imports nothing from the current directory, which anybody may write to.
    command = [sys.executable, "-P", "-m", "amity", "doctor", "--json", *arguments]
    try:
        ran = subprocess.run(  # noqa: S603 - this program itself
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=groups,
            env=os.environ | {"HOME": account.pw_dir, "PYTHONIOENCODING": "utf-8"},
            umask=0o077,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [Finding("fail", _SUBJECT, f"an examination as {account.pw_name} did not end within {_SECONDS} s")]
    except OSError as error:
        return [_cannot_run(account, groups, str(error.strerror))]
    try:
        found = [Finding(**each) for each in json.loads(ran.stdout)]
    except (ValueError, TypeError):
        last = ran.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return [_cannot_run(account, groups, last or f"it ended with {ran.returncode}")]
    return [Finding("ok", _SUBJECT, f"{account.pw_name} can run this program"), *found]


def _cannot_run(account: pwd.struct_passwd, groups: Sequence[int], why: str) -> Finding:
    closed = first_closed(_start_directories(), account.pw_uid, groups)
    text = f"{account.pw_name} cannot run {sys.executable}: " + (
        f"{closed} is closed to that user (mode {stat.S_IMODE(closed.stat().st_mode):o})" if closed else why
    )
    return Finding("fail", _SUBJECT, text, "install amity where everybody can read it, as in /opt/amity")


def _start_directories() -> list[Path]:
    """Return the directories that a start of the program traverses, from the root down: those of the interpreter, of
    its link's target, and of this package."""
    package = Path(__file__).parents[2]
    starts = [Path(sys.executable), Path(sys.executable).resolve(), package / "__init__.py"]
    return list(dict.fromkeys(directory for start in starts for directory in reversed(start.parents)))


def first_closed(directories: Sequence[Path], user: int, groups: Sequence[int]) -> Path | None:
    """Return the first directory whose mode does not let a user with these groups traverse it; ``None`` if all do."""
    for directory in directories:
        status = directory.stat()
        bit = stat.S_IXUSR if status.st_uid == user else stat.S_IXGRP if status.st_gid in groups else stat.S_IXOTH
        if not status.st_mode & bit:
            return directory
    return None


def hint_to_root(files: Sequence[Path]) -> list[Finding]:
    """Warn root that root may access everything, if the server's files belong to another user."""
    if os.geteuid() != 0:
        return []
    for file in files:
        try:
            owner = file.stat().st_uid
        except OSError:
            continue
        if owner:
            name = _name(owner)
            text = f"root may read and write everything, and {file} belongs to {name}"
            return [Finding("warn", _SUBJECT, text, f"to look as the server's user: amity doctor --user {name}")]
    return []


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
