"""Settings from a file and the environment: what is taken, what is refused, and how that is said."""

import json
import os
from pathlib import Path

import pytest
import yaml

from amity.settings import Settings, SettingsError, load, notes, webhooks
from amity.wire.events.catalogue import BY_SETTING
from tests.support.openim_webhooks import openim_webhooks
from tests.support.tls import AUTHORITY

SECRET = "sixteen letters and more"
BASE = {"secret": SECRET}


def write(folder: Path, content: object, name: str = "amity.yml") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return file


def problems(folder: Path, content: object, environ: dict[str, str] | None = None, *, dev: bool = False) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(write(folder, content), environ or {}, dev=dev)
    return [problem.replace(f"{folder}/", "") for problem in caught.value.problems]


def test_the_files_that_were_read_are_named(tmp_path):
    for name in ("webhooks.yml", "other.yml"):
        write(tmp_path, {"url": "http://127.0.0.1:1"}, name)
    file = write(tmp_path, BASE | {"callbacks": "webhooks.yml"})
    for environ, callbacks in (({}, []), ({"AMITY_CALLBACKS": str(tmp_path / "other.yml")}, [tmp_path / "other.yml"])):
        sources: list[Path] = []
        load(file, environ, sources=sources)
        assert sources == [file, tmp_path / "webhooks.yml", *callbacks]


def test_without_a_file_everything_but_the_secret_has_a_default():
    settings = load(None, {"AMITY_SECRET": SECRET})
    assert settings == Settings(secret=SECRET)
    assert (settings.api.port, settings.gateway.port, settings.client_import) == (10002, 10001, "gated")


def test_the_contract_s_own_example_loads(tmp_path):
    settings = load(
        write(
            tmp_path,
            f"""
secret: "{SECRET}"
admins: [imAdmin]
api: {{host: 127.0.0.1, port: 10002}}
gateway: {{host: 127.0.0.1, port: 10001}}
database: sqlite:///amity.db
clientImport: gated
callbacks:
  url: http://127.0.0.1:10006/callbackExample
  secret: whsec_dGhlIG5ldyBvbmUsIG9mIHRoaXMgbW9udGg=
  beforeImportFriends: {{enable: true, timeout: 5, failedContinue: false}}
  afterImportFriends: {{enable: true, timeout: 5}}
  retries: [5, 300, 1800, 7200, 18000, 36000, 36000]
""",
        ),
        {},
    )
    assert settings.callbacks.events["beforeImportFriends"].failed_continue is False
    assert settings.callbacks.events["afterImportFriends"].timeout == 5.0


def test_openim_s_webhooks_file_is_taken_by_name_and_inline(tmp_path):
    write(tmp_path, openim_webhooks(), "webhooks.yml")
    named = load(write(tmp_path, {**BASE, "callbacks": "webhooks.yml"}), {})
    inline = load(write(tmp_path, {**BASE, "callbacks": yaml.safe_load(openim_webhooks())}), {})
    by_variable = load(None, {"AMITY_SECRET": SECRET, "AMITY_CALLBACKS": str(tmp_path / "webhooks.yml")})
    assert named == inline == by_variable
    assert len(named.callbacks.events) == 53
    assert named.callbacks.events["beforeAddBlack"].failed_continue is None
    assert named.callbacks.events["beforeImportFriends"].failed_continue is True


def test_the_webhooks_files_of_older_releases_are_taken_and_what_has_no_effect_is_said(tmp_path):
    older = {
        "url": "http://127.0.0.1:10006/callbackExample",
        "beforeSendSingleMsg": {"enable": False, "allowedTypes": [], "deniedTypes": [1, "200-500"]},
        "beforeAddBlack": {"enable": False, "deniedTypes": [1]},
        "beforeSetGroupInfoEX": {"enable": False, "timeout": 5, "failedContinue": True},
        "afterSetGroupInfoEX": {"enable": False, "timeout": 7},
    }
    settings = load(write(tmp_path, {**BASE, "callbacks": older}), {})
    assert settings.callbacks.events["beforeSetGroupInfoEx"].failed_continue is True
    assert settings.callbacks.events["afterSetGroupInfoEx"].timeout == 7
    (note,) = notes(settings)
    assert note.startswith("callbacks: deniedTypes is for callbacks about messages")
    assert note.endswith("under beforeAddBlack")


