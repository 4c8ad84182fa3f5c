"""OpenIM's own webhooks.yml, changed in each way, beside a relay's settings."""

from typing import Any

import pytest
import yaml
from msgspec import structs

from amity.cli.examining.finding import Finding
from amity.cli.examining.relay_answers import Reached
from amity.cli.examining.webhooks import Webhooks, examine, read
from amity.relay.commands import BY_SETTING
from amity.settings import Callback, RelaySettings
from amity.settings.relay import Listening, RelayCallbacks, Shadow
from amity.settings.webhooks import OPENIM
from tests.support.openim_webhooks import openim_webhooks

KEY = "a-key_of_sixteen_or_more"
OWN = f"http://127.0.0.1:10007/{KEY}"


def relay(events: dict[str, Callback] | None = None, **parts: Any) -> RelaySettings:
    """A relay that passes on everything, unless ``events`` says otherwise."""
    return structs.replace(
        RelaySettings(
            relay=Listening(port=10007, key=KEY),
            callbacks=RelayCallbacks(url="https://business.example", events=events or {}),
        ),
        **parts,
    )


def webhooks(url: object = OWN, **changed: Any) -> Webhooks:
    """OpenIM's file with another url; of the callbacks that are given, what is given is changed."""
    content = yaml.safe_load(openim_webhooks()) | {"url": url}
    for key, values in changed.items():
        content[key] = content.get(key, {}) | values if isinstance(values, dict) else values
    return read(content)


def answers(found: Webhooks, **answered: Reached) -> dict[str, Reached]:
    """The relay's answer for each callback that is on, and another one for some."""
    wrong = {BY_SETTING[key].name: answer for key, answer in answered.items()}
    return {command: wrong.get(command, Reached(405, command)) for command in found.commands}


def by_subject(found: list[Finding], subject: str) -> list[Finding]:
    return [each for each in found if each.subject == subject]


def of(key: str, file: Webhooks, settings: RelaySettings) -> Finding:
    """The one finding about a callback, where it reaches the relay."""
    (found,) = by_subject(examine(file, settings, answers(file)), f"webhooks.yml {key}")
    return found


ON = {"enable": True}
ON_IN_RELAY = Callback(enable=True, timeout=4.5)


def test_every_callback_of_openim_s_file_may_be_on_and_is_well():
    file = webhooks(**{key: ON for key in BY_SETTING if key in OPENIM})
    found = examine(file, relay(), answers(file))
    assert {each.level for each in found} == {"ok"}
    about = [each for each in found if each.subject.startswith("webhooks.yml before")]
    assert {each.text for each in about} == {"reaches the relay; OpenIM's server waits 5 s, the relay up to 4.5 s"}
    assert len([each for each in found if each.subject.startswith("webhooks.yml after")]) == len(file.commands) - len(
        about
    )


def test_openim_s_file_as_it_is_released_turns_nothing_on():
    found = by_subject(examine(webhooks(), relay(), {}), "webhooks.yml")
    assert [(each.level, each.text) for each in found] == [("warn", "no callback is on, so OpenIM's server sends none")]


def test_a_relay_that_does_not_run_is_said_once_and_all_else_is_examined():
    file = webhooks(beforeImportFriends=ON, afterImportFriends=ON)
    found = examine(file, relay(), None)
    assert [(each.level, each.subject) for each in found][:3] == [
        ("ok", "webhooks.yml url"),
        ("warn", "webhooks.yml requests"),
        ("ok", "webhooks.yml afterImportFriends"),
    ]
    assert found[1].text.startswith("the relay does not run")
    assert found[2].text.startswith("is on in the relay; OpenIM's server waits 5 s")


@pytest.mark.parametrize(
    ("key", "then"),
    [("beforeImportFriends", "each is allowed without asking"), ("afterSendSingleMsg", "each is dropped")],
)
def test_what_is_on_there_and_off_in_the_relay_is_warned_of(key, then):
    file = webhooks(**{key: ON})
    named = of(key, file, relay({key: Callback(enable=False)}))
    assert (named.level, named.text) == (
        "warn",
        f"is on, and callbacks.{key}.enable is false in the relay's settings: {then}",
    )
    other = of(key, file, relay(others=Callback(enable=False)))
    assert (other.level, other.text) == ("warn", f"is on, and others.enable is false in the relay's settings: {then}")


