"""``amity init``."""

import base64
import os
import secrets
from pathlib import Path

import click

from amity.cli.configuration import DEFAULT_FILE, RELAY_FILE
from amity.cli.development import new_secret
from amity.cli.exits import USAGE, Failure

_TEMPLATE = """\
# Settings of amity. docs/settings.md explains every key; each is also an environment variable, as AMITY_API__PORT.
# This file holds secrets: only its owner reads it, and it does not belong into version control.

# Who knows this is an administrator: it signs tokens, and /auth/get_admin_token gives one for it.
# A new secret makes every token invalid.
secret: "{secret}"

# The user ids of administrators.
admins: [imAdmin]

# The REST API. Other machines reach it with host 0.0.0.0; then put a TLS proxy in front.
api: {{host: 127.0.0.1, port: 10002}}

# The WebSocket gateway, which OpenIM's clients connect to. What holds for the API's host holds for this one's.
gateway: {{host: 127.0.0.1, port: 10001}}

# The web console for administrators, at /console on the API's port.
# console: {{enable: true}}

# A file (relative to where the server is started), or postgresql://user:password@host:5432/amity
database: sqlite:///amity.db

# Whether users may import friends for themselves: gated (only where beforeImportFriends is on and the business
# server approves), off, or open.
clientImport: gated

token: {{expireDays: 90}}
log: {{level: info, format: auto}}

# Your app's own server, asked before things happen and told after them. Try it with 'amity callbacks check'.
# These keys are those of OpenIM's webhooks.yml; instead of them its file name may stand here.
callbacks:
  url: http://127.0.0.1:10006/callbackExample
  # Signs every callback, so that your server knows who calls. Give it the same secret.
  secret: "{webhook_secret}"
  # Asked before friends are imported. failedContinue: import also where no answer comes.
  beforeImportFriends: {{enable: false, timeout: 5, failedContinue: false}}
  # Told after friends were imported, at least once.
  afterImportFriends: {{enable: false, timeout: 5}}
  # Seconds between the attempts to deliver an after-callback; after the last it waits for 'amity callbacks replay'.
  retries: [5, 300, 1800, 7200, 18000, 36000, 36000]
"""


_RELAY_TEMPLATE = """\
# Settings of a relay. docs/settings.md explains every key; each is also an environment variable, as AMITY_RELAY__PORT.
# This file holds secrets: only its owner reads it, and it does not belong into version control.

# Who knows this is an administrator: 'amity callbacks ...' uses it.
secret: "{secret}"

# The user ids of administrators.
admins: [imAdmin]

relay:
  # Where OpenIM's server posts. Other machines and containers reach it with host 0.0.0.0.
  host: 127.0.0.1
  port: 10007
  # The first segment of the path of the URL in OpenIM's webhooks.yml: who does not know it can post nothing. There:
  #   url: http://127.0.0.1:10007/{key}
  key: "{key}"
  # Seconds that OpenIM's server waits at most, whatever webhooks.yml says. A timeout in webhooks.yml is longer than
  # the timeout here.
  maxWait: 15
  # What OpenIM's caller is told where OpenIM cannot do what the app answered, such as importing nobody.
  inexpressible: {{errCode: 80000, errMsg: "rejected by the app"}}

# A file (relative to where the relay is started), or postgresql://user:password@host:5432/amity_relay
database: sqlite:///amity-relay.db

# Your app's own server. The keys are those of OpenIM's webhooks.yml. Try it with 'amity callbacks check'.
callbacks:
  url: http://127.0.0.1:10006/callbackExample
  # Signs every callback, so that your server knows who calls. Give it the same secret.
  secret: "{webhook_secret}"
  # For a server in a private network, as 10.0.0.0/8 or a container's:
  # allowPrivate: true
  # Asked before friends are imported. failedContinue: import also where no answer comes.
  beforeImportFriends: {{enable: true, timeout: 4.5, failedContinue: false}}
  # Seconds between the attempts to deliver an after-callback; after the last it waits for 'amity callbacks replay'.
  retries: [5, 300, 1800, 7200, 18000, 36000, 36000]

# Every callback that is on in OpenIM's webhooks.yml and not named above.
others: {{enable: true, timeout: 4.5, failedContinue: false}}

# A trial of a new business server: it is asked, and the log says where its answers differ from those that count.
# These are the answers of the server at url; without one OpenIM is told to go on.
shadow: {{enable: false}}

token: {{expireDays: 90}}
log: {{level: info, format: auto}}
"""


def new_webhook_secret() -> str:
    """Return a secret of 256 bits in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def new_key() -> str:
    """Return a key of 144 bits for a URL, in letters, digits, - and _."""
    return secrets.token_urlsafe(18)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--relay", is_flag=True, help="Write the settings of a relay, to ./relay.yml unless FILE is given.")
@click.option("--force", is_flag=True, help="Write over a file that is there; its secrets are lost.")
def init(file: Path | None, relay: bool, force: bool) -> None:
    """Write a commented settings file (./amity.yml, or FILE) with new secrets.

    Only its owner can read it. A file that is there is left alone.
    """
    default = RELAY_FILE if relay else DEFAULT_FILE
    file = file or default
    text = (_RELAY_TEMPLATE if relay else _TEMPLATE).format(
        secret=new_secret(), webhook_secret=new_webhook_secret(), key=new_key()
    )
    if force:
        file.unlink(missing_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(f"{file} is there already and was left alone; --force writes over it", USAGE) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    # 'amity doctor' takes relay.yml by itself only where there is no amity.yml.
    option = "" if file == default == DEFAULT_FILE else f" --config {file}"
    click.echo(f"wrote {file}, with a secret of its own; only you can read it")
    if relay:
        click.echo(f"next: amity doctor{option} --webhooks WEBHOOKS_YML   then: amity relay{option}")
    else:
        click.echo(f"next: amity doctor{option}   then: amity serve{option}")
