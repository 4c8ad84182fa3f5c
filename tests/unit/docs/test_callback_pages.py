"""The pages of the callbacks are true: their samples are parsed, judged, verified and run."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect as types

from amity.business import BusinessServer, TestClient
from amity.business.signature import TOLERANCE, keys_of, verify
from amity.callbacks.asking.verdict import Approved, Failed, Rejected, decide
from amity.wire.events.catalogue import BY_COMMAND, EVENTS, parse, payload
from amity.wire.events.event import BeforeEvent, Event, NoChange
from amity.wire.webhooks import key_of, sign
from tests.support.client_annotations import fields_of, structs_of

PAGES = Path(__file__).parents[3] / "docs" / "callbacks"
BEFORE = [event for event in EVENTS if issubclass(event, BeforeEvent)]
AFTER = [event for event in EVENTS if not issubclass(event, BeforeEvent)]
every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
every_before = pytest.mark.parametrize("event", BEFORE, ids=lambda event: event.__name__)
every_after = pytest.mark.parametrize("event", AFTER, ids=lambda event: event.__name__)

HEADINGS = [
    "When it comes",
    "Request",
    "Answers",
    "Verdicts",
    "After a failure",
    "In Python",
    "In plain HTTP",
    "With OpenIM's own server",
]


def page(event: type[Event]) -> str:
    return (PAGES / f"{event.attribute.replace('_', '-')}.md").read_text()


def type_of(kind: types.Type) -> str:
    """A field's type, in the words of the pages."""
    match kind:
        case types.UnionType():
            rest = next(each for each in kind.types if not isinstance(each, types.NoneType))
            return f"{type_of(rest)} or null"
        case types.CollectionType():
            return f"array of {type_of(kind.item_type)}s"
        case types.StructType() | types.DictType():
            return "object"
        case types.IntType():
            return "integer"
        case types.BoolType():
            return "boolean"
        case types.StrType():
            return "string"
    raise TypeError(kind)


def typed_fields(struct: type[msgspec.Struct], path: str = "") -> dict[str, str]:
    """The fields of a struct with their types, those of structs in a list below their list: ``users[].ex``."""
    found = {}
    for field in fields_of(struct):
        name = f"{path}{field.encode_name}"
        found[name] = type_of(field.type)
        for inner in structs_of(struct) if found[name] == "array of objects" else ():
            found |= typed_fields(inner, f"{name}[].")
    return found


