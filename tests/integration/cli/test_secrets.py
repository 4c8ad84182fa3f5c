"""No piece of a secret is in what any command says, however the secret is written and whatever goes wrong with it."""

import asyncio
import re
import string
import traceback
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amity.callbacks.sender import Sender, SendFailure
from amity.settings import SettingsError, load
from amity.storage import StorageError, open_database
from amity.storage.state import examine
from tests.integration.cli.conftest import Cli
from tests.support.rest import SECRET

COMMANDS = [
    ("serve",),
    ("doctor",),
    ("doctor", "--json"),
    ("migrate",),
    ("migrate", "--check"),
    ("token",),
    ("users", "list"),
    ("friends", "list", "ann"),
    ("callbacks", "check"),
    ("callbacks", "statistics"),
    ("export", "out.jsonl"),
]
NASTY = ["Tropic/Secret9", "Tropic#Secret9", "Tropic?Secret9", "Tro[pic]Secret9", "Tropic@Secret9", "Tropic%Secret9"]
_TURNED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "bcdefahijklmnopqrstuvwxyzgBCDEFAHIJKLMNOPQRSTUVWXYZG1234567890",
)
PRINTABLE = st.text(st.sampled_from(string.printable.strip()), min_size=4, max_size=40)


def turned(text: str) -> str:
    """Return a text of the same form with every letter and digit another one: hexadecimal ones stay hexadecimal."""
    return text.translate(_TURNED)


async def tried(environ: dict[str, str]) -> str:
    """Return all that is said about settings that cannot work, causes of errors and representations included."""
    try:
        found = load(None, {"AMITY_SECRET": SECRET, **environ})
    except SettingsError as error:
        return "".join(traceback.format_exception(error))
    said = [repr(found)]
    for use in (examine, open_database):
        try:
            await use(found.database)
        except StorageError as error:
            said += traceback.format_exception(error)
    try:
        sender = Sender(found.callbacks)
        said += [
            re.sub(" at 0x[0-9a-f]+", "", repr(sender._routes)),
            sender.shown("beforeImportFriends", "callbackBeforeImportFriendsCommand"),
        ]
        await sender.send(
            "beforeImportFriends", "callbackBeforeImportFriendsCommand", b"{}", operation_id="o", event_id="e"
        )
    except (ValueError, SendFailure) as error:
        said += traceback.format_exception(error)
    return "".join(said)


def environs(password: str) -> list[dict[str, str]]:
    """Every setting that holds a secret, where nothing answers."""
    called = {"AMITY_DATABASE": "postgresql://127.0.0.1:1/im", "AMITY_CALLBACKS__BEFORE_IMPORT_FRIENDS__ENABLE": "true"}
    url = f"http://ann:{password}@127.0.0.1:1/cb"
    return [
        {"AMITY_DATABASE": f"postgresql://ann:{password}@127.0.0.1:1/im"},
        {"AMITY_DATABASE": f"postgresql://ann@127.0.0.1:1/im?password={password}"},
        {"AMITY_DATABASE": password},
        {**called, "AMITY_CALLBACKS__URL": url},
        {**called, "AMITY_CALLBACKS__URL": "http://127.0.0.1:1", "AMITY_CALLBACKS__SECRET": password},
        {**called, "AMITY_CALLBACKS__URL": "http://127.0.0.1:1", "AMITY_CALLBACKS__TLS__CLIENT_KEY": f"\n{password}"},
        {"AMITY_CALLBACKS": url},
        {"AMITY_SECRET": password[:15]},
        {"AMITY_API__CORS_ORIGINS": f"[{url}]"},
    ]


@settings(max_examples=60)
@given(PRINTABLE, st.booleans())
@example("Tropic/Secret9", False)
@example("0A,0", False)
@example("1/Tropic9", False)
@example("1?Tropic=9", False)
@example("0]#0", False)
@example("0,0,0", False)
def test_nothing_that_is_said_depends_on_a_secret(password: str, encoded: bool):
    async def both() -> None:
        for one, other in zip(environs(written(password)), environs(written(turned(password))), strict=True):
            assert await tried(one) == await tried(other)

    def written(text: str) -> str:
        return quote(text, safe="") if encoded else text

    asyncio.run(both())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_no_command_shows_a_piece_of_the_password(cli: Cli, command: tuple[str, ...]):
    for nasty in NASTY:
        for password in (nasty, quote(nasty, safe="")):
            ran = await cli(
                *command,
                AMITY_SECRET=SECRET,
                AMITY_DATABASE=f"postgresql://amity:{password}@127.0.0.1:1/amity",
                AMITY_API__PORT="1",
                AMITY_GATEWAY__PORT="2",
            )
            said = ran.out + ran.err
            pieces = [nasty[start : start + 4] for start in range(len(nasty) - 3)]
            assert not [piece for piece in pieces if piece in said], said
            if ran.code and command[0] in ("serve", "doctor", "migrate"):
                assert "percent-encoded" in said or "PostgreSQL at 127.0.0.1:1 cannot be reached" in said


async def test_what_stands_in_a_settings_file_is_not_quoted_whatever_is_wrong_with_it(cli: Cli):
    for line in (
        "secret: !Tropic'Secret9 x",
        "secret: *Tropic-Secret9",
        "secret: &Tropic-Secret9",
        'secret: "Tropic\\Secret9"',
        "callbacks: https://ann:TropicSecret9@app.example/hook",
        "callbacks: {tls: {clientKey: '-----BEGIN PRIVATE KEY----- TropicSecret9'}}",
        "api: {corsOrigins: ['https://ann:TropicSecret9@app.example']}",
        "callbacks: {url: 'TropicSecret9://x'}",
    ):
        cli.write("amity.yml", f"{line}\n")
        ran = await cli("doctor")
        assert ran.code == 1
        assert "Tropic" not in ran.out + ran.err, line
        assert "Secret9" not in ran.out + ran.err, line
