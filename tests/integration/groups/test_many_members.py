"""Groups of very many members, of whom the server reads none on its event loop."""

from tests.integration.groups.conftest import HELPER, OWNER, Circle
from tests.support.rest import ADMIN

FIRST = [f"first{number:03}" for number in range(1000)]
SECOND = [f"second{number:03}" for number in range(1000)]


async def write(circle: Circle, group: str, text: str, user: str = OWNER) -> None:
    """Have a member write to a group."""
    body = {
        "sendID": user,
        "groupID": group,
        "contentType": 101,
        "sessionType": 3,
        "content": {"content": text},
    }
    await circle.rest.data("/msg/send_msg", body, user=ADMIN)


# A test fails where something is found too large for the event loop that had not said so: conftest.py sees to it.
async def test_the_first_message_to_a_new_group_of_very_many_members_says_how_many_they_are(circle: Circle):
    await circle.rest.register(*FIRST)
    await circle.rest.register(*SECOND)
    body = {
        "ownerUserID": OWNER,
        "memberUserIDs": FIRST,
        "adminUserIDs": SECOND,
        "groupInfo": {"groupID": "large", "groupName": "G", "groupType": 2},
    }
    await circle.rest.data("/group/create_group", body, user=OWNER)
    await write(circle, "large", "hello")
    assert (await circle.info("large"))["memberCount"] == 2001
    assert len(await circle.read("large", FIRST[0])) == len(await circle.read("large", OWNER)) == 2


async def test_the_first_message_after_very_many_came_says_how_many_they_are(circle: Circle):
    await circle.rest.register(*FIRST)
    group = await circle.make()
    await write(circle, group, "hello")
    await circle.do("invite_user_to_group", group, invitedUserIDs=FIRST)
    await write(circle, group, "welcome", user=HELPER)
    assert (await circle.info(group))["memberCount"] == 1004