def test_what_is_on_in_the_relay_and_off_there_never_arrives():
    settings = relay({"beforeImportFriends": ON_IN_RELAY, "afterAddFriend": ON_IN_RELAY, "afterAddBlack": ON_IN_RELAY})
    settings.callbacks.events |= {"afterGroupMsgRevoke": ON_IN_RELAY, "afterUserOnline": Callback(enable=False)}
    for file in (webhooks(beforeAddFriend=ON), read({"url": OWN, "beforeAddFriend": ON})):
        (found,) = by_subject(examine(file, settings, answers(file)), "webhooks.yml")
        assert (found.level, found.text) == (
            "warn",
            "on in the relay's settings and off here, so these never arrive: afterAddFriend, beforeImportFriends",
        )
    file = webhooks(beforeImportFriends=ON, afterAddFriend=ON)
    assert by_subject(examine(file, settings, answers(file)), "webhooks.yml") == []


@pytest.mark.parametrize(
    ("waits", "timeout", "level"),
    [
        (5, 4.5, "ok"),
        (5, 5.0, "fail"),
        (4, 4.5, "fail"),
        (15, 14.5, "ok"),
        (60, 15.0, "ok"),
        (0, 14.0, "ok"),
        (None, 14.0, "ok"),
        ("5", 4.5, "ok"),
        (4.9, 4.5, "fail"),
    ],
)
def test_openim_waits_longer_than_the_relay(waits, timeout, level):
    file = webhooks(beforeImportFriends={**ON, "timeout": waits})
    found = of("beforeImportFriends", file, relay({"beforeImportFriends": Callback(enable=True, timeout=timeout)}))
    assert found.level == level


def test_which_timeouts_are_to_be_changed_is_said():
    file = webhooks(beforeImportFriends={**ON, "timeout": 3}, beforeAddFriend={**ON, "timeout": 4})
    settings = relay({"beforeImportFriends": ON_IN_RELAY})
    named = of("beforeImportFriends", file, settings)
    assert "waits 3 s, and the relay up to 4.5 s (callbacks.beforeImportFriends.timeout)" in named.text
    assert named.mend == (
        "set beforeImportFriends.timeout to 5 or more in webhooks.yml, or callbacks.beforeImportFriends.timeout to less"
        " than 3"
    )
    assert of("beforeAddFriend", file, settings).mend.endswith("or others.timeout to less than 4")


def test_nobody_waits_for_an_after_callback():
    file = webhooks(afterImportFriends={**ON, "timeout": 1})
    settings = relay({"afterImportFriends": Callback(enable=True, timeout=60.0)})
    assert of("afterImportFriends", file, settings).level == "ok"


@pytest.mark.parametrize(
    ("shadow", "level", "words"),
    [
        (Shadow(enable=True), "ok", "waits 1 s"),
        (Shadow(enable=True, url="https://old.example", timeout=2.0), "fail", "(shadow.timeout)"),
        (Shadow(enable=True, url="https://old.example", timeout=0.5), "ok", "the relay up to 0.5 s"),
        (Shadow(url="https://old.example", timeout=0.5), "fail", "(others.timeout)"),
    ],
)
def test_in_shadow_mode_openim_waits_for_the_old_business_server(shadow, level, words):
    found = of("beforeImportFriends", webhooks(beforeImportFriends={**ON, "timeout": 1}), relay(shadow=shadow))
    assert found.level == level
    assert words in found.text


def test_where_failed_continue_differs_the_relay_s_counts():
    on = dict.fromkeys(("beforeImportFriends", "beforeAddFriend", "beforeAddBlack", "afterAddFriend"), ON)
    settings = relay({"beforeAddFriend": Callback(enable=True, timeout=4.5, failed_continue=True)})
    file = webhooks(**on)
    (found,) = by_subject(examine(file, settings, answers(file)), "webhooks.yml failedContinue")
    assert (found.level, found.text) == (
        "ok",
        "OpenIM's server never reads it, and the relay's counts: beforeImportFriends (true there, false here)",
    )


def test_failed_continue_of_what_is_off_or_agrees_is_not_mentioned():
    file = webhooks(beforeImportFriends=ON)
    for callback in (Callback(enable=False), Callback(enable=True, timeout=4.5, failed_continue=True)):
        found = examine(file, relay({"beforeImportFriends": callback}), answers(file))
        assert by_subject(found, "webhooks.yml failedContinue") == []


def test_a_callback_that_openim_never_sends_is_warned_of():
    found = of("afterGroupMsgRevoke", webhooks(afterGroupMsgRevoke=ON), relay())
    assert (found.level, found.text) == ("warn", "is on, and OpenIM's server never sends it")


def test_keys_in_another_case_and_of_older_releases_are_openim_s_too():
    file = read({"URL": OWN, "BeforeSetGroupInfoEX": {"Enable": True, "TIMEOUT": 3, "failedcontinue": True}})
    assert file.url == OWN
    (switch,) = file.switches.values()
    assert (switch.key, switch.enable, switch.wait, switch.failed_continue) == ("beforeSetGroupInfoEx", True, 3, True)


