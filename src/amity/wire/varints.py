"""Integers of protobuf's encoding, which has seven bits in a byte, the lowest first. Pure.

Source: https://protobuf.dev/programming-guides/encoding/#varints.
"""

from typing import Final

_TWO: Final = 1 << 14


def varint(number: int) -> bytes:
    """Return the bytes of a number, which is not negative."""
    if number < 0x80:
        return _SMALL[number]
    if number < _TWO:
        return bytes((number & 0x7F | 0x80, number >> 7))
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


_SMALL: Final = [bytes((number,)) for number in range(0x80)]
