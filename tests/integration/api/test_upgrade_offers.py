"""Clients that offer HTTP/2 with every request, as Java's and curl's do, call every operation as plain ones do."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from amity.app.server import Server
from tests.integration.conftest import settings_for
from tests.support.rest import ADMIN, Rest

Calls = list[tuple[str, str]]
"""Paths and bodies."""
Post = Callable[[str, str, Calls], Awaitable[list[str]]]
"""Posts calls in their order to a URL with a token, and returns the bodies of the answers."""
OFFERS = Path(__file__).with_name("Offers.java")


async def with_httpx(url: str, token: str, calls: Calls) -> list[str]:
    async with Rest(url) as rest:
        return [(await rest.raw(path, body.encode(), token=token)).text for path, body in calls]


async def with_java(url: str, token: str, calls: Calls) -> list[str]:
    lines = "".join(f"{path}\t{token}\t{body}\n" for path, body in calls)
    # It runs for a moment: what compiles and collects with many threads costs more than it saves.
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
    return (await output_of("java", *quick, str(OFFERS), url, sent=lines)).splitlines()


async def with_curl(url: str, token: str, calls: Calls) -> list[str]:
    headers = ("-H", "operationID: curl", "-H", f"token: {token}", "-H", "Content-Type: application/json")
    return [
        await output_of(
            "curl", "-sS", "--max-time", "20", "--http2", *headers, "--data-binary", "@-", url + path, sent=body
        )
        for path, body in calls
    ]


async def output_of(*command: str, sent: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(sent.encode()), 90)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, err.decode()
    return out.decode()


@contextlib.asynccontextmanager
async def fresh_server(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """A server with three users, by its URL and an administrator's token."""
    server = Server(settings_for(folder, f"sqlite:///{folder}/amity.db"))
    await server.start()
    try:
        async with Rest(f"http://127.0.0.1:{server.port}") as rest:
            await rest.register("alice", "bob", "carol")
            yield rest.url, await rest.token(ADMIN)
    finally:
        await server.stop()


async def every_call(url: str) -> Calls:
    """An example of each operation, as the documentation has it, and a body that is no object for each."""
    async with Rest(url) as rest:
        document = (await rest.get("/openapi.json")).json()
    calls: Calls = []
    for path, described in document["paths"].items():
        if "post" in described:
            example = described["post"]["requestBody"]["content"]["application/json"]["example"]
            calls += [(path, json.dumps(example)), (path, json.dumps([path]))]
    # One that is too long for the segment of its head, by its length and in chunks.
    many = {"checkUserIDs": [f"{number:0100}" for number in range(1000)]}
    return [*calls, ("/user/account_check", json.dumps(many)), ("/user/account_check", json.dumps(many))]


def gist(answers: list[str]) -> list[tuple[int, str, Any]]:
    """What does not differ between two servers: no times, tokens and ids of theirs."""
    parsed = [json.loads(answer) for answer in answers]
    return [(each["errCode"], each["errDlt"], keys(each.get("data"))) for each in parsed]


def keys(data: Any) -> Any:
    return sorted(data) if isinstance(data, dict) else type(data).__name__


@pytest.mark.parametrize(
    ("program", "post"),
    [
        pytest.param(
            name, post, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")
        )
        for name, post in (("java", with_java), ("curl", with_curl))
    ],
)
async def test_a_client_that_offers_http2_calls_every_operation_as_others_do(tmp_path_factory, program, post):
    if program == "curl" and "HTTP2" not in await output_of("curl", "--version", sent=""):
        pytest.skip("this curl has no HTTP/2")
    async with fresh_server(tmp_path_factory.mktemp("plain")) as (url, token):
        calls = await every_call(url)
        plain = gist(await with_httpx(url, token, calls))
    async with fresh_server(tmp_path_factory.mktemp("offering")) as (url, token):
        offering = gist(await post(url, token, calls))
    for call, expected, found in zip(calls, plain, offering, strict=True):
        assert found == expected, call
    assert sum(code == 0 for code, *_ in plain) > 50
