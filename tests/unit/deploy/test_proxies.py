"""The proxies' configurations agree with what the server does: limits of time, sizes, ports and paths."""

import re

import pytest

from amity.api.pages import PATHS
from amity.api.serving import Timeouts as HttpTimeouts
from amity.gateway.heartbeat import _SLOTS, Timeouts
from amity.settings import Settings
from amity.settings.model import Callback
from tests.support.declared_operations import declared_operations
from tests.support.deployed_proxies import FILES
from tests.support.proxies import documented

TEXTS = {kind: file.read_text(encoding="utf-8") for kind, file in FILES.items()}
GIVEN_UP_AFTER = Timeouts().silence + _SLOTS * Timeouts().tick
"""Seconds after which the gateway has given up a silent client."""


def numbers(pattern, kind, count):
    """The values of a setting, which stands there so many times, in blocks that are switched off, too."""
    found = [int(value) for value in re.findall(pattern, TEXTS[kind])]
    assert len(found) == count, pattern
    return found


def test_the_gateway_gives_up_a_silent_client_before_a_proxy_does():
    assert numbers(r"timeout tunnel (\d+)s", "haproxy", 1)[0] > GIVEN_UP_AFTER
    for direction in ("read", "send"):
        for block in re.findall(r"proxy_pass http://gateway/;.*?}", TEXTS["nginx"], re.DOTALL):
            (limit,) = re.findall(rf"proxy_{direction}_timeout (\d+)s;", block)
            assert int(limit) > GIVEN_UP_AFTER
    assert TEXTS["nginx"].count("proxy_pass http://gateway/;") == 2


def test_a_proxy_closes_idle_connections_before_the_server_does():
    assert numbers(r"timeout http-keep-alive (\d+)s", "haproxy", 1)[0] < HttpTimeouts().keep_alive
    assert numbers(r"keepalive_timeout (\d+)s", "nginx", 1)[0] < HttpTimeouts().keep_alive


def test_a_proxy_waits_longer_for_an_answer_than_a_callback_takes_by_default():
    longest = Callback().timeout
    assert numbers(r"timeout server (\d+)s", "haproxy", 1)[0] > longest
    assert min(numbers(r"proxy_read_timeout (\d+)s;", "nginx", 3)) > longest


def test_bodies_may_be_as_large_as_the_server_takes_them():
    default = Settings().api.max_body_bytes
    assert numbers(r"req.body_size gt (\d+)", "haproxy", 3) == [default] * 3
    assert numbers(r"client_max_body_size (\d+)m;", "nginx", 1) == [default >> 20]


def test_the_ports_are_those_that_the_server_listens_on_by_default():
    ports = {Settings().api.port, Settings().gateway.port}
    for kind in FILES:
        assert {int(port) for port in re.findall(r"amity-\d:(\d+)", TEXTS[kind])} == ports


@pytest.mark.parametrize("kind", FILES)
def test_what_everybody_s_ports_deny_is_what_the_documented_proxy_denies(kind):
    (documented_paths,) = (line.split() for line in re.findall(r"acl private path_beg (.*)", documented("haproxy")))
    if kind == "haproxy":
        denied = [line.split() for line in re.findall(r"acl private path_beg (.*)", TEXTS[kind])]
    else:
        patterns = re.findall(r"location ~ \^/\((.*)\) \{", TEXTS[kind])
        denied = [[f"/{path}" for path in pattern.replace("\\", "").split("|")] for pattern in patterns]
    assert denied == [documented_paths] * 2
    served = {*PATHS, *declared_operations(), "/console"}
    assert [path for path in documented_paths if not any(each.startswith(path) for each in served)] == []
