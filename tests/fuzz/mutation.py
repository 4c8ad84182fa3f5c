"""Bytes that are nearly right: valid ones, with some of them changed, taken away, repeated or made of others."""

import random
import re
from collections.abc import Sequence
from typing import Final

MOST_BYTES: Final = 1 << 16
NUMBERS: Final = [
    *(
        b"0",
        b"-0",
        b"-1",
        b"00",
        b"+1",
        b"1.0",
        b"1e3",
        b"1e400",
        b"0x10",
        b"NaN",
        b"Infinity",
        b"null",
        b"true",
        b"9" * 500,
    ),
    *[
        str(sign * 2**power + by).encode()
        for power in (7, 8, 15, 16, 31, 32, 53, 63, 64)
        for sign in (1, -1)
        for by in (-1, 0, 1)
    ],
]
"""Numbers at which programs break."""
PIECES: Final = [
    *(
        b"\0",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"\xff",
        b"\xfe\xff",
        b"\x80",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
    ),
    *(
        b'"',
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"\\udc00",
        b"{",
        b"}",
        b"[",
        b"]",
        b"{}",
        b"[]",
        b",",
        b":",
        b";",
        b"=",
        b"%00",
        b"%",
    ),
    *(
        b"null",
        b"{" * 1500,
        b"[" * 1500,
        b'{"a":' * 1500,
        b"(" * 300,
        b"%s",
        b"../",
        b"' or 1=1 --",
        b"eyJ",
        b"://",
        b"@",
    ),
    *(
        "\u202e\u0130\u0131\u212a\u017f\ufeff\u2028".encode(),
        "e\u0301\u1f468\u200d".encode(),
        "\U0001f600\U0010ffff".encode(),
    ),
]
"""What programs trip over, of many kinds of text."""
_DIGITS = re.compile(rb"-?\d+")


def mutated(
    chance: random.Random, data: bytes, others: Sequence[bytes] = (), pieces: Sequence[bytes] = PIECES
) -> bytes:
    """Return ``data`` with one to four changes, of up to ``MOST_BYTES``.

    ``others`` are valid inputs that it is mixed with, ``pieces`` what is put into it.
    """
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        data = _changed(chance, data, others, pieces)[:MOST_BYTES]
    return data


def cut(chance: random.Random, data: bytes, most: int = 8) -> list[bytes]:
    """Return ``data`` in up to so many segments, none of them empty."""
    places = sorted({chance.randrange(1, len(data)) for _ in range(chance.randrange(most))}) if len(data) > 1 else []
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


def _changed(chance: random.Random, data: bytes, others: Sequence[bytes], pieces: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 1, 2, 4, 8, 32, 256)))
    match chance.randrange(11):
        case 0 if start < len(data):
            return data[:start] + bytes([data[start] ^ 1 << chance.randrange(8)]) + data[start + 1 :]
        case 1 if start < len(data):
            return (
                data[:start]
                + bytes([chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))])
                + data[start + 1 :]
            )
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:start]
        case 4:
            return data[:start] + data[start:end] * chance.choice((2, 3, 10, 100, 1000)) + data[end:]
        case 5 | 6:
            return data[:start] + chance.choice(pieces) + data[start if chance.random() < 0.5 else end :]
        case 7 if others:
            other = chance.choice(others)
            return data[:start] + other[chance.randrange(len(other) + 1) :]
        case 8:
            return data[:start] + chance.randbytes(chance.choice((1, 2, 8, 64))) + data[end:]
        case 9 if numbers := list(_DIGITS.finditer(data)):
            found = chance.choice(numbers)
            return data[: found.start()] + chance.choice(NUMBERS) + data[found.end() :]
        case _:
            other_start = chance.randrange(len(data) + 1)
            return data[:start] + data[other_start : other_start + end - start] + data[end:]
