"""Whoever asks at the wrong place is told which one is meant, where that is clear."""

import pytest

from amity.api.signposts import Signposts

OPERATIONS = [
    "/friend/import_friend",
    "/friend/get_friend_list",
    "/user/get_users",
    "/user/user_register",
    "/auth/parse_token",
]
PAGES = ["/", "/docs", "/healthz", "/readyz"]


@pytest.fixture(scope="module")
def signposts():
    return Signposts(OPERATIONS, PAGES)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/friends/import_friend", "/friend/import_friend"),
        ("/friend/import_friends", "/friend/import_friend"),
        ("/Friend/Import_Friend", "/friend/import_friend"),
        ("/friend/importFriend", "/friend/import_friend"),
        ("/friend/import-friend", "/friend/import_friend"),
        ("/friend/import_friend/", "/friend/import_friend"),
        ("/friend/import_friend%20", "/friend/import_friend"),
        ("//friend//import_friend", "/friend/import_friend"),
        ("friend/import_friend", "/friend/import_friend"),
        ("/friend/import_freind", "/friend/import_friend"),
        ("/friend/import_frend", "/friend/import_friend"),
        ("/friend/inport_friend", "/friend/import_friend"),
        ("/friend/importt_friend", "/friend/import_friend"),
        ("/api/friend/import_friend", "/friend/import_friend"),
        ("/import_friend", "/friend/import_friend"),
        ("/users/parse_token", "/auth/parse_token"),
        ("/health", "/healthz"),
        ("/ready", "/readyz"),
        ("/doc", "/docs"),
        ("/healthz/", "/healthz"),
    ],
)
def test_a_path_that_nearly_is_one_is_told_which(signposts, path, meant):
    assert signposts.nowhere("POST", path, {}) == f"404 page not found: did you mean {meant}?".encode()


@pytest.mark.parametrize("path", ["/nowhere", "/friend", "/x", "/user", "/friend/delete_friend", "/" + "x" * 10_000])
def test_a_path_that_is_like_none_is_told_nothing_of_a_post_and_the_way_of_anything_else(signposts, path):
    assert signposts.nowhere("POST", path, {}) == b"404 page not found"
    assert signposts.nowhere("GET", path, {}) == b"404 page not found: / says what is here"


def test_a_path_that_is_known_is_told_the_method(signposts):
    status, allowed, body = signposts.wrong_method("GET", "/user/get_users")
    assert (status, allowed) == (405, "POST, OPTIONS")
    assert b"/user/get_users is called with POST, not GET; see /docs" in body
    assert signposts.wrong_method("GET", "/user/get_user") is None


def test_a_websocket_is_told_of_the_gateway_on_any_path(signposts):
    for path in ("/", "/ws", "/friend/import_frend"):
        assert b"clients connect to the gateway" in signposts.nowhere("GET", path, {b"upgrade": b"WebSocket"})
