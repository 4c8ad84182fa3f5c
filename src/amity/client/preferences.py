"""The operations on settings: what the app tells its clients, and what clients keep with a user."""

from collections.abc import Mapping, Sequence

import msgspec

from amity.client.answers import Answer, Page
from amity.client.connection import Connection


class ClientSetting(Answer):
    """One setting for clients; ``user_id`` is empty where it holds for everybody."""

    user_id: str = ""
    key: str = ""
    value: str = ""


class UserCommand(Answer):
    """A text that clients keep with a user, under a type and an id of their own; ``create_time`` in seconds since
    1970."""

    type: int = 0
    uuid: str = ""
    value: str = ""
    ex: str = ""
    create_time: int = 0


class _Settings(Answer):
    configs: dict[str, str] = msgspec.field(default_factory=dict)


class _SettingsPage(Answer):
    total: int = 0
    configs: list[ClientSetting] = msgspec.field(default_factory=list)


class _Commands(Answer):
    commands: list[UserCommand] = msgspec.field(default_factory=list, name="CommandResp")


class PreferenceOperations(Connection):
    """What an administrator, or a user about itself, does with settings."""

    async def get_client_config(self, user_id: str = "") -> dict[str, str]:
        """Read the settings for a user's clients; without a user, what holds for everybody."""
        return (await self.call("/user/get_user_client_config", {"userID": user_id}, _Settings)).configs

    async def set_client_config(self, configs: Mapping[str, str], user_id: str = "") -> None:
        """Set some of the settings for a user's clients, or for everybody's."""
        await self.call_raw("/user/set_user_client_config", {"userID": user_id, "configs": configs})

    async def delete_client_config(self, keys: Sequence[str], user_id: str = "") -> None:
        """Delete some of the settings for a user's clients, or of everybody's."""
        await self.call_raw("/user/del_user_client_config", {"userID": user_id, "keys": keys})

    async def list_client_config(
        self, page: int = 1, size: int = 1000, *, user_id: str = "", key: str = ""
    ) -> Page[ClientSetting]:
        """Read a page of all settings for clients, of those of one user or with one key if these are given."""
        pagination = {"pageNumber": page, "showNumber": size}
        request = {"userID": user_id, "key": key, "pagination": pagination}
        answer = await self.call("/user/page_user_client_config", request, _SettingsPage)
        return Page(answer.total, answer.configs)

    async def add_user_command(self, user_id: str, kind: int, uuid: str, value: str = "", ex: str = "") -> None:
        """Keep a text with a user. OpenIM's own server stores ``ex`` as the value."""
        request = {"userID": user_id, "type": kind, "uuid": uuid, "value": value, "ex": ex}
        await self.call_raw("/user/process_user_command_add", request)

    async def update_user_command(
        self, user_id: str, kind: int, uuid: str, *, value: str | None = None, ex: str | None = None
    ) -> None:
        """Set what is given of a text that is kept with a user."""
        request = {"userID": user_id, "type": kind, "uuid": uuid, "value": value, "ex": ex}
        await self.call_raw("/user/process_user_command_update", request)

    async def delete_user_command(self, user_id: str, kind: int, uuid: str) -> None:
        await self.call_raw("/user/process_user_command_delete", {"userID": user_id, "type": kind, "uuid": uuid})

    async def get_user_commands(self, user_id: str, kind: int | None = None) -> list[UserCommand]:
        """Read the texts that are kept with a user, all of them or those of one type."""
        if kind is None:
            answer = await self.call("/user/process_user_command_get_all", {"userID": user_id}, _Commands)
        else:
            answer = await self.call("/user/process_user_command_get", {"userID": user_id, "type": kind}, _Commands)
        return answer.commands

    async def set_global_receive_option(self, user_id: str, option: int) -> None:
        """Set whether a user wants messages: 0 yes, 1 no, 2 quietly."""
        await self.call_raw("/user/set_global_msg_recv_opt", {"userID": user_id, "globalRecvMsgOpt": option})
