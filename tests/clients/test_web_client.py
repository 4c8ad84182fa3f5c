"""The page of ``examples/web_client``, as a visitor uses it.

The picture of the README is taken here: ``PICTURE=$PWD/docs/web-client.png make test-clients``.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.clients.client import WASM, Client, Kind, chromium
from tests.support.processes import free_port, kill_tree, tail

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "web_client"
VISITOR = Kind("visit.mjs", "", 0)


@pytest.fixture
def page_url(house, tmp_path):
    """The address of the page, served as its README says, for the server of this test."""
    port = free_port()
    log = tmp_path / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, EXAMPLE / "serve.py", "--config", house.server.config, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={name: value for name, value in os.environ.items() if not name.startswith("AMITY_")},
        )
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 20
    try:
        while time.monotonic() < deadline:
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                assert process.poll() is None, tail(log)
                time.sleep(0.05)
        yield url
    finally:
        kill_tree(process)


@pytest.fixture
async def visitor(page_url, tmp_path):
    """A visitor who has opened the page."""
    folder = tmp_path / "visitor"
    folder.mkdir()
    options = {"url": page_url, "folder": str(folder), "chromium": chromium()}
    client = Client(VISITOR, options, "visitor", folder / "driver.log")
    await client.started()
    yield client
    await client.close()


async def shown(visitor, frame, selector, expected, within=20.0):
    """Wait until what the selector finds in a frame says this."""
    deadline = time.monotonic() + within
    while (texts := await visitor.call("texts", frame, selector)) != expected:
        assert time.monotonic() < deadline, f"{frame} {selector}: {texts}, not {expected}"
    assert not visitor.unasked("PageError")


async def test_both_lists_change_before_the_visitors_eyes(visitor, tmp_path):
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    await shown(visitor, "", "#said", ["Both are logged in."])
    await visitor.call("click", "#befriend")
    await shown(visitor, "Alice", "#friends li span:last-child", ["Bob"])
    await shown(visitor, "Bob", "#friends li span:last-child", ["Alice"])
    await visitor.call("click", "#import")
    await shown(visitor, "Alice", "#count", ["13"])
    await shown(visitor, "Alice", "#friends li.online span:last-child", ["Bob"])
    await shown(visitor, "Bob", "#count", ["1"])
    await visitor.call("screenshot", os.environ.get("PICTURE", str(tmp_path / "web-client.png")))
    await visitor.call("click", "#part")
    await shown(visitor, "Alice", "#count", ["12"])
    await shown(visitor, "Bob", "#count", ["0"])


async def test_a_visitor_who_comes_back_finds_the_friends_again(visitor):
    await shown(visitor, "", "#said", ["Both are logged in."])
    await visitor.call("click", "#befriend")
    await shown(visitor, "Bob", "#friends li span:last-child", ["Alice"])
    await visitor.call("reload")
    await shown(visitor, "", "#said", ["Both are logged in."])
    await shown(visitor, "Alice", "#friends li.online span:last-child", ["Bob"])


async def test_the_page_shows_who_is_connected(visitor, house):
    await shown(visitor, "", "#said", ["Both are logged in."])
    await house.server.terminate()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["offline"])
    await house.server.start()
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#state", ["online"])
    [alice] = await visitor.call("texts", "Alice", "#user")
    await house.login(WASM, alice)
    await shown(visitor, "Alice", "#state", ["offline"])
    assert "OnKickedOffline" in (await visitor.call("texts", "Alice", "#events b"))[0]
    await shown(visitor, "Bob", "#state", ["online"])


def test_another_page_is_not_answered(page_url):
    body = {"userID": "alice", "nickname": "Alice"}
    answer = httpx.post(f"{page_url}app/enter", json=body, headers={"Origin": "http://127.0.0.1:1"}, trust_env=False)
    assert answer.status_code == 403
    assert "token" not in answer.text


def test_the_secret_is_nowhere_in_what_is_served(page_url, house):
    secret = house.server.config.read_text().split("secret: ")[1].splitlines()[0]
    for file in (EXAMPLE / "page").iterdir():
        assert secret not in httpx.get(f"{page_url}{file.name}", trust_env=False).text


@pytest.mark.parametrize("folder", ["tests/clients", "examples/web_client"])
def test_the_lock_files_name_no_registry(folder):
    assert '"resolved"' not in (ROOT / folder / "package-lock.json").read_text()
