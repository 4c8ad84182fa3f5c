"""Groups as clients sync them: there are none, and everything that is asked about them says so."""

from typing import Any

import pytest

PAGE = {"pageNumber": 1, "showNumber": 100}
ASKED: dict[str, dict[str, Any]] = {
    "/group/get_incremental_join_groups": {"userID": "ann", "versionID": "", "version": 0},
    "/group/get_joined_group_list": {"fromUserID": "ann", "pagination": PAGE},
    "/group/get_full_join_group_ids": {"userID": "ann", "idHash": 0},
    "/group/get_group_application_unhandled_count": {"userID": "ann", "time": 0},
    "/group/get_recv_group_applicationList": {"fromUserID": "ann", "pagination": PAGE},
    "/group/get_user_req_group_applicationList": {"userID": "ann", "pagination": PAGE},
}
EMPTY = {
    "/group/get_joined_group_list": {"total": 0, "groups": []},
    "/group/get_group_application_unhandled_count": {"count": 0},
    "/group/get_recv_group_applicationList": {"total": 0, "groupRequests": []},
    "/group/get_user_req_group_applicationList": {"total": 0, "groupRequests": []},
}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url  # of what is asked here nothing is stored yet


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    return rest


async def test_every_list_is_empty_to_its_owner_and_to_an_administrator(people):
    for path, expected in EMPTY.items():
        for user in ("ann", "imAdmin"):
            assert await people.data(path, ASKED[path], user=user) == expected, path


async def test_the_first_sync_is_full_and_the_next_brings_nothing(people):
    path = "/group/get_incremental_join_groups"
    first = await people.data(path, ASKED[path], user="ann")
    assert first == {
        "version": 1,
        "versionID": first["versionID"],
        "full": True,
        "delete": [],
        "insert": [],
        "update": [],
        "sortVersion": 0,
    }
    assert len(first["versionID"]) == 24
    again = await people.data(path, {"userID": "ann", "versionID": first["versionID"], "version": 1}, user="ann")
    assert again == {**first, "full": False}


async def test_ids_are_equal_where_the_client_has_none(people):
    path = "/group/get_full_join_group_ids"
    answer = await people.data(path, ASKED[path], user="ann")
    assert (answer["equal"], answer["version"], answer["groupIDs"]) == (True, 1, [])
    assert (await people.data(path, {"userID": "ann", "idHash": 7}, user="ann"))["equal"] is False


async def test_others_may_not_look(people):
    for path, body in ASKED.items():
        assert (await people.post(path, body, user="bob"))["errCode"] == 1002, path


async def test_what_is_missing_is_named(people):
    for path, body in ASKED.items():
        for field in body.keys() - {"versionID", "version", "idHash", "time"}:
            refused = await people.post(path, {name: value for name, value in body.items() if name != field})
            assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty"), path


@pytest.mark.parametrize("path", [path for path, body in ASKED.items() if "pagination" in body])
async def test_a_page_that_is_none_is_refused(people, path):
    refused = await people.post(path, {**ASKED[path], "pagination": {"pageNumber": 0, "showNumber": 10}})
    assert (refused["errCode"], refused["errDlt"]) == (1001, "pageNumber is invalid")


async def test_unknown_groups_are_left_out_of_those_asked_for(people):
    assert await people.data("/group/get_groups_info", {"groupIDs": ["g"]}, user="ann") == {"groupInfos": []}


@pytest.mark.parametrize("groups", [None, []])
async def test_asking_for_no_group_is_refused(people, groups):
    refused = await people.post("/group/get_groups_info", {"groupIDs": groups}, user="ann")
    assert (refused["errCode"], refused["errDlt"]) == (1001, "groupIDs is empty")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/group/get_full_group_member_user_ids", {"groupID": "g", "idHash": 0}, "groupID"),
        (
            "/group/get_incremental_group_members_batch",
            {"userID": "ann", "reqList": [{"groupID": "g", "versionID": "", "version": 0}]},
            "reqList[0].groupID",
        ),
        ("/group/get_recv_group_applicationList", {"fromUserID": "ann", "pagination": PAGE, "groupIDs": ["g"]}, "g"),
    ],
)
async def test_a_group_that_does_not_exist_is_closed_to_users_and_unknown_to_administrators(people, path, body, field):
    closed = await people.post(path, body, user="ann")
    assert (closed["errCode"], field in closed["errDlt"]) == (1002, True)
    unknown = await people.post(path, body)
    assert (unknown["errCode"], field in unknown["errDlt"]) == (1004, True)


async def test_a_group_without_an_id_is_refused(people):
    refused = await people.post("/group/get_full_group_member_user_ids", {}, user="ann")
    assert (refused["errCode"], refused["errDlt"]) == (1001, "groupID is empty")
    refused = await people.post("/group/get_incremental_group_members_batch", {"reqList": [{}]}, user="ann")
    assert (refused["errCode"], refused["errDlt"]) == (1001, "reqList[0].groupID is empty")


async def test_the_members_of_no_group_are_none(people):
    for body in ({"userID": "ann"}, {"userID": "ann", "reqList": []}):
        assert await people.data("/group/get_incremental_group_members_batch", body, user="ann") == {"respList": {}}
