"""Answers to a wrong path or method name what is meant, if that is clear."""

import pytest

from amity.api.routing_errors import RoutingErrors

OPERATIONS = [
    "/friend/import_friend",
    "/friend/get_friend_list",
    "/user/get_users",
    "/user/user_register",
    "/auth/parse_token",
]
PAGES = ["/", "/docs", "/healthz", "/readyz"]


@pytest.fixture(scope="module")
def routing_errors():
    return RoutingErrors(OPERATIONS, PAGES)


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
def test_a_misspelt_path_gets_a_suggestion(routing_errors, path, meant):
    assert routing_errors.not_found("POST", path, {}) == f"404 page not found: did you mean {meant}?".encode()


@pytest.mark.parametrize("path", ["/nowhere", "/friend", "/x", "/user", "/friend/delete_friend", "/" + "x" * 10_000])
def test_an_unknown_path_gets_openims_text_for_post_and_a_pointer_for_other_methods(routing_errors, path):
    assert routing_errors.not_found("POST", path, {}) == b"404 page not found"
    assert routing_errors.not_found("GET", path, {}) == b"404 page not found: / says what is here"


def test_a_wrong_method_gets_the_right_one_named(routing_errors):
    status, allowed, body = routing_errors.wrong_method("GET", "/user/get_users")
    assert (status, allowed) == (405, "POST, OPTIONS")
    assert b"/user/get_users is called with POST, not GET; see /docs" in body
    assert routing_errors.wrong_method("GET", "/user/get_user") is None


def test_a_websocket_request_gets_a_pointer_to_the_gateway_on_any_path(routing_errors):
    for path in ("/", "/ws", "/friend/import_frend"):
        assert b"clients connect to the gateway" in routing_errors.not_found("GET", path, {b"upgrade": b"WebSocket"})
