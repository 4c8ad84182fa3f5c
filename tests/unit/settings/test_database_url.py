"""The URL of a PostgreSQL database: what it means, and that no error repeats it."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.settings.database_url import OPTIONS, parse, secrets_of
from tests.support.tls import AUTHORITY, CLIENT

URL = "postgresql://ann:secret@db.example:6432/im"


def test_each_part_is_found():
    found = parse(f"{URL}?sslmode=require&application_name=amity%201&statements=named")
    assert (found.hosts, found.ports) == (("db.example",), (6432,))
    assert (found.user, found.password, found.name) == ("ann", "secret", "im")
    assert found.options == {"sslmode": "require", "application_name": "amity 1", "statements": "named"}
    assert found.where == "db.example:6432"


@pytest.mark.parametrize(
    ("place", "hosts", "ports"),
    [
        ("db.example/im", ("db.example",), (5432,)),
        ("[2001:db8::1]:6432/im", ("2001:db8::1",), (6432,)),
        ("one,two:6432/im", ("one", "two"), (5432, 6432)),
        ("one,two/im?port=1,2", ("one", "two"), (1, 2)),
        ("%2Frun%2Fpostgresql/im", ("/run/postgresql",), (5432,)),
        ("/im?host=/run/postgresql&port=6432", ("/run/postgresql",), (6432,)),
        ("/im", (), ()),
    ],
)
def test_hosts_and_ports_are_found_in_every_way_to_write_them(place: str, hosts: tuple[str], ports: tuple[int]):
    found = parse(f"postgresql://{place}")
    assert (found.hosts, found.ports, found.name) == (hosts, ports, "im")


def test_an_address_of_ipv6_is_named_in_brackets():
    assert parse("postgres://[2001:db8::1]/im").where == "[2001:db8::1]:5432"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_every_password_can_be_written_percent_encoded(password: str):
    assert parse(f"postgresql://ann:{quote(password, safe='')}@db.example/im").password == password


@pytest.mark.parametrize("character", "/?#[]@ \t\n%")
def test_a_character_that_must_be_encoded_is_refused_with_how_to_write_it(character: str):
    with pytest.raises(ValueError, match="percent-encoded") as refused:
        parse(f"postgresql://ann:Tropic{character}Secret@db.example/im")
    assert not any(part in str(refused.value) for part in ("Tropic", "Secret", "ann", "db.example"))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://ann:Tropic@db/im", "starts with sqlite:/// and a file name, or with postgresql://"),
        ("postgresql://ann:Tropic@db:0/im", "its port is a number from 1 to 65535"),
        ("postgresql://ann:Tropic@db:65536/im", "its port is a number from 1 to 65535"),
        ("postgresql://ann:Tropic", "its port a number from 1 to 65535"),
        ("postgresql://ann:Tropic@db/im/more", "more than a database's name"),
        ("postgresql://ann:Tropic@db/im#Secret", "holds a #"),
        ("postgresql://ann:Tropic%FF@db/im", "not UTF-8"),
        ("postgresql://ann:Tropic\udcff@db/im", "not UTF-8"),
        ("postgresql://ann:Tropic%00@db/im", "%00"),
        ("postgresql://db/im?Tropic", "unknown option"),
        ("postgresql://db/im?Tropic=Secret", "unknown option"),
        ("postgresql://db/im?sslmode=Tropic", "sslmode is one of disable, allow"),
        ("postgresql://db/im?statements=Tropic", "statements is one of named, unnamed"),
        ("postgresql://db/im?password=Tropic&password=Secret", "the option password twice"),
        ("postgresql:///im?port=6432", "names a port and no host"),
        ("postgresql://d%2Fb/im", "the whole path of a socket's directory"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_not_repeated(url: str, problem: str):
    with pytest.raises(ValueError, match=r"^") as refused:
        parse(url)
    assert problem in str(refused.value)
    assert "Tropic" not in str(refused.value)
    assert "Secret" not in str(refused.value)


def test_files_of_tls_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    other = tmp_path / "other.pem"
    other.write_text("no certificate")
    pem = quote(CLIENT.read_text(), safe="")
    assert parse(f"{URL}?sslmode=verify-full&sslrootcert={AUTHORITY}&sslcert={CLIENT}").options["sslcert"] == str(
        CLIENT
    )
    for options, problem in (
        ("sslmode=verify-full", "sslmode=verify-full needs sslrootcert=FILE"),
        (f"sslrootcert={tmp_path / 'none'}", f"sslrootcert: there is no file {tmp_path / 'none'}"),
        (f"sslrootcert={other}", f"sslrootcert: {other} holds no certificate in PEM form"),
        (f"sslkey={CLIENT}", "sslkey: needs sslcert"),
        (f"sslcert={AUTHORITY}", f"sslcert: {AUTHORITY} and its key (sslkey) don't fit"),
        (f"sslkey={pem}&sslcert={CLIENT}", "sslkey: holds the content of a file; name the file"),
    ):
        with pytest.raises(ValueError, match=r"^") as refused:
            parse(f"{URL}?{options}")
        assert str(refused.value).startswith(problem)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path):
    closed = tmp_path / "closed.pem"
    closed.write_bytes(AUTHORITY.read_bytes())
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(ValueError, match=f"sslrootcert: {closed} cannot be read: Permission denied"):
        parse(f"{URL}?sslrootcert={closed}")


def test_its_secrets_are_known_as_they_are_meant_and_as_they_are_written():
    assert secrets_of("postgresql://ann:a%2Fb@db/im?sslpassword=c") == ["a/b", "a%2Fb", "c"]
    assert secrets_of("postgresql://db/im") == []
    assert secrets_of("sqlite:///amity.db") == []


def test_its_repr_holds_no_secret():
    assert "Tropic" not in repr(parse("postgresql://ann:Tropic@db/im?sslpassword=Tropic"))


def test_the_page_of_settings_names_every_option():
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [option for option in sorted(OPTIONS) if f"`{option}`" not in page] == []
