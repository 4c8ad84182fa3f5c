"""TLS contexts for the tests, made from the certificates beside this file."""

import ssl
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = CERTIFICATES / "authority.pem"
CLIENT = CERTIFICATES / "client.pem"


def server_context(certificate: str = "server.pem", *, asks_for_client: bool = False) -> ssl.SSLContext:
    """Return the context of a server with this certificate, which requires a client's certificate if
    ``asks_for_client``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=AUTHORITY)
    context.load_cert_chain(CERTIFICATES / certificate)
    if asks_for_client:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context() -> ssl.SSLContext:
    """Return the context of a client that trusts only the tests' authority."""
    return ssl.create_default_context(cafile=AUTHORITY)
