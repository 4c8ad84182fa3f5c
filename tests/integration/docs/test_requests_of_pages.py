"""The requests on pages about groups, messages and pushes, sent as a reader would send them, and their programs."""

import shutil
from pathlib import Path

import pytest

from amity.business import AfterOfflinePush, BusinessServer, TestClient
from amity.clock import SYSTEM_CLOCK
from amity.wire.events.pushes import PushDevice, PushReceiver
from tests.integration.docs.walkthrough import Walkthrough
from tests.unit.docs.pages import blocks, section, text

BEFORE = """
```bash
amity init
```

```bash
amity serve
```

```bash
amity users add alice
TOKEN=$(amity token)
```
"""


@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages call the API with curl")
@pytest.mark.parametrize(
    ("page", "heading", "count"),
    [
        ("docs/groups.md", "A group by curl", 20),
        ("docs/messages.md", "A first message", 12),
        ("docs/offline-push.md", "Tokens and badges", 5),
    ],
)
def test_a_reader_who_copies_the_requests_sees_what_the_page_shows(tmp_path: Path, page, heading, count):
    copied = tmp_path / "page.md"
    copied.write_text(BEFORE + section(text(page), heading), encoding="utf-8")
    walkthrough = Walkthrough(copied, tmp_path)
    walkthrough.go()
    assert walkthrough.done >= count


@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages call the API with curl")
@pytest.mark.parametrize("first", ["README.md", "docs/quickstart.md"])
def test_a_reader_who_goes_on_from_page_to_page_needs_no_new_server(tmp_path: Path, first: str):
    program = text("docs/python-client.md").split("Write `people.py`:")[1]
    pages = (
        text(first),
        section(text("docs/groups.md"), "A group by curl"),
        section(text("docs/messages.md"), "A first message"),
        section(text("docs/offline-push.md"), "Tokens and badges"),
        f"Write `people.py`:{program}",
    )
    copied = tmp_path / "pages.md"
    copied.write_text("\n\n".join(pages), encoding="utf-8")
    walkthrough = Walkthrough(copied, tmp_path)
    walkthrough.go()
    assert walkthrough.done >= 40


def test_the_receiver_of_pushes_sends_to_each_device(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CALLBACK_SECRET", raising=False)
    namespace: dict[str, object] = {}
    (code,) = blocks(text("docs/offline-push.md"), "python")
    exec(compile(code, "docs/offline-push.md", "exec"), namespace)
    app = namespace["app"]
    assert isinstance(app, BusinessServer)
    devices = (
        PushDevice(platform_id=2, token="t1", expire_time=0),
        PushDevice(platform_id=1, token="t2", expire_time=0),
    )
    sample = TestClient.sample(
        AfterOfflinePush,
        receivers=(PushReceiver(user_id="bob", badge=1, devices=devices),),
        title="Ann",
        desc="hello",
        send_time=SYSTEM_CLOCK.now_ms(),
    )
    TestClient(app).send(sample)
    assert capsys.readouterr().out == "to t1: Ann: hello\nto t2: Ann: hello\n"
