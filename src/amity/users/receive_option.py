"""The option of a user to receive messages, for all its conversations.

Source: open-im-server 3.8 ``internal/rpc/user/user.go`` (``SetGlobalRecvMessageOpt``). OpenIM lets any user set the
option of any other; here users set their own.
"""

from amity.calls.call import Call
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.storage import Database, Transaction
from amity.users import notices, store
from amity.users.models import SetGlobalMsgRecvOptRequest


class ReceiveOption:
    """Sets the option. It is part of the profile, and is read with it."""

    def __init__(self, database: Database, push: Push) -> None:
        self._database = database
        self._push = push

    async def set_global_msg_recv_opt(self, call: Call, request: SetGlobalMsgRecvOptRequest) -> None:
        """Set the option, and notify the user's devices. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if the user
        is unknown."""
        call.require_own(request.user_id, "userID")
        if request.global_recv_msg_opt not in {0, 1, 2}:
            raise ImError(Code.ARGS, f"globalRecvMsgOpt: is 0, 1 or 2, not {request.global_recv_msg_opt}")

        async def write(tx: Transaction) -> None:
            found = await store.lock(tx, request.user_id)
            if found is None:
                raise ImError(Code.RECORD_NOT_FOUND, f"userID: user not found: {request.user_id}")
            user_seq, user = found
            user.global_recv_msg_opt = request.global_recv_msg_opt
            await store.update(tx, user_seq, user)

        await self._database.write(write)
        notify = notices.notify_profile_changed
        call.after_answer(notify, self._push, call.user_id, request.user_id, [], call.operation_id)
