"""Fields of protobuf, made of bytes. Pure.

A field is led by its tag: its number, and its kind, which is 2 for bytes of a length and 0 for an integer.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from typing import Final

_KEY: Final = b"\x0a"
_VALUE: Final = b"\x12"
_TWO: Final = 1 << 14


def varint(number: int) -> bytes:
    """Return the bytes of a number, which is not negative: seven bits in each, the lowest first."""
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


def entry(tag: bytes, name: str, value: bytes) -> bytes:
    """Return an entry of a map with this tag, from texts to encoded messages."""
    key = name.encode()
    head = b"%b%b%b%b%b" % (_KEY, varint(len(key)), key, _VALUE, varint(len(value)))
    return b"%b%b%b%b" % (tag, varint(len(head) + len(value)), head, value)


_SMALL: Final = [bytes((number,)) for number in range(0x80)]