@pytest.mark.parametrize("wrong", [["200-"], ["-5"], ["1-2-3"], ["text"], [1.5], [None], "1"])
def test_a_type_is_a_number_or_a_range(tmp_path, wrong):
    callbacks = {"beforeSendSingleMsg": {"enable": False, "deniedTypes": wrong}}
    with pytest.raises(SettingsError, match="deniedTypes: expected a list of whole numbers or ranges such as 200-500"):
        load(write(tmp_path, {**BASE, "callbacks": callbacks}), {})


def test_a_range_of_types_begins_before_it_ends(tmp_path):
    callbacks = {"beforeSendSingleMsg": {"enable": False, "allowedTypes": [101, "500-200"]}}
    problem = r"callbacks\.beforeSendSingleMsg\.allowedTypes: the range 500-200 ends before it begins"
    with pytest.raises(SettingsError, match=problem):
        load(write(tmp_path, {**BASE, "callbacks": callbacks}), {})


def test_a_callback_under_its_older_and_its_newer_name_is_refused(tmp_path):
    callbacks = {"afterSetGroupInfoEX": {"enable": False}, "afterSetGroupInfoEx": {"enable": False}}
    with pytest.raises(SettingsError, match=r"an older name of callbacks\.afterSetGroupInfoEx, which stands there too"):
        load(write(tmp_path, {**BASE, "callbacks": callbacks}), {})


def test_the_environment_goes_over_a_named_webhooks_file(tmp_path):
    write(tmp_path, openim_webhooks(), "webhooks.yml")
    settings = load(
        write(tmp_path, {**BASE, "callbacks": "webhooks.yml"}),
        {
            "AMITY_CALLBACKS__BEFORE_IMPORT_FRIENDS__ENABLE": "true",
            "AMITY_CALLBACKS__SECRET": "a signing secret, long enough",
        },
    )
    assert settings.callbacks.events["beforeImportFriends"].enable is True
    assert settings.callbacks.events["beforeImportFriends"].failed_continue is True
    assert settings.callbacks.secret == "a signing secret, long enough"


def test_the_known_callbacks_are_the_catalogue_s():
    assert frozenset(BY_SETTING) == webhooks.RAISED
    assert not webhooks.RAISED & webhooks.NOT_RAISED
    assert len(webhooks.OPENIM) == 53


