"""TLS files that cannot be used are a settings error that names the key and the file, and nothing prompts."""

import pytest

from amity.settings import Tls
from amity.settings.tls import problems_of
from tests.support.tls import AUTHORITY, CERTIFICATES, CLIENT

ENCRYPTED = CERTIFICATES / "client-key-encrypted.pem"


@pytest.fixture
def key(tmp_path):
    """The client's private key, in a file of its own."""
    text = CLIENT.read_text()
    start = text.index("-----BEGIN PRIVATE KEY-----")
    end = text.index("-----END PRIVATE KEY-----") + len("-----END PRIVATE KEY-----\n")
    path = tmp_path / "key.pem"
    path.write_text(text[start:end])
    return path


def test_files_that_can_be_used_have_no_problem(key):
    assert problems_of(Tls()) == []
    assert problems_of(Tls(ca_file=str(AUTHORITY))) == []
    assert problems_of(Tls(ca_file=str(AUTHORITY), client_certificate=str(CLIENT))) == []
    assert problems_of(Tls(client_certificate=str(CLIENT), client_key=str(key))) == []


def test_an_encrypted_key_is_named_with_what_to_do_about_it():
    (problem,) = problems_of(Tls(client_certificate=str(CLIENT), client_key=str(ENCRYPTED)))
    assert problem.startswith(f"callbacks.tls.clientKey: the key in {ENCRYPTED} is encrypted")
    assert "openssl pkey -in" in problem


def test_a_key_of_another_certificate_is_named(key):
    server = CERTIFICATES / "server.pem"
    (problem,) = problems_of(Tls(client_certificate=str(server), client_key=str(key)))
    assert problem == f"callbacks.tls.clientKey: {key} does not hold the key of {server}"


def test_files_that_hold_something_else_are_named(key, tmp_path):
    empty = tmp_path / "empty.pem"
    empty.touch()
    assert problems_of(Tls(ca_file=str(key))) == [f"callbacks.tls.caFile: {key} holds no certificate in PEM form"]
    assert problems_of(Tls(client_certificate=str(key))) == [
        f"callbacks.tls.clientCertificate: {key} holds no certificate in PEM form"
    ]
    (problem,) = problems_of(Tls(client_certificate=str(AUTHORITY)))
    assert problem.startswith(f"callbacks.tls.clientCertificate: {AUTHORITY} holds no private key in PEM form; name")
    assert problems_of(Tls(client_certificate=str(CLIENT), client_key=str(empty))) == [
        f"callbacks.tls.clientKey: {empty} holds no private key in PEM form"
    ]


def test_a_key_without_a_certificate_is_of_no_use(key):
    assert problems_of(Tls(client_key=str(key))) == ["callbacks.tls.clientKey: needs callbacks.tls.clientCertificate"]
