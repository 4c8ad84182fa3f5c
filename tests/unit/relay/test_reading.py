"""How answers are read for a comparison, held to the model of what OpenIM's server does."""

import json

import pytest

from amity.relay.commands import KNOWN
from amity.relay.reading import Outcome, outcome_of
from tests.support.openim_answers import Crashes, GoesOn, Refuses, read_answer
from tests.support.recorded_callbacks import answered_callbacks, recorded_requests

COMMANDS = {command.name: command for command in KNOWN}
REQUESTS = {request.command: request.fields for request in recorded_requests()}
ANSWERED = [each for each in answered_callbacks() if each.answer.fails is None]


@pytest.mark.parametrize("recorded", ANSWERED, ids=str)
def test_every_recorded_answer_is_read_as_openim_reads_it(recorded):
    request = recorded.request or REQUESTS[recorded.command]
    expected = read_answer(recorded.command, request, recorded.answer.status, recorded.answer.body)
    command = COMMANDS[recorded.command]
    found = outcome_of(recorded.answer.body, command.setting, command.change, request)
    if isinstance(expected, Refuses) and recorded.case == 'modify {"content": "no json"}':
        assert not found.refuses  # that comes later than the reading
    elif isinstance(expected, Refuses):
        assert (found.refuses, found.err_code) == (True, expected.code)
    elif not isinstance(expected, Crashes):
        assert not found.refuses


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Outcome(True, 5001, "no", {}), "refuses with 5001 no"),
        (Outcome(True, 5001, "", {}), "refuses with 5001"),
        (Outcome(False, 0, "", {}), "goes on"),
        (Outcome(False, 0, "", {"remark": "r", "ex": ""}), 'goes on with remark "r", ex ""'),
    ],
)
def test_an_outcome_is_said_in_words(outcome: Outcome, text: str):
    assert str(outcome) == text


@pytest.mark.parametrize(
    "body", [b"", b"null?", b"\xff", b"[]", b'{"nextCode": "0"}', b'{"errMsg": 1}', b"[" * 100_000]
)
def test_what_openim_cannot_read_it_refuses(body: bytes):
    command = COMMANDS["callbackBeforeImportFriendsCommand"]
    assert outcome_of(body, command.setting, command.change, {}).err_code == 90007


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"{}",
        b'{"NextCode": 1, "ERRCODE": 3, "errmsg": "no"}',
        b'{"nextCode": 0, "NEXTCODE": 1}',
        b'{"nextCode": 1, "nextcode": null}',
        b'{"nextcode": 0, "nextCode": 1, "errCode": 2147483648}',
        b'{"FriendUserIDs": ["zoe"]}',
        b'{"nextCode": 1, "friendUserIDs": 5}',
        b'{"nextCode": 1, "errCode": 4, "errMsg": "\xff"}',
        b'{"nextCode": 1.0}',
        b'{"x": "\xc3"}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_an_answer_is_read_as_the_model_reads_it(body: bytes):
    command = COMMANDS["callbackBeforeImportFriendsCommand"]
    request = {"ownerUserID": "ann", "friendUserIDs": ["bob"]}
    found = outcome_of(body, command.setting, command.change, request)
    expected = read_answer(command.name, request, 200, body)
    if isinstance(expected, Refuses):
        assert (found.refuses, found.err_code) == (True, expected.code)
        if expected.code != 90007:
            assert found.err_msg == expected.message
    else:
        assert isinstance(expected, GoesOn)
        assert (found.refuses, found.replaced) == (False, expected.replaced)


def test_an_empty_list_changes_nothing():
    command = COMMANDS["callbackBeforeImportFriendsCommand"]
    body = json.dumps({"friendUserIDs": []}).encode()
    assert outcome_of(body, command.setting, command.change, {}) == Outcome(False, 0, "", {})


def test_an_empty_list_of_mentions_takes_the_mentions_out():
    command = COMMANDS["callbackBeforeMsgModifyCommand"]
    replaced = outcome_of(b'{"atUserIDList": []}', command.setting, command.change, {"atUserIDList": ["bob"]}).replaced
    assert replaced == {"atUserIDList": []}
    assert read_answer(command.name, {"atUserIDList": ["bob"]}, 200, b'{"atUserIDList": []}') == GoesOn(replaced)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("callbackBeforeCreateGroupCommand", "initMemberList"),
        ("callbackBeforeInviteJoinGroupCommand", "invitedUserIDs"),
    ],
)
@pytest.mark.parametrize("value", [[], ["k37439d"], 5, None], ids=str)
def test_what_amity_alone_lets_an_answer_replace_openim_does_not_read(command: str, name: str, value: object):
    body = json.dumps({name: value, name.upper(): value}).encode()
    found = outcome_of(body, COMMANDS[command].setting, COMMANDS[command].change, REQUESTS[command])
    assert found == Outcome(False, 0, "", {})
    assert read_answer(command, REQUESTS[command], 200, body) == GoesOn()
