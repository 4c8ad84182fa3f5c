"""The guide of the kit is true: its programs run."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from amity.business import BusinessServer, SqliteSeen
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import BeforeEvent, NoChange
from amity.wire.webhooks import key_of, sign

GUIDE = (Path(__file__).parents[3] / "docs" / "business-kit.md").read_text()
OTHER_FRAMEWORKS = {"fastapi", "django", "flask"}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def test_every_python_program_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CALLBACK_SECRET", raising=False)
    namespace: dict[str, object] = {"__name__": "guide"}
    programs = blocks("python")
    assert len(programs) >= 10
    for program in programs:
        code = compile(program, "docs/business-kit.md", "exec")
        imported = set(re.findall(r"^(?:from|import) (\w+)", program, re.MULTILINE))
        if not imported & OTHER_FRAMEWORKS:
            exec(code, namespace)
            app = namespace.get("app")
            if isinstance(app, BusinessServer) and isinstance(app.gate.seen, SqliteSeen):
                app.gate.seen.close()


def test_the_first_program_answers_the_curl_as_the_guide_shows(monkeypatch):
    monkeypatch.delenv("CALLBACK_SECRET", raising=False)
    namespace: dict[str, object] = {}
    exec(blocks("python")[0], namespace)
    app = namespace["app"]
    assert isinstance(app, BusinessServer)
    asked = re.search(r"curl (\S+) -d '(.*?)'", GUIDE, re.DOTALL)
    assert asked
    reply = app.handle_sync({}, asked[1], asked[2].encode())
    assert reply.body.decode() == blocks("json")[0].strip()


def test_the_table_lists_every_event_with_its_setting_and_its_fields():
    rows = re.findall(r"^\| `@app\.(\w+)` \| `(\w+)` \| `(\w+)\((.*)\)` \| (?:`(\w+)\(.*\)` )?\|$", GUIDE, re.MULTILINE)
    assert rows == [
        (
            event.attribute,
            event.setting,
            event.__name__,
            ", ".join(event.__struct_fields__),
            event.change.__name__ if issubclass(event, BeforeEvent) and event.change is not NoChange else "",
        )
        for event in EVENTS
    ]


CALL = """
const [secret, headers, body] = JSON.parse(require("fs").readFileSync(0));
console.log(isSigned(secret, headers, Buffer.from(body)));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize("secret", ["whsec_dGhlIG5ldyBvbmUsIG9mIHRoaXMgbW9udGg=", "a secret in plain text, long"])
def test_the_program_in_javascript_tells_right_from_wrong(secret):
    (program,) = blocks("javascript")
    now = int(time.time())
    body = '{"a":"ä"}'
    right = {
        "webhook-id": "m1",
        "webhook-timestamp": str(now),
        "webhook-signature": "v1,AAAA v2,x " + sign(key_of(secret), "m1", now, body.encode()),
    }
    late = right | {
        "webhook-timestamp": str(now - 400),
        "webhook-signature": sign(key_of(secret), "m1", now - 400, body.encode()),
    }
    wrong = [{}, right | {"webhook-id": "m2"}, right | {"webhook-timestamp": "soon"}, late]
    for headers, verdict in [(right, "true"), *((headers, "false") for headers in wrong)]:
        run = subprocess.run(
            ["node", "-e", program + CALL],
            input=json.dumps([secret, headers, body]),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        assert run.stdout.strip() == verdict
