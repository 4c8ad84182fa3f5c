"""Which page of a list an address asks for."""

import pytest

LISTS = (
    "people",
    "people/friends?id=ann",
    "people/conversations?id=ann",
    "people/erasures",
    "groups",
    "groups/group?id=g",
)


@pytest.fixture
async def ann(rest):
    """A user with a group."""
    await rest.register("ann")
    info = {"groupID": "g", "groupName": "Club", "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": [], "groupInfo": info})


@pytest.mark.parametrize("path", LISTS)
async def test_what_is_no_number_of_a_page_is_refused_and_a_large_one_is_none(admin, ann, path):
    joined = "&" if "?" in path else "?"
    for number, status in (
        ("x", 400),
        ("-1", 400),
        ("\N{SUPERSCRIPT TWO}", 400),
        ("9" * 19, 400),
        ("9" * 18, 200),
        ("0", 200),
    ):
        assert (await admin.get(f"/console/{path}{joined}page={number}")).status_code == status, number
