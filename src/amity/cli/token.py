"""``amity token``."""

import asyncio
from datetime import UTC, datetime

import click

from amity.cli.connection import ServerOptions, server_or_relay_options
from amity.cli.exits import USAGE, Failure
from amity.cli.output import json_option, print_json
from amity.client.types.auth import TokenResponse
from amity.clock import SYSTEM_CLOCK
from amity.errors import Code, ImError

# Source: the platform ids of OpenIM 3.8's protocol.
PLATFORMS = {
    "ios": 1,
    "android": 2,
    "windows": 3,
    "osx": 4,
    "web": 5,
    "miniweb": 6,
    "linux": 7,
    "apad": 8,
    "ipad": 9,
    "harmonyos": 11,
}
_ADMIN = 10


@click.command()
@click.argument("user", required=False)
@click.option(
    "--platform",
    type=click.Choice(list(PLATFORMS), case_sensitive=False),
    default="web",
    show_default=True,
    help="What the user signs in from. A new token ends the user's older one for the same platform.",
)
@server_or_relay_options
@json_option
def token(user: str | None, platform: str, server: ServerOptions, as_json: bool) -> None:
    """Print a token: an administrator's, or USER's. A relay has administrators only.

    \b
    Examples:
        amity token
        amity token alice --platform ios
        curl -H "token: $(amity token)" -H "operationID: 1" ...
    """
    answer, user_id, platform_id = asyncio.run(_fetch(user, PLATFORMS[platform.lower()], server))
    if as_json:
        print_json(
            {
                "userID": user_id,
                "platformID": platform_id,
                "token": answer.token,
                "expireTimeSeconds": answer.expire_time_seconds,
            }
        )
        return
    click.echo(answer.token)
    until = datetime.fromtimestamp(SYSTEM_CLOCK.now() + answer.expire_time_seconds, UTC)
    click.echo(f"for {user_id}, valid until {until:%Y-%m-%d %H:%M} UTC", err=True)


async def _fetch(user: str | None, platform_id: int, server: ServerOptions) -> tuple[TokenResponse, str, int]:
    async with server.connect() as client:
        if user is not None and user != client.admin:
            if server.is_relay():
                raise Failure(f"a relay has no users such as {user}; 'amity token' prints an administrator's", USAGE)
            try:
                return await client.get_user_token(user, platform_id), user, platform_id
            except ImError as error:
                if error.code == Code.RECORD_NOT_FOUND:
                    raise Failure(f"there is no user {user}: 'amity users add {user}' registers one") from error
                raise
        return await client.get_admin_token(server.the_secret(), client.admin), client.admin, _ADMIN
