"""A circuit breaker: after failures in a row nothing is tried for a while, then one probe decides."""

from amity.clock import Clock

FAILURES = 10
OPEN_SECONDS = 10.0


class Breaker:
    """Closed: everything is tried. Open after ``failures`` in a row: nothing is, for ``seconds``. Then one probe at
    a time: its success closes it, its failure opens it again."""

    def __init__(self, clock: Clock, *, failures: int = FAILURES, seconds: float = OPEN_SECONDS) -> None:
        self._monotonic = clock.monotonic
        self._most = failures
        self._seconds = seconds
        self._failures = 0
        self._open_until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether what it guards is left alone, but for a probe."""
        return self._failures >= self._most

    def admits(self) -> bool:
        """Whether to try now. Who gets ``True`` reports back by one of the three methods below."""
        if self._failures < self._most:
            return True
        if self._probing or self._monotonic() < self._open_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """What was tried went well."""
        self._failures = 0
        self._probing = False

    def failed(self) -> bool:
        """What was tried failed. Returns whether that opened the breaker (again)."""
        self._failures += 1
        # Those that were under way when it opened fail too, and must not keep it open longer.
        opens = self._failures == self._most or self._probing
        if opens:
            self._open_until = self._monotonic() + self._seconds
            self._probing = False
        return opens

    def abandoned(self) -> None:
        """What was tried was given up before its outcome was known."""
        self._probing = False
