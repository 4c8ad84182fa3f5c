"""JSON Web Tokens: issued ones, and which of any presented ones are accepted."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.auth import tokens
from amity.calls.token_hash import hash_of
from amity.errors import ImError

SECRET = "a secret for tests, long enough"
NOW = 1_800_000_000


def packed(value) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def forged(header, claims, secret: str = SECRET, digest=hashlib.sha256) -> str:
    """Sign by hand, so that nothing of what is tested helps."""
    signed = f"{packed(header)}.{packed(claims)}"
    return f"{signed}.{packed(hmac.new(secret.encode(), signed.encode(), digest).digest())}"


HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIMS = {"UserID": "alice", "PlatformID": 5, "exp": NOW + 100, "iat": NOW - 5}


def code_of(token: str) -> int:
    with pytest.raises(ImError) as caught:
        tokens.read(SECRET, token)
    return caught.value.code


def test_a_token_is_a_jwt_with_the_claims_of_openim_and_no_others():
    token = tokens.sign(SECRET, "alice", 5, NOW, NOW + 100)
    decoded = jwt.decode(token, SECRET.ljust(31), algorithms=["HS256"], options={"verify_signature": False})
    assert decoded == CLAIMS
    assert jwt.get_unverified_header(token) == HEADER
    assert forged(HEADER, CLAIMS).split(".")[1:2] == [packed(CLAIMS)]


def test_a_token_signed_by_another_implementation_is_read():
    claims = tokens.read(SECRET, forged(HEADER, CLAIMS))
    assert (claims.user_id, claims.platform_id, claims.exp, claims.iat) == ("alice", 5, NOW + 100, NOW - 5)


def test_short_and_long_secrets_sign_alike():
    for secret in ("openIM123", "x" * 300):
        assert tokens.read(secret, tokens.sign(secret, "a", 1, NOW, NOW)).user_id == "a"


@pytest.mark.parametrize(
    "token",
    [
        "garbage",
        "",
        "..",
        "a.b.c",
        "a.b",
        "a.b.c.d",
        f"{packed(HEADER)}.{packed(b'[]')}.x",
        f"{packed(b'7')}.{packed(CLAIMS)}.x",
        f"{packed(HEADER)}.{packed(b'not JSON')}.x",
        f"{packed(HEADER)}.{packed(CLAIMS)}==.x",
        f"{packed(HEADER)}.{packed(b'[' * 2000)}.x",
        forged(HEADER, {**CLAIMS, "UserID": 7}),
        forged(HEADER, {**CLAIMS, "PlatformID": "5"}),
        forged(HEADER, {**CLAIMS, "exp": "soon"}),
        forged(HEADER, {**CLAIMS, "padding": "x" * 5000}),
        "t\u00f6ken.t\u00f6ken.t\u00f6ken",
    ],
)
def test_an_invalid_token_is_malformed(token):
    assert code_of(token) == 1503


@pytest.mark.parametrize(
    "token",
    [
        forged(HEADER, CLAIMS, secret="another secret"),
        forged(HEADER, CLAIMS)[:-4] + "AAAA",
        forged(HEADER, CLAIMS).rsplit(".", 1)[0] + ".",
        forged(HEADER, CLAIMS).rsplit(".", 1)[0] + ".!!!",
        forged({"alg": "none", "typ": "JWT"}, CLAIMS).rsplit(".", 1)[0] + ".",
        forged({"alg": "None"}, CLAIMS),
        forged({"alg": "HS512"}, CLAIMS, digest=hashlib.sha512),
        forged({"alg": "HS384"}, CLAIMS, digest=hashlib.sha384),
        forged({"alg": "RS256"}, CLAIMS),
        forged({"alg": "hs256"}, CLAIMS),
        forged({"alg": ""}, CLAIMS),
        forged({"alg": None}, CLAIMS),
        forged({"alg": ["HS256"]}, CLAIMS),
        forged({}, CLAIMS),
        forged({**HEADER, "crit": ["exp"]}, CLAIMS),
        forged({**HEADER, "b64": False, "crit": ["b64"]}, CLAIMS),
        forged({**HEADER, "kid": 7}, CLAIMS),
    ],
)
def test_another_signature_or_algorithm_is_unknown(token):
    assert code_of(token) == 1505


def test_a_wrong_signature_is_said_before_an_expiry():
    assert code_of(forged(HEADER, {**CLAIMS, "exp": 1}, secret="another")) == 1505


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": NOW}, 1501),
        ({"exp": NOW - 0.5}, 1501),
        ({"exp": NOW + 1}, None),
        ({"nbf": NOW + 151}, 1504),
        ({"iat": NOW + 151}, 1505),
        # The clock of the process that issued it may be two minutes ahead.
        ({"nbf": NOW + 120, "iat": NOW + 120}, None),
        ({"exp": NOW + 1, "iat": NOW, "nbf": NOW}, None),
        ({}, None),
    ],
)
def test_the_times_of_a_token_are_checked(claims, code):
    read = tokens.read(SECRET, forged(HEADER, claims))
    if code is None:
        tokens.require_current(read, NOW)
        return
    with pytest.raises(ImError) as caught:
        tokens.require_current(read, NOW)
    assert caught.value.code == code


@given(st.text(max_size=100) | st.lists(st.binary(max_size=30).map(packed), min_size=3, max_size=3).map(".".join))
def test_whatever_is_presented_is_refused_with_a_token_error(token):
    assert code_of(token) in {1503, 1505}


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_token_with_another_character_anywhere_is_not_the_same_token(position, character):
    good = tokens.sign(SECRET, "alice", 5, NOW, NOW + 100)
    position %= len(good)
    changed = good[:position] + character + good[position + 1 :]
    if changed != good:
        try:
            tokens.read(SECRET, changed)
        except ImError as error:
            refused = error
            assert refused.code in {1503, 1505}
        else:
            # Base64 leaves bits of the last character free; what is stored is the hash of the text as it was issued.
            assert hash_of(changed) != hash_of(good)
