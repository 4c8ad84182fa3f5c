"""Every setting can come from the environment, and means there what it means in a file."""

from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import assume, given, settings
from msgspec import inspect

from amity.settings import SettingsError, foreign, load, webhooks
from amity.settings.checking import ANY_CALLBACK, ANY_NOTIFICATION, every_key
from amity.settings.environment import variable
from amity.settings.kinds import INVALID, fit
from amity.settings.model import Settings

SECRET = "sixteen letters and more"
# No lone surrogates and no NUL: neither YAML nor an environment has them.
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, blacklist_characters="\x7f\x85"), min_size=1)


def values_of(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Values that fit a type."""
    match kind:
        case inspect.Metadata():
            return values_of(kind.type)
        case inspect.NoneType():
            return st.nothing()  # an absent variable says it
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(kind.ge if kind.ge is not None else -9, kind.le if kind.le is not None else 9999)
        case inspect.FloatType():
            return st.floats(0.001, kind.le).map(lambda number: round(number, 3))
        case inspect.StrType(pattern=str()):
            ranges = st.from_regex(str(kind.pattern), fullmatch=True, alphabet="0123456789-")
            return ranges.filter(lambda text: int(text.partition("-")[0]) <= int(text.rpartition("-")[2]))
        case inspect.StrType():
            return WORDS.filter(lambda text: not text.lstrip().startswith("["))
        case inspect.LiteralType():
            return st.sampled_from(kind.values)
        case inspect.UnionType():
            return st.one_of([values_of(each) for each in kind.types if not isinstance(each, inspect.NoneType)])
        case inspect.ListType():
            return st.lists(values_of(kind.item_type))
    raise TypeError(kind)


KEYS = [
    (path.replace(ANY_CALLBACK, "beforeImportFriends").replace(ANY_NOTIFICATION, "memberQuit"), each)
    for path, each, _ in every_key(Settings())
    if path
    not in {"secret", "admins", "database", "bus", "callbacks.url", "callbacks.secret", "callbacks.<callback>.url"}
    and not path.startswith("callbacks.tls.")
    and path not in {"callbacks.<callback>.secret", "api.corsOrigins"}
    and path != "callbacks.<callback>.enable"
]


def nested(path: str, value: Any) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


@pytest.mark.parametrize(("path", "each"), KEYS, ids=[path for path, _ in KEYS])
@settings(max_examples=25)
@given(data=st.data())
def test_a_value_in_the_environment_is_the_value_in_a_file(tmp_path_factory, path, each, data):
    value = data.draw(values_of(each.type))
    assume(path != "api.port" or value != Settings().gateway.port)  # each listens on a port of its own
    assume(path != "gateway.port" or value != Settings().api.port)
    text = value if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True, width=10**9).strip()
    file = tmp_path_factory.mktemp("settings") / "amity.yml"
    file.write_text(yaml.safe_dump({"secret": SECRET} | nested(path, value), allow_unicode=True), encoding="utf-8")
    assert load(None, {"AMITY_SECRET": SECRET, variable(path): text}) == load(file, {})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_what_fits_a_type_fits_it_again_unchanged(value):
    for _, each, _ in every_key(Settings()):
        fitted = fit(value, each.type)
        assert fitted is INVALID or fit(fitted, each.type) == fitted


@given(name=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", max_size=40), value=st.text(max_size=20))
def test_no_variable_whatsoever_is_more_than_a_settings_error(name, value):
    problems: list[str] = []
    try:
        load(None, {"AMITY_SECRET": SECRET, f"AMITY_{name}": value})
    except SettingsError as error:
        problems = error.problems
    assert name in {"SECRET", "CALLBACKS"} or all(problem.startswith(f"AMITY_{name}: ") for problem in problems)


@given(st.text(max_size=200))
def test_no_text_whatsoever_in_a_file_is_more_than_a_settings_error(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("settings") / "amity.yml"
    file.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(SettingsError):  # none of these has a secret
        load(file, {})


@pytest.mark.parametrize(
    "name",
    [
        "AMITY_CALLBACKS__BEFORE_IMPORT_FRIENDS__ENABLE",
        "AMITY_CALLBACKS__BEFOREIMPORTFRIENDS__ENABLE",
        "AMITY_callbacks__beforeImportFriends__enable",
    ],
)
def test_underscores_and_capitals_within_a_level_do_not_matter(name):
    loaded = load(None, {"AMITY_SECRET": SECRET, "AMITY_CALLBACKS__URL": "http://127.0.0.1:1", name: "true"})
    assert loaded.callbacks.events["beforeImportFriends"].enable is True


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("AMITY_API__PROT", "AMITY_API__PORT"),
        ("AMITY_CALLBACKS__BEFORE_IMPORT_FREINDS__ENABLE", "AMITY_CALLBACKS__BEFORE_IMPORT_FRIENDS__ENABLE"),
        ("AMITY_API_PORT", "AMITY_API__PORT"),
        ("AMITY_SECRT", "AMITY_SECRET"),
        ("AMITY_LOG_LEVEL", "AMITY_LOG__LEVEL"),
    ],
)
def test_an_unknown_variable_is_named_with_the_nearest_known_one(name, near):
    with pytest.raises(SettingsError) as caught:
        load(None, {"AMITY_SECRET": SECRET, name: "1"})
    assert caught.value.problems == [f"{name}: no setting has this variable; did you mean {near}?"]


def test_a_variable_below_a_section_of_ours_is_refused_whatever_it_resembles():
    with pytest.raises(SettingsError, match=r"^AMITY_TOKEN__QQQQQQQQQQQQQQQQQQ: no setting has this variable$"):
        load(None, {"AMITY_SECRET": SECRET, "AMITY_TOKEN__QQQQQQQQQQQQQQQQQQ": "1"})


def test_variables_of_other_programs_are_left_alone_and_remarked_on():
    others = {"AMITY_HOME": "/srv", "AMITY_VERSION": "3", "AMITY_FOO": "hidden", "AMITY_APP__KEY": "hidden"}
    ours = {"AMITY_SECRET": SECRET, "AMITY_API__PORT": "1", "AMITY_CONFIG": "x", "AMITY_CALLBACKS": "y"}
    load(None, {"AMITY_SECRET": SECRET, **others})
    assert foreign({**others, **ours, "AMITY_X": "", "AMITY_PORT": "tcp://10.0.0.1:80", "PATH": "/bin"}) == [
        f"{name}: no setting has this variable, so it has no effect here" for name in sorted(others)
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("AMITY_API__PORT", "many", "AMITY_API__PORT: expected a whole number from 0 to 65535, got the text 'many'"),
        ("AMITY_ADMINS", "imAdmin", "AMITY_ADMINS: expected a list of texts, got the text 'imAdmin'"),
        ("AMITY_ADMINS", "[a, 5", "AMITY_ADMINS: expected a list of texts, got the text '[a, 5'"),
        ("AMITY_CLIENT_IMPORT", "on", "AMITY_CLIENT_IMPORT: expected one of gated, off, open, got the text 'on'"),
    ],
)
def test_a_wrong_value_is_named_by_its_variable(name, value, problem):
    with pytest.raises(SettingsError) as caught:
        load(None, {"AMITY_SECRET": SECRET, name: value})
    assert caught.value.problems == [problem]


@pytest.mark.parametrize(
    "name", ["AMITY_PORT", "AMITY_PORT_10002_TCP", "AMITY_PORT_10002_TCP_ADDR", "AMITY_SERVICE_HOST", "AMITY_CONFIG"]
)
def test_variables_that_are_not_ours_are_left_alone(name):
    assert load(None, {"AMITY_SECRET": SECRET, name: "tcp://10.0.0.1:10002"}) == Settings(secret=SECRET)


def test_an_empty_variable_counts_as_absent():
    assert load(None, {"AMITY_SECRET": SECRET, "AMITY_API__PORT": "", "AMITY_CALLBACKS": ""}) == Settings(secret=SECRET)


def test_off_is_a_word_in_the_environment():
    assert load(None, {"AMITY_SECRET": SECRET, "AMITY_CLIENT_IMPORT": "off"}).client_import == "off"


def test_several_secrets_are_a_list():
    loaded = load(
        None,
        {"AMITY_SECRET": SECRET, "AMITY_CALLBACKS__SECRET": "[the new one of this month, the old one of last month]"},
    )
    assert loaded.callbacks.secret == ["the new one of this month", "the old one of last month"]


def test_what_yaml_drops_as_a_comment_is_part_of_a_value():
    secret = "[sixteen letters and more]#and a part that counts"
    assert load(None, {"AMITY_SECRET": SECRET, "AMITY_CALLBACKS__SECRET": secret}).callbacks.secret == secret
    with pytest.raises(SettingsError, match="AMITY_API__CORS_ORIGINS: expected a list of texts"):
        load(None, {"AMITY_SECRET": SECRET, "AMITY_API__CORS_ORIGINS": "[http://ann:0]#0@127.0.0.1:1/cb]"})


def test_every_callback_has_its_variables():
    for key in webhooks.KEYS:
        name = variable(f"callbacks.{key}.timeout")
        assert load(None, {"AMITY_SECRET": SECRET, name: "2.5"}).callbacks.events[key].timeout == 2.5


@pytest.mark.parametrize("name", ["AMITY_SECRET", "AMITY_DATABASE", "AMITY_ADMINS", "AMITY_CALLBACKS__SECRET"])
def test_bytes_that_are_not_utf_8_are_refused_by_the_name_of_the_variable(name: str):
    value = "[Tropic\udcff]" if name == "AMITY_ADMINS" else "Tropic\udcff and more letters"
    with pytest.raises(SettingsError) as refused:
        load(None, {"AMITY_SECRET": SECRET, name: value})
    assert refused.value.problems[0] in (
        f"{name}: holds bytes or characters that are not UTF-8",
        f"{name}: expected a list of texts, got the text '[Tropic\\udcff]'",
    )
