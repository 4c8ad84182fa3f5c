"""Commands with a relay's settings."""

import pytest

from amity.storage.migrations import migrations
from tests.integration.cli.conftest import Cli
from tests.integration.cli.relay.conftest import RelayFile
from tests.integration.relay.conftest import SECRET, Between
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.recorded_callbacks import recorded_requests

NEWEST = migrations("sqlite")[-1].version
SENT = {
    setting: next(each for each in recorded_requests() if each.command == command)
    for setting, command in {
        "afterSendSingleMsg": "callbackAfterSendSingleMsgCommand",
        "afterRevokeMsg": "callbackBeforeAfterMsgCommand",
        "beforeImportFriends": "callbackBeforeImportFriendsCommand",
    }.items()
}


async def test_what_a_relay_could_not_deliver_is_listed_shown_replayed_and_discarded(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between
):
    business.reaction = Answer({}, status=500)
    async with between(business, callbacks={"retries": []}) as relayed:
        relay_file.write_for(relayed)
        for setting in ("afterSendSingleMsg", "afterRevokeMsg"):
            await relayed.openim.replay(SENT[setting])
        while (await relayed.administrator.callback_statistics()).dead < 2:
            pass
        listed = await cli("callbacks", "list", "--json")
        (message,) = [
            each["eventID"] for each in listed.json["events"] if each["callbackCommand"].endswith("SingleMsgCommand")
        ]
        shown = await cli("callbacks", "show", message)
        assert shown.out.startswith(f"{message}: afterSendSingleMsg of si_")
        for name in ("afterSendSingleMsg", "AFTERSENDSINGLEMSG", "callbackAfterSendSingleMsgCommand"):
            ran = await cli("callbacks", "list", "--callback", name)
            assert (ran.code, ran.err) == (0, "1 event\n")
        assert (await cli("callbacks", "list", "--callback", "afterRevokeMsg")).err == "1 event\n"
        assert (await cli("callbacks", "list", "--callback", "callbackOfTomorrowCommand")).err == "0 events\n"
        business.reaction = {}
        sent = len(business.requests)
        assert (await cli("callbacks", "replay", message)).out == "1 event on the way\n"
        await business.wait_for(sent + 1)
        assert (await cli("callbacks", "discard", "--all-dead", "--yes")).out == "1 event deleted\n"
        while (await relayed.administrator.callback_statistics()).delivered < 1:
            pass
        assert "since the start: 1 delivered" in (await cli("callbacks", "statistics")).out


async def test_the_log_of_shadow_mode_is_searched_by_where_the_answers_differ(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between
):
    async with between(business, shadow={"enable": True}) as relayed:
        relay_file.write_for(relayed)
        for reaction in ({}, {"nextCode": 1, "errCode": 5001}):
            business.reaction = reaction
            await relayed.openim.replay(SENT["beforeImportFriends"])
            while (await relayed.administrator.callback_log()).total < 2 * len(business.requests):
                pass
        for verdict in ("agrees", "differs"):
            ran = await cli("callbacks", "log", "--verdict", verdict, "--json")
            assert [each["verdict"] for each in ran.json["entries"]] == [verdict]


async def test_an_administrator_s_token_is_a_relay_s_too_and_users_it_has_none(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between
):
    async with between(business) as relayed:
        relay_file.write_for(relayed)
        token = (await cli("token")).out.strip()
        assert (await cli("callbacks", "statistics", "--token", token)).code == 0
        ran = await cli("token", "alice")
        assert (ran.code, ran.err) == (
            2,
            "Error: a relay has no users such as alice; 'amity token' prints an administrator's\n",
        )


async def test_a_relay_that_does_not_run_is_said_to_be_one(cli: Cli, relay_file: RelayFile):
    ran = await cli("callbacks", "list")
    assert ran.code == 3
    assert ran.err.startswith("Error: the relay at http://127.0.0.1:1 could not be reached")
    assert ran.err.endswith("is it running? ('amity relay')\n")


