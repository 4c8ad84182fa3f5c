"""A relay's settings: what it cannot start with, and what is allowed and remarked on."""

import pytest
from msgspec import structs

from amity.settings import Callback, RelaySettings
from amity.settings.relay import Listening, RelayCallbacks, Shadow
from amity.settings.relay_rules import every_secret, leads_to, notes, problems

SECRET = "sixteen letters and more"
SIGNING = "a secret that signs callbacks"
KEY = "a-key_of_sixteen_or_more"
BUSINESS = "https://business.example/cb"
OWN = "is the relay's own address, so each callback would come back to it; name the business server's"


def settings(relay: Listening | None = None, **parts: object) -> RelaySettings:
    return structs.replace(
        RelaySettings(
            secret=SECRET,
            relay=relay or Listening(port=10007),
            callbacks=RelayCallbacks(url=BUSINESS, secret=SIGNING),
        ),
        **parts,
    )


def named(key: str = "beforeImportFriends", **values: object) -> RelayCallbacks:
    events = {key: structs.replace(Callback(enable=True, timeout=4.5), **values)}
    return RelayCallbacks(url=BUSINESS, secret=SIGNING, events=events)


def test_a_relay_with_secrets_and_a_url_has_no_problem_and_needs_no_remark():
    assert problems(settings()) == []
    assert notes(settings()) == []


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"secret": "short"}, "secret: 5 characters are too few, at least 16 are needed"),
        ({"admins": []}, "admins: name at least one administrator's user id"),
        ({"database": "sqlite:///"}, "database: names no file, as in sqlite:///amity.db"),
        ({"database": "sqlite:///a.db?mode=ro"}, "database: takes a file name behind sqlite:///"),
        ({"callbacks": RelayCallbacks(url="ftp://x")}, "callbacks.url: a URL begins with http:// or https://"),
        ({"callbacks": RelayCallbacks(url=BUSINESS, secret="short")}, "callbacks.secret: a webhook secret has at"),
        ({"callbacks": RelayCallbacks()}, "others.enable: is true, but there is no URL to call: set callbacks.url or"),
        ({"others": Callback(url="nowhere")}, "others.url: a URL begins with http:// or https://"),
        ({"others": Callback(secret="short")}, "others.secret: a webhook secret has at least 24 bytes"),
        ({"shadow": Shadow(url="nowhere")}, "shadow.url: a URL begins with http:// or https://"),
        ({"relay": Listening(host="[::1]")}, "relay.host: an IPv6 address stands here without brackets: ::1"),
        ({"relay": Listening(key=SECRET.replace(" ", "-")), "secret": SECRET.replace(" ", "-")}, "relay.key: is the"),
    ],
)
def test_what_no_relay_could_start_with_is_refused(parts, problem):
    (found,) = problems(settings(**parts))
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "key", ["fifteen-letters", "x" * 129, "with/a/slash/in/it", "with a blank in it", "schlüssel-schlüssel"]
)
def test_a_key_that_cannot_stand_in_a_url_or_is_found_by_trying_is_refused(key):
    assert problems(settings(Listening(key=key))) == [
        "relay.key: has 16 to 128 letters, digits, - and _, because it stands in a URL"
    ]


def test_a_key_of_16_or_128_characters_will_do():
    assert problems(settings(Listening(key="x" * 16))) == problems(settings(Listening(key="-_" * 64))) == []


def test_callbacks_may_all_have_urls_of_their_own_if_no_others_are_passed_on():
    callbacks = RelayCallbacks(events={"afterAddFriend": Callback(enable=True, url=BUSINESS)})
    assert problems(settings(callbacks=callbacks, others=Callback(enable=False))) == []


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("callbacks.url", {"callbacks": RelayCallbacks(url="http://127.0.0.1:10007/x")}),
        ("callbacks.afterAddFriend.url", {"callbacks": named("afterAddFriend", url="http://127.0.0.1:10007")}),
        ("others.url", {"others": Callback(url="http://localhost:10007")}),
        ("shadow.url", {"shadow": Shadow(enable=True, url="http://127.0.0.1:10007")}),
    ],
)
def test_a_url_that_leads_back_to_the_relay_is_refused(path, parts):
    assert problems(settings(**parts)) == [f"{path}: {OWN}"]


