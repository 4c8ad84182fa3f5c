"""Parsing of URLs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.http.url import parse, passwords_of, shown


@pytest.mark.parametrize(
    ("url", "host", "port", "authority", "path"),
    [
        ("http://example.com", "example.com", 80, "example.com", "/"),
        ("https://example.com", "example.com", 443, "example.com", "/"),
        ("http://example.com:80/a", "example.com", 80, "example.com", "/a"),
        ("http://Example.COM:8080/a/b?c=d", "example.com", 8080, "example.com:8080", "/a/b?c=d"),
        ("http://[::1]:81/", "::1", 81, "[::1]:81", "/"),
        ("http://my_app.internal/x?y", "my_app.internal", 80, "my_app.internal", "/x?y"),
        ("http://bücher.example/ü?ö=%20", "xn--bcher-kva.example", 80, "xn--bcher-kva.example", "/%C3%BC?%C3%B6=%20"),
    ],
)
def test_a_url_is_parsed(url, host, port, authority, path):
    target = parse(url)
    assert (target.host, target.port, target.authority, target.path) == (host, port, authority, path)
    assert target.authorization == ""


def test_userinfo_becomes_basic_authorization_and_never_goes_into_the_request_line():
    target = parse("http://me:p%40ss@example.com/x")
    assert target.authorization == "Basic bWU6cEBzcw=="
    assert target.authority == "example.com"


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "/path", "ftp://example.com", "file:///etc/passwd", "http://", "http://:80", "http:///x",
        "http://exa mple.com", "http://example.com/a b", "http://example.com/a\r\nX: y", "http://example.com:0",
        "http://example.com:65536", "http://example.com:x", "http://example.com/#top", "http://[::1", "http://[::g]",
        "http://[fe80::1%25eth0]/", "http://exam!ple", "http://a..b/", "http://" + "a" * 64 + ".com",
        "http://user:hunter2@[::1", "http://user:hunter2@host:port/",
    ],
)  # fmt: skip
def test_an_invalid_url_is_refused_without_showing_the_password(url):
    with pytest.raises(ValueError, match=r"URL") as refusal:
        parse(url)
    assert "hunter2" not in str(refusal.value)


@given(st.text())
def test_any_text_is_a_url_or_a_value_error(text):
    try:
        target = parse(text)
    except ValueError:
        return
    line = f"{target.authority}{target.path}{target.authorization}"
    assert line.isascii()
    assert not any(char in line for char in "\r\n\0")


def test_the_log_is_shown_neither_userinfo_nor_query_nor_fragment():
    assert shown("https://me:secret@example.com:8443/a?key=secret#secret") == "https://example.com:8443/a"
    assert "secret" not in shown("http://[secret")


@pytest.mark.parametrize("password", ["12/hunter2", "12?hunter2", "12#hunter2", "hunter2/", "?hunter2", "a/b@hunter2"])
def test_a_password_that_looks_like_a_path_is_neither_called_nor_shown(password: str):
    url = f"http://me:{password}@host/path"
    with pytest.raises(ValueError, match="URL"):
        parse(url)
    assert shown(url) == "(not a URL)"


def test_what_has_no_host_is_not_shown():
    assert shown("me:hunter2") == "(not a URL)"


def test_its_repr_holds_no_secret():
    assert "hunter2" not in repr(parse("http://me:hunter2@host/path?key=hunter2"))
    assert "bWU6aHVudGVyMg" not in repr(parse("http://me:hunter2@host/path"))


def test_the_password_is_returned_as_written_and_decoded():
    assert passwords_of("http://me:a%2Fb@host/") == ["a%2Fb", "a/b"]
    assert passwords_of("http://me:ab@host/") == ["ab"]
    assert [password for url in ("http://me@host/", "http://host/", "http://[") for password in passwords_of(url)] == []
