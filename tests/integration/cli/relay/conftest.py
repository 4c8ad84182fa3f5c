"""A relay of the tests, and commands in a folder with its settings."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Cli
from tests.integration.relay.conftest import SECRET, SIGNING, Relayed, between

__all__ = ["SIGNING", "between"]


class RelayFile:
    """Writes ``relay.yml`` in the folder of the commands."""

    def __init__(self) -> None:
        self.write()

    def write(self, name: str = "relay.yml", **sections: Any) -> Path:
        """Write settings that only this user can read; a section replaces the usual one."""
        usual: dict[str, Any] = {
            "secret": SECRET,
            "relay": {"port": 1},
            "callbacks": {"url": "http://127.0.0.1:2", "secret": SIGNING},
        }
        path = Path(name)
        path.write_text(json.dumps(usual | sections), encoding="utf-8")
        path.chmod(0o600)
        return path

    def write_for(self, relayed: Relayed, **sections: Any) -> Path:
        """Write the settings of a relay that runs."""
        return self.write(relay={"port": relayed.relay.port}, **sections)


@pytest.fixture
def relay_file(cli: Cli) -> RelayFile:
    """Settings of a relay in the folder of the commands."""
    return RelayFile()
