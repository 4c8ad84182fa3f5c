"""Notification accounts: how they are made, changed and found."""

import pytest

from tests.support.rest import ADMIN, Rest

SHOP = {"userID": "shop", "nickName": "Shop", "faceURL": "https://app.example/shop.png", "appMangerLevel": 3}
PAGE = {"pageNumber": 1, "showNumber": 10}


async def search(rest: Rest, **asked: object) -> tuple[int, list[str]]:
    data = await rest.data("/user/search_notification_account", {"pagination": PAGE, **asked})
    return data["total"], [account["userID"] for account in data["notificationAccounts"]]


async def test_an_account_is_a_user_who_is_shown_as_it_was_made(rest: Rest):
    assert await rest.data("/user/add_notification_account", SHOP) == SHOP
    (user,) = (await rest.data("/user/get_users_info", {"userIDs": ["shop"]}))["usersInfo"]
    assert (user["nickname"], user["faceURL"], user["appMangerLevel"]) == ("Shop", SHOP["faceURL"], 3)
    assert (await rest.data("/user/get_notification_account", {"userID": "shop"}))["account"] == SHOP


async def test_an_account_without_an_id_gets_ten_digits(rest: Rest):
    made = await rest.data("/user/add_notification_account", SHOP | {"userID": ""})
    assert len(made["userID"]) == 10
    assert made["userID"].isdecimal()
    assert await search(rest) == (1, [made["userID"]])


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"userID": "ann"}, "userID: userID is used: ann"),
        ({"userID": "a b"}, "userID: a userID is"),
        ({"nickName": ""}, "nickName is empty"),
        ({"appMangerLevel": 2}, "appMangerLevel: app level not supported (at least 3, got 2)"),
    ],
)
async def test_an_account_that_cannot_be_made_is_refused(rest: Rest, fields, text):
    await rest.register("ann")
    refused = await rest.post("/user/add_notification_account", SHOP | fields)
    assert (refused["errCode"], refused["errDlt"][: len(text)]) == (1001, text)
    assert await search(rest) == (0, [])


async def test_what_is_empty_in_an_update_stays(rest: Rest):
    await rest.data("/user/add_notification_account", SHOP)
    await rest.data("/user/update_notification_account", {"userID": "shop", "nickName": "Market"})
    account = (await rest.data("/user/get_notification_account", {"userID": "shop"}))["account"]
    assert (account["nickName"], account["faceURL"]) == ("Market", SHOP["faceURL"])


async def test_ordinary_users_and_unknown_ones_are_not_updated_as_accounts(rest: Rest):
    await rest.register("ann")
    for user in ("ann", "nobody", ADMIN):
        refused = await rest.post("/user/update_notification_account", {"userID": user, "nickName": "Market"})
        assert (refused["errCode"], refused["errDlt"]) == (1001, f"userID: is no notification account: {user}")
    refused = await rest.post("/user/update_notification_account", {"userID": "ann"})
    assert (refused["errCode"], refused["errDlt"]) == (1001, "nickName: nickName and faceURL are empty")


async def test_accounts_are_found_by_id_then_by_nickname_and_by_level(rest: Rest):
    for user, name, level in (("shop", "News", 3), ("news", "Robot", 4), ("bank", "News", 3)):
        account = {"userID": user, "nickName": name, "appMangerLevel": level}
        await rest.data("/user/add_notification_account", account)
    await rest.register("ann")
    assert await search(rest) == (3, ["shop", "news", "bank"])
    assert await search(rest, keyword="news") == (1, ["news"])
    assert await search(rest, keyword="News") == (2, ["shop", "bank"])
    assert await search(rest, keyword="ann") == (0, [])
    assert await search(rest, appManagerLevel=4) == (1, ["news"])
    assert await search(rest, pagination={"pageNumber": 2, "showNumber": 2}) == (3, ["bank"])


async def test_who_may_not_notify_is_told_apart_from_who_is_unknown(rest: Rest):
    await rest.register("ann")
    for user, code in (("ann", 1002), ("nobody", 1101), ("", 1001), (ADMIN, 0)):
        assert (await rest.post("/user/get_notification_account", {"userID": user}))["errCode"] == code, user
