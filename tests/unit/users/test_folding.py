"""Folding: which texts fold to the same; it is stable and cheap."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.users.folding import fold, fold_beginning

TEXTS = st.text(max_size=40)
# Letters with dots, marks that reorder and compose, removed characters: one round of folding is not enough for them.
HOSTILE = st.text(
    alphabet="iIıİ\u0307\u0301\u0308\u0316\u0345\u034f\u200dßẞΣςσﬁﷺᾳᾼ가각\u1100\u1161\u11a8ｶﾞ\u30ab\u3099", max_size=12
)


@pytest.mark.parametrize(
    "alike",
    [
        ("Привет", "ПРИВЕТ", "привет"),
        ("Ärztin", "äRZTIN", "A\u0308rztin"),
        ("ZOË", "zoë", "ZOE\u0308"),
        ("ΣΟΦΟΣ", "σοφος", "σοφοσ", "Σοφος"),
        ("İstanbul", "istanbul", "ISTANBUL", "I\u0307stanbul", "ıstanbul"),
        ("Straße", "STRASSE", "STRAẞE", "strasse"),
        ("ＡＢＣ", "abc"),
        ("ｶﾞｷﾞ", "ガギ", "カ\u3099キ\u3099"),
        ("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
        ("❤\ufe0f", "❤"),
        ("می\u200cخواهم", "میخواهم"),
        ("ﬁn", "FIN"),
        ("", "\u200b\u200d\ufeff"),
    ],
)
def test_texts_that_people_regard_as_the_same_fold_to_the_same(alike):
    assert len({fold(text) for text in alike}) == 1


@pytest.mark.parametrize("apart", [("a", "ä"), ("張", "张"), ("o", "0"), ("é", "è"), ("👩", "👨"), (" ", "")])
def test_texts_that_people_regard_as_different_fold_differently(apart):
    assert len({fold(text) for text in apart}) == len(apart)


@given(TEXTS | HOSTILE)
@example("i\u0307" * 20)
@example("ı\u0307\u0307\u0301")
def test_folding_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS | HOSTILE)
def test_letter_case_and_normal_form_make_no_difference(text):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, text)) == fold(text)
    # Unicode defines it for normalised texts: a mark that folds to a letter must stand where it belongs before.
    assert fold(unicodedata.normalize("NFKD", text).casefold()) == fold(text)


@given(TEXTS, TEXTS, TEXTS)
def test_a_folded_substring_remains_one_at_the_boundaries_of_characters(before, text, after):
    # Spaces compose with nothing.
    assert fold(text) in fold(f"{before} {text} {after}")


def test_every_letter_is_found_by_its_other_cases():
    for number in range(0x110000):
        if 0xD800 <= number < 0xE000:
            continue
        letter = chr(number)
        lower = letter.lower()
        if len(lower) == 1 and lower.upper() == letter:
            assert fold(lower) == fold(letter), hex(number)


def test_nothing_takes_long_to_fold():
    texts = (
        "i" + "\u0307" * 1023,
        "ı\u0307\u0301" * 341,
        "i\u034f\u0307" * 341,
        "\u0315\u0316" * 512,
        "a" + "\u0316\u0315\u0300" * 341,
        "ﷺ" * 1024,
        "\u1100\u1161\u11a8" * 341,
    )
    for text in texts:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            fold(text)
            took.append(time.perf_counter() - began)
        assert min(took) < 0.02, ascii(text[:6])


@pytest.mark.parametrize(
    "marks",
    [
        "\u0301" * 12_000 + "\u0323" * 12_000,  # ordering these takes quadratic time
        ("\u0301" * 29 + "\u200d") * 400 + ("\u0323" * 29 + "\u200d") * 400,  # as many, once the joiners are removed
        "\uff9e" * 12_000 + "\u0f73" * 12_000,  # these become marks
    ],
    ids=["marks", "with joiners", "that become marks"],
)
def test_of_very_many_marks_on_a_letter_few_are_left(marks):
    folded = fold(f"a{marks}")
    assert 2 <= len(folded) <= 61
    assert fold(folded) == folded


def test_as_many_marks_as_a_language_has_are_left():
    marks = "\u0301\u0323" * 15
    assert fold(f"q{marks}") == "q" + "\u0323" * 15 + "\u0301" * 15


@given(texts=st.lists(HOSTILE, max_size=30), most=st.integers(0, 600))
def test_the_beginning_of_a_text_folds_as_the_whole_does(texts, most):
    text = "가".join(texts) * 8
    assert fold_beginning(text, most) == fold(text[: 2 * most])[:most]


@pytest.mark.parametrize("character", ["\ufdfa", "\u0301\u0327", "\u00ad", "\u1100\u00ad\u1161\u00ad"])
def test_the_beginning_takes_no_time_for_what_follows(character):
    began = time.process_time()
    fold_beginning(character * 1_000_000, 4000)
    assert time.process_time() - began < 0.5
