import contextlib
import ssl
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.settings import Settings
from amity.settings.bus_url import RedisUrl, parse, secrets_of
from amity.settings.database_url import PostgresUrl
from amity.settings.rules import about_bus
from tests.support.tls import AUTHORITY, CLIENT

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
PLACES = st.lists(st.tuples(NAMES, st.integers(1, 65535)), min_size=1, max_size=4)


@given(TEXTS, TEXTS, PLACES, TEXTS)
def test_what_is_written_percent_encoded_is_read(user, password, places, master):
    hosts = ",".join(f"{host}:{port}" for host, port in places)
    credentials = f"{quote(user, safe='')}:{quote(password, safe='')}"
    found = parse(f"redis+sentinel://{credentials}@{hosts}/{quote(master, safe='')}")
    assert isinstance(found, RedisUrl)
    assert (found.user, found.password, found.places, found.master) == (user, password, places, master)
    assert (found.kind, found.encrypted) == ("sentinel", False)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for prefix in ("", "redis://", "rediss://", "redis+sentinel://", "redis+cluster://"):
        with contextlib.suppress(ValueError):
            parse(prefix + text)


@pytest.mark.parametrize(
    ("url", "kind", "encrypted", "places"),
    [
        ("redis://host", "server", False, [("host", 6379)]),
        ("redis://host:7000/0", "server", False, [("host", 7000)]),
        ("rediss://[::1]:7000", "server", True, [("::1", 7000)]),
        ("redis+sentinel://a,b:7/m", "sentinel", False, [("a", 26379), ("b", 7)]),
        ("rediss+sentinel://a/m", "sentinel", True, [("a", 26379)]),
        ("redis+cluster://a,b:7", "cluster", False, [("a", 6379), ("b", 7)]),
        ("rediss+cluster://a", "cluster", True, [("a", 6379)]),
    ],
)
def test_each_kind_has_its_default_port(url, kind, encrypted, places):
    found = parse(url)
    assert isinstance(found, RedisUrl)
    assert (found.kind, found.encrypted, found.places) == (kind, encrypted, places)


def test_a_postgresql_url_is_a_database():
    assert isinstance(parse("postgresql://ann@db/im"), PostgresUrl)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("Tropic", "starts with redis://"),
        ("nats://ann:Tropic@host", "starts with redis://"),
        ("rediss+other://Tropic", "starts with redis://"),
        ("redis+sentinels://Tropic", "starts with redis://"),
        ("redis://", "names no host"),
        ("redis://:Tropic@", "names no host"),
        ("redis://ann@host", "names a user and no password"),
        ("redis://a,b", "names several hosts"),
        ("redis+sentinel://a", "names no master"),
        ("redis://host/Tropic", "holds a path"),
        ("redis+cluster://host/Tropic", "holds a path"),
        ("redis+cluster://host/1/Tropic", "holds more than a number"),
        ("redis://%2Frun", "its host is a name or an address"),
        ("redis://:Tro/pic@host", "not percent-encoded"),
        ("redis://:Tropic@host:0", "its port is a number"),
        ("redis://host?sslrootcert=/Tropic", "has options for TLS"),
        ("rediss://host?db=Tropic", "unknown option"),
        ("rediss://host?sslmode=Tropic", "sslmode is one of verify-ca, verify-full"),
        ("rediss://host?sslrootcert=/Tropic/no", "sslrootcert: there is no file"),
        (f"rediss://host?sslkey={CLIENT}", "sslkey: needs sslcert"),
        (f"rediss://host?sslcert={AUTHORITY}", "sslcert: "),
    ],
)
def test_what_cannot_be_meant_is_refused(url, problem):
    with pytest.raises(ValueError, match=r"^") as refused:
        parse(url)
    assert (
        str(refused.value).startswith(problem) or f": {problem}" in str(refused.value) or problem in str(refused.value)
    )
    assert "Tropic" not in str(refused.value).replace("/Tropic/no", "")


def test_the_password_is_no_part_of_what_is_shown():
    found = parse("redis+sentinel://ann:Tropic@a:1,[::1]:2/m")
    assert "Tropic" not in repr(found)
    assert found.where == "a:1, [::1]:2"


def test_secrets_are_masked_in_every_spelling():
    assert secrets_of(f"rediss://ann:a%2Fb@host?sslcert={CLIENT}&sslpassword=c") == ["a/b", "a%2Fb", "c"]
    assert secrets_of("redis://host") == []
    assert secrets_of("nonsense") == []


def test_a_certificate_is_checked_against_its_authority_and_its_name():
    context = context_of(f"rediss://host?sslrootcert={AUTHORITY}")
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 1
    assert not context_of(f"rediss://host?sslrootcert={AUTHORITY}&sslmode=verify-ca").check_hostname


def context_of(url):
    found = parse(url)
    assert isinstance(found, RedisUrl)
    context = found.tls()
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    return context


def test_a_bus_beside_sqlite_is_refused():
    assert about_bus("", "sqlite:///amity.db") == []
    assert about_bus("redis://host", "postgresql://db/im") == []
    assert about_bus("redis://host", "sqlite:///amity.db") == [
        "bus: one process has a SQLite database alone, so there is nobody to tell: leave it empty"
    ]
    assert about_bus("redis://", "postgresql://db/im") == ["bus: names no host"]
    assert "Tropic" not in repr(Settings(bus="redis://:Tropic@host"))
