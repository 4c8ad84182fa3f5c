"""Checks of the settings' TLS files before they are used. Nothing here prompts for a password."""

import ssl
from pathlib import Path

from amity.settings.model import Tls

_LONGEST_NAME = 4096


class _EncryptedError(Exception):
    """OpenSSL asked for a password."""


def problems_of(tls: Tls) -> list[str]:
    """Return which of the files cannot be used, and why."""
    found = []
    for name, file in (
        ("caFile", tls.ca_file),
        ("clientCertificate", tls.client_certificate),
        ("clientKey", tls.client_key),
    ):
        if file and is_content(file):
            found.append(f"callbacks.tls.{name}: holds the content of a file; name the file")
        elif file and not Path(file).is_file():
            found.append(f"callbacks.tls.{name}: there is no file {file}")
    if not found and tls != Tls():
        try:
            load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), tls)
        except ValueError as error:
            found.append(str(error))
    return found


def is_content(file: str) -> bool:
    """Return whether a text is the content of a PEM file in place of its name: it may be a private key."""
    return "-----BEGIN" in file or "\n" in file or len(file) > _LONGEST_NAME


def load_into(context: ssl.SSLContext, tls: Tls) -> None:
    """Load authorities and client certificate into a context. Raises ``ValueError`` that names the key and the file."""
    if tls.ca_file:
        try:
            context.load_verify_locations(tls.ca_file)
        except (OSError, ssl.SSLError) as error:
            why = _unreadable(error) or "holds no certificate in PEM form"
            raise ValueError(f"callbacks.tls.caFile: {tls.ca_file} {why}") from None
    if tls.client_key and not tls.client_certificate:
        raise ValueError("callbacks.tls.clientKey: needs callbacks.tls.clientCertificate")
    if tls.client_certificate:
        _load_certificate(context, tls.client_certificate, tls.client_key)


def _load_certificate(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    key_file = key or certificate
    key_name = "callbacks.tls.clientKey" if key else "callbacks.tls.clientCertificate"
    try:
        context.load_cert_chain(certificate, key, password=_refuse)
    except _EncryptedError:
        raise ValueError(
            f"{key_name}: the key in {key_file} is encrypted, and a server has nobody to ask for its password; write "
            f"it without one: openssl pkey -in {key_file} -out NEW.pem && chmod 600 NEW.pem"
        ) from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ValueError(f"{key_name}: {key_file} does not hold the key of {certificate}") from None
        if not _holds(certificate, b"CERTIFICATE-----"):
            why = "holds no certificate in PEM form"
            raise ValueError(f"callbacks.tls.clientCertificate: {certificate} {why}") from None
        if not _holds(key_file, b"PRIVATE KEY-----"):
            advice = "" if key else "; name its file as callbacks.tls.clientKey"
            raise ValueError(f"{key_name}: {key_file} holds no private key in PEM form{advice}") from None
        raise ValueError(f"{key_name}: {certificate} and {key_file} are damaged or of a kind unknown here") from None
    except OSError as error:
        raise ValueError(f"{key_name}: {error.filename or key_file} {_unreadable(error)}") from None


def _refuse() -> str:
    raise _EncryptedError


def _holds(file: str, mark: bytes) -> bool:
    return mark in Path(file).read_bytes()


def _unreadable(error: OSError) -> str:
    """Return why a file could not be read, or an empty string if OpenSSL read it and found it invalid."""
    return "" if isinstance(error, ssl.SSLError) else f"cannot be read: {error.strerror}"
