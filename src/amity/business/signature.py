"""Checking who sent a callback: the three headers of the Standard Webhooks specification."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from amity.wire.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_of, sign

TOLERANCE = 300.0
"""How far a signature's time may lie from ours, in seconds, either way."""

_EVENT_ID = re.compile(r"[!-+\--~]{1,256}")
_LONGEST_TIMESTAMP = 12
_LONGEST_SIGNATURE = 4096
_DIGEST_BYTES = 32


class SignatureProblem(StrEnum):
    """Why a signature was refused."""

    MISSING_HEADER = "missing header"
    MALFORMED_ID = "malformed webhook-id"
    MALFORMED_TIMESTAMP = "malformed webhook-timestamp"
    MALFORMED_SIGNATURE = "malformed webhook-signature"
    TOO_OLD = "webhook-timestamp too old"
    TOO_NEW = "webhook-timestamp too far in the future"
    NO_MATCH = "no signature matches"


class SignatureError(Exception):
    """The request was not signed by who has the secret, or not now; ``problem`` says which of these."""

    def __init__(self, problem: SignatureProblem, detail: str = "") -> None:
        self.problem = problem
        super().__init__(f"{problem}: {detail}" if detail else str(problem))


@dataclass(frozen=True, slots=True)
class Signed:
    """What a valid signature vouches for: the event's id, the same on every attempt, and when it was sent."""

    event_id: str
    timestamp: int


def keys_of(secret: str | Sequence[str] | None) -> tuple[bytes, ...]:
    """Turn one secret, or the several of a rotation, into keys; ``None`` is no check at all.

    Raises ``ValueError`` for an empty list and for a secret that is blank or has fewer than 24 bytes, which are never
    meant: an unset environment variable must not switch the check off.
    """
    if secret is None:
        return ()
    secrets = [secret] if isinstance(secret, str) else list(secret)
    if not secrets:
        raise ValueError("an empty list of secrets accepts nothing; pass None to check no signatures")
    return tuple(key_of(each) for each in secrets)


def verify(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: float, tolerance: float) -> Signed:
    """Check the signature of ``body``, which must be the bytes as received, under any of ``keys``.

    ``headers`` has lower-case names; ``now`` is in seconds since 1970 and ``tolerance`` in seconds. Raises
    ``SignatureError`` and nothing else, whatever the headers hold.
    """
    event_id = _event_id(_header(headers, ID_HEADER))
    timestamp = _timestamp(_header(headers, TIMESTAMP_HEADER))
    given = _signatures(_header(headers, SIGNATURE_HEADER))
    if timestamp < now - tolerance:
        raise SignatureError(SignatureProblem.TOO_OLD, f"by {now - timestamp:.0f} s")
    if timestamp > now + tolerance:
        raise SignatureError(SignatureProblem.TOO_NEW, f"by {timestamp - now:.0f} s")
    matches = False
    for key in keys:
        expected = _decode(sign(key, event_id, timestamp, body).removeprefix("v1,"))
        for signature in given:
            # No early way out: the time taken says nothing about which secret or which entry matched.
            matches |= hmac.compare_digest(expected, signature)
    if not matches:
        raise SignatureError(SignatureProblem.NO_MATCH)
    return Signed(event_id, timestamp)


def is_event_id(text: str) -> bool:
    """Whether ``text`` can be a ``webhook-id``: 1 to 256 printable ASCII characters, no space or comma."""
    return _EVENT_ID.fullmatch(text) is not None


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if value is None:
        raise SignatureError(SignatureProblem.MISSING_HEADER, name)
    return value


def _event_id(text: str) -> str:
    if not is_event_id(text):
        raise SignatureError(SignatureProblem.MALFORMED_ID)
    return text


def _timestamp(text: str) -> int:
    # isdigit() alone lets other scripts' digits through, and int() refuses thousands of digits in its own way.
    # A leading zero would sign as another text than the one received.
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_TIMESTAMP or text != str(int(text)):
        raise SignatureError(SignatureProblem.MALFORMED_TIMESTAMP)
    return int(text)


def _signatures(text: str) -> list[bytes]:
    """The digests of all ``v1`` entries; other versions are for receivers who know them."""
    if len(text) > _LONGEST_SIGNATURE:
        raise SignatureError(SignatureProblem.MALFORMED_SIGNATURE, f"over {_LONGEST_SIGNATURE} characters")
    digests = []
    for entry in text.split(" "):
        version, comma, encoded = entry.partition(",")
        if not comma:
            raise SignatureError(SignatureProblem.MALFORMED_SIGNATURE, "an entry is a version, a comma and base64")
        if version == "v1":
            digests.append(_decode(encoded))
    if not digests:
        raise SignatureError(SignatureProblem.MALFORMED_SIGNATURE, "no v1 entry")
    return digests


def _decode(encoded: str) -> bytes:
    try:
        digest = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise SignatureError(SignatureProblem.MALFORMED_SIGNATURE, "not base64") from None
    if base64.b64encode(digest).decode() != encoded:
        # The last character holds bits that decoding drops: one digest would have four spellings.
        raise SignatureError(SignatureProblem.MALFORMED_SIGNATURE, "not base64 as it is written")
    if len(digest) != _DIGEST_BYTES:
        raise SignatureError(SignatureProblem.MALFORMED_SIGNATURE, f"a v1 digest has {_DIGEST_BYTES} bytes")
    return digest
