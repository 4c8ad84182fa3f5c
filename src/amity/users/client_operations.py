"""The HTTP operations of settings that the app and its clients store for users."""

from amity.calls.operation import Access, Operation
from amity.users.client_config.service import ClientConfig
from amity.users.commands.service import Commands
from amity.users.receive_option import ReceiveOption


def operations(config: ClientConfig, commands: Commands, receive_option: ReceiveOption) -> list[Operation]:
    """Declare the operations of settings."""
    return [
        Operation(
            "/user/set_global_msg_recv_opt",
            receive_option.set_global_msg_recv_opt,
            "Set whether a user wants messages at all",
            description="Read it as `globalRecvMsgOpt` of the profile.",
        ),
        *_commands(commands),
        *_config(config),
    ]


def _commands(commands: Commands) -> list[Operation]:
    return [
        Operation(
            "/user/process_user_command_add",
            commands.add,
            "Keep a text with a user, for all of its devices",
            description="Under a type and an id of the client's own. 1003 where there is one.",
        ),
        Operation(
            "/user/process_user_command_delete",
            commands.delete,
            "Forget a text that was kept with a user",
            description="1004 where there is none.",
        ),
        Operation(
            "/user/process_user_command_update",
            commands.update,
            "Change a text that is kept with a user",
            description="Only the fields that are present. 1004 where there is none.",
        ),
        Operation(
            "/user/process_user_command_get",
            commands.get,
            "Get the texts of one type that are kept with a user",
        ),
        Operation(
            "/user/process_user_command_get_all",
            commands.get_all,
            "Get all texts that are kept with a user",
        ),
    ]


def _config(config: ClientConfig) -> list[Operation]:
    return [
        Operation(
            "/user/get_user_client_config",
            config.get_user_client_config,
            "Get the app's settings for a client",
            description="Everybody's, with those of the user, where one is named, above them.",
        ),
        Operation(
            "/user/set_user_client_config",
            config.set_user_client_config,
            "Set some of the app's settings for clients",
            description="For one user, or for everybody where none is named.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/del_user_client_config",
            config.del_user_client_config,
            "Delete some of the app's settings for clients",
            description="Of one user, or everybody's where none is named. Keys that are not set are passed over.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/page_user_client_config",
            config.page_user_client_config,
            "List the app's settings for clients, page by page",
            description="All of them, or those of one user, or those with one key.",
            access=Access.ADMIN,
        ),
    ]
