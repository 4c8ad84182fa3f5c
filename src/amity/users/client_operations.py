"""The HTTP operations by which the app and its clients keep settings with users."""

from amity.calls.operation import Access, Operation
from amity.users.client_config import ClientConfig
from amity.users.client_config_models import (
    DelUserClientConfigRequest,
    GetUserClientConfigRequest,
    GetUserClientConfigResponse,
    PageUserClientConfigRequest,
    PageUserClientConfigResponse,
    SetUserClientConfigRequest,
)
from amity.users.commands import Commands
from amity.users.commands_models import (
    CommandsResponse,
    ProcessUserCommandDeleteRequest,
    ProcessUserCommandGetAllRequest,
    ProcessUserCommandGetRequest,
    ProcessUserCommandRequest,
)
from amity.users.models import SetGlobalMsgRecvOptRequest
from amity.users.receive_option import ReceiveOption


def operations(config: ClientConfig, commands: Commands, receive_option: ReceiveOption) -> list[Operation]:
    """Declare what callers may ask of settings."""
    return [
        Operation(
            path="/user/set_global_msg_recv_opt",
            request=SetGlobalMsgRecvOptRequest,
            response=None,
            access=Access.CALLER,
            handler=receive_option.set_global_msg_recv_opt,
            summary="Set whether a user wants messages at all",
            description="Read it as `globalRecvMsgOpt` of the profile.",
        ),
        *_commands(commands),
        *_config(config),
    ]


def _commands(commands: Commands) -> list[Operation]:
    return [
        Operation(
            path="/user/process_user_command_add",
            request=ProcessUserCommandRequest,
            response=None,
            access=Access.CALLER,
            handler=commands.add,
            summary="Keep a text with a user, for all of its devices",
            description="Under a type and an id of the client's own. 1003 where there is one.",
        ),
        Operation(
            path="/user/process_user_command_delete",
            request=ProcessUserCommandDeleteRequest,
            response=None,
            access=Access.CALLER,
            handler=commands.delete,
            summary="Forget a text that was kept with a user",
            description="1004 where there is none.",
        ),
        Operation(
            path="/user/process_user_command_update",
            request=ProcessUserCommandRequest,
            response=None,
            access=Access.CALLER,
            handler=commands.update,
            summary="Change a text that is kept with a user",
            description="Only the fields that are present. 1004 where there is none.",
        ),
        Operation(
            path="/user/process_user_command_get",
            request=ProcessUserCommandGetRequest,
            response=CommandsResponse,
            access=Access.CALLER,
            handler=commands.get,
            summary="Get the texts of one type that are kept with a user",
        ),
        Operation(
            path="/user/process_user_command_get_all",
            request=ProcessUserCommandGetAllRequest,
            response=CommandsResponse,
            access=Access.CALLER,
            handler=commands.get_all,
            summary="Get all texts that are kept with a user",
        ),
    ]


def _config(config: ClientConfig) -> list[Operation]:
    return [
        Operation(
            path="/user/get_user_client_config",
            request=GetUserClientConfigRequest,
            response=GetUserClientConfigResponse,
            access=Access.CALLER,
            handler=config.get_user_client_config,
            summary="Get the app's settings for a client",
            description="Everybody's, with those of the user, where one is named, above them.",
        ),
        Operation(
            path="/user/set_user_client_config",
            request=SetUserClientConfigRequest,
            response=None,
            access=Access.ADMIN,
            handler=config.set_user_client_config,
            summary="Set some of the app's settings for clients",
            description="For one user, or for everybody where none is named.",
        ),
        Operation(
            path="/user/del_user_client_config",
            request=DelUserClientConfigRequest,
            response=None,
            access=Access.ADMIN,
            handler=config.del_user_client_config,
            summary="Delete some of the app's settings for clients",
            description="Of one user, or everybody's where none is named. Keys that are not set are passed over.",
        ),
        Operation(
            path="/user/page_user_client_config",
            request=PageUserClientConfigRequest,
            response=PageUserClientConfigResponse,
            access=Access.ADMIN,
            handler=config.page_user_client_config,
            summary="List the app's settings for clients, page by page",
            description="All of them, or those of one user, or those with one key.",
        ),
    ]
