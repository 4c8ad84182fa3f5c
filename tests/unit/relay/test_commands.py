"""Which callbacks there are, before or after, and whose."""

import pytest

from amity.relay.commands import BY_SETTING, KNOWN, MOST_UNKNOWN, OTHERS, Commands, is_name
from amity.settings.webhooks import OPENIM
from tests.support.recorded_callbacks import is_after, recorded_requests

RECORDED = {request.command: request for request in recorded_requests()}


def test_every_recorded_command_is_known_and_nothing_else_but_what_amity_adds():
    ours = {command.name for command in KNOWN if command.setting not in OPENIM}
    ours.add("callbackAfterUserKickOffCommand")  # it was not recorded
    assert {command.name for command in KNOWN} == set(RECORDED) | ours
    assert not ours & set(RECORDED)


def test_every_key_of_openims_webhooks_yml_has_a_command_but_the_one_that_nobody_reads():
    assert OPENIM - set(BY_SETTING) == {"afterGroupMsgRevoke"}


@pytest.mark.parametrize("command", sorted(RECORDED))
def test_a_recorded_command_is_asked_or_told(command: str):
    found = Commands().named(command)
    assert found is not None
    assert found.is_before is not is_after(command)
    assert found.setting != OTHERS


@pytest.mark.parametrize(
    ("command", "owner"),
    [
        ("callbackAfterSendSingleMsgCommand", "si_k37439a_k37439b"),
        ("callbackAfterMsgSaveDBCommand", "si_k37439a_k37439b"),
        ("callbackAfterSendGroupMsgCommand", "sg_1132422739"),
        ("callbackAfterSingleMsgReadCommand", "si_k37439a_k37439b"),
        ("callbackBeforeAfterMsgCommand", "si_k37439a_k37439b"),
        ("callbackAfterGroupMsgReadCommand", "sg_k37439b"),
        ("callbackAfterQuitGroupCommand", "sg_1132422739"),
        ("callbackAfterDisMissGroupCommand", "sg_1132422739"),
        ("callbackAfterCreateGroupCommand", "sg_1132422739"),
        ("callbackAfterCreateSingleChatConversationsCommand", "k37439b"),
        ("callbackAfterCreateGroupChatConversationsCommand", "sg_1132422739"),
    ],
)
def test_a_recorded_event_belongs_to_whom_it_is_about(command: str, owner: str):
    found = Commands().named(command)
    assert found is not None
    assert found.owner_of(RECORDED[command].fields) == owner


def test_both_directions_of_a_chat_have_one_order():
    found = Commands().named("callbackAfterSendSingleMsgCommand")
    assert found is not None
    assert found.owner_of({"sendID": "b", "recvID": "a"}) == found.owner_of({"sendID": "a", "recvID": "b"})


@pytest.mark.parametrize("fields", [{}, {"groupID": 7, "userID": None}, {"groupID": ""}])
def test_an_unknown_event_of_nobody_has_no_owner(fields):
    found = Commands().named("callbackAfterSomethingCommand")
    assert found is not None
    assert found.owner_of(fields) == ""


@pytest.mark.parametrize(
    ("name", "is_before"),
    [
        ("callbackBeforeSomethingCommand", True),
        ("callbackAfterSomethingCommand", False),
        ("callbackMsgModifyCommand", True),
        ("callbackGroupMsgReadCommand", False),
        ("callbackUserOnlineCommand", False),
    ],
)
def test_a_command_that_nobody_knows_is_asked_unless_its_name_says_after_or_is_one_of_older_versions(
    name: str, is_before: bool
):
    found = Commands().named(name)
    assert found is not None
    assert (found.is_before, found.setting, found.label) == (is_before, OTHERS, OTHERS)


@pytest.mark.parametrize(
    "text", ["", "callback", "callbackExample", "Command", "callbackCommand", "callbackXCommand/", "callback\nXCommand"]
)
def test_what_is_no_name_of_a_command(text: str):
    assert not is_name(text)


def test_unknown_commands_are_bounded_and_the_known_ones_stay():
    commands = Commands()
    for number in range(MOST_UNKNOWN):
        assert commands.named(f"callbackBefore{number}Command") is not None
    assert commands.named("callbackBeforeOneMoreCommand") is None
    assert commands.named("callbackBefore0Command") is not None
    assert commands.named("callbackBeforeImportFriendsCommand") is not None