@pytest.mark.parametrize(
    "words",
    [
        ["users", "list"],
        ["friends", "list", "alice"],
        ["export"],
        ["serve"],
    ],
)
@pytest.mark.parametrize("config", [["--config", "relay.yml"], []], ids=["named", "found"])
async def test_what_is_for_a_server_says_so_of_a_relay_s_settings(cli: Cli, relay_file: RelayFile, words, config):
    ran = await cli(*words, *config)
    assert (ran.code, ran.err) == (
        2,
        "Error: relay.yml has the settings of a relay, and this command is for a server, whose file --config names\n",
    )


async def test_a_relay_has_no_development_mode(cli: Cli, relay_file: RelayFile):
    ran = await cli("migrate", "--dev", "--config", "relay.yml")
    assert (ran.code, ran.err) == (2, "Error: --dev: is for a server; a relay's settings have its secret\n")


async def test_a_server_s_file_goes_before_a_relay_s(cli: Cli, relay_file: RelayFile):
    assert (await cli("migrate", "--json")).json["database"] == "amity-relay.db"
    cli.write("amity.yml", f'secret: "{SECRET}"')
    assert (await cli("migrate", "--json")).json["database"] == "amity.db"
    assert (await cli("migrate", "--json", "-c", "relay.yml")).json["database"] == "amity-relay.db"


async def test_without_a_file_variables_say_that_a_relay_is_meant(cli: Cli):
    ran = await cli(
        *("callbacks", "list"),
        AMITY_SECRET=SECRET,
        AMITY_RELAY__PORT="2",
        AMITY_CALLBACKS__URL="http://127.0.0.1:1",
    )
    assert ran.err.startswith("Error: the relay at http://127.0.0.1:2 could not be reached")


async def test_a_relay_on_a_free_port_is_asked_by_its_url(cli: Cli, relay_file: RelayFile):
    relay_file.write(relay={"port": 0})
    ran = await cli("callbacks", "list")
    assert (ran.code, ran.err) == (
        2,
        "Error: relay.port is 0, so a free port was taken at the start: say with --url which\n",
    )


async def test_a_relay_s_database_is_migrated_backed_up_and_restored(cli: Cli, relay_file: RelayFile):
    assert (await cli("migrate")).out == f"amity-relay.db: brought from version 0 to {NEWEST}\n"
    assert (await cli("backup", "copy.db", "--json")).json["database"] == "amity-relay.db"
    restored = await cli("restore", "copy.db")
    assert restored.out.startswith(f"amity-relay.db: restored from copy.db (version {NEWEST})\n")


async def test_check_sends_samples_of_what_is_named_and_lists_the_rest(
    cli: Cli, relay_file: RelayFile, business: BusinessServer
):
    named = {key: {"enable": True} for key in ("beforeImportFriends", "afterImportFriends", "afterGroupMsgRevoke")}
    off = {"beforeUserRegister": {"enable": False}}
    relay_file.write(callbacks={"url": business.url, **named, **off})
    ran = await cli("callbacks", "check")
    assert ran.code == 0
    assert sorted(request.path for request in business.requests) == [
        "/callbackAfterImportFriendsCommand",
        "/callbackBeforeImportFriendsCommand",
    ]
    assert ran.err == (
        "not tried, for there is no sample: afterGroupMsgRevoke\n"
        "not tried: what the settings do not name, and others passes on\n"
    )
    relay_file.write(callbacks={"url": business.url, **named}, others={"enable": False})
    assert (await cli("callbacks", "check")).err == "not tried, for there is no sample: afterGroupMsgRevoke\n"


@pytest.mark.parametrize(
    ("answer", "verdict", "then"),
    [
        ({"friendUserIDs": []}, "rejected", "the caller gets 7 not here (relay.inexpressible)"),
        ({"friendUserIDs": ["a", "a"]}, "failed", "the caller gets 90007 DataError"),
        ({"friendUserIDs": ["a"]}, "modified", 'it goes on with {"friendUserIDs":["a"]}'),
    ],
)
async def test_check_says_what_openim_is_told(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, answer, verdict, then
):
    business.reaction = answer
    relay_file.write(
        relay={"inexpressible": {"errCode": 7, "errMsg": "not here"}},
        callbacks={"url": business.url, "beforeImportFriends": {"enable": True}},
    )
    ran = await cli("callbacks", "check", "--json")
    assert [(each["verdict"], each["then"]) for each in ran.json] == [(verdict, then)]
    assert ran.code == (1 if verdict == "failed" else 0)
