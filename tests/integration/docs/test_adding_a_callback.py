"""Adding a callback as docs/architecture.md says, done as it stands: all that is to follow from a declaration does."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = r"""
import asyncio, json, sys, threading, types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from amity.wire.events import friends

declaration, service, folder = json.load(sys.stdin)
exec(declaration, vars(friends))  # as if it stood at the end of that file

from click.testing import CliRunner

from amity import metrics
from amity.business import BusinessServer
from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.cli.callbacks_try import send
from amity.settings import load
from amity.storage import open_database
from tests.support.kit_events import generate

app = BusinessServer()
told = []

@app.before_wave
def decide(event):
    return friends.ReplaceWave(event.text.upper())

@app.on(friends.AfterWave)
def note(event):
    told.append([event.owner_user_id, event.text])

class Http(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        reply = app.handle_sync(self.headers, self.path, body)
        self.send_response(reply.status)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_):
        pass

http = ThreadingHTTPServer(("127.0.0.1", 0), Http)
threading.Thread(target=lambda: http.serve_forever(0.01), daemon=True).start()
url = f"http://127.0.0.1:{http.server_port}"
settings = load(None, {
    "AMITY_SECRET": "at least sixteen characters",
    "AMITY_CALLBACKS__URL": url,
    "AMITY_CALLBACKS__BEFORE_WAVE__ENABLE": "true",
    "AMITY_CALLBACKS__AFTER_WAVE__ENABLE": "true",
}).callbacks

async def call_service():
    database = await open_database(f"sqlite:///{folder}/amity.db")
    sender = Sender(settings)
    methods = {"Call": Call, "BeforeWave": friends.BeforeWave, "AfterWave": friends.AfterWave}
    exec(service, methods)
    log = CallbackLog(database)
    domain = types.SimpleNamespace(
        _database=database, _before=Before(settings, sender, log), _outbox=Outbox(settings)
    )
    try:
        await methods["wave"](domain, Call(user_id="ann", operation_id="op"), "ann", "bob", "hello")
        rows = await database.write(lambda tx: tx.fetch("select owner, command, body from outbox"))
    finally:
        await sender.close()
        await database.close()
    return [list(row) for row in rows]

outbox = asyncio.run(call_service())
run = CliRunner().invoke
print(json.dumps({
    "outbox": outbox,
    "check": json.loads(run(send, [url, "--event", "beforeWave", "--json"]).output),
    "real": json.loads(run(send, [url, "--event", "afterWave", "--real", "--json"]).output),
    "told": told,
    "metrics": "callbackBeforeWaveCommand" in metrics.exposition().decode(),
    "kit": generate(),
}))
http.shutdown()
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """What comes of the two blocks of the page, each put where the page says."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    section = page.split("\n## Adding a callback\n")[1].split("\n## ")[0]
    declaration, service = re.findall(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([declaration, service, str(tmp_path_factory.mktemp("waving"))]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_its_settings_are_taken_and_an_event_is_in_the_outbox_as_the_answer_changed_it(followed):
    body = {"callbackCommand": "callbackAfterWaveCommand", "ownerUserID": "ann", "friendUserID": "bob", "text": "HELLO"}
    ((owner, command, recorded),) = followed["outbox"]
    assert (owner, command, json.loads(recorded)) == ("ann", "callbackAfterWaveCommand", body)


def test_its_sample_is_sent_and_judged_by_the_command_line(followed):
    assert followed["check"]["callbackCommand"] == "callbackBeforeWaveCommand"
    assert followed["check"]["verdict"] == "modified"
    assert json.loads(followed["check"]["answer"])["text"] == "A SAMPLE"


def test_the_kit_hands_it_to_its_handler(followed):
    assert followed["real"]["verdict"] == "delivered"
    assert followed["told"] == [["amity-sample-owner", "a sample"]]


def test_it_is_counted(followed):
    assert followed["metrics"]


def test_the_kit_s_names_and_types_are_written_from_it(followed):
    assert "    before_wave: Before[BeforeWave, ReplaceWave]\n" in followed["kit"]["decorators.py"]
    assert "    after_wave: After[AfterWave]\n" in followed["kit"]["decorators.py"]
    exported = re.findall(r'^    "(\w+)",$', followed["kit"]["events.py"], re.MULTILINE)
    assert {"AfterWave", "BeforeWave", "ReplaceWave"} <= set(exported)