def section(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def request_of(event: type[Event]) -> bytes:
    (sample,) = blocks(section(page(event), "Request"), "json")
    return sample.encode()


def verdict_word(status: int, body: bytes, event: type[BeforeEvent]) -> str:
    """The verdict as the pages write it: the word of the callback log, and the code where there is one."""
    verdict = decide(status, body, event.change)
    if isinstance(verdict, Approved):
        return "**approved**" if verdict.change == event.change() else "**modified**"
    return f"**{'rejected' if isinstance(verdict, Rejected) else 'failed'}** {int(verdict.code)}"


@every_event
def test_every_page_follows_the_one_template(event):
    text = page(event)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert f"| `callbackCommand` | `{event.command}` |" in text
    assert f"| Setting | `callbacks.{event.setting}` |" in text
    assert f"`POST {{url}}/{event.command}?contenttype=json`" in text


def test_there_is_a_page_for_every_event_and_the_index_lists_them():
    index = (PAGES / "README.md").read_text()
    listed = re.findall(r"^\| \[(.*)\]\((.*)\) \| `(\w+)` \| `(\w+)` \|$", index, re.MULTILINE)
    assert [(setting, command) for _, _, setting, command in listed] == [
        (event.setting, event.command) for event in EVENTS
    ]
    for title, file, setting, _ in listed:
        assert (PAGES / file).read_text().startswith(f"# {title}\n"), setting
    assert {path.name for path in PAGES.glob("*.md")} == {file for _, file, _, _ in listed} | {"README.md"}


@every_event
def test_the_sample_request_is_the_event(event):
    sample = json.loads(request_of(event))
    parsed = parse(event.command, request_of(event))
    assert type(parsed) is event
    assert json.loads(payload(parsed)) == sample


@every_event
def test_the_table_of_the_request_has_every_field_with_its_type(event):
    table = re.findall(r"^\| `([\w.\[\]]+)` \| ([^|]+) \|", section(page(event), "Request"), re.MULTILINE)
    fields = {"callbackCommand": "string"} | typed_fields(event)
    assert [name for name, _ in table] == list(fields)
    for name, said in table:
        # One type serves two callbacks of which only one sends null.
        assert said in (fields[name], fields[name].removesuffix(" or null")), name


@every_event
def test_the_page_says_of_which_kind_the_event_is(event):
    said = "before: the operation waits for the answer" if issubclass(event, BeforeEvent) else "after: "
    assert f"| Kind | {said}" in page(event)


@every_before
def test_the_change_on_the_page_is_what_an_answer_may_replace(event):
    answers = section(page(event), "Answers")
    shown = re.search(r"^### Change\n(.*?)(?=^### |\Z)", answers, re.DOTALL | re.MULTILINE)
    assert (shown is None) == (event.change is NoChange)
    if shown is not None:
        (sample,) = blocks(shown[1], "json")
        replaced = json.loads(sample).keys() - {"actionCode", "errCode", "errMsg", "errDlt", "nextCode"}
        assert replaced
        assert replaced <= typed_fields(event.change).keys()


@every_before
def test_every_sample_answer_gives_the_verdict_that_the_page_says(event):
    answers = section(page(event), "Answers")
    samples = re.findall(r"^```json\n(.*?)^```\n\nVerdict: (\*\*\w+\*\*(?: \d+)?)", answers, re.DOTALL | re.MULTILINE)
    assert len(samples) == len(blocks(answers, "json"))
    assert [verdict_word(200, body.encode(), event) for body, _ in samples] == [word for _, word in samples]
    modified = [] if event.change is NoChange else ["modified"]
    assert [word.split("**")[1] for _, word in samples] == ["approved", *modified, "rejected"]


@every_before
def test_every_row_of_the_verdict_table_is_what_the_server_decides(event):
    rows = re.findall(
        r"^\| (\d+) \| (?:`(.*)`|\(empty\)) \| (\*\*\w+\*\*(?: \d+)?) \|",
        section(page(event), "Verdicts"),
        re.MULTILINE,
    )
    assert len(rows) >= 12
    for status, body, word in rows:
        assert (body, verdict_word(int(status), body.encode(), event)) == (body, word)


@every_after
def test_after_pages_say_that_only_2xx_is_delivered(event):
    rows = re.findall(r"^\| (\d+) \| \*\*([\w ]+)\*\* \|", section(page(event), "Verdicts"), re.MULTILINE)
    assert rows
    for status, outcome in rows:
        assert outcome == ("delivered" if 200 <= int(status) <= 299 else "tried again")


@pytest.mark.parametrize("event", [event for event in EVENTS if event.documented], ids=lambda event: event.__name__)
def test_a_page_names_what_a_field_is_called_elsewhere(event):
    named = set(re.findall(r"`(\w+)`", section(page(event), "Request")))
    assert named >= set(event.documented.values())
    table = section((PAGES / "README.md").read_text(), "What is sent")
    assert event.documented.items() <= set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", table, re.MULTILINE))


@every_event
def test_the_python_example_runs_and_takes_the_sample_request(event, capsys):
    (code,) = blocks(section(page(event), "In Python"), "python")
    namespace: dict[str, object] = {}
    exec(compile(code, event.__name__, "exec"), namespace)
    app = namespace["app"]
    assert isinstance(app, BusinessServer)
    sample = parse(event.command, request_of(event))
    verdict = TestClient(app).send(sample)  # type: ignore[call-overload]
    assert (verdict is not None) == isinstance(sample, BeforeEvent)


@every_event
def test_the_plain_http_example_is_the_sample_signed_with_the_secret_on_the_page(event):
    text = section(page(event), "In plain HTTP")
    request, response = blocks(text, "http")
    secret = re.search(r"`(whsec_.*?)`", text)
    assert secret
    command, headers, body = http_message(request)
    assert f"/{event.command}?" in command
    assert json.loads(body) == json.loads(request_of(event))
    assert int(headers["content-length"]) == len(body)
    timestamp = int(headers["webhook-timestamp"])
    # Where the two differ, the second is what belongs on the page.
    assert headers["webhook-signature"] == sign(key_of(secret[1]), headers["webhook-id"], timestamp, body)
    verify(keys_of(secret[1]), headers, body, now=timestamp, tolerance=TOLERANCE)
    status, _, answer = http_message(response)
    assert status == "HTTP/1.1 200 OK"
    if issubclass(event, BeforeEvent):
        assert not isinstance(decide(200, answer, event.change), Failed)


def test_the_index_s_example_is_signed_with_the_index_s_secret():
    index = (PAGES / "README.md").read_text()
    (example,) = blocks(index, "http")
    secret = re.search(r"secret: (whsec_\S+)", index)
    assert secret
    command, headers, body = http_message(example)
    verify(keys_of(secret[1]), headers, body, now=int(headers["webhook-timestamp"]), tolerance=TOLERANCE)
    assert re.findall(r"/(\w+)\?", command)[0] in BY_COMMAND


def http_message(text: str) -> tuple[str, dict[str, str], bytes]:
    head, _, body = text.rstrip("\n").partition("\n\n")
    first, *lines = head.split("\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return first, {name.lower(): value for name, value in headers.items()}, body.encode()
