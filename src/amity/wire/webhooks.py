"""The signature of the Standard Webhooks specification, version 1: HMAC-SHA256 over ``id.timestamp.body``.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
SAMPLE_PREFIX = "amity-sample-"
"""What the ``webhook-id`` of a sample begins with, and of nothing that happened. It is signed with the rest."""
SIGNATURE_PREFIX = "v1,"
SECRET_PREFIX = "whsec_"
SHORTEST_KEY = 24
"""Bytes, as the specification has it. A shorter key can be found by trying, from one signed callback."""
_QUOTES = ('""', "''", "``", "<>", "\u2018\u2019", "\u201c\u201d", "\u00ab\u00bb")
_ASYMMETRIC = ("whsk_", "whpk_")
_ADVICE = (
    'make one with: python3 -c "import base64, secrets;'
    f" print('{SECRET_PREFIX}' + base64.b64encode(secrets.token_bytes(32)).decode())\""
)


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret: base64 after ``whsec_``, or the text itself where that prefix is absent.

    Raises ``ValueError``, which never repeats the secret, for one that is blank or has fewer than 24 bytes, for
    ``whsec_`` followed by what is not base64, and for what was meant to be another: with something around it that came
    along when it was copied, or with a prefix that is nearly ``whsec_``.
    """
    if not secret.strip():
        raise ValueError(f"a webhook secret is not empty; {_ADVICE}")
    if found := came_along(secret):
        raise ValueError(f"a webhook secret has {found}, and the other side's will not have it")
    if secret.startswith(SIGNATURE_PREFIX):
        raise ValueError(f"{SIGNATURE_PREFIX} begins a signature, not a webhook secret")
    if secret.startswith(_ASYMMETRIC):
        raise ValueError(f"a webhook secret begins with {SECRET_PREFIX}; keys of other signatures are of no use here")
    if SECRET_PREFIX in secret[1:].lower():
        raise ValueError(f"a webhook secret has {SECRET_PREFIX} once, at its beginning")
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


def came_along(secret: str) -> str:
    """Name what came along when a secret was copied, or what stands in its place; empty where there is nothing."""
    if secret != secret.strip():
        return "white space at its beginning or end"
    if not secret.isprintable():
        return "a character in it that cannot be seen"
    if secret[:1] + secret[-1:] in _QUOTES:
        return "quotation marks or brackets around it"
    if secret.startswith(("${", "$(", "{{")):
        return "the name of a variable in its place"
    return ""


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature, ``v1,`` and base64; ``timestamp`` in whole seconds since 1970."""
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return SIGNATURE_PREFIX + base64.b64encode(digest).decode()
