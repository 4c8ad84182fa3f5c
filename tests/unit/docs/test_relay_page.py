"""docs/relay.md has the names and numbers of the code: whose each event is, how many commands, how long, where."""

import configparser
import re

import pytest

from amity.cli.init import new_webhook_secret
from amity.relay.commands import BY_SETTING, KNOWN, OTHERS, Commands
from amity.relay.shadow import MOST_BESIDE
from amity.settings import RelaySettings, load_relay
from amity.settings.checking import every_key
from amity.settings.relay import TIMEOUT
from amity.settings.webhooks import OPENIM
from amity.wire.events.catalogue import parse
from tests.support.openim_server import LONGEST_TIMEOUT, QUEUE, WAIT_FOR_ROOM, WORKERS
from tests.support.recorded_callbacks import is_after, recorded_requests
from tests.unit.docs.pages import blocks, rows, section, text

PAGE = text("docs/relay.md")
TOLD = {request.command: request for request in recorded_requests() if is_after(request.command)}
OWNERS = {row[0]: row[1] for row in rows(PAGE, "After-callbacks")}
UNKNOWN = "a command that nobody knows"
OF_GROUPS = "groups, `afterCreateGroupChatConversations`"


def row_of(setting: str) -> str:
    """The row of an event: the one that names it, else that of users or of groups."""
    named = [row for row in OWNERS if f"`{setting}`" in row]
    if named:
        return named[0]
    event = BY_SETTING[setting].event
    is_of_groups = event is not None and event.__module__.startswith("amity.wire.events.group")
    return OF_GROUPS if is_of_groups else "users, friends, blacklists, presence"


@pytest.mark.parametrize("command", sorted(TOLD))
def test_an_event_belongs_to_whom_the_table_says(command):
    request, known = TOLD[command], Commands().named(command)
    assert known is not None
    fields, said = request.fields, OWNERS[row_of(known.setting)]
    owner = parse(command, request.body).owner()
    if said.startswith("the user, as in [amity's own callbacks]"):
        assert owner in request.body.decode()
    elif said.startswith("the reader, `sg_...`"):
        assert owner == f"sg_{fields['sendID']}"
    elif said == "the conversation of the group, `sg_...`":
        assert owner == f"sg_{fields.get('groupID') or fields.get('groupId')}"
    else:
        assert said.startswith("the conversation")
        assert owner.startswith(("si_", "sg_"))


def test_an_unknown_event_belongs_to_the_first_field_that_the_table_names():
    unknown = Commands().named("callbackAfterSomethingNewCommand")
    assert unknown is not None
    assert unknown.setting == OTHERS
    left = re.findall(r"`(\w+)`", OWNERS[UNKNOWN])
    assert left
    while left:
        assert unknown.owner_of({name: f"the {name}" for name in left}) == f"the {left.pop(0)}"
    assert unknown.owner_of({"anything": "else"}) == ""


def test_the_callbacks_that_the_page_names_are_openims():
    named = set(re.findall(r"`((?:before|after)[A-Z]\w+)`", PAGE))
    # OpenIM's settings name one more, and its server never sends it.
    assert named <= set(BY_SETTING) | {"afterGroupMsgRevoke"}


def test_the_numbers_are_those_of_the_code():
    relay = RelaySettings().relay
    in_time, in_shadow = section(PAGE, "Time"), section(PAGE, "Shadow mode")
    assert f"in whole seconds, {LONGEST_TIMEOUT} at most" in in_time.replace("\n", " ")
    assert f"it is {TIMEOUT:g} seconds unless you set it" in in_time
    assert f"`relay.maxWait` ({relay.max_wait:g})" in in_time
    assert f"more than {MOST_BESIDE} questions" in in_shadow
    assert f'(80000, "{relay.inexpressible.err_msg}")' in PAGE
    assert relay.inexpressible.err_code == 80000
    assert f"All {len(OPENIM & set(BY_SETTING))} commands" in PAGE
    assert f"{len({request.command for request in recorded_requests()})} of them were recorded" in PAGE
    assert (WORKERS, QUEUE, WAIT_FOR_ROOM) == (2, 100, 3)
    for words in ("a hundred for each of", "two workers post them", "full for three seconds"):
        assert words in section(PAGE, "After-callbacks")


def test_the_units_of_systemd_are_whole_and_belong_together():
    socket, service = (_unit(block) for block in blocks(PAGE, "ini"))
    relay = RelaySettings().relay
    assert socket["Socket"]["ListenStream"] == f"{relay.host}:{relay.port}"
    assert service["Unit"]["Requires"] == "amity-relay.socket"
    assert {"Socket", "Install"} == set(socket.sections())
    of_server = _unit(next(blocks(text("docs/operations.md"), "ini")))["Service"]
    differing = {"ExecStart", "RestartSec", "LimitNOFILE"}
    assert dict(service["Service"]).keys() | differing == dict(of_server).keys() | differing
    for key in set(of_server) - differing:
        assert service["Service"][key] == of_server[key], key


def _unit(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def test_every_known_event_has_a_row_of_its_own_or_of_a_group():
    named = {name for row in OWNERS for name in re.findall(r"`(\w+)`", row)}
    after = {command.setting for command in KNOWN if not command.is_before}
    assert named <= after


@pytest.mark.parametrize("example", list(blocks(PAGE, "yaml")))
def test_every_example_of_settings_loads(example, tmp_path):
    file = tmp_path / "relay.yml"
    file.write_text(example.replace("whsec_...", new_webhook_secret()), encoding="utf-8")
    settings = load_relay(file, {"AMITY_SECRET": "a secret of the tests, of some length"})
    assert settings.callbacks.url


def test_the_way_to_the_server_names_every_part_of_the_settings():
    named = {name for row in rows(PAGE, "From the relay to the server") for name in re.findall(r"`(\w+)`", row[0])}
    assert named == {path.partition(".")[0] for path, _, _ in every_key(RelaySettings())}


def test_every_callback_of_webhooks_yml_stands_there_with_its_command():
    page = text("docs/relay.md").split("\n## Every callback, known or not\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (asked|told) \|$", page, re.MULTILINE)
    of_openim = [each for each in KNOWN if each.setting in OPENIM]
    known = {(each.setting, each.name, "asked" if each.is_before else "told") for each in of_openim}
    assert set(found) == known
    assert len(found) == len(known)
