"""The tables of the pages for operators and developers are those of the code."""

import re
import tomllib

import pytest
from prometheus_client.parser import text_string_to_metric_families

from amity import metrics
from amity.api.app import LONGEST_OPERATION_ID
from amity.api.bounds import CHARACTERS, ENTRIES, LONGEST_IDEMPOTENCY_KEY, MOST_BODY_BYTES
from amity.api.serving import Timeouts
from amity.callbacks.admin.log_reading import MOST_SHOWN as MOST_ENTRIES
from amity.callbacks.admin.trying import LONGEST_SECONDS, MOST_AT_ONCE
from amity.callbacks.asking.verdict import MESSAGE_LIMIT
from amity.callbacks.log import BODY_BYTES
from amity.callbacks.sender import ANSWER_LIMIT
from amity.callbacks.telling.kind_queue import ROOM
from amity.callbacks.telling.schedule import LONGEST_RETRY_AFTER
from amity.calls.idempotency import KEPT_MS
from amity.calls.page import MOST_SHOWN
from amity.calls.quota import MOST_CALLERS
from amity.conversations.finding import MOST_NAMED as MOST_CONVERSATIONS
from amity.gateway.connection import MOST_WAITING
from amity.gateway.encoding import MOST_INFLATED
from amity.gateway.head import MOST_HEAD_BYTES as MOST_CLIENT_HEAD_BYTES
from amity.gateway.heartbeat import Timeouts as ClientTimeouts
from amity.gateway.session import MOST_QUEUED_BYTES, MOST_QUEUED_FRAMES
from amity.gateway.subscriptions import MOST_WATCHED
from amity.gateway.workers import MOST_WORKERS
from amity.http.client import MOST_CONNECTIONS
from amity.http.head import MOST_HEAD_BYTES
from amity.moving.models import MOST_RECORDS
from amity.presence.service import MOST_USERS
from amity.relations.friends.importing import MOST_FRIENDS
from amity.relations.friends.increments import PART
from amity.relations.friends.profiles.service import INLINE, WAIT_SECONDS
from amity.settings import Settings
from amity.storage.database import SCAN_SECONDS
from amity.storage.late_rows import KEPT
from amity.storage.turns import MOST_LONG, MOST_LONG_OF_CALLER, MOST_SCANS, MOST_SCANS_OF_CALLER
from amity.sync.lists import MOST_CHANGES
from amity.users.client_config.service import MOST_KEY_CHARACTERS as MOST_SETTING_KEY_CHARACTERS
from amity.users.client_config.service import MOST_SETTINGS
from amity.users.client_config.service import MOST_VALUE_CHARACTERS as MOST_SETTING_CHARACTERS
from amity.users.commands.models import MOST_VALUE_CHARACTERS as MOST_COMMAND_CHARACTERS
from amity.users.commands.service import MOST_COMMANDS, MOST_UUID_CHARACTERS
from amity.users.rules import MOST_CHARACTERS, MOST_ID_CHARACTERS, MOST_NAMED
from amity.users.search_index import MOST_FOUND
from tests.unit.docs.pages import PAGES, ROOT, blocks, name, rows, text

CLIENT_TIMEOUTS = ClientTimeouts()
CONTRIBUTING = [name(page) for page in PAGES if page.parent.name == "contributing"]
PROJECT = tomllib.loads(text("pyproject.toml"))


def test_the_metrics_are_those_of_the_code():
    page = text("docs/operations.md")
    documented = {row[0].strip("`"): set(re.findall(r"\w+", row[1])) for row in rows(page, "Metrics and alerts")}
    for command in ("callbackBeforeImportFriendsCommand", "callbackAfterImportFriendsCommand"):
        metrics.callback_meter(command)("approved", 0.1)
        metrics.delivery_done(command, "delivered")
    metrics.import_refused()
    metrics.limit_reached("friendsPerUser")
    metrics.push_given_up("phones")
    metrics.relayed("callbackAfterImportFriendsCommand", "stored")
    metrics.http_refused("framing")
    metrics.read_refused("scan", "time")
    metrics.moved_off_loop("transaction", "said")
    metrics.late_rows_counter("callback_log")(1)
    metrics.request_meter("/friend/import_friend")(0, 0.1)
    metrics.gateway_request_meter(1001)(0, 0.1)
    metrics.console_action("login", "done")
    metrics.connection_opened()
    metrics.connection_closed("lost")
    metrics.connection_refused(1501)
    told = {
        metric.name + ("_total" if metric.type == "counter" else ""): {
            label for sample in metric.samples for label in sample.labels if label != "le"
        }
        for metric in text_string_to_metric_families(metrics.exposition().decode())
        if metric.name.startswith("amity_")
    }
    assert documented == told
    used = set(re.findall(r"amity_\w+", next(block for block in blocks(page, "yaml") if "alert" in block)))
    assert {name.removesuffix("_bucket") for name in used} <= told.keys()


