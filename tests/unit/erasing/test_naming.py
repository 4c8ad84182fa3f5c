"""What names a user in a log, and what only has the letters of the id."""

import json

import msgspec
import pytest

from amity.erasing.naming import Naming


def nested(value, levels):
    """Return a value as JSON, in a text of JSON, and so on."""
    text = json.dumps(value)
    for _ in range(levels):
        text = json.dumps({"detail": text})
    return text


@pytest.mark.parametrize("levels", [0, 1, 2])
@pytest.mark.parametrize("user_id", ["K", "ann.b-c@d_e", "Zoë", "ëva", "𠀀k"])
def test_a_whole_text_names_the_user_at_any_depth(user_id, levels):
    assert Naming(user_id).in_json(nested({"userIDs": ["x", user_id]}, levels))


def test_json_may_have_characters_as_they_are():
    assert Naming("Zoë").in_json(msgspec.json.encode({"userID": "Zoë"}).decode())


@pytest.mark.parametrize("conversation", ["si_K_bob", "si_AB_K", "sn_K_account", "n_K_bob", "si_K_K"])
def test_a_conversation_names_its_users(conversation):
    assert Naming("K").in_json(nested({"conversationID": conversation}, 1))


@pytest.mark.parametrize(
    "body",
    [
        '{"operationID":"oKay","userID":"Karl","text":"OK"}',
        '{"userID":"k"}',
        '{"conversationID":"si_Karl_Kim"}',
        '{"conversationID":"sg_K"}',
        '{"text":"K is here"}',
        "",
    ],
)
def test_no_other_text_names_the_user(body):
    assert not Naming("K").in_json(body)


def test_a_body_that_was_cut_may_end_with_the_id():
    assert Naming("K").in_json('{"userID":"K')


@pytest.mark.parametrize(
    "text", ["user not found: K", "full: K, bob", "full: bob, K, ... (30 in all)", "K may not.", "not K."]
)
def test_a_word_names_the_user(text):
    assert Naming("K").in_words(text)


@pytest.mark.parametrize("text", ["OK", "not K.b", "K_b", "b-K", "Karl", "user k", "@K", ""])
def test_no_part_of_a_word_names_the_user(text):
    assert not Naming("K").in_words(text)


@pytest.mark.parametrize("user_id", ["K", "Zoë", "ëva"])
@pytest.mark.parametrize("write", [json.dumps, lambda value: msgspec.json.encode(value).decode()])
def test_json_that_names_the_user_has_one_of_the_beginnings(user_id, write):
    naming = Naming(user_id)
    for named in (user_id, f"si_bob_{user_id}", f"si_{user_id}_ü"):
        assert any(beginning in write([named]) for beginning in naming.beginnings)


def test_long_runs_of_backslashes_take_no_time():
    assert not Naming("K").in_json("K\\u" + "\\" * 200_000)
