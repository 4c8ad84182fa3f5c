"""``amity demo``: what it shows is true, and what it prints can be done again."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from amity.cli.demonstration import business
from amity.cli.demonstration.club import ALLOWED, MODIFIED, REJECTED, Club, friendship_file
from tests.support.processes import dies_with_parent, free_port


async def start_demo(folder, *options, stdout=asyncio.subprocess.PIPE, **environ):
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "amity", "demo", *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder), "AMITY_API__PORT": "not a port"} | environ,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )


async def test_the_demo_ends_by_itself_with_everything_as_it_should_be_and_leaves_nothing(tmp_path):
    demo = await start_demo(tmp_path)
    async with asyncio.timeout(60):
        out, err = await demo.communicate()
    text = out.decode()
    assert demo.returncode == 0, err.decode()
    for line in (
        "imports allowed: 19",
        "imports modified: 3",
        "imports rejected: 4",
        "friendships stored: 64",
        "after-events delivered: 22",
        "friend lists that are as they should be: 34",
        "  modified karate01  15 of 16 friends, not karate32",
        "  rejected karate25  5001 Suspended: karate25 is suspended and may not import friends",
        '  rejected karate01  "Leave the traitor at home.": 5004 Insult: nobody is called that here',
        "messages stored: 3",
        "messages refused by the business server: 1",
        "unread for karate01, since its own last message: 2",
        "unread once it has read: 0",
    ):
        assert line in text.splitlines() or f"  {line}" in text.splitlines()
    assert "WRONG" not in text
    assert text.count("curl -s") == 4
    assert list(tmp_path.iterdir()) == []


async def test_the_demo_of_the_relay_shows_what_is_wrong_without_it_and_right_with_it(tmp_path):
    demo = await start_demo(tmp_path, "--relay")
    async with asyncio.timeout(60):
        out, err = await demo.communicate()
    lines = [line.strip() for line in out.decode().splitlines()]
    assert demo.returncode == 0, err.decode()
    for line in (
        "without a relay: refused as malformed: 26",
        "without a relay, with numbers: rejected, and imported all the same: 4",
        "through the relay: imports allowed: 19",
        "through the relay: imports modified: 3",
        "through the relay: imports rejected with the app's code: 4",
        "through the relay: after-events with what was imported: 22",
        "events told while it was down, and delivered: 96",
        "members whose events arrived once each and in order: 8",
    ):
        assert line in lines
    assert "WRONG" not in out.decode()
    assert list(tmp_path.iterdir()) == []


async def test_the_demo_of_the_relay_takes_no_options_of_the_other(tmp_path):
    demo = await start_demo(tmp_path, "--relay", "--keep")
    _, err = await demo.communicate()
    assert demo.returncode == 2
    assert "--relay goes with none of --console, --keep and --port" in err.decode()


async def test_the_demo_needs_no_asgi_server_beside_amity(tmp_path):
    absent, folder = tmp_path / "absent", tmp_path / "folder"
    absent.mkdir()
    folder.mkdir()
    (absent / "uvicorn.py").write_text("raise ImportError('uvicorn is not installed')")
    demo = await start_demo(folder, PYTHONPATH=str(absent))
    async with asyncio.timeout(60):
        _, err = await demo.communicate()
    assert demo.returncode == 0, err.decode()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_the_commands_work_as_printed_and_answer_what_was_shown(tmp_path):
    demo = await start_demo(tmp_path, "--keep")
    assert demo.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not lines or not lines[-1].startswith("Both servers keep running"):
            line = await demo.stdout.readline()
            assert line, "the demo ended"
            lines.append(line.decode().rstrip("\n"))
    token, *imports = [line for line in lines if "curl -s" in line]
    shown = [lines[lines.index(command) + 1] for command in imports]
    script = "\n".join([token, *(f"{command}; echo" for command in imports)])
    shell = await asyncio.create_subprocess_exec(
        "sh", "-c", script, stdout=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"], "no_proxy": "*"}
    )
    async with asyncio.timeout(30):
        answers, _ = await shell.communicate()
    assert [json.loads(answer) for answer in answers.splitlines()] == [json.loads(answer) for answer in shown]
    assert [json.loads(answer)["errCode"] for answer in shown] == [0, 0, 5002]

    demo.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        await demo.communicate()
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


async def test_the_demo_says_what_is_wrong_where_its_port_is_taken(tmp_path):
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        demo = await start_demo(tmp_path, "--port", str(port))
        async with asyncio.timeout(60):
            _, err = await demo.communicate()
    assert demo.returncode == 1
    assert "Traceback" not in err.decode()
    assert "in use" in err.decode()
    assert list(tmp_path.iterdir()) == []


async def test_a_demo_that_nobody_watches_keeps_nobody_from_an_answer(tmp_path):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    port = free_port()
    demo = await start_demo(tmp_path, "--keep", "--port", str(port), stdout=writing)
    os.close(writing)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            delivered = 0.0
            async with asyncio.timeout(60):
                while delivered < 22:
                    await asyncio.sleep(0.05)
                    with contextlib.suppress(httpx.TransportError):
                        found = re.findall(r'result="delivered"} (\d+)', (await client.get("/metrics")).text)
                        delivered = sum(map(int, found))
        async with asyncio.timeout(30):
            said = await asyncio.to_thread(read_until, reading, b"until Ctrl-C")
            assert b"friend lists that are as they should be: 34" in said
            demo.send_signal(signal.SIGINT)
            await asyncio.to_thread(read_until, reading, b"")
        async with asyncio.timeout(30):
            assert await demo.wait() == 0
    finally:
        os.close(reading)
        if demo.returncode is None:
            demo.kill()
            await demo.wait()


def read_until(descriptor, words):
    """Read until there are these words; to the end without any."""
    said = b""
    while (not words or words not in said) and (part := os.read(descriptor, 1 << 16)):
        said += part
    return said


def test_the_club_that_ships_is_zacharys():
    club = Club()
    assert (len(club.members), club.ties) == (34, 78)
    with friendship_file() as path:
        text = path.read_text()
    assert text.startswith("ownerUserID,friendUserID\n")
    pairs = [tuple(line.split(",")) for line in text.splitlines()[1:]]
    assert len({frozenset(pair) for pair in pairs}) == 78
    degrees = dict.fromkeys(club.members, 0)
    for pair in pairs:
        for user_id in pair:
            degrees[user_id] += 1
    # The published degrees of the best known members: Mr. Hi, the treasurer's ally, the president.
    assert (degrees["karate01"], degrees["karate33"], degrees["karate34"]) == (16, 12, 17)
    assert sorted(degrees.values())[:3] == [1, 2, 2]
    sides = [member.side for member in club.members.values()]
    assert (sides.count("Mr. Hi"), sides.count("Officer")) == (17, 17)


def test_the_rule_allows_modifies_and_rejects():
    club = Club()
    assert [club.count(verdict) for verdict in (ALLOWED, MODIFIED, REJECTED)] == [19, 3, 4]
    for verdict in (ALLOWED, MODIFIED, REJECTED):
        assert club.verdict(club.example(verdict)) == verdict


def test_a_package_carries_a_copy_of_the_example():
    root = Path(__file__).parents[3]
    packing = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    packed = business._PACKED.relative_to(root / "src").as_posix()
    assert packing["force-include"] == {"examples/business_server/server.py": packed}


def test_the_checkout_runs_the_example_itself():
    assert business.example_program() == Path(__file__).parents[3] / "examples" / "business_server" / "server.py"


async def test_the_demo_of_the_console_leaves_the_import_to_its_user_and_nothing_behind(tmp_path):
    demo = await start_demo(tmp_path, "--console")
    async with asyncio.timeout(60):
        text = ""
        while "until Ctrl-C" not in text:
            line = await demo.stdout.readline()
            assert line, text
            text += line.decode()
    [console] = re.findall(r"Open (\S+/console) in a browser", text)
    [file] = re.findall(r"choose the file (\S+),", text)
    rows = await asyncio.to_thread(Path(file).read_text, encoding="utf-8")
    assert len(rows.splitlines()) == 13
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{console}/login")
        assert answer.status_code == 200
    demo.send_signal(signal.SIGINT)
    assert await demo.wait() == 0
    assert list(tmp_path.iterdir()) == []
