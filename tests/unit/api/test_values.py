"""Counting a body's values without creating them, and the cost of a body at its bounds."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.api.bounds import SPARE_VALUES
from amity.api.decode import BodyDecoder
from amity.api.values import separators_in
from amity.errors import ImError
from amity.moving.models import RestoreRequest
from amity.users.models import UserRegisterRequest

TEXTS = st.text(st.sampled_from('a,"[{}]\\: \n\u0130'), max_size=6)
VALUES = st.recursive(
    st.none() | st.integers(0, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXTS, inner, max_size=6),
    max_leaves=40,
)


def separators(value):
    """The same of a value: what its members and elements make of commas and brackets."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return max(1, len(value)) + sum(map(separators, value))


@given(VALUES, st.integers(0, 40), st.booleans())
def test_separators_in_strings_are_not_counted(value, most, is_ascii):
    counted = separators_in(json.dumps(value, ensure_ascii=is_ascii).encode(), most)
    expected = separators(value)
    assert counted > most if expected > most else expected <= counted <= most


def test_few_strings_with_many_commas_and_quotes_are_few_values():
    body = json.dumps({"ex": json.dumps([{"a": "b"}] * 1000), "ex2": ',"\\' * 1000}).encode()
    assert separators_in(body, 10) == 2


def seconds(decode, body):
    began = time.process_time()
    with contextlib.suppress(ImError):
        decode(body)
    return time.process_time() - began


@pytest.mark.parametrize("request_type", [UserRegisterRequest, RestoreRequest])
@pytest.mark.parametrize("element", [b"{}", b"null", b"0", b'""', b'{"a":1}', b'{"USERID":""}', b"[]"])
def test_a_long_list_of_next_to_nothing_costs_no_more_than_a_list_that_is_allowed(request_type, element):
    decode = BodyDecoder(request_type)

    def of(count):
        return b'{"users":[%b],"x":1}' % b",".join([element] * count)

    honest = BodyDecoder(request_type)
    longest = (8 * 1024 * 1024) // (len(element) + 1)
    allowed = seconds(honest, of(9_999))
    assert seconds(decode, of(longest)) < 20 * max(allowed, 0.005)
    assert seconds(decode, of(60_000)) < 20 * max(allowed, 0.005)


def test_a_name_of_any_length_is_not_folded():
    decode = BodyDecoder(UserRegisterRequest)
    short = b'{"' + "\u0130".encode() * 4_000_000 + b'":1}'
    same = b'{"x":"' + "\u0130".encode() * 4_000_000 + b'"}'
    assert seconds(decode, short) < 5 * max(seconds(decode, same), 0.005)


def test_the_fields_of_an_object_are_limited():
    decode = BodyDecoder(UserRegisterRequest)

    def of(count):
        return b'{"users":[],' + b",".join([b'"f%d":1' % number for number in range(count)]) + b"}"

    assert decode(of(SPARE_VALUES - 1)).users == []
    with pytest.raises(ImError, match=f"{SPARE_VALUES + 1} fields, and at most {SPARE_VALUES}"):
        decode(of(SPARE_VALUES))
