"""What a newcomer does at ``amity demo --console``, in a browser alone: imports a file, sees whom the business server
refuses, and replays an event that was given up.

The pictures of README.md are taken here: ``CONSOLE_PICTURES=$PWD/docs make test-clients``.
"""

import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

PICTURES = os.environ.get("CONSOLE_PICTURES")
FIVE_MINUTES = 300.0
REFUSED = [
    ["karate20", "karate34", "5002", "OtherSide"],
    ["karate25", "karate26", "5001", "Suspended"],
    ["karate28", "karate03", "5002", "OtherSide"],
]


class Demo:
    """The program as its user starts it. ``url``, ``secret`` and ``file`` are what it says."""

    def __init__(self, folder):
        self._folder = folder

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "amity", "demo", "--console"),
            cwd=self._folder,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._said = self._process.stdout
        async with asyncio.timeout(60):
            text = ""
            while "until Ctrl-C" not in text:
                line = await self._said.readline()
                assert line, f"the demo ended:\n{text}"
                text += line.decode()
        [self.url] = re.findall(r"Open (\S+)/console in a browser", text)
        [self.user], [self.secret] = (re.findall(rf"{name}:\s+(\S+)", text) for name in ("user id", "secret"))
        [self.file] = re.findall(r"choose the file (\S+),", text)
        return self

    async def __aexit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        assert await self._process.wait() == 0

    async def ready(self):
        """It is."""


@pytest.fixture
async def console_server(tmp_path):
    async with Demo(tmp_path) as demo:
        yield demo


async def picture(administrator, name):
    if PICTURES:
        await administrator.call("screenshot", str(Path(PICTURES) / f"console-five-{name}.png"))


async def rows(administrator, selector):
    return [row.split("\t") for row in await administrator.call("texts", selector)]


async def test_a_newcomer_imports_sees_three_refusals_and_replays_an_event_in_five_minutes(sit, console_server):
    newcomer, began = await sit(reducedMotion="reduce"), time.monotonic()
    await newcomer.call("open", "/console")
    await newcomer.call("fill", "#userID", console_server.user)
    await newcomer.call("fill", "#secret", console_server.secret)
    await newcomer.call("click", "form.card button")
    await newcomer.call("arrives", "/console/overview")

    await newcomer.call("click", "header nav a[href='/console/imports']")
    await newcomer.call("choose", "#file", console_server.file)
    await newcomer.call("click", "#upload button")
    await newcomer.call("appears", "#state[data-state=ready]")
    assert len(await rows(newcomer, "[aria-labelledby=first] tbody tr")) == 10
    await newcomer.call("click", "form[action='/console/imports/start'] button")
    await newcomer.call("appears", "#state[data-state=done]")
    numbers = dict(await rows(newcomer, ".numbers tr"))
    assert (numbers["Imported"], numbers["Skipped"]) == ("9", "3")
    report = await rows(newcomer, "[aria-labelledby=report] tbody tr")
    assert sorted(row[:4] for row in report) == REFUSED
    await newcomer.call("evaluate", "document.querySelector('#report').scrollIntoView()")
    await picture(newcomer, "refused")

    await newcomer.call("click", "header nav a[href='/console/callbacks']")
    await newcomer.call("click", "nav a[href='/console/callbacks/waiting']")
    [event] = await rows(newcomer, "form[action='/console/callbacks/replay'] tbody tr")
    assert "given up" in event
    await picture(newcomer, "given-up")
    await newcomer.call("click", "tbody input[type=checkbox]")
    await newcomer.call("click", ".actions button:not([name]):not([formaction])")
    await newcomer.call("arrives", "/console/callbacks/waiting?done=replayed&count=1")
    await newcomer.call("click", "nav a[href='/console/callbacks']")
    async with asyncio.timeout(20):
        while (await newcomer.call("texts", "#entries td.verdict")).count("delivered") < 8:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    verdicts = await newcomer.call("texts", "#entries td.verdict")
    assert (verdicts.count("rejected"), verdicts.count("given up"), verdicts.count("replayed")) == (3, 1, 1)
    await picture(newcomer, "taken")

    await newcomer.call("click", "header nav a[href='/console/audit']")
    done = [row[2] for row in await rows(newcomer, "main tbody tr")]
    assert len(done) == 5
    assert time.monotonic() - began < FIVE_MINUTES