def test_a_url_that_leads_back_is_named_beside_other_problems():
    found = problems(settings(secret="short", others=Callback(url="http://127.0.0.1:10007")))
    assert [problem.partition(":")[0] for problem in found] == ["secret", "others.url"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:10007"),
        ("127.0.0.1", "http://LOCALHOST.:10007"),
        ("localhost", "http://127.0.0.1:10007"),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:10007"),
        ("::1", "http://[0:0:0:0:0:0:0:1]:10007"),
        ("::1", "http://localhost:10007"),
        ("0.0.0.0", "http://127.0.0.1:10007"),
        ("0.0.0.0", "http://127.0.0.9:10007"),
        ("0.0.0.0", "http://0.0.0.0:10007"),
        ("127.0.0.1", "http://0.0.0.0:10007"),
        ("::", "http://[::1]:10007"),
        ("::", "http://127.0.0.1:10007"),
        ("192.0.2.7", "http://192.0.2.7:10007"),
        ("Relay.Example", "http://relay.example:10007"),
        ("0.0.0.0", f"http://any.example:10007/{KEY}/x"),
        ("0.0.0.0", f"http://any.example:10007/{KEY}?x=1"),
    ],
)
def test_every_way_to_write_the_relay_s_address_leads_to_it(host, url):
    assert leads_to(url, Listening(host=host, port=10007, key=KEY))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:10006"),
        ("127.0.0.1", "http://127.0.0.2:10007"),
        ("127.0.0.1", "http://[::1]:10007"),
        ("0.0.0.0", "http://[::1]:10007"),
        ("0.0.0.0", "http://192.0.2.7:10007"),
        ("0.0.0.0", "http://business.example:10007/x"),
        ("192.0.2.7", "http://127.0.0.1:10007"),
        ("127.0.0.1", "nowhere"),
    ],
)
def test_an_address_that_is_another_s_or_cannot_be_known_does_not(host, url):
    assert not leads_to(url, Listening(host=host, port=10007, key=KEY))


def test_a_url_with_the_relay_s_key_leads_back_to_it_through_a_proxy_too():
    relay = Listening(port=10007, key=KEY)
    (problem,) = problems(settings(relay, callbacks=RelayCallbacks(url=f"https://im.example/{KEY}")))
    assert problem == f"callbacks.url: {OWN}"
    assert KEY not in problem
    assert problems(settings(relay, callbacks=RelayCallbacks(url="https://im.example/other"))) == []


def test_without_a_key_no_path_is_taken_for_one():
    assert not leads_to("http://business.example:10007", Listening(host="0.0.0.0", port=10007))


def test_a_free_port_is_nobody_s_address():
    assert not leads_to("http://127.0.0.1:10007", Listening(port=0))
    assert problems(settings(Listening(port=0))) == []


def test_who_is_waited_for_answers_before_openim_gives_up():
    waits = "OpenIM's server waits 8 s at most (relay.maxWait), got 8.5"
    shadow = Shadow(enable=True, url="https://old.example", timeout=8.5)
    callbacks, others = named(timeout=8.5), Callback(enable=True, timeout=8.5)
    assert problems(settings(Listening(max_wait=8.0), callbacks=callbacks, others=others, shadow=shadow)) == [
        f"callbacks.beforeImportFriends.timeout: {waits}",
        f"others.timeout: {waits}",
        f"shadow.timeout: {waits}",
    ]


def test_a_timeout_that_was_left_at_its_default_is_cut():
    shadow = Shadow(enable=True, url="https://old.example")
    assert problems(settings(Listening(max_wait=2.0), callbacks=named(), shadow=shadow)) == []


def test_nobody_waits_for_an_after_callback_nor_for_what_is_off():
    off = Callback(enable=False, timeout=60.0)
    for callbacks in (named("afterImportFriends", timeout=60.0), named(enable=False, timeout=60.0)):
        assert (
            problems(settings(callbacks=callbacks, others=off, shadow=Shadow(url="https://old.example", timeout=60.0)))
            == []
        )


