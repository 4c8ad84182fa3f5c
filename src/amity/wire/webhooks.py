"""The signature of the Standard Webhooks specification, version 1: HMAC-SHA256 over ``id.timestamp.body``.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
SECRET_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret: base64 after ``whsec_``, or the text itself where that prefix is absent.

    Raises ``ValueError`` for an empty secret and for ``whsec_`` followed by what is not base64.
    """
    if secret.startswith(SECRET_PREFIX):
        try:
            key = base64.b64decode(secret[len(SECRET_PREFIX) :], validate=True)
        except binascii.Error as error:
            raise ValueError(f"a secret that starts with {SECRET_PREFIX} goes on in base64: {error}") from None
    else:
        key = secret.encode()
    if not key:
        raise ValueError("a webhook secret is not empty")
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature, ``v1,`` and base64; ``timestamp`` in whole seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
