"""What is Redis's own: passwords, TLS, and answers that no Redis should give."""

import asyncio
import logging

import pytest

from amity.cluster.bus.redis import connection as connections
from amity.settings import Settings, every_secret
from amity.storage import StorageError
from tests.support.processes import free_port
from tests.support.redis import RedisServer
from tests.support.tls import AUTHORITY, CERTIFICATES, CLIENT

PASSWORD = "Tropic/of:Cancer@7"
ENCODED = "Tropic%2Fof:Cancer%407"


async def passes(opened, url):
    bus, heard = await opened(url, "a")
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])


async def test_a_password_lets_in(opened):
    with RedisServer(password="Tropic") as server:
        await passes(opened, server.url)
        await passes(opened, f"redis://default:Tropic@127.0.0.1:{server.port}/0")


async def test_a_user_of_the_acl_needs_its_channels_and_four_commands(opened):
    rules = f"&{{amity:* +publish +subscribe +unsubscribe +ping >{PASSWORD}"
    with RedisServer({"user": f"amity on resetchannels -@all {rules}"}) as server:
        await passes(opened, f"redis://amity:{ENCODED}@127.0.0.1:{server.port}")


@pytest.mark.parametrize(
    ("credentials", "problem"),
    [
        ("", "it asks for a password, and the URL has none"),
        (":wrong@", "it refuses the user or the password"),
        ("nobody:wrong@", "it refuses the user or the password"),
    ],
)
async def test_a_wrong_password_is_said_and_not_shown(opened, caplog, credentials, problem):
    caplog.set_level(logging.DEBUG)
    with RedisServer(password="Tropic") as server:
        with pytest.raises(StorageError) as refused:
            await opened(f"redis://{credentials}127.0.0.1:{server.port}", "a")
        assert str(refused.value) == f"Redis at 127.0.0.1:{server.port}: {problem}"
        assert "wrong" not in caplog.text.replace("wrong_", "")


async def test_a_password_that_a_server_has_not_is_said(opened, redis):
    with pytest.raises(StorageError, match="it has no password for this user"):
        await opened(f"redis://:Tropic@127.0.0.1:{redis.port}", "a")


def test_the_password_is_masked_and_shown_nowhere():
    settings = Settings(bus=f"redis://ann:{ENCODED}@redis:6379")
    assert "Tropic" not in repr(settings)
    assert {PASSWORD, ENCODED} <= set(every_secret(settings))


async def test_a_user_without_the_right_to_publish_is_refused_at_the_start(opened):
    user = {"user": "amity on allchannels -@all +subscribe +ping >Tropic"}
    with RedisServer(user) as server, pytest.raises(StorageError, match="NOPERM"):
        await opened(f"redis://amity:Tropic@127.0.0.1:{server.port}", "a")


@pytest.fixture
def encrypted():
    port = free_port()
    options = {
        "tls-port": str(port),
        "tls-cert-file": str(CERTIFICATES / "server.pem"),
        "tls-key-file": str(CERTIFICATES / "server.pem"),
        "tls-ca-cert-file": str(AUTHORITY),
        "tls-auth-clients": "yes",
    }
    with RedisServer(options):
        yield f"rediss://127.0.0.1:{port}"


async def test_tls_with_a_client_certificate(opened, encrypted):
    await passes(opened, f"{encrypted}?sslrootcert={AUTHORITY}&sslcert={CLIENT}")


async def test_a_certificate_of_an_unknown_authority_is_refused(opened, encrypted):
    with pytest.raises(StorageError, match="its certificate is not accepted"):
        await opened(f"{encrypted}?sslcert={CLIENT}", "a")


async def test_a_server_that_speaks_no_tls_is_named(opened, redis):
    with pytest.raises(StorageError, match=rf"127\.0\.0\.1:{redis.port} cannot be reached: "):
        await opened(f"rediss://127.0.0.1:{redis.port}?sslrootcert={AUTHORITY}", "a")


@pytest.fixture
async def answering():
    """Starts a server that answers whatever it is asked with the same bytes, and returns its address."""
    servers = []

    async def start(answer):
        async def serve(reader, writer):
            while await reader.read(65536):
                writer.write(answer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        servers.append(server)
        return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


async def test_a_server_that_repeats_the_password_in_its_error_is_not_quoted(opened, answering):
    place = await answering(b"-ERR unknown command 'AUTH', with args beginning with: 'Tropic'\r\n")
    with pytest.raises(StorageError) as refused:
        await opened(f"redis://:Tropic@{place}", "a")
    assert str(refused.value) == f"Redis at {place}: it refuses to log in"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"*1\r\n" * 40, b"$7x\r\n", b"\0\0\0\0"])
async def test_what_is_no_redis_is_refused(opened, answering, answer):
    with pytest.raises(StorageError, match="it does not speak Redis's protocol"):
        await opened(f"redis://{await answering(answer)}", "a")


async def test_a_reply_without_an_end_is_bounded(opened, answering, monkeypatch):
    monkeypatch.setattr(connections, "MOST_REPLY_BYTES", 1000)
    place = await answering(b"$100000\r\n" + bytes(5000))
    with pytest.raises(StorageError, match="its reply is larger than 1000 bytes"):
        await opened(f"redis://{place}", "a")


async def test_what_others_publish_on_a_channel_is_passed_over(opened, redis):
    bus, heard = await opened(redis.url, "a")
    for junk in ("", "junk", "\x91\x01", "\x91"):
        assert redis.tell("PUBLISH", "{amity:test}:a", junk).startswith(":1")
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])
    assert heard.events == []


async def test_a_listener_that_redis_disconnects_listens_again(opened, redis):
    bus, heard = await opened(redis.url, "a")
    redis.tell("CLIENT", "KILL", "TYPE", "pubsub")
    await heard.until(lambda: heard.events == ["lost", "restored"])
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])