@pytest.mark.parametrize(
    ("key", "mend"),
    [("beforeImportFriend", "did you mean beforeImportFriends?"), ("afterAddBlack", "did you mean"), ("x", "take it")],
)
def test_a_key_that_openim_does_not_know_is_warned_of(key, mend):
    (found,) = read({"url": OWN, key: ON}).findings
    assert (found.level, found.text) == ("warn", f"OpenIM's server knows no key {key} and ignores it")
    assert found.mend.startswith(mend)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (True, "expected keys with values"),
        ({"enable": "on"}, "enable: expected true or false"),
        ({"enable": []}, "enable: expected true or false"),
        ({"enable": True, "timeout": "5s"}, "timeout: expected whole seconds"),
        ({"enable": True, "timeout": []}, "timeout: expected whole seconds"),
        ({"enable": True, "timeout": float("inf")}, "timeout: expected whole seconds"),
        ({"enable": True, "failedContinue": "maybe"}, "failedContinue: expected true or false"),
    ],
)
def test_what_openim_cannot_read_fails(values, problem):
    (found,) = webhooks(beforeImportFriends=values).findings
    assert (found.level, found.subject) == ("fail", "webhooks.yml beforeImportFriends")
    assert found.text == f"{problem}, and OpenIM's server does not start with it"


@pytest.mark.parametrize(("written", "on"), [("true", True), ("1", True), (1, True), ("False", False), (None, False)])
def test_a_switch_is_read_as_openim_reads_it(written, on):
    file = webhooks(beforeImportFriends={"enable": written})
    assert (file.commands != [], file.findings) == (on, [])


def test_a_callback_without_values_is_off():
    file = webhooks(beforeImportFriends=None)
    assert (file.commands, file.findings) == ([], [])


def test_openim_waits_15_seconds_at_most():
    file = webhooks(beforeImportFriends={"timeout": 60}, beforeAddFriend={"timeout": -1}, afterAddFriend={})
    waits = [file.switches[key].wait for key in ("beforeImportFriends", "beforeAddFriend", "afterAddFriend")]
    assert waits == [15, 15, 5]


def test_failed_continue_of_an_after_callback_is_nothing_that_openim_knows():
    file = webhooks(afterCreateGroupChatConversations={**ON, "failedContinue": "maybe"})
    assert (len(file.commands), file.findings) == (1, [])


@pytest.mark.parametrize(
    ("answer", "level", "words"),
    [
        (Reached(404), "fail", "request is answered by no relay (HTTP 404), or one with another relay.key"),
        (Reached(405, "callbackOtherCommand"), "fail", "as another callback than callbackAfterAddFriendCommand"),
        (Reached(302, moved=True), "fail", "request is led elsewhere (HTTP 302)"),
        (Reached(failure="did not answer in time"), "fail", "request did not answer in time"),
    ],
)
def test_a_callback_that_does_not_reach_the_relay_is_named(answer, level, words):
    file = webhooks(beforeImportFriends=ON, afterAddFriend=ON)
    found = examine(file, relay(), answers(file, afterAddFriend=answer))
    (wrong,) = by_subject(found, "webhooks.yml afterAddFriend")
    assert wrong.level == level
    assert words in wrong.text
    (well,) = by_subject(found, "webhooks.yml beforeImportFriends")
    assert well.level == "ok"


def test_what_this_machine_does_not_reach_openim_s_may():
    file = webhooks("http://relay.example:10007/x", afterAddFriend=ON)
    failed = Reached(failure="could not be reached")
    (found,) = by_subject(examine(file, relay(), answers(file, afterAddFriend=failed)), "webhooks.yml afterAddFriend")
    assert found.level == "warn"
    assert found.text == "request from this machine could not be reached; OpenIM's server may see another network"


def test_the_same_answer_to_all_callbacks_is_said_once():
    file = webhooks(beforeImportFriends=ON, afterAddFriend=ON)
    found = examine(file, relay(), dict.fromkeys(file.commands, Reached(404)))
    (_, once) = by_subject(found, "webhooks.yml url")
    assert once.text.startswith("no callback reaches the relay: each request is answered by no relay (HTTP 404)")
    (each,) = by_subject(found, "webhooks.yml afterAddFriend")
    assert each.text == "is on in the relay; OpenIM's server waits 5 s"


def test_different_answers_and_those_to_some_callbacks_are_said_of_each():
    file = webhooks(beforeImportFriends=ON, afterAddFriend=ON, afterDeleteFriend=ON)
    for other in (Reached(405, BY_SETTING["beforeImportFriends"].name), Reached(500)):
        answered = answers(file, beforeImportFriends=other, afterAddFriend=Reached(404), afterDeleteFriend=Reached(404))
        found = examine(file, relay(), answered)
        assert len(by_subject(found, "webhooks.yml url")) == 1
        (each,) = by_subject(found, "webhooks.yml afterAddFriend")
        assert "(HTTP 404)" in each.text
