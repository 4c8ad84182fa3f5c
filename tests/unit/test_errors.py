"""What an error repeats has a stated length."""

from amity.errors import MOST_DETAIL, MOST_MESSAGE, Code, ImError, offending
from amity.texts import cut


def test_a_text_is_cut_and_says_how_long_it_was():
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "abc... (4 characters)"
    assert cut("", 0) == ""


def test_the_texts_of_an_error_are_cut():
    error = ImError(Code.ARGS, "d" * 8_000_000, message="m" * 8_000_000)
    assert error.detail == "d" * MOST_DETAIL + "... (8000000 characters)"
    assert error.message == "m" * MOST_MESSAGE + "... (8000000 characters)"
    assert len(str(error)) < MOST_DETAIL + MOST_MESSAGE + 100


def test_ids_are_named_up_to_twenty_of_them_and_each_cut():
    assert offending(["a", "b"]) == "a, b"
    assert offending(["x" * 1000] * 30) == ", ".join(["x" * 128 + "... (1000 characters)"] * 20) + ", ... (30 in all)"
    assert len(offending(["x" * 1000] * 30)) < MOST_DETAIL
