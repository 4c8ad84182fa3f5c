"""The answers that OpenIM's server obeys, held to the model of what it does with answers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.errors import ImError
from amity.relay.changes import AnyChange, fields_of
from amity.relay.commands import KNOWN, Command
from amity.relay.phrasing import ALLOWED, Inexpressible, approval, rejection
from tests.support.openim_answers import Crashes, GoesOn, Refuses, read_answer
from tests.support.recorded_callbacks import is_after, recorded_requests

QUESTIONS = {request.command: request for request in recorded_requests() if not is_after(request.command)}
BEFORE = [command for command in KNOWN if command.is_before]
COMMON = {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}

texts = st.sampled_from(["", " ", "a", "k37439a", "k37439b", '{"content":"x"}', "null", "[]"])
values = st.one_of(
    texts,
    st.integers(-3, 300),
    st.booleans(),
    st.none(),
    st.lists(texts, max_size=3),
    st.dictionaries(texts, st.booleans(), max_size=2),
    st.just([{"userID": "k37439a", "nickname": "n"}]),
    st.just([{"nickname": "n"}]),
    st.just({"title": "t"}),
)


def names_of(command: Command) -> list[str]:
    return list(command.change.__struct_encode_fields__)


@pytest.mark.parametrize("command", BEFORE, ids=lambda command: command.setting)
@given(data=st.data())
def test_whatever_is_replaced_openim_does_it_or_the_caller_is_refused(command: Command, data: st.DataObject):
    request = dict(QUESTIONS[command.name].fields)
    said: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from([*names_of(command), "unknown"]), values))
    try:
        change = fields_of(command.change.read(json.dumps(COMMON | said).encode()))
    except ValueError:
        return  # a field of a wrong type: a failure, by the verdict
    try:
        answer = approval(command.setting, request, dict(change))
    except (Inexpressible, ImError):
        return
    outcome = read_answer(command.name, request, 200, answer)
    assert isinstance(outcome, GoesOn), outcome
    for name, value in change.items():
        assert name not in outcome.replaced or outcome.replaced[name] == value
        done = outcome.replaced.get(name, request.get(name))
        assert done == value or isinstance(value, list | dict) or command.setting == "beforeOnlinePush", name


@pytest.mark.parametrize("command", BEFORE, ids=lambda command: command.setting)
def test_an_answer_that_replaces_nothing_lets_the_action_happen_as_it_was_asked(command: Command):
    request = dict(QUESTIONS[command.name].fields)
    outcome = read_answer(command.name, request, 200, approval(command.setting, request, {}))
    assert isinstance(outcome, GoesOn)
    assert {name: request.get(name) for name in outcome.replaced} == outcome.replaced


@pytest.mark.parametrize("setting", ["beforeSetGroupInfo", "beforeSetGroupInfoEx"])
def test_what_openim_blanks_is_named(setting: str):
    (command,) = [each for each in BEFORE if each.setting == setting]
    request = dict(QUESTIONS[command.name].fields)
    answer = json.loads(approval(setting, request, {"introduction": "new"}))
    assert answer["groupID"] == request["groupID"]
    assert answer["groupName"] == request["groupName"]
    assert answer["introduction"] == "new"


@pytest.mark.parametrize("code", [0, 2**31, -(2**31) - 1])
def test_a_rejection_never_has_a_code_that_openim_takes_for_success_or_cannot_read(code: int):
    answer = rejection(ImError(code, "d", message="m"))
    assert read_answer("callbackBeforeImportFriendsCommand", {}, 200, answer) == Refuses(80000, "m", "d")


def test_a_rejection_keeps_the_apps_code_and_texts():
    answer = rejection(ImError(5001, 'd"\n', message="ünö"))
    assert read_answer("callbackBeforeImportFriendsCommand", {}, 200, answer) == Refuses(5001, "ünö", 'd"\n')


def test_the_answer_that_changes_nothing_has_integers():
    assert json.loads(ALLOWED) == COMMON


def test_without_these_rules_openim_would_crash_or_do_something_else():
    request = dict(QUESTIONS["callbackBeforeUpdateUserInfoExCommand"].fields)
    answer = json.dumps(COMMON | {"faceURL": "f"}).encode()
    assert isinstance(read_answer("callbackBeforeUpdateUserInfoExCommand", request, 200, answer), Crashes)
    with pytest.raises(Inexpressible, match="faceURL"):
        approval("beforeUpdateUserInfoEx", request, {"faceURL": "f"})


def test_of_an_unknown_answer_no_field_in_another_case_decides_for_openim():
    said = (
        b'{"nextCode": 0, "NextCode": 1, "ERRCODE": 7, "errM\\u017fg": "x", "userID": "a", "USERID": "b", "more": null}'
    )
    change = AnyChange.read(said)
    assert json.loads(approval("others", {}, fields_of(change))) == COMMON | {"userID": "a"}


def test_every_before_callback_of_openim_has_a_type_of_answers():
    assert all(command.change is not AnyChange for command in BEFORE)
