"""What clients say about their devices."""

from typing import Any

import pytest

TOKEN = {"platformID": 2, "fcmToken": "of the device", "account": "ann", "expireTime": 3600}
LOGS: dict[str, Any] = {
    "platform": 2,
    "fileURLs": [{"filename": "sdk.zip", "URL": "http://files/sdk.zip?X-Amz-Signature=5e61"}],
    "appFramework": "flutter",
    "version": "3.8.3",
    "ex": "",
}


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    return rest


@pytest.mark.parametrize(
    ("path", "body"),
    [("/third/fcm_update_token", TOKEN), ("/third/set_app_badge", {"userID": "ann", "appUnreadCount": 3})],
)
async def test_tokens_and_badges_are_taken_from_their_user_and_administrators(people, path, body):
    assert (await people.post(path, body, user="ann"))["errCode"] == 0
    assert (await people.post(path, body))["errCode"] == 0
    assert (await people.post(path, body, user="bob"))["errCode"] == 1002


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"account": ""}, "account is empty"),
        ({"fcmToken": ""}, "fcmToken is empty"),
        ({"fcmToken": "x" * 4097}, "fcmToken: 4097 characters"),
        ({"platformID": 0}, "platformID: there is no platform 0"),
        ({"platformID": 12}, "platformID: there is no platform 12"),
    ],
)
async def test_a_bad_token_is_refused_by_name(people, change, named):
    refused = await people.post("/third/fcm_update_token", {**TOKEN, **change})
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith(named)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/third/fcm_update_token", {**TOKEN, "account": "nobody"}),
        ("/third/set_app_badge", {"userID": "nobody", "appUnreadCount": 3}),
    ],
)
async def test_nothing_is_stored_of_who_is_no_user(people, path, body):
    assert (await people.post(path, body))["errCode"] == 1004


async def test_a_badge_is_not_negative(people):
    refused = await people.post("/third/set_app_badge", {"userID": "ann", "appUnreadCount": -1}, user="ann")
    assert (refused["errCode"], refused["errDlt"]) == (1001, "appUnreadCount: is not negative, and -1 is")


async def test_a_badge_is_somebody_s(people):
    refused = await people.post("/third/set_app_badge", {"appUnreadCount": 3}, user="ann")
    assert (refused["errCode"], refused["errDlt"]) == (1001, "userID is empty")


async def test_where_a_client_has_put_its_logs_stands_in_the_server_s(people, caplog):
    with caplog.at_level("INFO"):
        assert (await people.post("/third/logs/upload", LOGS, user="ann"))["errCode"] == 0
    (line,) = [each for each in caplog.records if each.name == "amity.devices.service"]
    assert line.getMessage() == "logs of user ann: sdk.zip at http://files/sdk.zip"
    assert line.appFramework == "flutter"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"fileURLs": []}, "fileURLs: 0 entries"),
        ({"fileURLs": None}, "fileURLs: 0 entries"),
        ({"fileURLs": LOGS["fileURLs"] * 21}, "fileURLs: 21 entries"),
        ({"fileURLs": [{"filename": "a"}]}, "fileURLs[0].URL is empty"),
        ({"fileURLs": [{"URL": "x" * 8193}]}, "fileURLs[0].URL: 8193 characters"),
        ({"ex": "x" * 8193}, "ex: 8193 characters"),
        ({"version": "x" * 257}, "version: 257 characters"),
    ],
)
async def test_logs_are_bounded(people, change, named):
    refused = await people.post("/third/logs/upload", {**LOGS, **change}, user="ann")
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith(named)
