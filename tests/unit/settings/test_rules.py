"""What is allowed, and yet remarked on at the start."""

import pytest

from amity.settings import (
    Api,
    Callback,
    Callbacks,
    Console,
    Gateway,
    Settings,
    SettingsError,
    every_secret,
    load,
    notes,
)


def test_the_defaults_need_no_remark():
    assert notes(Settings(secret="x" * 16)) == []


def test_a_host_that_others_reach_is_allowed_and_remarked_on():
    (note,) = notes(Settings(secret="x" * 16, api=Api(host="0.0.0.0", port=1)))
    assert note.startswith("api.host: 0.0.0.0 can be reached from other machines")
    (note,) = notes(Settings(secret="x" * 16, gateway=Gateway(host="0.0.0.0", port=1)))
    assert note.startswith("gateway.host: 0.0.0.0 can be reached from other machines")


@pytest.mark.parametrize(("api", "gateway"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "::")])
def test_one_port_for_both_is_refused(api, gateway):
    ports = {"AMITY_API__PORT": "8080", "AMITY_GATEWAY__PORT": "8080", "AMITY_SECRET": "x" * 16}
    with pytest.raises(SettingsError, match=r"^gateway\.port: 8080 is the API's already"):
        load(None, {**ports, "AMITY_API__HOST": api, "AMITY_GATEWAY__HOST": gateway})


def test_a_port_of_the_console_s_own_is_its_own():
    ports = {"AMITY_CONSOLE__PORT": "10001", "AMITY_SECRET": "x" * 16}
    load(None, ports)  # it is switched off
    with pytest.raises(SettingsError, match=r"^console\.port: 10001 is the gateway's already"):
        load(None, {**ports, "AMITY_CONSOLE__ENABLE": "true"})


def test_a_console_that_others_reach_is_remarked_on():
    on = Console(enable=True, host="0.0.0.0", port=1)
    (note,) = notes(Settings(secret="x" * 16, console=on))
    assert note.startswith("console.host: 0.0.0.0 can be reached from other machines")
    assert not notes(Settings(secret="x" * 16, console=Console(enable=True, host="0.0.0.0")))


def test_development_mode_keeps_the_console_on_this_machine():
    with pytest.raises(SettingsError, match=r"^console\.host: --dev serves this machine only"):
        load(None, {"AMITY_CONSOLE__HOST": "0.0.0.0", "AMITY_CONSOLE__PORT": "1"}, dev=True)


NO_OPTIONS = "database: takes a file name behind sqlite:/// and no options, as in sqlite:///amity.db"
KEYS_FOR_FILE = (
    "callbacks: names a file, or holds keys with values; in the environment each has a variable of its own, as"
    " AMITY_CALLBACKS__URL"
)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("AMITY_API__HOST", "[::1]", "api.host: an IPv6 address stands here without brackets: ::1"),
        ("AMITY_GATEWAY__HOST", "[::]", "gateway.host: an IPv6 address stands here without brackets: ::"),
        ("AMITY_DATABASE", "sqlite:///", "database: names no file, as in sqlite:///amity.db"),
        ("AMITY_DATABASE", "sqlite:///a.db?mode=ro", NO_OPTIONS),
        ("AMITY_DATABASE", "sqlite:///:memory:", NO_OPTIONS),
        (
            "AMITY_DATABASE",
            "sqlite:///postgresql://amity:hidden@db/amity",
            "database: has two beginnings, sqlite:/// and another: leave one",
        ),
        ("AMITY_CALLBACKS", '{"secret": "whsec_hidden"}', KEYS_FOR_FILE),
        ("AMITY_CALLBACKS", "url: http\nsecret: hidden", KEYS_FOR_FILE),
        ("AMITY_CALLBACKS", "whsec_hidden", KEYS_FOR_FILE),
    ],
)
def test_what_no_server_could_start_with_is_refused_before(name, value, problem):
    with pytest.raises(SettingsError) as caught:
        load(None, {"AMITY_SECRET": "x" * 16, name: value})
    assert caught.value.problems == [problem]


def test_free_ports_and_those_of_different_addresses_may_be_the_same():
    secret = {"AMITY_SECRET": "x" * 16}
    load(None, {**secret, "AMITY_API__PORT": "0", "AMITY_GATEWAY__PORT": "0"})
    ports = {"AMITY_API__PORT": "8080", "AMITY_GATEWAY__PORT": "8080"}
    load(None, {**secret, **ports, "AMITY_API__HOST": "127.0.0.1", "AMITY_GATEWAY__HOST": "::1"})


def test_development_mode_is_said_loudly():
    (note,) = notes(load(None, {}, dev=True), dev=True)
    assert note.startswith("DEVELOPMENT MODE")


def test_unsigned_and_unencrypted_callbacks_are_remarked_on():
    callbacks = Callbacks(url="http://business.example/x", events={"beforeImportFriends": Callback(enable=True)})
    found = notes(Settings(secret="x" * 16, callbacks=callbacks))
    assert [note.split(":")[0] for note in found] == ["callbacks.beforeImportFriends"] * 2
    assert "unsigned" in found[0]
    assert "https" in found[1]


def test_failed_continue_of_an_after_callback_is_remarked_on():
    callbacks = Callbacks(
        url="https://business.example/x",
        secret="s",
        events={"afterImportFriends": Callback(enable=True, failed_continue=True)},
    )
    (note,) = notes(Settings(secret="x" * 16, callbacks=callbacks))
    assert note.startswith("callbacks.afterImportFriends.failedContinue")


def test_every_secret_is_found_for_hiding_it():
    callbacks = Callbacks(secret=["a", "b"], events={"afterImportFriends": Callback(secret="c")})
    callbacks.url = "https://me:e%2F@app.example"
    settings = Settings(secret="d", callbacks=callbacks, database="postgresql://ann:f@db/im")
    assert every_secret(settings) == ["d", "f", "a", "b", "c", "e%2F", "e/"]
