"""The allowed user ids, and the allowed lengths of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.errors import Code, ImError
from amity.users.rules import is_user_id, repeated_ids, require_distinct, require_length, require_user_id


@pytest.mark.parametrize("user_id", ["a", "Z9", "_", "a-b", "a.b", "a@b.c", "é", "用户1", "x" * 128])
def test_letters_digits_and_four_marks_make_a_user_id(user_id):
    assert is_user_id(user_id)


@pytest.mark.parametrize("user_id", ["", "a b", "a/b", "a+b", "a:b", "a\n", "\x00", "x" * 129, "²", "a‍b", "\ud800"])
def test_other_characters_and_lengths_make_no_user_id(user_id):
    assert not is_user_id(user_id)


@given(st.text(max_size=140))
def test_a_refused_id_is_named_in_an_args_error(user_id):
    if is_user_id(user_id):
        require_user_id(user_id, "users[3].userID")
    else:
        with pytest.raises(ImError) as refusal:
            require_user_id(user_id, "users[3].userID")
        assert refusal.value.code == Code.ARGS
        assert "users[3].userID" in refusal.value.detail


@given(st.lists(st.sampled_from("abcde")))
def test_repeated_ids_are_those_that_occur_more_than_once(ids):
    assert set(repeated_ids(ids)) == {user_id for user_id in ids if ids.count(user_id) > 1}


def test_repeated_ids_are_an_error_that_names_them():
    with pytest.raises(ImError) as refusal:
        require_distinct("userIDs", ["a", "b", "a"])
    assert refusal.value.detail == "userIDs: repeated: a"


def test_a_text_as_long_as_allowed_passes_and_one_longer_does_not():
    require_length("users[0].nickname", "n" * 1024)
    with pytest.raises(ImError) as refusal:
        require_length("users[0].nickname", "n" * 1025)
    assert refusal.value.detail == "users[0].nickname: 1025 characters, and at most 1024 are allowed"