@pytest.mark.parametrize("key", sorted(webhooks.NOT_RAISED))
def test_a_switch_for_a_callback_that_is_never_raised_is_refused(tmp_path, key):
    content = {**BASE, "callbacks": {"url": "http://127.0.0.1:1/", key: {"enable": True}}}
    assert problems(tmp_path, content) == [
        f"callbacks.{key}.enable: this version of amity never raises this callback; set it to false"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"prot": 1}, "line 1: prot: unknown key; known here: secret,"),
        ({"port": 1}, "line 1: port: unknown key; did you mean api.port or gateway.port or console.port?"),
        ({"api": {"hots": "x"}}, "line 2: api.hots: unknown key; did you mean api.host?"),
        ({"Secret": "x"}, "line 1: Secret: unknown key; did you mean secret?"),
        ({"admin": []}, "line 1: admin: unknown key; did you mean admins?"),
        (
            {"enable": True},
            "line 1: enable: unknown key; did you mean console.enable or notifications.<notification>.offlinePush.",
        ),
        (
            {"callbacks": {"beforeImportFreinds": {}}},
            "callbacks.beforeImportFreinds: unknown key; did you mean callbacks.beforeImportFriends?",
        ),
        (
            {"callbacks": {"beforeImportFriends": {"failContinue": True}}},
            (
                "callbacks.beforeImportFriends.failContinue: unknown key; "
                "did you mean callbacks.beforeImportFriends.failedContinue?"
            ),
        ),
        ({"callbacks": {"events": {}}}, "callbacks.events: unknown key"),
        ("on: 1\n", "line 1: True: unknown key"),
    ],
)
def test_an_unknown_key_is_named_with_its_path_and_the_nearest_known_one(tmp_path, content, problem):
    (found,) = [each for each in problems(tmp_path, content) if "unknown" in each]
    assert problem in found


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"api": {"port": "x"}}, "api.port: expected a whole number from 0 to 65535, got the text 'x'"),
        ({"api": {"port": 65536}}, "api.port: expected a whole number from 0 to 65535, got the number 65536"),
        ({"api": {"port": True}}, "api.port: expected a whole number from 0 to 65535, got true"),
        ({"api": {"port": 1.5}}, "api.port: expected a whole number from 0 to 65535, got the number 1.5"),
        ({"api": {"host": ""}}, "api.host: expected a text that is not empty, got the text ''"),
        ({"api": {"host": None}}, "api.host: expected a text that is not empty, got nothing"),
        ({"api": 5}, "api: expected keys with values, got the number 5"),
        ({"api": ["a"]}, "api: expected keys with values, got a list"),
        ({"admins": "imAdmin"}, "admins: expected a list of texts, got the text 'imAdmin'"),
        ({"admins": ["a", 5]}, "admins: expected a list of texts, got a list whose entry 2 is the number 5"),
        ({"clientImport": "on"}, "clientImport: expected one of gated, off, open, got the text 'on'"),
        ({"multiLogin": {"policy": 2}}, "multiLogin.policy: expected one of 0, 1, 4, 5, got the number 2"),
        ({"multiLogin": {"policy": True}}, "multiLogin.policy: expected one of 0, 1, 4, 5, got true"),
        ({"multiLogin": {"policy": "1"}}, "multiLogin.policy: expected one of 0, 1, 4, 5, got the text '1'"),
        ("clientImport: on\n", "clientImport: expected one of gated, off, open, got true"),
        ({"token": {"expireDays": 0}}, "token.expireDays: expected a whole number from 1 to 3650, got the number 0"),
        (
            {"callbacks": {"beforeImportFriends": {"timeout": 0}}},
            "callbacks.beforeImportFriends.timeout: expected a number above 0 and up to 3600, got the number 0",
        ),
        (
            "callbacks: {beforeImportFriends: {timeout: .nan}}\n",
            "callbacks.beforeImportFriends.timeout: expected a number above 0 and up to 3600, got the number nan",
        ),
        (
            {"callbacks": {"beforeImportFriends": {"enable": 1}}},
            "callbacks.beforeImportFriends.enable: expected true or false, got the number 1",
        ),
        (
            {"callbacks": {"beforeImportFriends": True}},
            "callbacks.beforeImportFriends: expected keys with values, got true",
        ),
        (
            {"callbacks": {"retries": [1, -5]}},
            (
                "callbacks.retries: expected a list of numbers above 0 and up to 604800, "
                "got a list whose entry 2 is the number -5"
            ),
        ),
        ({"callbacks": 7}, "callbacks: expected keys with values, got the number 7"),
        (
            "callbacks: {retries: [1" + "0" * 400 + "]}\n",
            "numbers above 0 and up to 604800, got a list whose entry 1 is a number of 1329 bits",
        ),
        ("api: {port: 0x" + "f" * 6000 + "}\n", "a whole number from 0 to 65535, got a number of 24000 bits"),
        ("? 0x" + "f" * 6000 + "\n: 1\n", "a key is a plain word"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected_and_what_came(tmp_path, content, problem):
    (found,) = problems(tmp_path, content)
    assert found.startswith("amity.yml line ")
    assert problem in found


def test_off_needs_no_quotes_although_it_is_a_switch_to_yaml(tmp_path):
    assert load(write(tmp_path, f"secret: {SECRET}\nclientImport: off\n"), {}).client_import == "off"


def test_all_problems_are_told_at_once(tmp_path):
    found = problems(tmp_path, {"prot": 1, "api": {"port": "x"}}, {"AMITY_SECRT": "1", "AMITY_API__HOST": "h"})
    assert len(found) == 3


def test_a_key_that_stands_there_twice_is_refused_with_both_lines(tmp_path):
    found = problems(tmp_path, "secret: a\napi:\n  port: 1\n  port: 2\n")
    assert found == ["amity.yml line 4: the key port stands here again; it is on line 3 already"]


def test_a_merge_key_of_yaml_may_be_overridden(tmp_path):
    text = f"secret: {SECRET}\napi: &a {{port: 5, host: 127.0.0.1}}\ngateway:\n  <<: *a\n  port: 6\n"
    with pytest.raises(SettingsError, match="maxBodyBytes"):
        load(write(tmp_path, text.replace("port: 5,", "port: 5, maxBodyBytes: 5000,")), {})
    assert load(write(tmp_path, text), {}).gateway.port == 6


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]\n",
        "just words\n",
        "a: b: c\n",
        "a: !!python/object:os.system {}\n",
        "\ta: 1\n",
        "? [1]\n: 2\n",
        "a: *b\n",
    ],
)
def test_what_is_no_mapping_or_no_yaml_is_refused_by_the_file_s_name(tmp_path, text):
    (found,) = problems(tmp_path, text)
    assert found.startswith("amity.yml")


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.yml cannot be read: No such file"):
        load(tmp_path / "none.yml", {})
    (tmp_path / "amity.yml").write_bytes(b"secret: \xff\n")
    with pytest.raises(SettingsError, match=r"not UTF-8 text \(byte 8\)"):
        load(tmp_path / "amity.yml", {})


