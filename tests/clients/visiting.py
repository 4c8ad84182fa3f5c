"""What tests of ``examples/web_client`` do on its page, and wait for there."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from tests.clients.browser import Browser
from tests.clients.client import Client, Kind
from tests.support.processes import free_port, kill_tree, tail

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "web_client"
VISITOR = Kind("visit.mjs", "", 0)


@contextlib.contextmanager
def served(config: Path, log: Path) -> Iterator[str]:
    """Serve the page as its README says, for a server with these settings. Gives its address."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, EXAMPLE / "serve.py", "--config", config, "--port", str(port)],
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


def new_visitor(url: str, log: Path, browser: Browser) -> Client:
    """Return a visitor of a page, in the browser of all tests: ``started`` says when it is there."""
    options = {"url": url, "browser": browser.address()}
    return Client(VISITOR, options, "visitor", log)


async def shown(visitor: Client, frame: str, selector: str, expected: Sequence[str], within: float = 20.0) -> None:
    """Wait until what the selector finds in a frame says this."""
    texts = await visitor.call("become", frame, selector, expected, within * 1000, within=within + 20)
    assert texts == expected, f"{frame} {selector}: {texts}, not {expected}"
    assert not visitor.unasked("PageError")


async def friends(visitor: Client) -> None:
    """Log both in and make them friends."""
    await shown(visitor, "", "#said", ["Both are logged in."])
    await visitor.call("click", "#befriend")
    await shown(visitor, "Alice", "#friends li span:last-child", ["Bob"])
    await shown(visitor, "Bob", "#friends li span:last-child", ["Alice"])


async def write(visitor: Client, frame: str, text: str) -> None:
    """Write a message in the open chat of a user, sent with Enter."""
    await visitor.call("fill", "#text", text, frame)
    await visitor.call("press", "#text", "Enter", frame)


async def together(visitor: Client) -> None:
    """Make both friends and open the chat with each other at both."""
    await friends(visitor)
    for user in ("Alice", "Bob"):
        await visitor.call("click", "#friends li button", user)
        await shown(visitor, user, "#text:enabled", [""])


async def make_group(visitor: Client, name: str) -> None:
    """Have Alice make a group, whose chat is then open at her."""
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#new-group:enabled", ["New group"])
    await visitor.call("click", "#new-group", "Alice")
    await answer(visitor, "Alice", name)
    await shown(visitor, "Alice", "#with", [name])
    await shown(visitor, "Alice", "#messages p", ["You made the group"])


async def ask_to_join(visitor: Client, name: str) -> None:
    """Have Bob ask to be let into the group that was made last, whose id the page offers. Alice sees it."""
    await visitor.call("click", "#join-group", "Bob")
    await answer(visitor, "Bob")
    await shown(visitor, "Alice", "#requests span", [f"Bob wants to join {name}"])


async def answer(visitor: Client, frame: str, text: str | None = None) -> None:
    """Answer the page's question, or leave what stands there."""
    if text is not None:
        await visitor.call("fill", "#answer", text, frame)
    await visitor.call("click", "#confirm", frame)


async def in_one_group(visitor: Client, name: str) -> None:
    """Have Alice make a group and let Bob in, and open its chat at both."""
    await make_group(visitor, name)
    await ask_to_join(visitor, name)
    await visitor.call("click", "#requests button:text('Let in')", "Alice")
    await shown(visitor, "Bob", "#conversations li:first-child b", [name])
    await visitor.call("click", "#conversations li:first-child button", "Bob")
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#with", [name])
        await shown(visitor, user, "#text:enabled", [""])
