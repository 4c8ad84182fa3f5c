"""The signature of the Standard Webhooks specification, version 1: HMAC-SHA256 over ``id.timestamp.body``.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
from functools import lru_cache

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
SECRET_PREFIX = "whsec_"
SHORTEST_KEY = 24
"""Bytes, as the specification has it. A shorter key can be found by trying, from one signed callback."""
_ADVICE = (
    'make one with: python3 -c "import base64, secrets;'
    f" print('{SECRET_PREFIX}' + base64.b64encode(secrets.token_bytes(32)).decode())\""
)


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret: base64 after ``whsec_``, or the text itself where that prefix is absent.

    Raises ``ValueError``, which never repeats the secret, for one that is blank or has fewer than 24 bytes, for
    ``whsec_`` followed by what is not base64, and for what was meant to be another: with white space around it, or
    with a prefix that is nearly ``whsec_``.
    """
    if not secret.strip():
        raise ValueError(f"a webhook secret is not empty; {_ADVICE}")
    if secret != secret.strip():
        raise ValueError("a webhook secret has white space at its beginning or end, and the other side will not")
    if secret.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret[len(SECRET_PREFIX) :], validate=True)
        except binascii.Error as error:
            raise ValueError(f"a secret that starts with {SECRET_PREFIX} goes on in base64: {error}") from None
    elif secret[: len(SECRET_PREFIX) - 1].lower() == SECRET_PREFIX[:-1]:
        raise ValueError(f"a webhook secret that begins like {SECRET_PREFIX} begins with exactly that")
    else:
        key = secret.encode()
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a webhook secret has at least {SHORTEST_KEY} bytes (got {len(key)}); {_ADVICE}")
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature, ``v1,`` and base64; ``timestamp`` in whole seconds since 1970."""
    started_inside, started_outside = _started(key)
    inside, outside = started_inside.copy(), started_outside.copy()
    inside.update(f"{message_id}.{timestamp}.".encode() + body)
    outside.update(inside.digest())
    return "v1," + base64.b64encode(outside.digest()).decode()


@lru_cache(maxsize=64)
def _started(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Return the two hashes of HMAC (RFC 2104) with the key taken in.

    Taking it in is most of what a signature of a small body costs, and ``hmac`` does it for every message anew.
    """
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
