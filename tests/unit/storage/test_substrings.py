"""The pairs of characters by which texts are found."""

from hypothesis import given
from hypothesis import strategies as st

from amity.storage.substrings import pairs_of

TEXTS = st.text(max_size=30)


def test_a_text_has_its_pairs_and_its_last_character():
    assert pairs_of("anna") == ["an", "nn", "na", "a"]
    assert pairs_of("王小明") == ["王小", "小明", "明"]
    assert pairs_of("aaa") == ["aa", "a"]
    assert pairs_of("王") == ["王"]
    assert pairs_of("") == []


@given(TEXTS, TEXTS.filter(bool), TEXTS)
def test_a_text_has_all_pairs_of_whatever_is_in_it(before, text, after):
    pairs = pairs_of(before + text + after)
    if len(text) == 1:
        assert any(pair.startswith(pairs_of(text)[0]) for pair in pairs)
    else:
        assert {pair for pair in pairs_of(text) if len(pair) == 2} <= set(pairs)


@given(TEXTS)
def test_no_pair_contains_a_delimiter_or_a_quote(text):
    assert not any(set(pair) & set(" \t\n\0\"'\\*()-:^") for pair in pairs_of(text))
    assert all(1 <= len(pair) <= 2 for pair in pairs_of(text))
