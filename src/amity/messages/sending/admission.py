"""Whether a user may write into another's chat otherwise than by sending a message: as if it sent one."""

from amity.calls.call import Call
from amity.messages.sending import store
from amity.messages.sending.limits import MessageLimits
from amity.messages.sending.store import Pair
from amity.messages.sending.welcome import FROM_SYSTEM, require_welcome
from amity.storage import Transaction
from amity.wire.proto.sdkws_pb2 import MsgData


class Admission:
    """Asks of a notice that is stored in a chat what is asked of a message. Administrators may always."""

    def __init__(self, limits: MessageLimits) -> None:
        self._limits = limits

    def count(self, call: Call) -> None:
        """Count a message of the caller's. Raises ``ImError``, ``MESSAGES_LIMIT`` (1358), if that is too many."""
        if (too_many := self._limits.use(call)) is not None:
            raise too_many

    async def require(self, tx: Transaction, sender: tuple[int, str], receiver: tuple[int, str], timeline: int) -> None:
        """Raise ``ImError`` if a user, by number and id, does not take another's messages: 1001, 1302, 1303."""
        (standing,) = await store.standings(tx, [Pair(sender[0], receiver[0], timeline)])
        message = MsgData(sendID=sender[1], recvID=receiver[1], msgFrom=FROM_SYSTEM)
        require_welcome(message, standing, is_admin=False, friend_verify=self._limits.friend_verify)
