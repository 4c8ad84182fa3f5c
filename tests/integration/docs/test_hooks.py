"""``make hooks``, as CONTRIBUTING says: git then refuses a commit whose code is not in the one format."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(folder, *command):
    """Run a program in a folder as somebody with a name; return what became of it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "MAKE", "MFLAGS"))}
    person = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        command,
        cwd=folder,
        env=ours | person | {"PRE_COMMIT_HOME": str(folder / ".git/pre-commit")},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )


@pytest.fixture
def checkout(tmp_path):
    """A new repository with the project's settings, its hooks installed, and the tools of this one's .venv."""
    for file in (".pre-commit-config.yaml", "Makefile", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    tools = tmp_path / ".venv"
    tools.mkdir()
    (tools / "bin").symlink_to(Path(sys.executable).parent)
    for stamp in (".made", ".runtime", ".dev"):  # newer than requirements/: make installs nothing here
        (tools / stamp).touch()
    run(tmp_path, "git", "init", "--quiet")
    done = run(tmp_path, "make", "hooks")
    assert done.returncode == 0, done.stdout
    return tmp_path


def test_git_refuses_a_commit_of_code_that_is_not_in_the_one_format(checkout):
    (checkout / "code.py").write_text("x  = 1\n")
    run(checkout, "git", "add", "code.py")
    refused = run(checkout, "git", "commit", "--quiet", "--message", "x")
    assert refused.returncode != 0
    assert "code.py" in refused.stdout
    assert "would be reformatted" in refused.stdout
    assert run(checkout, "git", "log").returncode != 0  # there is no commit
