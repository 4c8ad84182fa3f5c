"""Settings in a folder of their own, and what the doctor finds there."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.processes import free_port
from tests.support.rest import SECRET


class Doctor:
    """Runs ``amity doctor``. ``write`` replaces the settings, on free ports unless it says others."""

    def __init__(self, cli: Cli) -> None:
        self._cli = cli
        self.write()

    def write(self, file: str = "amity.yml", **parts: object) -> Path:
        """Write a settings file that only this user can read."""
        content = {"secret": SECRET, "api": {"port": free_port()}, "gateway": {"port": free_port()}, **parts}
        path = Path(file)
        path.write_text(json.dumps(content), encoding="utf-8")
        path.chmod(0o600)
        return path

    async def __call__(self, *words: str, **environ: str) -> dict[str, tuple[str, str, str]]:
        """Return each subject's level, text and mend: those of the worst finding about it.

        Fails where something is said to be well and not to be.
        """
        ran = await self._cli("doctor", "--json", *words, **environ)
        findings = ran.json
        for level in ("warn", "fail"):
            well = {each["subject"] for each in findings if each["level"] == "ok"}
            bad = {each["subject"] for each in findings if each["level"] == level} - {"settings"}
            assert not well & bad, findings
        worst = sorted(findings, key=lambda each: ["ok", "warn", "fail"].index(each["level"]))
        assert ran.code == (1 if worst[-1]["level"] == "fail" else 0)
        return {each["subject"]: (each["level"], each["text"], each["mend"]) for each in worst}


@pytest.fixture
def doctor(cli: Cli) -> Doctor:
    """Runs the doctor: ``(await doctor())["api port"]``."""
    return Doctor(cli)
