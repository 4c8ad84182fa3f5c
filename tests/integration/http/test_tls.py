"""HTTPS: trusted authorities, checked names, and client certificates."""

import asyncio
import socket
import ssl

import pytest

from amity.http.client import HttpFailure
from tests.support.business_server import BusinessServer
from tests.support.processes import free_port
from tests.support.tls import CLIENT, client_context, server_context

TYPE = {"Content-Type": "application/json"}


async def test_a_certificate_of_a_trusted_authority_is_accepted(make_client):
    client = make_client(tls=client_context())
    async with BusinessServer(tls=server_context()) as server:
        for _ in range(3):
            assert (await client.post(server.url, TYPE, b"{}", 5.0)).status == 200
        assert server.connections == 1


async def test_the_name_of_the_url_is_asked_for_and_checked(make_client, monkeypatch):
    names = []

    async def getaddrinfo(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    context = server_context()
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    client = make_client(tls=client_context())
    async with BusinessServer(tls=context) as server:
        assert (await client.post(f"https://business.example:{server.port}/", TYPE, b"{}", 5.0)).status == 200
        with pytest.raises(HttpFailure, match="TLS"):
            await client.post(f"https://another.example:{server.port}/", TYPE, b"{}", 5.0)
    assert names == ["business.example", "another.example"]


@pytest.mark.parametrize(
    ("certificate", "says"), [("expired.pem", "expired"), ("elsewhere.pem", "match|mismatch|not valid for")]
)
async def test_a_certificate_that_does_not_hold_is_a_failure(make_client, certificate, says):
    async with BusinessServer(tls=server_context(certificate)) as server:
        with pytest.raises(HttpFailure) as raised:
            await make_client(tls=client_context()).post(server.url, TYPE, b"{}", 5.0)
        assert server.requests == []
    assert raised.value.reason == "could not be reached over TLS"
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(raised.value.detail)


async def test_without_a_ca_file_the_systems_authorities_decide(client):
    async with BusinessServer(tls=server_context()) as server:
        with pytest.raises(HttpFailure) as raised:
            await client.post(server.url, TYPE, b"{}", 5.0)
    assert "certificate is not accepted" in raised.value.detail


async def test_a_client_certificate_is_shown_where_it_is_asked_for(make_client):
    shown = client_context()
    shown.load_cert_chain(CLIENT)
    async with BusinessServer(tls=server_context(asks_for_client=True)) as server:
        assert (await make_client(tls=shown).post(server.url, TYPE, b"{}", 5.0)).status == 200
        with pytest.raises(HttpFailure):
            await make_client(tls=client_context()).post(server.url, TYPE, b"{}", 5.0)
        assert len(server.requests) == 1


async def test_plain_http_where_tls_is_spoken_and_the_other_way_round_are_failures(make_client):
    client = make_client(tls=client_context())
    async with BusinessServer(tls=server_context()) as server:
        with pytest.raises(HttpFailure):
            await client.post(f"http://127.0.0.1:{server.port}/", TYPE, b"{}", 5.0)
    async with await asyncio.start_server(_speak_plainly, "127.0.0.1", 0) as plain:
        with pytest.raises(HttpFailure, match="TLS"):
            await client.post(f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}/", TYPE, b"{}", 5.0)
    with pytest.raises(HttpFailure, match="could not be reached"):
        await client.post(f"https://127.0.0.1:{free_port()}/", TYPE, b"{}", 5.0)


async def _speak_plainly(reader, writer):
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read()
    writer.close()


async def test_a_handshake_that_does_not_end_ends_with_the_deadline(make_client):
    async def accept(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(HttpFailure) as raised:
            await make_client(tls=client_context()).post(f"https://127.0.0.1:{port}/", TYPE, b"{}", 0.3)
    assert raised.value.timed_out


def test_the_clients_context_verifies_names():
    assert client_context().verify_mode == ssl.CERT_REQUIRED
    assert client_context().check_hostname
