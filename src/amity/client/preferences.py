"""The operations on settings that the app gives its clients, and on texts that clients store with a user."""

from collections.abc import Mapping, Sequence

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types import users


class PreferenceOperations(Connection):
    """Operations on settings, for an administrator, or for users about themselves."""

    async def get_client_config(self, user_id: str = "") -> dict[str, str]:
        """Read the settings for a user's clients; without a user, the settings for everybody's clients."""
        request = users.GetUserClientConfigRequest(user_id=user_id)
        return (await self.call(users.USER_GET_USER_CLIENT_CONFIG, request)).configs

    async def set_client_config(self, configs: Mapping[str, str], user_id: str = "") -> None:
        """Set some of the settings for a user's clients, or for everybody's."""
        request = users.SetUserClientConfigRequest(user_id=user_id, configs=dict(configs))
        await self.call(users.USER_SET_USER_CLIENT_CONFIG, request)

    async def delete_client_config(self, keys: Sequence[str], user_id: str = "") -> None:
        """Delete some of the settings for a user's clients, or of everybody's."""
        request = users.DelUserClientConfigRequest(user_id=user_id, keys=list(keys))
        await self.call(users.USER_DEL_USER_CLIENT_CONFIG, request)

    async def list_client_config(
        self, page: int = 1, size: int = PAGE, *, user_id: str = "", key: str = ""
    ) -> Page[users.ClientConfigEntry]:
        """Read a page of the settings for clients that match the given user and key."""
        request = users.PageUserClientConfigRequest(user_id=user_id, key=key, pagination=pagination(page, size))
        answer = await self.call(users.USER_PAGE_USER_CLIENT_CONFIG, request)
        return Page(answer.total, answer.configs)

    async def add_user_command(self, user_id: str, kind: int, uuid: str, value: str = "", ex: str = "") -> None:
        """Store a text with a user. OpenIM's own server stores ``ex`` as the value."""
        request = users.ProcessUserCommandRequest(user_id=user_id, type=kind, uuid=uuid, value=value, ex=ex)
        await self.call(users.USER_PROCESS_USER_COMMAND_ADD, request)

    async def update_user_command(
        self, user_id: str, kind: int, uuid: str, *, value: str | None = None, ex: str | None = None
    ) -> None:
        """Set the given fields of a text that is stored with a user."""
        request = users.ProcessUserCommandRequest(user_id=user_id, type=kind, uuid=uuid, value=value, ex=ex)
        await self.call(users.USER_PROCESS_USER_COMMAND_UPDATE, request)

    async def delete_user_command(self, user_id: str, kind: int, uuid: str) -> None:
        """Delete a text that is stored with a user."""
        request = users.ProcessUserCommandDeleteRequest(user_id=user_id, type=kind, uuid=uuid)
        await self.call(users.USER_PROCESS_USER_COMMAND_DELETE, request)

    async def get_user_commands(self, user_id: str, kind: int | None = None) -> list[users.Command]:
        """Read the texts that are stored with a user, all of them or those of one type."""
        if kind is None:
            everything = users.ProcessUserCommandGetAllRequest(user_id=user_id)
            return (await self.call(users.USER_PROCESS_USER_COMMAND_GET_ALL, everything)).commands
        request = users.ProcessUserCommandGetRequest(user_id=user_id, type=kind)
        return (await self.call(users.USER_PROCESS_USER_COMMAND_GET, request)).commands

    async def set_global_receive_option(self, user_id: str, option: int) -> None:
        """Set whether a user receives messages: 0 yes, 1 no, 2 yes, but without notices."""
        request = users.SetGlobalMsgRecvOptRequest(user_id=user_id, global_recv_msg_opt=option)
        await self.call(users.USER_SET_GLOBAL_MSG_RECV_OPT, request)
