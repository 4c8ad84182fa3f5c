"""``amity doctor`` with a relay's settings, and with OpenIM's webhooks.yml."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.cli.conftest import Cli
from tests.integration.cli.relay.conftest import SIGNING, RelayFile
from tests.integration.relay.conftest import SECRET, Between, Relayed
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.openim_webhooks import openim_webhooks
from tests.support.processes import free_port

KEY = "a-key_of_sixteen_or_more"
OPENIM_FILE = "webhooks.yml"


def write_webhooks(url: str, *on: str) -> None:
    """Write OpenIM's file with another url, and with some callbacks on."""
    content: dict[str, Any] = yaml.safe_load(openim_webhooks()) | {"url": url}
    for key in on:
        content[key]["enable"] = True
    Path(OPENIM_FILE).write_text(yaml.safe_dump(content), encoding="utf-8")


async def examined(cli: Cli, *words: str) -> dict[str, tuple[str, str]]:
    """Return the level and the text of the worst finding about each subject."""
    ran = await cli("doctor", "--config", "relay.yml", "--json", *words)
    worst = sorted(ran.json, key=lambda each: ["ok", "warn", "fail"].index(each["level"]))
    assert ran.code == (1 if worst[-1]["level"] == "fail" else 0)
    assert SECRET not in ran.out
    assert KEY not in ran.out
    return {each["subject"]: (each["level"], each["text"]) for each in worst}


def settings_of(relayed: Relayed, relay_file: RelayFile, tmp_path: Path, **sections: Any) -> None:
    """Write the settings that a relay of the tests was started with, and the port that it took."""
    content = json.loads((tmp_path / "relay.yml").read_text(encoding="utf-8"))
    relay_file.write(**content | {"relay": {**content["relay"], "port": relayed.relay.port}} | sections)


async def test_every_callback_that_is_on_in_openim_s_file_reaches_a_relay_that_runs(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between, tmp_path: Path
):
    async with between(business, relay={"key": KEY}) as relayed:
        settings_of(relayed, relay_file, tmp_path)
        on = ("beforeImportFriends", "afterImportFriends", "afterRevokeMsg", "beforeApplyJoinGroup")
        write_webhooks(f"{relayed.url}/{KEY}/any", *on)
        found = await examined(cli, "--webhooks", OPENIM_FILE)
        statistics = await relayed.administrator.callback_statistics()
    assert {level for level, _ in found.values()} == {"ok"}
    assert found["relay port"][1].endswith("is in use by a relay that takes the settings' secret")
    assert found["webhooks.yml url"][1] == f"{relayed.url} leads to this relay, as requests show"
    assert all(found[f"webhooks.yml {key}"][1].startswith("reaches the relay") for key in on)
    assert [request.path for request in business.requests] == ["/callbackExample/callbackAmityDoctorCommand"]
    assert statistics.pending == statistics.delivered == 0


async def test_a_url_with_another_key_is_found_out_by_asking(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between, tmp_path: Path
):
    async with between(business, relay={"key": KEY}) as relayed:
        settings_of(relayed, relay_file, tmp_path)
        write_webhooks(f"{relayed.url}/another-key-of-some-length", "beforeImportFriends", "afterImportFriends")
        found = await examined(cli, "--webhooks", OPENIM_FILE)
    level, text = found["webhooks.yml url"]
    assert level == "fail"
    assert text.startswith("no callback reaches the relay: each request is answered by no relay (HTTP 404)")


async def test_a_relay_that_does_not_run_is_examined_too(cli: Cli, relay_file: RelayFile, business: BusinessServer):
    port = free_port()
    relay_file.write(relay={"port": port}, callbacks={"url": business.url, "secret": SIGNING})
    write_webhooks(f"http://127.0.0.1:{port}", "beforeImportFriends")
    found = await examined(cli, "--webhooks", OPENIM_FILE)
    assert found["relay port"] == ("ok", f"127.0.0.1:{port} is free")
    assert found["database"] == ("ok", "amity-relay.db has no tables yet; 'amity relay' creates them")
    assert found["webhooks.yml url"][0] == "ok"
    assert found["webhooks.yml requests"][0] == "warn"
    assert found["webhooks.yml beforeImportFriends"][1].startswith("is on in the relay")
    assert cli.files() == ["relay.yml", OPENIM_FILE]


async def test_a_port_of_another_relay_or_of_none_is_told_from_the_own_one(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between, tmp_path: Path
):
    async with between(business, relay={"key": KEY}) as relayed:
        for changed, words in (
            ({"secret": "another secret of some length"}, "in use by a relay that takes another secret"),
            ({"relay": {"port": relayed.relay.port}}, "is no relay, or a relay with another relay.key"),
            ({"database": "sqlite:///other.db"}, "a relay with this secret that serves another database than other.db"),
        ):
            settings_of(relayed, relay_file, tmp_path, **changed)
            level, text = (await examined(cli))["relay port"]
            assert level == "fail"
            assert words in text
    port = int(business.url.rpartition(":")[2])
    relay_file.write(relay={"port": port})
    assert (await examined(cli))["relay port"] == (
        "fail",
        f"127.0.0.1:{port} cannot be listened on: another program listens there",
    )


