"""The README, the quickstart and the Python client's page, done as a reader would do them, print what they show."""

import shutil
from pathlib import Path

import pytest

from tests.integration.docs.walkthrough import Walkthrough

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages call the API with curl")
@pytest.mark.parametrize(
    ("page", "blocks"), [("README.md", 9), ("docs/quickstart.md", 9), ("docs/python-client.md", 5)]
)
def test_a_reader_who_copies_every_command_sees_what_the_page_shows(tmp_path, page, blocks):
    walkthrough = Walkthrough(ROOT / page, tmp_path)
    walkthrough.go()
    assert walkthrough.done >= blocks  # it did find the blocks