def test_the_limits_are_those_of_the_code():
    limits = {row[0]: row[1] for row in rows(text("docs/operations.md"), "Limits and sizes")}
    for label, limit in {
        "Friends of one import": (MOST_FRIENDS, MOST_NAMED),
        "Body of a request": (f"{MOST_BODY_BYTES >> 20} MiB",),
        "Head of a request": (f"{MOST_HEAD_BYTES >> 10} KiB",),
        "Time for a request": (f"{Timeouts().arrival:.0f} s",),
        "Lists and other long reads": (MOST_LONG_OF_CALLER, MOST_LONG),
        "Searches, counts": (MOST_SCANS_OF_CALLER, MOST_SCANS, f"{SCAN_SECONDS:g} s"),
        "Time for which a changed profile": (INLINE, f"{WAIT_SECONDS:.0f} s"),
        "`operationID`": (LONGEST_OPERATION_ID,),
        "`Idempotency-Key`": (LONGEST_IDEMPOTENCY_KEY, f"{KEPT_MS // 3_600_000} h"),
        "User id": (MOST_ID_CHARACTERS,),
        "`nickname`, `remark`": (MOST_CHARACTERS["nickname"], MOST_CHARACTERS["remark"]),
        "`faceURL`": (MOST_CHARACTERS["faceURL"],),
        "`ex`": (MOST_CHARACTERS["ex"],),
        "A page of a list": (MOST_SHOWN,),
        "A text that users": (CHARACTERS["nickName"], CHARACTERS["userID"]),
        "Users that a search": (MOST_FOUND,),
        "Searches of one user": (Settings().limits.searches_per_minute, MOST_CALLERS),
        "Changes in one": (MOST_CHANGES, PART),
        "Users in one question": (MOST_USERS,),
        "Records of one": (MOST_RECORDS,),
        "Conversations that one": (MOST_CONVERSATIONS,),
        "Commands of one": (MOST_COMMANDS, MOST_UUID_CHARACTERS, MOST_COMMAND_CHARACTERS),
        "Client configuration": (MOST_SETTINGS, MOST_SETTING_KEY_CHARACTERS, MOST_SETTING_CHARACTERS),
        "Head of a client's": (f"{MOST_CLIENT_HEAD_BYTES >> 10} KiB", f"{CLIENT_TIMEOUTS.handshake:.0f} s"),
        "Message of a client": (Settings().gateway.max_message_bytes, f"{MOST_INFLATED >> 20} MiB"),
        "Requests of one client": (MOST_WAITING,),
        "Requests of all clients": (MOST_WORKERS,),
        "What waits for a client": (
            MOST_QUEUED_FRAMES,
            f"{MOST_QUEUED_BYTES >> 20} MiB",
            f"{CLIENT_TIMEOUTS.blocked:.0f} s",
        ),
        "Silence of a client": (f"{CLIENT_TIMEOUTS.silence:.0f} s",),
        "Users that one client": (MOST_WATCHED,),
        "Entries on one page": (MOST_ENTRIES,),
        "Answer of a business server": (f"{ANSWER_LIMIT >> 20} MiB",),
        "`errMsg` and `errDlt`": (MESSAGE_LIMIT,),
        "Connections to one": (MOST_CONNECTIONS,),
        "Events read ahead": (ROOM,),
        "`Retry-After`": (f"{LONGEST_RETRY_AFTER / 3600:.0f} h",),
        "Callback log": (KEPT, BODY_BYTES),
        "Ids in one request to replay": (ENTRIES["eventIDs"],),
        "Samples that administrators": (MOST_AT_ONCE, f"{LONGEST_SECONDS:.0f} s"),
    }.items():
        (documented,) = [shown for name, shown in limits.items() if name.startswith(label)]
        row = next(f"{name} {documented}" for name in limits if name.startswith(label))
        for value in limit:
            assert (f"{value:,}" if isinstance(value, int) else str(value)) in row, label


def test_every_dependency_has_its_reason():
    page = text("docs/decisions.md")
    for heading, requirements in (
        ("What it runs on", PROJECT["project"]["dependencies"]),
        (
            "What it is checked and tested with",
            [each for group in PROJECT["dependency-groups"].values() for each in group if isinstance(each, str)],
        ),
    ):
        named = {re.split(r"[>=; ]", requirement)[0] for requirement in requirements}
        assert {row[0].strip("`") for row in rows(page, heading)} == named


def test_the_floors_are_those_that_are_checked():
    (contract,) = [each for each in PROJECT["tool"]["importlinter"]["contracts"] if each["id"] == "floors"]
    checked = [set(re.findall(r"\w+", re.sub(r"\(\w+\)", "", layer))) for layer in contract["layers"]]
    page = text("docs/architecture.md").split("\n## Arrows\n")[1]
    documented = [set(re.findall(r"\w+", line)) for line in next(blocks(page, "")).splitlines()]
    assert documented == [layer for layer in checked if layer]


def test_every_room_is_named():
    tree = next(blocks(text("docs/architecture.md"), ""))
    named = set(re.findall(r"^  (\w+(?:/|\.py)) ", tree, re.MULTILINE))
    there = {f"{path.parent.name}/" for path in (ROOT / "src/amity").glob("*/*.py")}
    there |= {path.name for path in (ROOT / "src/amity").glob("*.py")}
    assert named == there - {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("path", ["docs/architecture.md", "CONTRIBUTING.md", *CONTRIBUTING])
def test_every_file_that_a_page_for_developers_names_is_there(path):
    page = text(path)
    made = set(re.findall(r"^\*\*`([^`]+)`\*\*$", page, re.MULTILINE))  # or changed, which another test does
    files = set(re.findall(r"`((?:\w+/)*\w+\.(?:py|toml|sql))`", page)) - made
    assert any("/" in file for file in files)
    there = {file.name for folder in ("src", "tests") for file in (ROOT / folder).rglob("*.*")}
    for file in files:
        if "/" in file:
            assert any((ROOT / folder / file).exists() for folder in (".", "src/amity")), file
        elif file.endswith(".py"):  # in the folder that the sentence is about; the others may be examples
            assert file in there or (ROOT / file).exists(), file
