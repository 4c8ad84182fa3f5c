"""As many records of groups as one request may have, each with the longest texts: others have their turn meanwhile.

Each test fails where the server holds up its event loop: ``conftest.py`` of all integration tests watches it.
"""

from tests.integration.moving.group_records import application, exported, group, member
from tests.integration.moving.relation_records import restore

LONG = "\ufdfa" * 1024
"""As long as a name may be; folded, each character becomes 18."""
GROUPS = [f"g{number:03}" for number in range(1000)]


async def test_very_many_groups_with_long_names_are_restored(people):
    answer = await restore(people, groups=[group(each, "ann", groupName=LONG) for each in GROUPS])
    assert answer["groups"] == 1000
    assert len((await exported(people))["groups"]) == 1000


async def test_very_many_groups_with_long_texts_are_restored(people):
    answer = await restore(people, groups=[group(each, "ann", introduction="\x01" * 1300) for each in GROUPS])
    assert answer["groups"] == 1000


async def test_very_many_members_with_long_texts_are_restored(people):
    await restore(people, groups=[group("g", "ann")])
    users = [f"u{number:03}" for number in range(1000)]
    await people.register(*users)
    members = [member("g", each, nickname="\u00e4" * 1024, ex="\x01" * 200) for each in users]
    assert (await restore(people, groupMembers=members))["groupMembers"] == 1000


async def test_very_many_applications_with_long_texts_are_restored(people):
    await restore(people, groups=[group("g", "ann")])
    users = [f"u{number:03}" for number in range(1000)]
    await people.register(*users)
    wishes = [application("g", each, 1, reqMsg="\u00e4" * 1000) for each in users]
    assert (await restore(people, groupApplications=wishes))["groupApplications"] == 1000
