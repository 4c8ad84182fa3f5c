"""docs/relay.md, done as a reader would do it: from OpenIM's webhooks.yml to a new business server in the shadow."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.docs.walkthrough import Walkthrough
from tests.support.business_server import ALLOW, BusinessServer, ReceivedRequest
from tests.support.openim_webhooks import openim_webhooks
from tests.unit.docs.pages import section, text

AS_DOCUMENTED = ALLOW | {"nextCode": "0"}
BANNED = {"actionCode": 0, "errCode": 5001, "errMsg": "Banned", "errDlt": "", "nextCode": 1}
PAGE = "docs/relay.md"


def decide(request: ReceivedRequest) -> dict[str, Any]:
    return ALLOW if request.json.get("ownerUserID") == "mallory" else AS_DOCUMENTED


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page posts with curl")
async def test_a_reader_who_copies_every_command_sees_what_the_page_shows(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(section(text(PAGE), "Setting it up") + section(text(PAGE), "Shadow mode"), encoding="utf-8")
    walkthrough = Walkthrough(page, tmp_path)
    (tmp_path / "webhooks.yml").write_text(walkthrough.moved(openim_webhooks()), encoding="utf-8")
    old, new = (int(walkthrough.moved(port)) for port in ("10006", "10016"))
    async with BusinessServer(decide, port=old), BusinessServer(BANNED, port=new):
        await asyncio.to_thread(walkthrough.go)
    assert walkthrough.done >= 14