def test_an_empty_file_says_nothing(tmp_path):
    assert load(write(tmp_path, "# nothing\n"), {"AMITY_SECRET": SECRET}) == Settings(secret=SECRET)
    assert load(write(tmp_path, f"secret: {SECRET}\napi:\n"), {}) == Settings(secret=SECRET)


def test_tls_files_are_found_beside_the_file_that_names_them(tmp_path):
    write(tmp_path, AUTHORITY.read_text(), "ca.pem")
    settings = load(write(tmp_path, {**BASE, "callbacks": {"tls": {"caFile": "ca.pem"}}}), {})
    assert settings.callbacks.tls.ca_file == str(tmp_path / "ca.pem")
    assert problems(tmp_path, {**BASE, "callbacks": {"tls": {"caFile": "none.pem"}}}) == [
        "callbacks.tls.caFile: there is no file none.pem"
    ]
    assert problems(tmp_path, {**BASE, "callbacks": {"tls": {"clientKey": "ca.pem"}}}) == [
        "callbacks.tls.clientKey: needs callbacks.tls.clientCertificate"
    ]


@pytest.mark.parametrize(
    ("callbacks", "problem"),
    [
        (
            {"beforeImportFriends": {"enable": True}},
            (
                "callbacks.beforeImportFriends.enable: is true, but there is no URL to call: "
                "set callbacks.url or callbacks.beforeImportFriends.url"
            ),
        ),
        ({"url": "ftp://host/x"}, "callbacks.url: a URL begins with http:// or https://"),
        ({"url": "http://"}, "callbacks.url: a URL names a host"),
        ({"afterImportFriends": {"url": "nonsense"}}, "callbacks.afterImportFriends.url: a URL begins with"),
        ({"secret": []}, "callbacks.secret: the list is empty"),
        ({"secret": ""}, "callbacks.secret: a webhook secret is not empty"),
        ({"secret": "whsec_not base64"}, "callbacks.secret: a secret that starts with whsec_"),
        ({"secret": "x"}, "callbacks.secret: a webhook secret has at least 24 bytes (got 1); make one with: python3"),
        ({"afterImportFriends": {"secret": ["x" * 24, ""]}}, "callbacks.afterImportFriends.secret: a webhook secret"),
        ({"afterImportFriends": {"secret": "whsec_eA=="}}, "callbacks.afterImportFriends.secret: a webhook secret has"),
    ],
)
def test_callbacks_that_cannot_be_sent_are_refused_at_start(tmp_path, callbacks, problem):
    (found,) = problems(tmp_path, {**BASE, "callbacks": callbacks})
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "not set"),
        (" " * 20, "not set"),
        ("fifteen letters", "15 characters are too few"),
        ("a secret that is long enough\n", "it has white space at its beginning or end"),
        ("'a secret that is long enough'", "it has quotation marks or brackets around it"),
        ("\ufeffa secret that is long enough", "it has a character in it that cannot be seen"),
        ("${THE_SECRET_OF_THIS_SERVER}", "it has the name of a variable in its place"),
        ("amity-dev-secret-known-to-everybody", "stood in earlier versions' source"),
    ],
)
def test_a_secret_that_is_missing_short_or_public_is_refused_with_advice(tmp_path, secret, problem):
    (found,) = problems(tmp_path, {"secret": secret})
    assert problem in found
    assert "amity init" in found
    assert secret not in found or not secret


def test_the_secret_that_earlier_versions_had_for_dev_is_refused_with_dev_too(tmp_path):
    (found,) = problems(tmp_path, {"secret": "amity-dev-secret-known-to-everybody"}, dev=True)
    assert found.startswith("secret: this one stood in earlier versions' source")


def test_dev_needs_no_secret_and_serves_this_machine_only(tmp_path):
    assert load(None, {}, dev=True).secret == ""
    assert load(None, {"AMITY_SECRET": SECRET}, dev=True).secret == SECRET
    assert problems(tmp_path, {"api": {"host": "0.0.0.0"}}, dev=True) == [
        "api.host: --dev serves this machine only; use 127.0.0.1, or leave out --dev and set a secret"
    ]