async def test_a_relay_that_was_started_with_another_port_is_to_be_started_anew(
    cli: Cli, relay_file: RelayFile, business: BusinessServer, between: Between, tmp_path: Path
):
    async with between(business) as relayed:
        settings_of(relayed, relay_file, tmp_path, relay={"port": free_port()})
        level, text = (await examined(cli))["relay port"]
    assert level == "warn"
    assert text.endswith("which serves the database, was started with other settings")


async def test_each_way_to_the_business_server_is_tried_without_telling_it_anything(
    cli: Cli, relay_file: RelayFile, business: BusinessServer
):
    on = {key: {"enable": True} for key in ("beforeImportFriends", "beforeSendGroupMsg", "afterSendGroupMsg")}
    relay_file.write(
        relay={"port": free_port()},
        callbacks={"url": business.url, **on},
        shadow={"enable": True, "url": f"{business.url}/old"},
    )
    found = await examined(cli)
    for subject in ("beforeImportFriends", "beforeSendGroupMsg"):
        assert found[subject][1].startswith("approved its sample")
    assert all(
        found[subject] == ("ok", "its server answers (HTTP 200 to an unknown command)")
        for subject in ("others", "shadow")
    )
    assert found["afterSendGroupMsg"][1].startswith("its server answers (HTTP 200 to an unknown command); 'amity")
    assert sorted(request.path for request in business.requests) == [
        *["/callbackAmityDoctorCommand"] * 2,
        "/callbackBeforeImportFriendsCommand",
        "/callbackBeforeSendGroupMsgCommand",
        "/old/callbackAmityDoctorCommand",
    ]
    assert all(request.headers["webhook-id"].startswith("amity-sample-") for request in business.requests)


async def test_a_business_server_that_does_not_answer_is_named_with_its_setting(cli: Cli, relay_file: RelayFile):
    relay_file.write(relay={"port": free_port()}, others={"url": "http://127.0.0.1:1"})
    ran = await cli("doctor", "--json")
    (found,) = [each for each in ran.json if each["subject"] == "others"]
    assert found["level"] == "fail"
    assert found["mend"].startswith("start it, or mend others.url (http://127.0.0.1:1/")


async def test_a_business_server_that_refuses_the_signature_is_named_with_its_setting(
    cli: Cli, relay_file: RelayFile, business: BusinessServer
):
    business.reaction = Answer({}, status=401)
    secret = "another secret, of its own"
    relay_file.write(relay={"port": free_port()}, others={"url": business.url, "secret": secret})
    level, text = (await examined(cli))["others"]
    assert level == "fail"
    assert "its secret is not others.secret" in text


async def test_notes_on_the_settings_and_foreign_variables_are_warned_of(cli: Cli, relay_file: RelayFile):
    relay_file.write(relay={"port": 0, "host": "0.0.0.0", "key": KEY}, shadow={"enable": True})
    ran = await cli("doctor", "--json", AMITY_GATEWAY__PORT="1")
    warned = [each["text"] for each in ran.json if each["subject"] == "settings" and each["level"] == "warn"]
    assert [text.split(":")[0] for text in warned] == ["relay.host", "shadow", "AMITY_GATEWAY__PORT"]


async def test_problems_of_a_relay_s_settings_are_lines(cli: Cli, relay_file: RelayFile):
    relay_file.write(relay={"prot": 1}, others={"timeout": 99999})
    ran = await cli("doctor", "--json")
    assert [each["level"] for each in ran.json] == ["fail", "fail"]


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), ("url: [", "line 1"), ("- x", "expected keys")]
)
async def test_an_openim_file_that_cannot_be_read_fails(cli: Cli, relay_file: RelayFile, content, words):
    if content is not None:
        cli.write(OPENIM_FILE, content)
    level, text = (await examined(cli, "--webhooks", OPENIM_FILE))[OPENIM_FILE]
    assert level == "fail"
    assert words in text


async def test_openim_s_file_goes_with_a_relay_s_settings_only(cli: Cli):
    cli.write("amity.yml", f'secret: "{SECRET}"')
    write_webhooks("http://127.0.0.1:1")
    ran = await cli("doctor", "--webhooks", OPENIM_FILE)
    assert (ran.code, ran.err) == (
        2,
        "Error: --webhooks: goes with a relay's settings, and these are a server's\n",
    )
