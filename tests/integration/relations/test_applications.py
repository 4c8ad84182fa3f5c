"""Friend requests as clients list them: nobody can ask yet, and the lists say so."""

from typing import Any

import pytest

PAGE = {"pageNumber": 1, "showNumber": 100}
ASKED: dict[str, dict[str, Any]] = {
    "/friend/get_friend_apply_list": {"userID": "ann", "pagination": PAGE},
    "/friend/get_self_friend_apply_list": {"userID": "ann", "pagination": PAGE},
    "/friend/get_designated_friend_apply": {"fromUserID": "ann", "toUserID": "cy"},
    "/friend/get_self_unhandled_apply_count": {"userID": "ann", "time": 0},
}
EMPTY = {
    "/friend/get_friend_apply_list": {"FriendRequests": [], "total": 0},
    "/friend/get_self_friend_apply_list": {"friendRequests": [], "total": 0},
    "/friend/get_designated_friend_apply": {"friendRequests": []},
    "/friend/get_self_unhandled_apply_count": {"count": 0},
}


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cy")
    return rest


async def test_every_list_is_empty_to_its_owner_and_to_an_administrator(people):
    for path, expected in EMPTY.items():
        for user in ("ann", "imAdmin"):
            assert await people.data(path, ASKED[path], user=user) == expected, path


async def test_requests_between_two_are_shown_to_both(people):
    path = "/friend/get_designated_friend_apply"
    assert await people.data(path, ASKED[path], user="cy") == EMPTY[path]


async def test_others_may_not_look(people):
    for path, body in ASKED.items():
        assert (await people.post(path, body, user="bob"))["errCode"] == 1002, path


async def test_what_is_missing_is_named(people):
    for path, body in ASKED.items():
        for field in body.keys() - {"time"}:
            refused = await people.post(path, {name: value for name, value in body.items() if name != field})
            assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty"), path


async def test_a_page_that_is_none_is_refused(people):
    for path in ("/friend/get_friend_apply_list", "/friend/get_self_friend_apply_list"):
        refused = await people.post(path, {"userID": "ann", "pagination": {"pageNumber": 0, "showNumber": 10}})
        assert (refused["errCode"], refused["errDlt"]) == (1001, "pageNumber is invalid"), path
