"""Where the url of OpenIM's webhooks.yml leads, as far as the relay's settings tell."""

import pytest
from msgspec import structs

from amity.cli.examining.webhooks_url import about_url, is_certain
from amity.settings.relay import Listening

KEY = "a-key_of_sixteen_or_more"
HERE = Listening(port=10007, key=KEY)
OPEN = Listening(host="0.0.0.0", port=10007)


@pytest.mark.parametrize(
    ("url", "relay", "text"),
    [
        (
            f"http://127.0.0.1:10007/{KEY}",
            HERE,
            "http://127.0.0.1:10007 leads to this relay, if OpenIM's server runs on this machine and in no container",
        ),
        (f"http://localhost:10007/{KEY}/any/path/", HERE, "http://localhost:10007 leads to this relay, if OpenIM's"),
        ("http://127.0.0.1:10007", OPEN, "http://127.0.0.1:10007 leads to this relay, if OpenIM's"),
        (
            "http://192.0.2.7:10007",
            Listening(host="192.0.2.7", port=10007),
            "http://192.0.2.7:10007 leads to this relay",
        ),
        (
            f"http://relay:10007/{KEY}",
            Listening(host="0.0.0.0", port=10007, key=KEY),
            "http://relay:10007 leads to this",
        ),
    ],
)
def test_a_url_that_leads_to_the_relay_is_well(url, relay, text):
    found = about_url(url, relay)
    assert found.level == "ok"
    assert found.text.startswith(text)
    assert ("in no container" in found.text) is ("127.0.0.1" in url or "localhost" in url)


@pytest.mark.parametrize(
    ("url", "relay", "problem"),
    [
        ("", HERE, "is not set, so OpenIM's server reaches nobody"),
        ("127.0.0.1:10007", HERE, "a URL begins with http:// or https://"),
        (f"http://127.0.0.1:10007/{KEY}?x=1", HERE, "has a ? or #, and OpenIM's server appends /{command}"),
        (f"http://127.0.0.1:10007/{KEY}#x", HERE, "has a ? or #"),
        (f"http://127.0.0.1:10007/{KEY}", Listening(port=0, key=KEY), "relay.port is 0"),
        ("http://127.0.0.1:10007", HERE, "http://127.0.0.1:10007 is this relay, and the path does not begin with"),
        (f"http://127.0.0.1:10007/x/{KEY}", HERE, "http://127.0.0.1:10007 is this relay, and the path does not"),
        (f"https://127.0.0.1:10007/{KEY}", HERE, "https://127.0.0.1:10007 is this relay, which speaks plain http"),
        (
            f"http://127.0.0.1:10006/{KEY}",
            HERE,
            "http://127.0.0.1:10006 is OpenIM's own machine, and the relay listens on 127.0.0.1:10007",
        ),
        ("http://0.0.0.0:10006", OPEN, "http://0.0.0.0:10006 is OpenIM's own machine, and the relay listens on"),
        (
            "http://127.0.0.1:10006/x",
            HERE,
            "http://127.0.0.1:10006 is OpenIM's own machine, and the relay listens on 127.0.0.1:10007; its path does",
        ),
    ],
)
def test_a_url_that_cannot_lead_to_the_relay_fails(url, relay, problem):
    found = about_url(url, relay)
    assert found.level == "fail"
    assert found.text.startswith(problem)
    assert found.mend


@pytest.mark.parametrize(
    ("url", "relay", "problem"),
    [
        (
            f"http://openim-host:10007/{KEY}x",
            HERE,
            "http://openim-host:10007 is another machine's name, and the relay listens on 127.0.0.1:10007, which only",
        ),
        (
            "http://relay:10007",
            OPEN,
            "whether http://relay:10007 is the relay at 0.0.0.0:10007 cannot be seen from here",
        ),
        ("https://relay.example", HERE, "whether https://relay.example is the relay at 127.0.0.1:10007 cannot be seen"),
        ("https://relay.example", OPEN, "whether https://relay.example is the relay at 0.0.0.0:10007 cannot be seen"),
    ],
)
def test_what_cannot_be_seen_from_here_is_said(url, relay, problem):
    found = about_url(url, relay)
    assert found.level == "warn"
    assert found.text.startswith(problem)
    assert found.mend


def test_a_missing_key_is_said_beside_what_cannot_be_seen():
    refused = "; its path does not begin with relay.key, without which the relay refuses each callback"
    for host in ("openim-host:10007", "relay.example:80"):
        assert about_url(f"http://{host}/{KEY}x", HERE).text.endswith(refused)
        assert refused not in about_url(f"http://{host}/{KEY}/x", structs.replace(HERE, key="")).text


def test_a_request_that_has_reached_it_goes_before_all_guesses():
    assert about_url("https://relay.example/x", HERE, seen=True).text == (
        "https://relay.example leads to a relay, as requests show: this one only if a proxy leads to its own address"
    )
    assert about_url(f"http://127.0.0.1:10007/{KEY}", HERE, seen=True).text == (
        "http://127.0.0.1:10007 leads to this relay, as requests show"
    )


def test_what_to_write_has_the_relay_s_address_and_not_its_key():
    assert about_url("", HERE).mend == "write url: http://127.0.0.1:10007/<relay.key>"
    assert about_url("", OPEN).mend == "write url: http://HOST:10007"
    assert about_url("", Listening(host="::1", port=1)).mend == "write url: http://[::1]:1"


@pytest.mark.parametrize("relay", [HERE, OPEN, Listening(port=0, key=KEY)])
@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize(
    "url",
    [
        f"http://user:password@127.0.0.1:10007/{KEY}",
        f"http://user:password@127.0.0.1:10006/{KEY}",
        f"http://user:password@relay:10007/{KEY}",
        f"http://user:password@relay/{KEY}?x",
        f"nowhere/user:password@{KEY}",
    ],
)
def test_no_secret_of_a_url_is_repeated(url, relay, seen):
    found = about_url(url, relay, seen=seen)
    assert "password" not in found.text + found.mend
    assert KEY not in found.text + found.mend


def test_this_machine_speaks_for_openim_s_where_both_mean_the_same_address():
    for url in ("http://127.0.0.1:1", "http://0.0.0.0:1", "http://relay:1"):
        assert is_certain(url, Listening(host="relay", port=1))
    for url in (f"http://relay:10007/{KEY}", "nowhere"):
        assert not is_certain(url, HERE)
