"""Secrets in bodies are masked where people read them."""

import json
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.callbacks.masking import masked
from amity.wire.events.catalogue import payload
from amity.wire.events.pushes import AfterOfflinePush


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"token":"abc","a":1}', b'{"token":"***","a":1}'),
        (b'{"token" : "a\\"b\\\\","a":"token"}', b'{"token" : "***","a":"token"}'),
        (b'[{"secret":"x"},{"password":"y"}]', b'[{"secret":"***"},{"password":"***"}]'),
        (b'{"token":"cut of', b'{"token":"***'),
        (b'{"token":"cut of\\', b'{"token":"***'),
        (b'{"token":7,"tokens":"x"}', b'{"token":7,"tokens":"x"}'),
        (b'OK "token"', b'OK "token"'),
        (b"", b""),
    ],
)
def test_texts_under_such_names_are_masked_and_others_are_not(body, shown):
    assert masked(body) == shown


TEXTS = st.text(alphabet=st.sampled_from('ab"\\ \n{}:,'), max_size=8)


def within(text, levels):
    """Return JSON within a text of JSON, and so on."""
    for _ in range(levels):
        text = json.dumps({"a": 1, "detail": text, "z": 'b"'})
    return text.encode()


@pytest.mark.parametrize("levels", [0, 1, 2])
@given(secret=TEXTS, other=TEXTS, name=st.sampled_from(["token", "secret", "password"]), indent=st.booleans())
def test_a_text_is_masked_in_json_within_texts_and_all_else_stays(levels, secret, other, name, indent):
    inner = json.dumps({"b": other, name: secret, "c": other}, indent=2 if indent else None)
    masked_inner = json.dumps({"b": other, name: "***", "c": other}, indent=2 if indent else None)
    assert masked(within(inner, levels)) == within(masked_inner, levels)


@pytest.mark.parametrize("levels", [0, 1, 2])
@given(secret=st.text(alphabet='x"\\', min_size=1), kept=st.integers(0, 100))
def test_nothing_of_a_secret_is_left_where_a_body_is_cut(levels, secret, kept):
    whole = within(json.dumps({"token": f"{secret}x"}), levels)
    cut = masked(whole[:kept])
    assert b"x" not in cut


@pytest.mark.parametrize(
    "body",
    [
        b"\\" * 200_000 + b'"token":"',
        b'"token' + b"\\" * 200_000,
        b'"token":' + b"\\n" * 100_000,
        b'"token":"' + b'\\"' * 100_000,
        b'"token":' * 50_000,
        b'\\"token\\":\\"' * 30_000,
    ],
)
def test_long_bodies_are_masked_in_a_time_that_grows_with_them(body):
    started = perf_counter()
    masked(body)
    assert perf_counter() - started < 2.0


def test_the_push_tokens_of_devices_are_masked():
    body = payload(AfterOfflinePush.sampled(), documented_names=False)
    assert b"amity-sample-token" in body
    shown = masked(body)
    assert b"amity-sample-token" not in shown
    assert msgspec.json.decode(shown)["receivers"][0]["devices"][0]["token"] == "***"
