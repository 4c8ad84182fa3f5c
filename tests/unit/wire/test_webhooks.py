"""The signature of Standard Webhooks."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.wire.webhooks import key_of, sign


def test_the_example_of_the_specifications_libraries_is_reproduced():
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=1, max_size=200), st.text(st.characters(codec="utf-8")), st.integers(0, 2**40), st.binary())
@example(b"k" * 64, "msg_1", 0, b"")
@example(b"k" * 65, "msg_1", 0, b"")
def test_a_signature_is_the_standard_librarys_hmac(key, message_id, timestamp, body):
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert sign(key, message_id, timestamp, body) == sign(key, message_id, timestamp, body) == f"v1,{expected}"


def test_a_secret_is_base64_after_its_prefix_and_text_without_it():
    assert key_of("whsec_" + "aGVsbG8s" * 4) == b"hello," * 4
    assert key_of("hello," * 4) == b"hello," * 4


GOOD = ("whsec_" + "aGVsbG8s" * 4, "hello," * 4)
NOT_SECRETS = {
    "blank": ("", " ", "\n", " " * 40),
    "short": ("h", "hello," * 3 + "hello", "whsec_", "whsec_aGVsbG8=", "whsec_" + "aGVsbG8s" * 3 + "aGVsbG8="),
    "not base64": ("whsec_not base64", "whsec_" + "aGVsbG8s" * 4 + "aGVsbG8", "whsec_" + "aGVs-_8s" * 4),
    "nearly": ("WHSEC_" + "aGVsbG8s" * 4, "whsec-" + "aGVsbG8s" * 4, "whsec" + "aGVsbG8s" * 4),
    "around it": (" whsec_" + "aGVsbG8s" * 4, "hello," * 4 + "\n", "\thello," + "hello," * 4),
    "quoted": tuple(f"{a}{text}{b}" for a, b in ('""', "''", "``", "<>", "“”", "«»") for text in GOOD),
    "a signature": ("v1,whsec_" + "aGVsbG8s" * 4, "v1," + "aGVsbG8s" * 4, "v1,whsec_" + "aGVsbG8s" * 4 + " "),
    "twice": ("whsec_whsec_" + "aGVsbG8s" * 4, "whsec_" + "aGVsbG8s" * 4 + " whsec_" + "aGVsbG8s" * 4),
    "with its name": ("CALLBACK_SECRET=whsec_" + "aGVsbG8s" * 4, "Bearer whsec_" + "aGVsbG8s" * 4),
    "invisible within": tuple(f"{text[:6]}{each}{text[6:]}" for each in "\0\n\u200b\ufeff" for text in GOOD),
    "invisible around": tuple(f"{before}{text}{after}" for before, after in ("\ufeff ", " \u200b") for text in GOOD),
    "not filled in": ("${SECRET_OF_hello_AND_MORE}", "{{ secrets.hello_and_more }}", "$(cat hello/and/something)"),
    "of another kind": ("whsk_" + "aGVsbG8s" * 4, "whpk_" + "aGVsbG8s" * 4),
}


@pytest.mark.parametrize(
    "secret", ["hello, the secret with 'a word' in it", '"hello," she said, and again: hello', "'" * 2 + "x" * 24]
)
def test_a_text_with_marks_in_it_is_a_secret(secret):
    assert key_of(secret) == secret.encode()


@pytest.mark.parametrize("secret", [each for several in NOT_SECRETS.values() for each in several])
def test_a_secret_that_cannot_be_one_is_refused_and_not_repeated(secret):
    with pytest.raises(ValueError, match="secret") as caught:
        key_of(secret)
    assert "aGVsbG8" not in str(caught.value)
    assert "hello" not in str(caught.value)
