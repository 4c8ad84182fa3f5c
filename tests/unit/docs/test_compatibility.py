"""docs/compatibility.md says of everything that OpenIM has whether it is here, and the code agrees.

What OpenIM has is in two files beside this one: the paths of its operations, and the names of its notifications.
"""

import re
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest

from amity.app.server import Server
from amity.calls.call import Call
from amity.calls.operation import Access
from amity.errors import ImError
from amity.gateway.dispatch import Dispatch
from amity.messages.reading.anybodys import Anybodys
from amity.messages.reading.marking import Marking
from amity.messages.reading.numbers import Numbers
from amity.messages.reading.operations import operations as reading_operations
from amity.messages.reading.pulling import Pulling
from amity.messages.reading.read_states import ReadStates
from amity.messages.sending.batch import Batch
from amity.messages.sending.operations import operations as sending_operations
from amity.messages.sending.service import Sending
from amity.messages.sending.signals import Signals
from amity.messages.sending.simple import Simple
from amity.messages.sending.statuses import Statuses
from amity.settings import Settings, webhooks
from amity.wire.events.catalogue import EVENTS
from amity.wire.frames import Identifier
from amity.wire.notification import ContentType
from tests.support.declared_operations import declared_operations
from tests.support.operations_in_protobuf import answer_of
from tests.unit.docs.pages import ROOT, text

PAGE = text("docs/compatibility.md")
WHO = {Access.ANYONE: "anyone", Access.CALLER: "a token", Access.ADMIN: "administrator"}
OURS = "amity's own"
ABSENT = ("not yet", "no")
"""What a row begins with whose operation is not here: not built yet, or not meant to be."""


def facts(file):
    """The lines of a file with facts about OpenIM, each split once."""
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if not line.startswith("#")]


def section(heading):
    """What stands below a heading, down to the next one of its level or above."""
    found = re.search(rf"^(##+) {heading}\n", PAGE, re.MULTILINE)
    assert found, heading
    below = PAGE[found.end() :]
    end = re.search(rf"^#{{2,{len(found[1])}}} ", below, re.MULTILINE)
    return below[: end.start()] if end else below


def table(heading):
    """The rows of a section's tables, heads left out; a row that names several things once for each."""
    return [
        (name, *(cell.strip() for cell in cells.split("|")))
        for names, cells in re.findall(r"^\| ([^|]*`[^|]*) \|(.*)\|$", section(heading), re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", names)
    ]


def is_absent(state):
    return state.startswith(ABSENT)


def test_every_operation_of_openim_has_its_row():
    known = {path if method == "POST" else f"GET {path}" for method, path in facts("upstream_operations.txt")}
    documented = [name for name, _, state in table("Operations") if state != OURS]
    assert len(documented) == len(set(documented))
    assert set(documented) == known


def test_a_row_says_that_an_operation_is_there_exactly_where_the_code_has_it():
    there = {name for name, _, state in table("Operations") if not is_absent(state)}
    assert there == declared_operations().keys()


async def test_what_is_declared_is_served(tmp_path):
    settings = Settings(secret="at least sixteen characters", database=f"sqlite:///{tmp_path}/amity.db")
    settings.api.port = settings.gateway.port = 0
    server = Server(settings)
    await server.start()
    try:
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{server.port}/openapi.json")
    finally:
        await server.stop()
    assert answer.json()["paths"].keys() == declared_operations().keys()


def test_only_operations_of_openim_are_said_to_be_openim_s():
    known = {path for method, path in facts("upstream_operations.txt") if method == "POST"}
    assert {name for name, _, state in table("Operations") if state == OURS} == declared_operations().keys() - known


def test_who_may_call_is_what_the_code_says():
    operations = declared_operations()
    for name, who, _ in table("Operations"):
        assert who == (WHO[operations[name].access] if name in operations else ""), name


def test_a_row_says_nothing_else_than_what_the_page_explains():
    for name, _, state in table("Operations"):
        assert re.match(r"same\b|\[|\*\*empty\*\*|not yet$|no:|amity's own$", state), name


def test_the_pages_count_what_is_there():
    of_openim = [state for name, _, state in table("Operations") if state != OURS and not name.startswith("GET ")]
    there = [state for state in of_openim if not is_absent(state)]
    assert f"{len(there)} of OpenIM's {len(of_openim)} operations" in " ".join(section("Operations").split())
    for page in ("README.md", "CHANGELOG.md"):
        assert f"{len(there)} " in text(page), page


def test_every_identifier_of_the_gateway_has_its_row():
    assert [int(number) for number, *_ in table("Identifiers")] == list(Identifier)


async def test_a_row_says_that_an_identifier_is_served_exactly_where_the_code_serves_it():
    served = {Identifier.PUSH, Identifier.KICK, *Dispatch([], Mock())._session_requests}
    sending = Sending(Mock(), Mock(), Mock(), Mock(), Mock(), Mock(), Mock(), [])
    pulling = Pulling(Mock(), Mock(), Mock(), Mock())
    marking = Marking(Mock(), Mock(), Mock(), Mock(), Mock(), Mock())
    states = ReadStates(Mock(), Mock(), Mock(), Mock(), Mock())
    for operation in (
        *sending_operations(sending, Batch(Mock(), sending), Simple(sending), Statuses(Mock()), Signals()),
        *reading_operations(
            pulling, Numbers(Mock(), Mock(), Mock(), Mock()), marking, states, Anybodys(Mock(), Mock(), Mock(), Mock())
        ),
    ):
        if operation.gateway is not None:
            with pytest.raises(ImError) as refused:
                await answer_of(operation, Call(user_id="alice", operation_id="1"), b"\x0a\x03bob")
            if "not built" not in refused.value.detail:
                served.add(operation.gateway)
    assert {int(number) for number, _, state in table("Identifiers") if not is_absent(state)} == served


def test_every_notification_of_openim_has_its_row():
    documented = [(number, name) for number, name, *_ in table("Notifications")]
    assert documented == facts("upstream_notifications.txt")


def test_a_row_says_that_a_notification_is_sent_exactly_where_the_code_sends_it():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src/amity").rglob("*.py")
        if path.name != "notification.py"
    )
    sent = {str(each.value) for each in ContentType if f"ContentType.{each.name}" in code}
    assert {number for number, _, _, state in table("Notifications") if not is_absent(state)} == sent


def test_every_callback_of_openim_has_its_row():
    assert {name for name, *_ in table("Every callback")} == webhooks.KEYS


def test_a_row_says_that_a_callback_is_there_exactly_where_the_code_raises_it():
    there = {name for name, _, state in table("Every callback") if not is_absent(state)}
    assert there == webhooks.RAISED == {event.setting for event in EVENTS}