def test_dev_admits_the_pages_of_this_machine_unless_it_is_told_which(tmp_path):
    assert load(None, {}, dev=True).api.cors_origins == [
        "http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"
    ]  # fmt: skip
    told = load(write(tmp_path, {"api": {"corsOrigins": ["http://localhost:3000"]}}), {}, dev=True)
    assert told.api.cors_origins == ["http://localhost:3000"]


@pytest.mark.parametrize(
    "origin", ["", "app.example", "https://app.example/", "HTTPS://app.example", "http://*:1", "x y"]
)
def test_what_is_no_origin_is_refused(tmp_path, origin):
    assert problems(tmp_path, {**BASE, "api": {"corsOrigins": ["*", origin]}}) == [
        f"api.corsOrigins: {origin!r} is no origin, as in https://app.example or http://localhost:*"
    ]


@pytest.mark.parametrize("admins", [[], [""], ["a", "a"]])
def test_admins_are_named_and_different(tmp_path, admins):
    assert problems(tmp_path, {**BASE, "admins": admins})[0].startswith("admins: ")


@pytest.mark.parametrize("database", ["", "amity.db", "mysql://host/x", "sqlite:amity.db"])
def test_a_database_of_another_kind_is_refused(tmp_path, database):
    (found,) = problems(tmp_path, {**BASE, "database": database})
    assert found == "database: starts with sqlite:/// and a file name, or with postgresql://"


HIDDEN = "do-not-show-this-text-ever"


@pytest.mark.parametrize(
    "content",
    [
        f"secret: *{HIDDEN}\n",
        f"secret: [{HIDDEN}]\n",
        f"secret: {{{HIDDEN}: 1}}\n",
        f"secret: '{HIDDEN}\n",
        f"secret: '{HIDDEN}' '{HIDDEN}'\n",
        f"callbacks: {{secret: [{{a: {HIDDEN}}}]}}\n",
        f"callbacks: {{secret: 'whsec_{HIDDEN}'}}\n",
        f"callbacks: {{url: 'http://user:{HIDDEN}@host:99999/'}}\n",
        f"callbacks: {{url: '{HIDDEN}'}}\n",
        f"database: 'mysql://user:{HIDDEN}@host/x'\n",
        f"secret {HIDDEN}\n",
        f"token: {HIDDEN}\n",
    ],
)
def test_no_error_repeats_a_secret(tmp_path, content):
    assert HIDDEN not in "\n".join(problems(tmp_path, content))
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, content), {})
    assert HIDDEN not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_no_error_repeats_a_secret_of_the_environment():
    for name in ("AMITY_CALLBACKS__SECRET", "AMITY_CALLBACKS__AFTER_IMPORT_FRIENDS__SECRET"):
        with pytest.raises(SettingsError) as caught:
            load(None, {"AMITY_SECRET": SECRET, name: f"[{HIDDEN}, 5]"})
        assert HIDDEN not in str(caught.value)


def test_a_repr_shows_no_secret():
    settings = load(
        None,
        {
            "AMITY_SECRET": f"{HIDDEN} {HIDDEN}",
            "AMITY_DATABASE": f"postgresql://user:{HIDDEN}@host:5432/amity?password={HIDDEN}",
            "AMITY_CALLBACKS__URL": f"https://user:{HIDDEN}@host/path?key={HIDDEN}",
            "AMITY_CALLBACKS__SECRET": json.dumps([HIDDEN]),
            "AMITY_CALLBACKS__AFTER_IMPORT_FRIENDS__SECRET": HIDDEN,
        },
    )
    assert HIDDEN not in repr(settings) + str(settings) + f"{settings}"
    assert "postgresql://host:5432/amity" in repr(settings)
    assert "https://host/path" in repr(settings)
    assert HIDDEN not in str(list(settings.__rich_repr__()))


def test_the_process_s_own_environment_is_a_mapping_that_loads():
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AMITY_")}
    assert load(None, {**environ, "AMITY_SECRET": SECRET}).secret == SECRET


def test_dev_switches_the_console_on_and_nothing_else_does(tmp_path):
    assert load(None, {}, dev=True).console.enable
    assert not load(None, {"AMITY_SECRET": "a secret for tests, long enough"}).console.enable
