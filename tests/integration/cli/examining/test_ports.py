"""Who has the ports of the settings, and whether that is the server that is meant."""

import asyncio
import contextlib
import os
import sqlite3

import pytest

from amity.cli.examining import ports
from tests.integration.cli.examining.conftest import Doctor
from tests.support.processes import free_port
from tests.support.rest import SECRET

OTHER = "a-secret-that-the-server-does-not-have"


@pytest.fixture
async def running(start_server) -> dict[str, dict[str, int]]:
    """A running server's ports, as settings."""
    rest = await start_server()
    api, gateway = (int(url.rpartition(":")[2]) for url in (rest.url, start_server.gateway_url))
    return {"api": {"port": api}, "gateway": {"port": gateway}}


async def test_the_server_of_these_settings_is_well(doctor: Doctor, running, sqlite_url):
    doctor.write(database=sqlite_url, **running)
    found = await doctor()
    for part in ("api", "gateway"):
        where = f"127.0.0.1:{running[part]['port']}"
        assert found[f"{part} port"] == ("ok", f"{where} is in use by a server that takes the settings' secret", "")


async def test_a_server_with_another_secret_is_told_from_the_own_one(doctor: Doctor, running, sqlite_url):
    doctor.write(database=sqlite_url, secret=OTHER, **running)
    found = await doctor()
    for part in ("api", "gateway"):
        level, text, mend = found[f"{part} port"]
        assert (level, text.partition(" is ")[2]) == (
            "fail",
            "in use by a server of this protocol that takes another secret",
        )
        assert f"AMITY_{part.upper()}__PORT" in mend
        assert "AMITY_SECRET" in mend


async def test_a_server_on_another_file_is_told_from_the_own_one(doctor: Doctor, running):
    doctor.write(**running)
    level, text, mend = (await doctor())["api port"]
    assert level == "fail"
    assert text.endswith("is in use by a server with this secret that serves another database than amity.db")
    assert "whole path" in mend


async def test_ports_that_are_swapped_are_named_as_that(doctor: Doctor, running, sqlite_url, monkeypatch):
    monkeypatch.setattr(ports, "_SECONDS", 0.5)  # how long the API is waited for to answer as a gateway
    doctor.write(database=sqlite_url, api=running["gateway"], gateway=running["api"])
    found = await doctor()
    for part in ("api", "gateway"):
        assert found[f"{part} port"][0] == "fail"
        assert "with its other port" in found[f"{part} port"][1]
        assert "swapped" in found[f"{part} port"][2]


async def test_a_server_that_runs_with_other_ports_than_the_settings_is_to_be_started_anew(
    doctor: Doctor, running, sqlite_url
):
    doctor.write(database=sqlite_url)
    level, text, mend = (await doctor())["api port"]
    assert (level, mend) == ("warn", "start the server anew")
    assert f"is free: process {os.getpid()}, which serves the database, was started with other settings" in text


async def test_a_gateway_that_moved_in_the_settings_alone_is_noticed_with_any_database(
    doctor: Doctor, running, empty_postgres_url
):
    doctor.write(database=empty_postgres_url, api=running["api"])
    found = await doctor()
    assert found["api port"][0] == "ok"
    assert found["gateway port"][0] == "warn"
    assert (
        f"the server on 127.0.0.1:{running['api']['port']} was started with other settings" in found["gateway port"][1]
    )


async def test_the_secret_of_a_server_in_development_is_compared_too(doctor: Doctor, running, sqlite_url, tmp_path):
    doctor.write(database=sqlite_url, secret="", **running)
    assert "takes another secret" in (await doctor("--dev"))["api port"][1]
    left = tmp_path / f"{sqlite_url.removeprefix('sqlite:///')}.dev-secret"
    left.write_text(f"{SECRET}\n")
    left.chmod(0o600)
    assert (await doctor("--dev"))["api port"][0] == "ok"


async def on_a_port_of_its_own(start_server):
    """A running server's ports, as settings, that of its console with them."""
    console = {"enable": True, "port": free_port()}
    rest = await start_server(console=console)
    api, gateway = (int(url.rpartition(":")[2]) for url in (rest.url, start_server.gateway_url))
    return {"api": {"port": api}, "gateway": {"port": gateway}, "console": console}


async def test_the_console_of_the_server_of_these_settings_is_well(doctor: Doctor, start_server, sqlite_url):
    parts = await on_a_port_of_its_own(start_server)
    doctor.write(database=sqlite_url, **parts)
    port, api = parts["console"]["port"], parts["api"]["port"]
    said = f"127.0.0.1:{port} is in use by the console of the server on 127.0.0.1:{api}"
    assert (await doctor())["console port"] == ("ok", said, "")


async def test_the_console_of_another_server_is_told_from_the_own_one(doctor: Doctor, start_server):
    parts = await on_a_port_of_its_own(start_server)
    doctor.write(console=parts["console"])
    level, text, mend = (await doctor())["console port"]
    assert (level, text.partition(" is ")[2]) == ("fail", "in use by the console of another server")
    assert "AMITY_CONSOLE__PORT" in mend


async def test_an_api_on_the_port_of_the_console_is_another_program(doctor: Doctor, start_server):
    rest = await start_server(console={"enable": True})
    doctor.write(console={"enable": True, "port": int(rest.url.rpartition(":")[2])})
    level, text, mend = (await doctor())["console port"]
    assert (level, text.partition(": ")[2]) == ("fail", "another program listens there")
    assert "console.port" in mend


async def test_a_free_port_of_the_console_is_well_and_one_that_it_has_not_is_not_looked_at(doctor: Doctor):
    port = free_port()
    doctor.write(console={"enable": True, "port": port})
    assert (await doctor())["console port"] == ("ok", f"127.0.0.1:{port} is free", "")
    for console in ({"enable": True}, {"enable": False, "port": port}):
        doctor.write(console=console)
        assert "console port" not in await doctor()


async def test_a_port_of_another_machine_s_address_is_no_server_of_ours(doctor: Doctor, running, sqlite_url):
    # An address of documentation (RFC 5737): no machine has it.
    doctor.write(database=sqlite_url, api={"host": "192.0.2.1", "port": 10002}, gateway=running["gateway"])
    level, text, _ = (await doctor())["api port"]
    assert (level, text) == ("fail", "192.0.2.1:10002 cannot be listened on: this machine has no such address")


async def test_a_host_that_is_none_is_said_once(doctor: Doctor):
    doctor.write(api={"host": "no-such-host.invalid", "port": 10002})
    level, text, _ = (await doctor())["api port"]
    assert level == "fail"
    assert text.count("no-such-host.invalid") == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n" + b'{"errCode":"x"}',
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
async def test_a_port_that_another_program_has_is_named_with_the_setting(doctor: Doctor, answer):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        doctor.write(api={"port": port})
        level, text, mend = (await doctor())["api port"]
    assert (level, text) == ("fail", f"127.0.0.1:{port} cannot be listened on: another program listens there")
    assert "AMITY_API__PORT" in mend


async def test_looking_at_a_server_gives_nobody_a_token(doctor: Doctor, running, sqlite_url, start_server):
    doctor.write(database=sqlite_url, **running)
    tokens = "select count(*) from tokens"
    before = await counted(sqlite_url, tokens)
    await doctor()
    assert await counted(sqlite_url, tokens) == before


async def counted(url: str, sql: str) -> int:
    """Read a number from a database that is served."""
    with contextlib.closing(sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as connection:
        return int(connection.execute(sql).fetchone()[0])
