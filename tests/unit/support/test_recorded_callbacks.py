"""The recorded callbacks of OpenIM's server: they are whole, and given back as they were sent."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.recorded_callbacks import is_after, recorded_imports, recorded_requests, sent


def test_every_command_is_recorded():
    commands = {request.command for request in recorded_requests()}
    assert len(commands) == 51
    assert len({command for command in commands if is_after(command)}) == 28


@pytest.mark.parametrize("request_", recorded_requests(), ids=lambda request: request.command)
def test_a_body_has_the_length_that_was_sent(request_):
    assert len(request_.body) == int(request_.headers["Content-Length"])
    assert json.loads(request_.body) == request_.fields
    assert request_.fields["callbackCommand"] == request_.command


def test_three_commands_have_a_key_that_says_between_whom():
    with_key = {request.command: request for request in recorded_requests() if "?" in request.target}
    assert with_key.keys() == {
        "callbackAfterSendSingleMsgCommand",
        "callbackAfterSendGroupMsgCommand",
        "callbackAfterMsgSaveDBCommand",
    }
    for request in with_key.values():
        (key,) = parse_qs(urlsplit(request.target).query)["key"]
        assert json.loads(base64.b64decode(key))["sendID"] == request.fields["sendID"]


def test_a_body_is_written_as_go_writes_it():
    assert sent({"b": "<ä&>\u2028", "a": None}) == b'{"b":"\\u003c\xc3\xa4\\u0026\\u003e\\u2028","a":null}\n'


def test_an_import_begins_with_its_callback():
    imports = recorded_imports()
    assert len(imports) == 21
    for each in imports:
        first, _ = each.callbacks[0]
        assert first.command == "callbackBeforeImportFriendsCommand"
        assert first.fields["friendUserIDs"] == each.request["friendUserIDs"]


def test_an_import_that_succeeds_is_told_of_afterwards():
    for each in recorded_imports():
        told = "callbackAfterImportFriendsCommand" in [request.command for request, _ in each.callbacks]
        succeeded = each.answer == {"errCode": 0, "errMsg": "", "errDlt": ""}
        assert told is succeeded, each.case
