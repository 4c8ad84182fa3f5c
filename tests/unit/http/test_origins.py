"""Which web pages may call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.http.origins import LOOPBACK, Origins, is_allowable, is_loopback

HERE = "127.0.0.1:10002"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost", "[::1]"])
def test_loopback_hosts_are_recognised(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", "localhost.a.org", "127.0.0.1.", ""])
def test_other_hosts_are_not_loopback(host):
    assert not is_loopback(host)


def test_any_origin_is_admitted_where_any_is_allowed():
    origins = Origins(["*"])
    assert origins.admits_all
    assert origins.problem("anything", "https://evil.example") == ""


@pytest.mark.parametrize(
    "origin",
    ["http://localhost", "http://localhost:3000", "http://127.0.0.1:65535", "http://[::1]", "http://[::1]:8080", None],
)
def test_pages_of_this_machine_are_admitted_at_any_port(origin):
    assert Origins(LOOPBACK, loopback_only=True).problem(HERE, origin) == ""


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://localhost:80.evil.example",
        "http://localhost:",
        "http://localhost:\u0661",
        "http://127.0.0.1.evil.example:80",
        "http://evil.example:3000",
        "https://localhost:3000",
        "null",
        "file://",
        "",
        "*",
        "http://localhost:*",
    ],
)
def test_pages_of_others_are_not(origin):
    assert Origins(LOOPBACK, loopback_only=True).problem(HERE, origin).startswith("Origin: pages of")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:10002", "127.0.0.1.evil.example:1", "0.0.0.0:1", ""])
def test_a_name_that_means_this_machine_for_a_moment_is_not_one_of_this_machine(host):
    assert Origins(LOOPBACK, loopback_only=True).problem(host, f"http://{host}").startswith("Host: ")
    assert Origins(LOOPBACK, loopback_only=True).problem(host, None).startswith("Host: ")


@pytest.mark.parametrize("host", ["localhost", "localhost:10002", "[::1]:10002", "[::1]", "127.0.0.1", None])
def test_a_name_of_this_machine_is(host):
    assert Origins(LOOPBACK, loopback_only=True).problem(host, None) == ""


def test_the_servers_own_pages_may_call_it_and_those_of_the_list_and_no_others():
    origins = Origins(["https://app.example", "null"])
    for origin in ("https://app.example", "https://im.example", "null"):
        assert origins.problem("im.example", origin) == ""
    for origin in ("https://app.example:8443", "http://app.example", "https://im.example:1"):
        assert origins.problem("im.example", origin)


def test_what_is_shown_of_an_origin_is_cut_and_printable():
    shown = Origins([]).problem("h", "https://\x1b[31m" + "x" * 100_000)
    assert len(shown) < 220
    assert shown.isprintable()


@pytest.mark.parametrize("origin", ["*", "null", "https://app.example", "app://obsidian.md", *LOOPBACK])
def test_what_may_stand_in_the_list(origin):
    assert is_allowable(origin)


@given(st.text(), st.text())
def test_whatever_headers_hold_there_is_an_answer(host, origin):
    assert isinstance(Origins(LOOPBACK, loopback_only=True).problem(host, origin), str)
