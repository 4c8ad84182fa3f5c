"""``amity serve`` as a program."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import httpx

from amity.settings import DEV_SECRET
from tests.support.processes import dies_with_parent, free_port
from tests.support.rest import SECRET
from tests.support.server_process import ServerProcess


async def run(folder: Path, *words: str, **environ: str) -> asyncio.subprocess.Process:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMITY_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "amity", *words),
        cwd=folder,
        env={**clean, **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )


async def test_a_server_starts_answers_and_stops_on_sigterm(tmp_path):
    async with ServerProcess(tmp_path, {"secret": SECRET}) as server:
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:
            assert (await client.get(f"{server.url}/healthz")).status_code == 200
        assert await server.terminate() == 0
    assert SECRET not in server.output()


async def test_dev_mode_needs_no_settings_and_says_what_it_is(tmp_path):
    process = await run(tmp_path, "serve", "--dev", AMITY_API__PORT="0")
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while not (found := re.search(r"listening on (http://127\.0\.0\.1:\d+)", said)):
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
    assert "DEVELOPMENT MODE" in said
    assert DEV_SECRET not in said
    listing = await run(tmp_path, "users", "list", "--dev", "--url", found[1], "--json")
    out, _ = await listing.communicate()
    assert (listing.returncode, out) == (0, b'{"total":0,"users":[]}\n')
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        await process.communicate()
    assert process.returncode == 0


async def test_without_settings_a_server_does_not_start_and_says_why(tmp_path):
    process = await run(tmp_path, "serve")
    out, _ = await process.communicate()
    assert process.returncode == 2
    assert out.decode().startswith("Error: secret: not set, and there is no default")
    assert len(out.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


async def test_a_second_server_on_one_file_or_one_port_is_one_line(tmp_path):
    async with ServerProcess(tmp_path, {"secret": SECRET}) as server:
        same_file = await run(tmp_path, "serve", "--config", "amity.yml", AMITY_API__PORT=str(free_port()))
        out, _ = await same_file.communicate()
        assert same_file.returncode == 1
        assert f"amity.db is in use by another amity (process {server.pid})" in out.decode()
        same_port = await run(tmp_path, "serve", AMITY_DATABASE="sqlite:///other.db")
        out, _ = await same_port.communicate()
        assert same_port.returncode == 1
        assert "in use" in out.decode().splitlines()[-1]
        assert "Traceback" not in out.decode()
