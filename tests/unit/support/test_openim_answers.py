"""The model of what OpenIM's server does with answers, held to everything that is recorded of that server."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.openim_answers import (
    WITHOUT_CALLER,
    Crashes,
    GoesOn,
    Outcome,
    Refuses,
    no_answer,
    read_answer,
)
from tests.support.recorded_callbacks import AnsweredCallback, answered_callbacks, is_after, recorded_requests

CASES = answered_callbacks()
EXAMPLES = {request.command: request.fields for request in recorded_requests()}
BEFORE = {command for command in EXAMPLES if not is_after(command)}

GO_ON = {
    "callbackBeforeSendSingleMsgCommand": "callbackBeforeMsgModifyCommand",
    "callbackBeforeSendGroupMsgCommand": "callbackBeforeMsgModifyCommand",
    "callbackBeforeMsgModifyCommand": "callbackAfterSendSingleMsgCommand",
    "callbackBeforeUserRegisterCommand": "callbackAfterUserRegisterCommand",
    "callbackBeforeUpdateUserInfoCommand": "callbackAfterUpdateUserInfoCommand",
    "callbackBeforeUpdateUserInfoExCommand": "callbackAfterUpdateUserInfoExCommand",
    "callbackBeforeAddFriendCommand": "callbackAfterAddFriendCommand",
    "callbackBeforeAddFriendAgreeCommand": "callbackAfterAddFriendAgreeCommand",
    "callbackBeforeAddBlackCommand": "callbackBeforeOnlinePushCommand",
    "callbackBeforeSetFriendRemarkCommand": "callbackAfterSetFriendRemarkCommand",
    "callbackBeforeImportFriendsCommand": "callbackAfterImportFriendsCommand",
    "callbackBeforeCreateGroupCommand": "callbackAfterCreateGroupCommand",
    "callbackBeforeMembersJoinGroupCommand": "callbackBeforeCreateGroupChatConversationsCommand",
    "callbackBeforeJoinGroupCommand": "callbackBeforeOnlinePushCommand",
    "callbackBeforeInviteJoinGroupCommand": "callbackBeforeMembersJoinGroupCommand",
    "callbackBeforeSetGroupMemberInfoCommand": "callbackAfterSetGroupMemberInfoCommand",
    "callbackBeforeSetGroupInfoCommand": "callbackAfterSetGroupInfoCommand",
    "callbackBeforeSetGroupInfoExCommand": "callbackAfterSetGroupInfoExCommand",
    "callbackBeforeCreateSingleChatConversationsCommand": "callbackAfterCreateSingleChatConversationsCommand",
    "callbackBeforeCreateGroupChatConversationsCommand": "callbackAfterCreateGroupChatConversationsCommand",
}
"""The callback that follows a before-callback if the action goes on, and only then."""

PUSHED = {"callbackBeforeOnlinePushCommand", "callbackBeforeGroupOnlinePushCommand"}
"""The before-callbacks after which a push to a connected client shows that the action goes on."""

OPEN_COMMANDS = {"callbackBeforeOfflinePushCommand": "no push service was set up, and nothing follows its callback"}
"""The commands of which the record does not show whether the action went on."""

OFFLINE = next(str(case) for case in CASES if case.command in OPEN_COMMANDS and case.request is not None)

OPEN_FIELDS = {
    'callbackBeforeMsgModifyCommand: modify {"options": {"unreadCount": false}}': {"options"},
    OFFLINE: {"userIDList", "offlinePushInfo"},
    "callbackBeforeMembersJoinGroupCommand: create_group with a notification; beforeMembersJoinGroup changes B": {
        "memberCallbackList"
    },
}
"""The replaced fields whose effect the record does not show: nothing that was recorded afterwards has them."""

OPEN_KINDS = {
    "HTTP 404": {"Single", "Group"},
    "HTTP 302": {"Single", "Group"},
    "connection closed": {"Single", "Group"},
}
"""The kinds of answers that were not recorded for the callbacks about new conversations."""

NAMES_AFTERWARDS = {"atUserIDList": "atUserList", "senderFaceURL": "faceURL"}


def done_with(case: AnsweredCallback) -> Outcome:
    """Return what the model says of a recorded answer."""
    if case.answer.fails is not None:
        reason = {"closed": "EOF", "late": "context deadline exceeded"}[case.answer.fails]
        return no_answer(f"http://127.0.0.1:20006/cb/{case.command}", reason)
    request = case.request or EXAMPLES[case.command]
    return read_answer(case.command, request, case.answer.status, case.answer.body)


def answer(**fields: Any) -> bytes:
    return json.dumps({"actionCode": 0, "errCode": 0, "nextCode": 0, **fields}).encode()


@pytest.mark.parametrize("case", [case for case in CASES if case.command not in WITHOUT_CALLER], ids=str)
def test_the_caller_is_told_what_is_recorded(case):
    match done_with(case):
        case GoesOn():
            assert case.api == (0, "", "")
        case Refuses(code, message, detail):
            assert case.api == (code, message, detail)
        case Crashes():
            assert case.api == (500, "")


@pytest.mark.parametrize("case", [case for case in CASES if case.command in WITHOUT_CALLER], ids=str)
def test_a_caller_is_told_nothing_of_a_push_or_a_conversation(case):
    assert case.api == (0, "", "")


@pytest.mark.parametrize("case", [case for case in CASES if case.command not in OPEN_COMMANDS], ids=str)
def test_the_action_goes_on_where_it_did(case):
    went_on = bool(case.pushed) if case.command in PUSHED else GO_ON[case.command] in case.then
    assert isinstance(done_with(case), GoesOn) is went_on


def replacements() -> Iterator[tuple[AnsweredCallback, str, Any]]:
    for case in CASES:
        outcome = done_with(case)
        for name, value in outcome.replaced.items() if isinstance(outcome, GoesOn) else ():
            yield case, name, value


SHOWN = [each for each in replacements() if each[1] not in OPEN_FIELDS.get(str(each[0]), ())]


@pytest.mark.parametrize(("case", "name", "value"), SHOWN, ids=[f"{case}: {name}" for case, name, _ in SHOWN])
def test_a_field_has_the_value_that_is_recorded(case, name, value):
    assert value == effect(case, name)


KEPT = [
    pytest.param(case, name, text, id=f"{case}: {name}")
    for case in CASES
    for name, text in (case.request or {}).items()
    for outcome in [done_with(case)]
    if case.after and isinstance(text, str) and text and name != "callbackCommand"
    if NAMES_AFTERWARDS.get(name, name) in case.after
    if isinstance(outcome, GoesOn) and name not in outcome.replaced
]


@pytest.mark.parametrize(("case", "name", "text"), KEPT)
def test_a_text_that_is_not_replaced_stays(case, name, text):
    assert case.after[name] == text


def effect(case: AnsweredCallback, name: str) -> Any:
    """Return the value that a field of the action had, by what was recorded afterwards."""
    match case.command, name:
        case "callbackBeforeUpdateUserInfoCommand", "ex":  # the after-callback never has it
            return (case.read or {})["usersInfo"][0]["ex"]
        case "callbackBeforeGroupOnlinePushCommand", "userIDList":
            return [{"A new": "k37439a", "k37439b/7": "k37439b"}[client] for client in case.pushed or ()]
        case "callbackBeforeMembersJoinGroupCommand", _:
            (member,) = (case.read or {})["members"]
            (changed,) = json.loads(case.answer.body)["memberCallbackList"]
            return [{name: member[name] for name in changed}]
        case "callbackBeforeMsgModifyCommand", "attachedInfo":
            return (case.modify or {})[name]
    return (case.after or {})[NAMES_AFTERWARDS.get(name, name)]


def test_the_fields_that_are_named_as_open_are_replaced():
    named = {(str(case), name) for case, name, _ in replacements()}
    assert named >= {(case, name) for case, names in OPEN_FIELDS.items() for name in names}


def test_all_kinds_of_answers_are_recorded_but_those_that_are_named_as_open():
    recorded: dict[str, set[str]] = {}
    for case in CASES:
        if case.request is None:
            recorded.setdefault(case.case, set()).add(case.command)
    late = recorded.pop("answer after 7 s (timeout 5)")
    assert late == {"callbackBeforeSendSingleMsgCommand", "callbackBeforeCreateGroupCommand"}
    for kind, commands in recorded.items():
        conversations = {f"callbackBeforeCreate{which}ChatConversationsCommand" for which in OPEN_KINDS.get(kind, ())}
        assert BEFORE - commands == {"callbackBeforeMembersJoinGroupCommand"} | conversations, kind


def test_what_the_settings_say_of_failures_changes_nothing():
    failures = [case for case in CASES if case.case in {"no JSON", "empty", "HTTP 500"}]
    assert {case.failed_continue for case in failures if "Conversations" not in case.command} == {(True, False)}


@pytest.mark.parametrize(
    "codes",
    [
        {"errCode": "5001", "nextCode": 1},
        {"errCode": 0, "nextCode": "0"},
        {"actionCode": "0"},
        {"errCode": 1.0},
        {"errCode": 2**31},
        {"nextCode": True},
    ],
    ids=str,
)
def test_codes_that_are_no_integers_of_32_bits_refuse(codes):
    outcome = read_answer("callbackBeforeAddFriendCommand", {}, 200, answer(**codes))
    assert isinstance(outcome, Refuses)
    assert (outcome.code, outcome.message) == (90007, "DataError")


@pytest.mark.parametrize("body", [b"null", b'{"ERRCODE": 0, "Other": [1]}', b'{"nextCode": null}'])
def test_an_answer_that_says_nothing_approves(body):
    assert read_answer("callbackBeforeAddFriendCommand", {}, 200, body) == GoesOn()


@pytest.mark.parametrize("body", [b"[]", b'"ok"', b"{} {}", b"\xef\xbb\xbf{}", b'{"other": NaN}', b'{"errCode": 0'])
def test_what_is_no_json_object_refuses(body):
    outcome = read_answer("callbackBeforeAddFriendCommand", {}, 200, body)
    assert isinstance(outcome, Refuses)
    assert outcome.code == 90007


@pytest.mark.parametrize("value", [None, [], ["u2"]])
def test_a_push_s_receivers_that_are_ignored_are_read_all_the_same(value):
    command = "callbackBeforeOnlinePushCommand"
    assert read_answer(command, EXAMPLES[command], 200, answer(userIDList=value)) == GoesOn()
    assert isinstance(read_answer(command, EXAMPLES[command], 200, answer(userIDList="u2")), Refuses)


def test_a_name_is_matched_without_regard_to_case():
    outcome = read_answer("callbackBeforeSetFriendRemarkCommand", {}, 200, b'{"REMARK": "r", "NextCODE": 0}')
    assert outcome == GoesOn({"remark": "r"})


@pytest.mark.parametrize(
    ("command", "fields", "replaced"),
    [
        ("callbackBeforeSetFriendRemarkCommand", {"remark": ""}, {}),
        ("callbackBeforeImportFriendsCommand", {"friendUserIDs": []}, {}),
        ("callbackBeforeUserRegisterCommand", {"users": []}, {}),
        ("callbackBeforeUpdateUserInfoCommand", {"nickName": ""}, {"nickName": ""}),
        ("callbackBeforeOfflinePushCommand", {"userIDList": []}, {}),
        ("callbackBeforeInviteJoinGroupCommand", {"refusedMembersAccount": ["u"]}, {}),
    ],
)
def test_an_empty_value_replaces_or_not(command, fields, replaced):
    assert read_answer(command, EXAMPLES[command], 200, answer(**fields)) == GoesOn(replaced)


@pytest.mark.parametrize("text", ["", "[]", '"text"', "1", "no json"])
def test_a_message_s_content_has_to_be_an_object(text):
    outcome = read_answer("callbackBeforeMsgModifyCommand", {}, 200, answer(content=text))
    assert isinstance(outcome, Refuses)
    assert outcome.code == 1001


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("callbackBeforeUserRegisterCommand", {"users": [None]}),
        ("callbackBeforeUpdateUserInfoExCommand", {"ex": "e"}),
        ("callbackBeforeMembersJoinGroupCommand", {"memberCallbackList": [{"nickname": "n"}]}),
        ("callbackBeforeMembersJoinGroupCommand", {"memberCallbackList": [None]}),
    ],
)
def test_a_value_that_is_needed_and_missing_crashes(command, fields):
    assert isinstance(read_answer(command, EXAMPLES[command], 200, answer(**fields)), Crashes)


def test_a_member_who_does_not_join_is_not_changed():
    command = "callbackBeforeMembersJoinGroupCommand"
    changes = [{"userID": "somebody else", "nickname": "n"}]
    assert read_answer(command, EXAMPLES[command], 200, answer(memberCallbackList=changes)) == GoesOn()


def test_a_group_s_numbers_are_kept_by_one_command_and_emptied_by_the_other():
    named = answer(groupID="g")
    kept = read_answer("callbackBeforeSetGroupInfoCommand", {}, 200, named)
    emptied = read_answer("callbackBeforeSetGroupInfoExCommand", {}, 200, named)
    assert isinstance(kept, GoesOn)
    assert isinstance(emptied, GoesOn)
    assert kept.replaced == {"groupID": "g", "groupName": "", "introduction": "", "faceURL": ""}
    assert emptied.replaced["needVerification"] is None
