"""Settings that the app gives its clients: for everybody, and for single users. A user's own settings take precedence.

Source: open-im-server 3.8 ``internal/rpc/user/config.go``.
"""

from collections.abc import Mapping

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.storage import LARGE, ROW_BYTES, Database, Transaction
from amity.users.client_config import store
from amity.users.client_config.models import (
    DelUserClientConfigRequest,
    GetUserClientConfigRequest,
    GetUserClientConfigResponse,
    PageUserClientConfigRequest,
    PageUserClientConfigResponse,
    SetUserClientConfigRequest,
)
from amity.users.directory import Directory

EVERYBODY = 0
ANYBODY = -1
MOST_SETTINGS = 1000
MOST_KEY_CHARACTERS = 256
MOST_VALUE_CHARACTERS = 65_536


class ClientConfig:
    """The operations of settings for clients. Administrators set them, users read their own."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    async def get_user_client_config(
        self, call: Call, request: GetUserClientConfigRequest
    ) -> GetUserClientConfigResponse:
        """Return the settings for everybody, overridden by the user's own. Raises ``ImError``, ``RECORD_NOT_FOUND``
        (1004), if the user is unknown."""
        if request.user_id:
            call.require_self_or_admin(request.user_id)
        user_seq = await self._number(request.user_id)
        configs = await store.settings_of(self._database, EVERYBODY)
        if user_seq != EVERYBODY:
            configs |= await store.settings_of(self._database, user_seq)
        return GetUserClientConfigResponse(configs=configs)

    async def set_user_client_config(self, call: Call, request: SetUserClientConfigRequest) -> None:
        """Set these settings, and leave the others unchanged. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if the
        user is unknown."""
        configs = request.configs or {}
        _require_sizes(configs)
        user_seq = await self._number(request.user_id)
        if not configs:
            return

        async def write(tx: Transaction) -> None:
            await store.put(tx, user_seq, configs)
            if await store.count(tx, user_seq) > MOST_SETTINGS:
                raise ImError(Code.ARGS, f"configs: with those that are set, more than {MOST_SETTINGS}")

        await self._database.write(write, rows=len(configs) + len(call.body) // ROW_BYTES)

    async def del_user_client_config(self, call: Call, request: DelUserClientConfigRequest) -> None:
        """Delete these settings, if they are set. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if the user is
        unknown."""
        user_seq = await self._number(request.user_id)
        keys = request.keys
        if keys:
            # The deleted settings may be as large as those that were set.
            await self._database.write(lambda tx: store.delete(tx, user_seq, keys), rows=LARGE)

    async def page_user_client_config(
        self, call: Call, request: PageUserClientConfigRequest
    ) -> PageUserClientConfigResponse:
        """Return one page of the settings that match, everybody's first, and their number."""
        offset, limit = page_of(request.pagination)
        user_seq = await self._number(request.user_id) if request.user_id else ANYBODY
        total, configs = await store.page(self._database, user_seq, request.key, offset, limit)
        return PageUserClientConfigResponse(total=total, configs=configs)

    async def _number(self, user_id: str) -> int:
        if not user_id:
            return EVERYBODY
        number = await self._directory.number(user_id)
        if number is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"userID: user not found: {user_id}")
        return number


def _require_sizes(configs: Mapping[str, str]) -> None:
    if len(configs) > MOST_SETTINGS:
        raise ImError(Code.ARGS, f"configs: {len(configs)} entries, and at most {MOST_SETTINGS} are allowed")
    for key, value in configs.items():
        if not 1 <= len(key) <= MOST_KEY_CHARACTERS:
            raise ImError(
                Code.ARGS, f"configs: a key has 1 to {MOST_KEY_CHARACTERS} characters, and one has {len(key)}"
            )
        if len(value) > MOST_VALUE_CHARACTERS:
            raise ImError(
                Code.ARGS,
                f"configs.{key}: {len(value)} characters, and at most {MOST_VALUE_CHARACTERS} are allowed",
            )
