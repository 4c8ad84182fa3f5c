"""Imports as ``curl`` commands that a reader can paste into a shell."""

import json
import shlex
from collections.abc import Sequence


def token_command(url: str, secret: str, admin: str) -> str:
    """Return the command that fetches an administrator's token into the shell's variable ``TOKEN``."""
    body = json.dumps({"secret": secret, "userID": admin}, separators=(",", ":"))
    return (
        f"TOKEN=$(curl -s {shlex.quote(url + '/auth/get_admin_token')} -H 'operationID: demo-token' "
        f'-d {shlex.quote(body)} | sed \'s/.*"token":"\\([^"]*\\)".*/\\1/\')'
    )


def import_command(url: str, owner: str, friends: Sequence[str], operation_id: str) -> str:
    """Return the command that imports friends with that token."""
    body = json.dumps({"ownerUserID": owner, "friendUserIDs": list(friends)}, separators=(",", ":"))
    return (
        f'curl -s {shlex.quote(url + "/friend/import_friend")} -H "token: $TOKEN" '
        f"-H {shlex.quote(f'operationID: {operation_id}')} -d {shlex.quote(body)}"
    )
