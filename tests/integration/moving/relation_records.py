"""Records of users and their relations, and what is exported of them."""

RESTORE = "/relation/restore"
EXPORT = "/relation/export"
LISTS = ("users", "friends", "applications", "blacks")


def user(user_id, **fields):
    return {
        "kind": "user",
        "userID": user_id,
        "nickname": user_id.title(),
        "faceURL": "",
        "ex": "",
        "createTime": 1_600_000_000_123,
        "appMangerLevel": 1,
        "globalRecvMsgOpt": 0,
    } | fields


def friend(owner, other, **fields):
    return {
        "kind": "friend",
        "ownerUserID": owner,
        "friendUserID": other,
        "remark": "",
        "createTime": 1_600_000_001_456,
        "addSource": 2,
        "operatorUserID": owner,
        "ex": "",
        "isPinned": False,
    } | fields


def application(applicant, to, result, **fields):
    return {
        "kind": "application",
        "fromUserID": applicant,
        "toUserID": to,
        "handleResult": result,
        "reqMsg": f"it is {applicant}",
        "createTime": 1_600_000_002_789,
        "handlerUserID": to if result else "",
        "handleMsg": "well" if result else "",
        "handleTime": 1_600_000_003_000 if result else 0,
        "ex": "",
    } | fields


def black(owner, other, **fields):
    return {
        "kind": "black",
        "ownerUserID": owner,
        "blackUserID": other,
        "createTime": 1_600_000_004_321,
        "addSource": 0,
        "operatorUserID": owner,
        "ex": "",
    } | fields


EVERYTHING = {
    "users": [user(name) for name in ("ann", "bob", "cy", "dee")],
    "friends": [
        friend("ann", "bob", remark="Bobby", isPinned=True, ex="x"),
        friend("ann", "cy", addSource=1, operatorUserID="imAdmin"),
        friend("bob", "ann", createTime=1_600_000_009_999),
    ],
    "applications": [
        application("ann", "bob", 1),
        application("cy", "ann", 0, ex="e"),
        application("dee", "ann", -1),
    ],
    "blacks": [black("dee", "ann", ex="why"), black("dee", "dee")],
}


async def restore(rest, **lists):
    return await rest.data(RESTORE, lists)


async def everything(rest, limit=1000):
    """Return everything that a server exports, by list, without its administrator."""
    found: dict[str, list] = {name: [] for name in LISTS}
    after = ""
    while True:
        page = await rest.data(EXPORT, {"after": after, "limit": limit})
        for name in LISTS:
            found[name] += page[name]
        if not (after := page["next"]):
            found["users"] = [each for each in found["users"] if each["userID"] != "imAdmin"]
            return found
