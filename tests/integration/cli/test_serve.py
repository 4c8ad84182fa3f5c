"""``amity serve`` as a program."""

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.http_caller import HttpCaller
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


async def serve_dev(folder: Path, **environ: str) -> tuple[asyncio.subprocess.Process, str, str]:
    """Start a server with ``--dev`` on free ports; return it, where it listens, and all that it said until then."""
    process = await run(folder, "serve", "--dev", AMITY_API__PORT="0", AMITY_GATEWAY__PORT="0", **environ)
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while "clients connect to" not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
    found = re.search(r"listening on (http://127\.0\.0\.1:\d+)", said)
    assert found, said
    return process, found[1], said


async def end(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        await process.communicate()
    assert process.returncode == 0


async def test_dev_mode_needs_no_settings_and_commands_find_its_secret(tmp_path):
    process, url, said = await serve_dev(tmp_path)
    assert "DEVELOPMENT MODE" in said
    file = tmp_path / "amity.db.dev-secret"
    secret = file.read_text().strip()
    assert (len(secret), file.stat().st_mode & 0o777) == (43, 0o600)
    assert secret not in said  # it is no terminal, and what is written there may be kept
    listing = await run(tmp_path, "users", "list", "--dev", "--url", url, "--json")
    out, _ = await listing.communicate()
    assert (listing.returncode, out) == (0, b'{"total":0,"users":[]}\n')
    token = await run(tmp_path, "token", "--dev", "--url", url)
    out, _ = await token.communicate()
    assert (token.returncode, out.startswith(b"ey")) == (0, True)
    await end(process)
    assert not file.exists()


async def test_each_run_in_dev_mode_has_a_secret_of_its_own_and_leaves_that_of_another_alone(tmp_path):
    secrets = []
    file = tmp_path / "amity.db.dev-secret"
    file.symlink_to(tmp_path / "elsewhere")
    for is_first in (True, False):
        process, _, _ = await serve_dev(tmp_path)
        secrets.append(file.read_text())
        if is_first:
            refused = await run(tmp_path, "serve", "--dev", AMITY_API__PORT="0", AMITY_GATEWAY__PORT="0")
            out, _ = await refused.communicate()
            assert b"is in use by another amity" in out
            assert file.read_text() == secrets[-1]
        await end(process)
    assert len(set(secrets)) == 2
    assert not (tmp_path / "elsewhere").exists()


async def test_a_secret_of_the_settings_is_used_in_dev_mode_too(tmp_path):
    process, _, said = await serve_dev(tmp_path, AMITY_SECRET=SECRET)
    assert "the secret of this run" not in said
    assert not (tmp_path / "amity.db.dev-secret").exists()
    await end(process)


async def test_without_a_server_in_dev_mode_a_command_says_what_to_start(tmp_path):
    token = await run(tmp_path, "token", "--dev", "--url", "http://127.0.0.1:1")
    out, _ = await token.communicate()
    assert token.returncode == 2
    assert out.decode().startswith("Error: --dev: the secret of the server cannot be read from amity.db.dev-secret")
    assert len(out.splitlines()) == 1


async def test_on_a_terminal_the_secret_is_shown_once(tmp_path):
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "amity", "serve", "--dev"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "AMITY_API__PORT": "0", "AMITY_GATEWAY__PORT": "0"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )
    os.close(theirs)
    said = b""
    async with asyncio.timeout(30):
        while b"clients connect to" not in said:
            said += await asyncio.to_thread(os.read, ours, 65536)
    assert said.count((tmp_path / "amity.db.dev-secret").read_text().strip().encode()) == 1
    process.send_signal(signal.SIGINT)
    await process.wait()
    os.close(ours)


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


async def test_a_start_notes_which_files_others_can_read_and_starts_all_the_same(tmp_path):
    async with ServerProcess(tmp_path, {"secret": SECRET}) as server:
        notes = [line for line in server.output().splitlines() if line.startswith("Note: ")]
        file = tmp_path / "amity.yml"
        assert notes == [f"Note: {file}: other users of this machine can read it (mode 644): chmod 600 {file}"]
        await server.terminate()
    file.chmod(0o600)
    again = await run(tmp_path, "serve", AMITY_API__PORT="0", AMITY_GATEWAY__PORT="0")
    assert again.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while "clients connect to" not in said:
            said += (await again.stdout.readline()).decode()
    again.send_signal(signal.SIGTERM)
    await again.communicate()
    assert "Note:" not in said


async def test_a_log_that_nobody_reads_keeps_nobody_from_an_answer(tmp_path):
    process, url, _ = await serve_dev(tmp_path)
    try:
        client = HttpCaller(url)
        for _ in range(1500):
            await client.request("POST", "/friend/import_friend", {"operationID": "x" * 200}, b"{}")
        assert (await client.request("GET", "/healthz")).status_code == 200
        await client.close()
    finally:
        await end(process)


async def test_the_last_lines_come_out_when_the_log_was_not_read_before(tmp_path):
    process, url, _ = await serve_dev(tmp_path)
    client = HttpCaller(url)
    for _ in range(300):
        await client.request("POST", "/friend/import_friend", {"operationID": "x" * 200}, b"{}")
    await client.close()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        rest, _ = await process.communicate()
    lines = [json.loads(line)["message"] for line in rest.splitlines()]
    assert lines[-1] == "stopped"
    assert sum("answered" in line for line in lines) == 300
    assert process.returncode == 0


async def start_with(folder: Path, redirections: str, *words: str) -> asyncio.subprocess.Process:
    """Start a server whose standard streams are the shell's to choose."""
    command = f"exec {shlex.join([sys.executable, '-m', 'amity', *words])} {redirections}"
    return await asyncio.create_subprocess_exec(
        *("sh", "-c", command),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("AMITY_")},
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )


@pytest.mark.parametrize("redirections", ["2>/dev/full", "2>&-", "0<&- 1>&- 2>&-", "2>full-pipe"])
async def test_a_log_that_cannot_be_written_keeps_no_server_from_starting_serving_and_ending(tmp_path, redirections):
    port = free_port()
    (tmp_path / "amity.yml").write_text(f"api: {{port: {port}}}\ngateway: {{port: 0}}\n")
    os.mkfifo(tmp_path / "full-pipe")
    fifo = os.open(tmp_path / "full-pipe", os.O_RDWR | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(fifo, b"x" * 4096)
    os.set_blocking(fifo, True)
    process = await start_with(tmp_path, redirections, "serve", "--dev")
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            async with asyncio.timeout(30):
                while not await is_alive(client):
                    assert process.returncode is None
                    await asyncio.sleep(0.01)
            # 1001, and a line of the log
            answer = await client.post("/friend/import_friend", content=b"{}")
            assert answer.json()["errCode"] == 1001
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0
        os.close(fifo)
    assert b"import_friend" not in (tmp_path / "amity.db").read_bytes()


async def is_alive(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/healthz")).status_code == 200
    except httpx.TransportError:
        return False
