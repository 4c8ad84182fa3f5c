"""Texts cut to a length, and numbers with what they count."""

from amity.texts import count, cut


def test_counts_are_words():
    assert [count(1, "user"), count(2000, "user"), count(0, "entry", "entries")] == [
        "1 user",
        "2,000 users",
        "0 entries",
    ]


def test_a_text_is_cut_where_it_is_too_long_and_says_how_long_it_is():
    assert [cut("abcd", 4), cut("abcde", 4)] == ["abcd", "abcd... (5 characters)"]
