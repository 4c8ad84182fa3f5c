"""A relay's settings from a file and the environment: what is taken, what is refused, and how that is said."""

from pathlib import Path

import pytest
import yaml

from amity.settings import RelaySettings, SettingsError, foreign, is_relay, load_relay, webhooks
from amity.settings.relay import TIMEOUT, Inexpressible
from tests.support.openim_webhooks import openim_webhooks

SECRET = "sixteen letters and more"
BUSINESS = "https://business.example/cb"
ENVIRON = {"AMITY_SECRET": SECRET, "AMITY_CALLBACKS__URL": BUSINESS}
BASE = {"secret": SECRET, "callbacks": {"url": BUSINESS}}


def write(folder: Path, content: object, name: str = "relay.yml") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return file


def problems(folder: Path, content: object, **environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_relay(write(folder, content), environ)
    return [problem.replace(f"{folder}/", "") for problem in caught.value.problems]


def test_without_a_file_everything_but_secret_and_url_has_a_default():
    settings = load_relay(None, ENVIRON)
    default = RelaySettings(secret=SECRET)
    default.callbacks.url = BUSINESS
    assert settings == default
    relay = settings.relay
    assert (relay.host, relay.port, relay.max_wait, relay.key) == ("127.0.0.1", 10007, 15.0, "")
    assert (settings.others.enable, settings.others.timeout, settings.shadow.enable) == (True, 4.5, False)
    assert settings.database == "sqlite:///amity-relay.db"


def test_a_callback_waits_less_long_than_openim_does_unless_its_timeout_is_set(tmp_path):
    events = {"beforeImportFriends": {"enable": True}, "afterAddFriend": {"enable": True, "timeout": 5}}
    settings = load_relay(write(tmp_path, {"secret": SECRET, "callbacks": {"url": BUSINESS, **events}}), {})
    assert settings.callbacks.events["beforeImportFriends"].timeout == TIMEOUT
    assert settings.callbacks.events["afterAddFriend"].timeout == 5


def test_every_callback_that_openim_knows_may_be_on(tmp_path):
    events = {key: {"enable": True} for key in sorted(webhooks.KEYS)}
    settings = load_relay(write(tmp_path, {"secret": SECRET, "callbacks": {"url": BUSINESS, **events}}), {})
    assert {key for key, callback in settings.callbacks.events.items() if callback.enable} == webhooks.KEYS


def test_openim_s_webhooks_file_is_taken_by_name_with_a_url_over_it(tmp_path):
    write(tmp_path, openim_webhooks(), "webhooks.yml")
    sources: list[Path] = []
    file = write(tmp_path, {"secret": SECRET, "callbacks": "webhooks.yml"})
    settings = load_relay(file, {"AMITY_CALLBACKS__URL": BUSINESS}, sources=sources)
    assert sources == [file, tmp_path / "webhooks.yml"]
    assert settings.callbacks.url == BUSINESS
    assert settings.callbacks.events.keys() == webhooks.OPENIM
    assert settings.callbacks.events["beforeImportFriends"].failed_continue is True


def test_openim_s_webhooks_file_that_leads_to_the_relay_already_is_refused(tmp_path):
    text = openim_webhooks().replace("127.0.0.1:10006/callbackExample", "127.0.0.1:10007")
    write(tmp_path, text, "webhooks.yml")
    (problem,) = problems(tmp_path, {"secret": SECRET, "callbacks": "webhooks.yml"})
    assert problem.startswith("callbacks.url: is the relay's own address")


@pytest.mark.parametrize(
    ("name", "value", "path", "expected"),
    [
        ("AMITY_RELAY__PORT", "8080", "relay.port", 8080),
        ("AMITY_RELAY__MAX_WAIT", "7.5", "relay.max_wait", 7.5),
        ("AMITY_RELAY__KEY", "0123456789abcdef", "relay.key", "0123456789abcdef"),
        ("AMITY_RELAY__INEXPRESSIBLE__ERR_CODE", "7", "relay.inexpressible", Inexpressible(err_code=7)),
        ("AMITY_OTHERS__TIMEOUT", "3", "others.timeout", 3.0),
        ("AMITY_OTHERS__ENABLE", "false", "others.enable", False),
        ("AMITY_OTHERS__FAILED_CONTINUE", "true", "others.failed_continue", True),
        ("AMITY_SHADOW__URL", "http://old.example", "shadow.url", "http://old.example"),
        ("AMITY_TOKEN__EXPIRE_DAYS", "1", "token.expire_days", 1),
    ],
)
def test_a_variable_sets_what_its_name_says(name, value, path, expected):
    settings: object = load_relay(None, {**ENVIRON, name: value})
    for attribute in path.split("."):
        settings = getattr(settings, attribute)
    assert settings == expected


def test_a_variable_of_a_callback_goes_over_the_file_and_keeps_the_rest(tmp_path):
    callbacks = {"url": BUSINESS, "beforeSendSingleMsg": {"enable": True, "failedContinue": True}}
    file = write(tmp_path, {"secret": SECRET, "callbacks": callbacks})
    settings = load_relay(file, {"AMITY_CALLBACKS__BEFORE_SEND_SINGLE_MSG__TIMEOUT": "2"})
    found = settings.callbacks.events["beforeSendSingleMsg"]
    assert (found.enable, found.failed_continue, found.timeout) == (True, True, 2.0)


def test_a_variable_for_a_callback_that_no_file_names_has_the_relay_s_defaults():
    settings = load_relay(None, {**ENVIRON, "AMITY_CALLBACKS__AFTER_SEND_SINGLE_MSG__ENABLE": "true"})
    assert settings.callbacks.events["afterSendSingleMsg"].timeout == TIMEOUT


def test_a_server_s_variable_has_no_effect_on_a_relay_and_is_remarked_on():
    environ = {**ENVIRON, "AMITY_GATEWAY__PORT": "1"}
    assert load_relay(None, environ) == load_relay(None, ENVIRON)
    assert foreign(environ, RelaySettings) == [
        "AMITY_GATEWAY__PORT: no setting has this variable, so it has no effect here"
    ]


def test_a_misspelt_variable_is_refused_with_the_nearest_one():
    with pytest.raises(SettingsError) as caught:
        load_relay(None, {**ENVIRON, "AMITY_RELAY__PROT": "1"})
    assert caught.value.problems == ["AMITY_RELAY__PROT: no setting has this variable; did you mean AMITY_RELAY__PORT?"]


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"relai": {}}, "relay.yml line 3: relai: unknown key; did you mean relay?"),
        ({"relay": {"maxwait": 3}}, "relay.yml line 4: relay.maxwait: unknown key; did you mean relay.maxWait?"),
        ({"others": {"enabled": True}}, "relay.yml line 4: others.enabled: unknown key; did you mean others.enable?"),
        ({"shadow": {"uri": ""}}, "relay.yml line 5: shadow.uri: unknown key; did you mean shadow.url?"),
        ({"port": 1}, "relay.yml line 3: port: unknown key; did you mean relay.port?"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path, parts, problem):
    assert problems(tmp_path, BASE | parts) == [problem]