def test_a_host_that_others_reach_is_remarked_on_and_more_so_without_a_key():
    (clear,) = notes(settings(Listening(host="0.0.0.0", key=KEY)))
    assert clear.startswith("relay.host: 0.0.0.0 can be reached from other machines, and nothing is encrypted")
    first, second = notes(settings(Listening(host="0.0.0.0")))
    assert (first, second.partition(",")[0]) == (clear, "relay.key: not set")


def test_callbacks_that_are_unsigned_or_unencrypted_are_remarked_on():
    callbacks = RelayCallbacks(url="http://business.example/x", events={"beforeImportFriends": Callback(enable=True)})
    found = notes(settings(callbacks=callbacks))
    assert [note.partition(":")[0] for note in found] == ["callbacks.beforeImportFriends"] * 2 + ["others"] * 2
    assert ["unsigned" in note for note in found] == [True, False, True, False]
    assert ["https" in note for note in found] == [False, True, False, True]


def test_of_callbacks_that_are_off_or_have_no_url_nothing_is_remarked():
    off = Callback(enable=False)
    callbacks = RelayCallbacks(url="http://business.example/x", events={"beforeImportFriends": off})
    assert notes(settings(callbacks=callbacks, others=off)) == []
    assert notes(settings(callbacks=RelayCallbacks())) == []


def test_failed_continue_of_an_after_callback_is_remarked_on():
    (note,) = notes(settings(callbacks=named("afterImportFriends", failed_continue=True)))
    assert note.startswith("callbacks.afterImportFriends.failedContinue: has no meaning")


def test_keys_that_openim_applies_itself_are_remarked_on():
    (note,) = notes(settings(callbacks=named("beforeSendSingleMsg", denied_types=[1])))
    assert note == (
        "callbacks: deniedTypes is for callbacks about messages, and OpenIM's server applies it before it calls the"
        " relay; it has no effect under beforeSendSingleMsg"
    )


@pytest.mark.parametrize("key", ["afterAddBlack", "afterGroupMsgRevoke"])
def test_a_callback_that_openim_never_sends_is_remarked_on(key):
    assert notes(settings(callbacks=named(key))) == [
        f"callbacks.{key}: OpenIM's server never sends this callback, so the relay never gets it"
    ]
    assert notes(settings(callbacks=named(key, enable=False))) == []


def test_shadow_mode_is_said_with_what_counts_meanwhile():
    assert notes(settings(shadow=Shadow(enable=True))) == [
        "shadow: before-callbacks are asked, and everything is allowed"
    ]
    assert notes(settings(shadow=Shadow(enable=True, url="https://old.example"))) == [
        "shadow: before-callbacks are asked, and shadow.url's answers count"
    ]
    assert notes(settings(shadow=Shadow(url="https://old.example"))) == [
        "shadow.url: has no effect while shadow.enable is false"
    ]


def secret_settings() -> RelaySettings:
    return RelaySettings(
        secret="secret-1",
        relay=Listening(key="secret-2"),
        database="postgresql://amity:secret-3@db/amity",
        callbacks=RelayCallbacks(
            url="https://u:secret-4@business.example",
            secret=["secret-5", "secret-6"],
            events={"afterAddFriend": Callback(url="https://u:secret-7@x.example", secret="secret-8")},
        ),
        others=Callback(url="https://u:secret-9@x.example", secret="secret-A"),
        shadow=Shadow(url="https://u:secret-B@old.example"),
    )


def test_every_secret_is_known_to_be_hidden():
    assert set(every_secret(secret_settings())) == {f"secret-{each}" for each in "123456789AB"}


def test_no_secret_is_in_the_repr():
    assert "secret-" not in repr(secret_settings())


def test_no_problem_repeats_a_secret():
    wrong = secret_settings()
    wrong.relay.host = "[::1]"
    wrong.shadow.url = "ftp://u:secret-B@old.example"
    found = problems(wrong)
    assert len(found) > 5
    assert not [problem for problem in found if "secret-" in problem]
