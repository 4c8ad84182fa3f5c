"""The app's server of the example: serves the page, and does for it what only an administrator may.

A page never gets the server's secret, nor an administrator's token. It asks its own app's server, which lets a user in
(registers it, fetches its token) and imports friends, both over the REST API of the IM server. Whoever opens this
example is believed to be anybody: so it listens on loopback, and answers no other page than its own.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from amity.client import AmityClient
from amity.client.types.users import NewUser
from amity.errors import Code, ImError
from amity.http.client import HttpFailure
from amity.http.url import host_port
from amity.settings import Address, Settings, SettingsError, load

HERE = Path(__file__).parent
SDK = HERE / "node_modules" / "@openim" / "wasm-client-sdk"
WEB = 5  # OpenIM's number for browsers
T = TypeVar("T")


class Person(msgspec.Struct, rename="camel"):
    """Somebody the page knows by name."""

    user_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = msgspec.field(name="userID")
    nickname: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Import(msgspec.Struct):
    """Whose friends shall be who."""

    owner: Person
    friends: Annotated[list[Person], msgspec.Meta(min_length=1, max_length=1000)]


class Parting(msgspec.Struct):
    """Two users who shall be friends no longer."""

    users: Annotated[list[Person], msgspec.Meta(min_length=2, max_length=2)]


class AppServer:
    """What the page asks for, with the IM server behind it."""

    def __init__(self, settings: Settings) -> None:
        api = f"http://{reachable(settings.api)}"
        self._client = AmityClient(api, secret=settings.secret, admin=settings.admins[0])
        self._addresses = {"apiAddr": api, "wsAddr": f"ws://{reachable(settings.gateway)}"}

    async def enter(self, person: Person) -> dict[str, object]:
        """Let a user in: what its client needs to log in."""
        await self._register([person])
        token = await self._client.get_user_token(person.user_id, WEB)
        return {"userID": person.user_id, "token": token.token, "platformID": WEB, **self._addresses}

    async def import_friends(self, wanted: Import) -> dict[str, object]:
        """Make friends, registering who is not known yet."""
        await self._register([wanted.owner, *wanted.friends])
        answer = await self._client.import_friends(wanted.owner.user_id, [each.user_id for each in wanted.friends])
        return {"imported": len(answer.imported or ()), "existing": len(answer.existing or ())}

    async def part(self, parting: Parting) -> dict[str, object]:
        """Take two users off each other's lists; who is not on one is no matter."""
        one, other = (person.user_id for person in parting.users)
        for owner, friend in ((one, other), (other, one)):
            with suppress(ImError):
                await self._client.delete_friend(owner, friend)
        return {}

    async def close(self) -> None:
        await self._client.close()

    async def _register(self, people: list[Person]) -> None:
        known = await self._client.registered([person.user_id for person in people])
        new = [person for person in people if person.user_id not in known]
        if new:
            try:
                await self._client.register_users(
                    [NewUser(user_id=person.user_id, nickname=person.nickname) for person in new]
                )
            except ImError as error:
                if error.code != Code.REGISTERED_ALREADY:  # somebody else was quicker
                    raise


def reachable(address: Address) -> str:
    """Host and port under which this machine reaches what listens at an address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 - it listens everywhere
    return host_port(host, address.port)


def endpoint(kind: type[T], work: Callable[[T], Awaitable[dict[str, object]]], origin: str) -> Route:
    """A POST of JSON from our own page, done by ``work``."""
    decoder = msgspec.json.Decoder(kind)

    async def answer(request: Request) -> Response:
        if request.headers.get("origin") != origin:
            raise HTTPException(403, f"this is for the page at {origin}")
        try:
            done = await work(decoder.decode(await request.body()))
        except (msgspec.DecodeError, ImError, HttpFailure) as error:
            why = f"the IM server {error.reason}" if isinstance(error, HttpFailure) else str(error)
            return Response(msgspec.json.encode({"error": why}), 502, media_type="application/json")
        return Response(msgspec.json.encode(done), media_type="application/json")

    return Route(f"/app/{work.__name__}", answer, methods=["POST"])


def application(server: AppServer, origin: str) -> Starlette:
    """The page, OpenIM's client that it loads, and what it asks for."""
    return Starlette(
        routes=[
            endpoint(Person, server.enter, origin),
            endpoint(Import, server.import_friends, origin),
            endpoint(Parting, server.part, origin),
            Mount("/sdk", StaticFiles(directory=SDK)),
            Mount("/", StaticFiles(directory=HERE / "page", html=True)),
        ]
    )


async def run(settings: Settings, port: int) -> None:
    """Serve until Ctrl-C."""
    origin = f"http://127.0.0.1:{port}"
    server = AppServer(settings)
    print(f"open {origin} in a browser", flush=True)
    config = uvicorn.Config(application(server, origin), host="127.0.0.1", port=port, log_level="warning")
    try:
        await uvicorn.Server(config).serve()
    finally:
        await server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Two users of OpenIM's web client on one page.")
    parser.add_argument("--config", type=Path, default=Path("amity.yml"), help="the IM server's settings  [amity.yml]")
    parser.add_argument("--port", type=int, default=8090, help="where the page is served  [8090]")
    arguments = parser.parse_args()
    if not SDK.exists():
        sys.exit(f"OpenIM's web client is not installed: run 'npm ci' in {HERE}")
    try:
        settings = load(arguments.config, os.environ)
    except SettingsError as error:
        wait = "\nstart amity first, and wait until it says that clients connect: the first start writes this file"
        sys.exit(str(error) if arguments.config.exists() else f"{error}{wait}")
    asyncio.run(run(settings, arguments.port))


if __name__ == "__main__":
    main()
