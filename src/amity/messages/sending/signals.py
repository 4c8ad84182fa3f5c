"""What is asked of messages and not built yet."""

from amity.calls.call import Call
from amity.errors import Code, ImError


class Signals:
    """Calls of people, which are not built yet."""

    async def send_signal(self, call: Call, data: bytes) -> None:
        """Raise ``ImError``, ``NO_PERMISSION`` (1002): calls are not built yet."""
        # Not a 500: the server has not failed, and another attempt is of no use.
        raise ImError(Code.NO_PERMISSION, "signalling calls is not built yet")
