"""Records of groups, their members and the wishes to join them, and what is exported of them."""

from tests.integration.moving.relation_records import EXPORT

LISTS = ("groups", "groupMembers", "groupApplications")
LONG_AGO = 1_600_000_000_000


def group(group_id, owner, **fields):
    return {
        "kind": "group",
        "groupID": group_id,
        "groupName": f"The {group_id}",
        "notification": "",
        "introduction": "",
        "faceURL": "",
        "ex": "",
        "createTime": LONG_AGO,
        "creatorUserID": owner,
        "ownerUserID": owner,
        "status": 0,
        "needVerification": 0,
        "lookMemberInfo": 0,
        "applyMemberFriend": 0,
        "notificationUpdateTime": 0,
        "notificationUserID": "",
        "historyForNewMembers": -1,
    } | fields


def member(group_id, user, role=20, **fields):
    return {
        "kind": "member",
        "groupID": group_id,
        "userID": user,
        "roleLevel": role,
        "joinTime": LONG_AGO + 1,
        "joinSource": 2,
        "inviterUserID": "",
        "operatorUserID": "",
        "muteEndTime": 0,
        "nickname": "",
        "faceURL": "",
        "ex": "",
    } | fields


def application(group_id, user, result, **fields):
    return {
        "kind": "groupApplication",
        "groupID": group_id,
        "userID": user,
        "handleResult": result,
        "reqMsg": "let me in",
        "createTime": LONG_AGO + 2,
        "handlerUserID": "ann" if result else "",
        "handleMsg": "well" if result else "",
        "handleTime": LONG_AGO + 3 if result else 0,
        "joinSource": 3,
        "inviterUserID": "",
        "ex": "",
    } | fields


EVERYTHING = {
    "groups": [
        group("chess", "bob", historyForNewMembers=1),
        group(
            "choir",
            "ann",
            notification="Tuesdays",
            introduction="We sing",
            faceURL="f",
            ex="e",
            creatorUserID="bob",
            status=3,
            needVerification=1,
            lookMemberInfo=1,
            applyMemberFriend=1,
            notificationUpdateTime=LONG_AGO + 9,
            notificationUserID="bob",
            historyForNewMembers=0,
        ),
        group("gone", "", creatorUserID="ann", status=2),
    ],
    "groupMembers": [
        member("chess", "bob", 100),
        member("choir", "ann", 100),
        member("choir", "bob", 60, nickname="Bass", faceURL="b", ex="x", inviterUserID="ann", operatorUserID="cid"),
        member("choir", "cid", muteEndTime=LONG_AGO * 2, joinSource=3, joinTime=LONG_AGO + 7),
    ],
    "groupApplications": [
        application("chess", "ann", 0, ex="a", inviterUserID="cid"),
        application("chess", "cid", -1),
        application("gone", "cid", 1),
    ],
}


async def exported(rest, limit=1000):
    """Return all groups, members and wishes to join of a server, by list."""
    found: dict[str, list] = {name: [] for name in LISTS}
    after = ""
    while True:
        page = await rest.data(EXPORT, {"after": after, "limit": limit})
        for name in LISTS:
            found[name] += page[name]
        if not (after := page["next"]):
            return found


async def members(rest, group_id):
    """Return the ids and roles of a group's members."""
    found = (await exported(rest))["groupMembers"]
    return {each["userID"]: each["roleLevel"] for each in found if each["groupID"] == group_id}
