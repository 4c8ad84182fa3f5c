"""Callbacks as they are named on the command line."""

import click
import pytest

from amity.cli.callback_name import CALLBACK, SAMPLED, name_of
from amity.relay.commands import KNOWN


@pytest.mark.parametrize("command", KNOWN, ids=[command.setting for command in KNOWN])
def test_every_known_callback_is_named_by_its_key_in_any_case_and_by_its_command(command):
    for text in (command.setting, command.setting.upper(), command.name):
        assert CALLBACK.convert(text, None, None) == command.name
    assert name_of(command.name) == command.setting


def test_a_key_of_openim_3_8_0_is_taken():
    assert CALLBACK.convert("beforeSetGroupInfoEX", None, None) == "callbackBeforeSetGroupInfoExCommand"


@pytest.mark.parametrize("text", ["callbackOfTomorrowCommand", "old:callbackAfterAddFriendCommand", ""])
def test_a_command_that_nobody_knows_is_taken_as_it_is(text):
    assert CALLBACK.convert(text, None, None) == text


def test_a_command_without_a_key_keeps_its_name():
    assert name_of("callbackOfTomorrowCommand") == "callbackOfTomorrowCommand"
    assert name_of("old:callbackAfterAddFriendCommand") == "old:afterAddFriend"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("afterImportFriend", "'afterImportFriend' is no callback; did you mean afterImportFriends?"),
        ("x", "'x' is no callback, as in afterImportFriends or callbackAfterImportFriendsCommand"),
        ("callback with blanks", "'callback with blanks' is no callback, as in"),
    ],
)
def test_another_text_is_refused(text, problem):
    with pytest.raises(click.BadParameter) as caught:
        CALLBACK.convert(text, None, None)
    assert caught.value.message.startswith(problem)


def test_a_callback_with_a_sample_is_named_in_any_case():
    assert SAMPLED.convert("BEFOREsendsinglemsg", None, None) == "beforeSendSingleMsg"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("beforeSendSinglMsg", "did you mean beforeSendSingleMsg?"),
        ("x", "there is afterAddBlack, afterAddFriend, "),
    ],
)
def test_a_callback_without_a_sample_is_refused_with_the_nearest_one(text, hint):
    with pytest.raises(click.BadParameter) as caught:
        SAMPLED.convert(text, None, None)
    assert caught.value.message.startswith(f"{text!r} is no callback of which there is a sample; {hint}")