def test_a_callback_that_openim_does_not_know_is_refused_with_the_nearest_one(tmp_path):
    callbacks = {"url": BUSINESS, "beforeImportFriend": {"enable": True}}
    (problem,) = problems(tmp_path, {"secret": SECRET, "callbacks": callbacks})
    assert problem.endswith("callbacks.beforeImportFriend: unknown key; did you mean callbacks.beforeImportFriends?")


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"relay": {"maxWait": 16}}, "relay.maxWait: expected a number from 0.5 to 15, got the number 16"),
        ({"relay": {"maxWait": 0.25}}, "relay.maxWait: expected a number from 0.5 to 15, got the number 0.25"),
        ({"relay": {"port": 70000}}, "relay.port: expected a whole number from 0 to 65535, got the number 70000"),
        ({"relay": {"key": 5}}, "relay.key: expected a text, got a number; put it in quotes"),
        (
            {"relay": {"inexpressible": {"errCode": 0}}},
            "relay.inexpressible.errCode: expected a whole number from 1 to 2147483647, got the number 0",
        ),
    ],
)
def test_a_value_out_of_bounds_is_refused(tmp_path, parts, problem):
    (found,) = problems(tmp_path, BASE | parts)
    assert found.partition(": ")[2] == problem


@pytest.mark.parametrize("part", ["relay", "others", "shadow"])
def test_a_file_with_a_part_that_only_a_relay_has_is_a_relay_s(tmp_path, part):
    assert is_relay(write(tmp_path, {"secret": SECRET, part: {}}))


def test_a_server_s_file_and_an_empty_one_are_no_relay_s(tmp_path):
    assert not is_relay(write(tmp_path, {"secret": SECRET, "api": {}, "callbacks": {}}))
    assert not is_relay(write(tmp_path, ""))


def test_a_file_that_is_not_there_cannot_be_said_to_be_a_relay_s(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        is_relay(tmp_path / "none.yml")
