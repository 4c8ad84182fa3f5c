"""What OpenIM's released clients have when they log in as a user who is in many groups."""

from tests.clients.crew import clients
from tests.clients.groups import listed, members, told

MANY = 200
LONG = 80.0
"""Seconds within which every client has logged in: a Go core asks for two lists of each group, all at once."""


@clients()
async def test_who_is_in_many_groups_has_all_of_them_on_a_new_device(house, kind):
    await house.rest.register("ann", "bob")
    for number in range(MANY):
        await house.rest.data(
            "/group/create_group",
            {
                "ownerUserID": "bob",
                "memberUserIDs": ["ann"],
                "groupInfo": {"groupID": f"g{number}", "groupName": f"Group {number}", "groupType": 2},
            },
        )
    ann = await house.start(kind, "ann")
    await ann.login(await house.token("ann", kind.platform), within=LONG)
    assert len(await listed(ann)) == MANY
    assert len(await members(ann, "g199")) == 2
    await house.rest.data("/group/set_group_info_ex", {"groupID": "g7", "groupName": "Choir"})
    await told(ann, "OnGroupInfoChanged", "g7", groupName="Choir")
