"""Write frames to sockets: their form, and a write that keeps the interpreter.

``os.write`` and the event loop's own writes let other threads take the interpreter. Whoever takes it may keep it for
five milliseconds (``sys.getswitchinterval``), and does where a thread computes: 1,200 writes then took 100 to 175 ms,
and these 2 to 50. picows keeps it, too, but frames the message again for each client, and reaches four objects of each
for it. None of them is in the processor's caches any more: the kernel has sent to another client meanwhile.
"""

import ctypes
from collections.abc import Callable
from typing import Final

send: Final[Callable[[int, bytes, int, int], int]] = ctypes.PyDLL(None).send
"""``send(2)``: descriptor, bytes, how many of them, flags. Returns how many were taken, or -1.

No types are declared: the conversions cost as much as the call. C's ``int`` holds what a frame has at most."""
NO_SOCKET: Final = -1
"""A descriptor to which nothing can be sent."""


def framed(message: bytes) -> bytes:
    """Return a whole binary message as a server sends it (RFC 6455, 5.2)."""
    size = len(message)
    if size < 126:
        return b"\x82%c%b" % (size, message)
    if size < 65_536:
        return b"\x82\x7e%b%b" % (size.to_bytes(2, "big"), message)
    return b"\x82\x7f%b%b" % (size.to_bytes(8, "big"), message)
