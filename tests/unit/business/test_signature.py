import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.business.signature import TOLERANCE, SignatureError, SignatureProblem, Signed, is_event_id, keys_of, verify
from amity.wire.webhooks import sign

KEY = b"a key of the test"
NOW = 1_700_000_000
BODY = b'{"callbackCommand":"x"}'


def headers_for(key=KEY, *, event_id="evt_1", timestamp=NOW, body=BODY):
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(key, event_id, timestamp, body),
    }


def check(headers, *, keys=(KEY,), body=BODY, now=NOW):
    return verify(keys, headers, body, now, TOLERANCE)


def problem_of(headers, **options):
    with pytest.raises(SignatureError) as caught:
        check(headers, **options)
    return caught.value.problem


def test_the_specifications_own_example_verifies():
    # The example of the Standard Webhooks specification's reference libraries.
    keys = keys_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    signed = verify(keys, headers, b'{"test": 2432232314}', 1614265330, TOLERANCE)
    assert signed == Signed("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330)


def test_every_secret_of_a_rotation_is_accepted():
    for key in (b"old", b"new"):
        assert check(headers_for(key), keys=(b"new", b"old")).event_id == "evt_1"


def test_an_id_is_any_printable_ascii_but_space_and_comma():
    assert [char for char in map(chr, range(0x180)) if not is_event_id(char)] == [
        *map(chr, range(0x21)),
        ",",
        *map(chr, range(0x7F, 0x180)),
    ]
    assert is_event_id("x" * 256)
    assert not is_event_id("evt_1\n")


def test_any_signature_of_several_is_enough():
    headers = headers_for()
    headers["webhook-signature"] = sign(b"another", "evt_1", NOW, BODY) + " " + headers["webhook-signature"]
    assert check(headers).event_id == "evt_1"


def test_signatures_of_other_versions_are_passed_over():
    headers = headers_for()
    headers["webhook-signature"] = "v1a,whatever " + headers["webhook-signature"]
    assert check(headers).event_id == "evt_1"


@pytest.mark.parametrize("offset", [-300, -1, 0, 1, 300])
def test_a_timestamp_within_five_minutes_is_accepted(offset):
    assert check(headers_for(), now=NOW + offset).timestamp == NOW


def test_a_timestamp_beyond_five_minutes_is_refused():
    assert problem_of(headers_for(), now=NOW + 301) is SignatureProblem.TOO_OLD
    assert problem_of(headers_for(), now=NOW - 301) is SignatureProblem.TOO_NEW


def test_another_body_id_time_or_key_does_not_match():
    assert problem_of(headers_for(), body=BODY + b" ") is SignatureProblem.NO_MATCH
    assert problem_of(headers_for() | {"webhook-id": "evt_2"}) is SignatureProblem.NO_MATCH
    assert problem_of(headers_for() | {"webhook-timestamp": str(NOW + 1)}) is SignatureProblem.NO_MATCH
    assert problem_of(headers_for(b"another")) is SignatureProblem.NO_MATCH
    assert problem_of(headers_for(), keys=()) is SignatureProblem.NO_MATCH


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name):
    headers = headers_for()
    del headers[name]
    with pytest.raises(SignatureError, match=name) as caught:
        check(headers)
    assert caught.value.problem is SignatureProblem.MISSING_HEADER


DIGEST = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("webhook-id", "", SignatureProblem.MALFORMED_ID),
        ("webhook-id", "two ids", SignatureProblem.MALFORMED_ID),
        ("webhook-id", "evt_1, evt_1", SignatureProblem.MALFORMED_ID),
        ("webhook-id", "é", SignatureProblem.MALFORMED_ID),
        ("webhook-id", "x" * 257, SignatureProblem.MALFORMED_ID),
        ("webhook-timestamp", "", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "soon", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "1e9", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "-1", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "+1", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", " 1", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "1_0", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "01700000000", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "１７", SignatureProblem.MALFORMED_TIMESTAMP),  # noqa: RUF001 - other digits
        ("webhook-timestamp", "²", SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "9" * 13, SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-timestamp", "9" * 5000, SignatureProblem.MALFORMED_TIMESTAMP),
        ("webhook-signature", "", SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1", SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1,", SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1,not base64!", SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1,é", SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1,AAAA", SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1," + DIGEST[:-2] + "B=", SignatureProblem.MALFORMED_SIGNATURE),  # the same bytes
        ("webhook-signature", "v2," + DIGEST, SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1," + DIGEST + ", v1," + DIGEST, SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", " ".join(["v1," + DIGEST] * 100), SignatureProblem.MALFORMED_SIGNATURE),
        ("webhook-signature", "v1," + DIGEST, SignatureProblem.NO_MATCH),
    ],
)
def test_a_malformed_header_is_one_typed_error(name, value, problem):
    assert problem_of(headers_for() | {name: value}) is problem


anything = st.text(alphabet=st.characters(exclude_categories=[]), max_size=300)
likely = st.text(alphabet=string.digits + "v1,=+/ .AZaz_-", max_size=80)
header = st.one_of(anything, likely, likely.map(lambda text: "v1," + text), st.integers().map(str))


@given(event_id=header, timestamp=header, signature=header, body=st.binary(max_size=50))
def test_no_header_whatever_raises_anything_but_a_signature_error(event_id, timestamp, signature, body):
    headers = {"webhook-id": event_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    with pytest.raises(SignatureError):
        check(headers, body=body)


@given(
    event_id=st.text(alphabet=string.ascii_letters + string.digits + "_.-", min_size=1, max_size=64),
    timestamp=st.integers(min_value=0, max_value=10**11),
    body=st.binary(max_size=200),
    key=st.binary(min_size=1, max_size=64),
)
def test_whatever_was_signed_verifies(event_id, timestamp, body, key):
    headers = headers_for(key, event_id=event_id, timestamp=timestamp, body=body)
    assert check(headers, keys=(b"before", key), body=body, now=timestamp) == Signed(event_id, timestamp)


@given(body=st.binary(min_size=1, max_size=200), flipped=st.data())
def test_a_body_with_one_bit_changed_never_verifies(body, flipped):
    position = flipped.draw(st.integers(0, len(body) * 8 - 1))
    changed = bytearray(body)
    changed[position // 8] ^= 1 << position % 8
    assert problem_of(headers_for(body=body), body=bytes(changed)) is SignatureProblem.NO_MATCH


def test_no_secret_means_no_check_but_an_empty_one_is_a_mistake():
    assert keys_of(None) == ()
    assert keys_of("b" * 24) == (b"b" * 24,)
    assert keys_of(["whsec_" + "YWFh" * 8, "b" * 24]) == (b"a" * 24, b"b" * 24)
    for mistake in ("", [], ["b" * 24, ""], "whsec_", "whsec_???", "b", "b" * 23, "whsec_" + "YWFh" * 7, " " * 24):
        with pytest.raises(ValueError, match="secret"):
            keys_of(mistake)
