"""``amity init``: a settings file that works, and that nobody else reads."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from amity.cli.main import main
from amity.settings import RelaySettings, Settings, is_relay, load, load_relay, notes
from amity.settings.relay import RelayCallbacks
from amity.settings.relay_rules import notes as notes_on_relay


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_is_the_defaults_with_secrets_of_its_own(folder):
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    assert CliRunner().invoke(main, ["init", "other.yml"]).exit_code == 0
    one, other = load(folder / "amity.yml", {}), load(folder / "other.yml", {})
    assert len(one.secret) >= 32
    assert isinstance(one.callbacks.secret, str)
    assert one.callbacks.secret.startswith("whsec_")
    assert one.secret != other.secret
    assert one.callbacks.secret != other.callbacks.secret
    assert notes(one) == []
    for settings in (one, other):
        settings.secret = ""
        settings.callbacks.secret = None
        settings.callbacks.url = ""
        settings.callbacks.events = {}
    assert one == other == Settings()


def test_the_file_has_a_comment_on_every_part(folder):
    CliRunner().invoke(main, ["init"])
    lines = (folder / "amity.yml").read_text(encoding="utf-8").splitlines()
    assert sum(line.lstrip().startswith("#") for line in lines) > 12
    assert next(iter(yaml.safe_load("\n".join(lines)))) == "secret"


def test_only_its_owner_can_read_it(folder):
    CliRunner().invoke(main, ["init"])
    assert (folder / "amity.yml").stat().st_mode & 0o777 == 0o600


def test_no_secret_is_printed(folder):
    result = CliRunner().invoke(main, ["init"])
    assert load(folder / "amity.yml", {}).secret not in result.output


def test_a_file_that_is_there_is_left_alone_unless_forced(folder):
    file = folder / "amity.yml"
    file.write_text("mine", encoding="utf-8")
    file.chmod(0o644)
    refused = CliRunner().invoke(main, ["init"])
    assert refused.exit_code == 2
    assert refused.stderr == "Error: amity.yml is there already and was left alone; --force writes over it\n"
    assert file.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(main, ["init", "--force"]).exit_code == 0
    assert load(file, {}).secret
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_one_line(folder):
    result = CliRunner().invoke(main, ["init", "none/amity.yml"])
    assert (result.exit_code, result.stderr) == (1, "Error: none/amity.yml: No such file or directory\n")


def test_a_relay_s_file_is_the_defaults_with_secrets_of_its_own(folder):
    assert CliRunner().invoke(main, ["init", "--relay"]).exit_code == 0
    assert CliRunner().invoke(main, ["init", "--relay", "other.yml"]).exit_code == 0
    assert is_relay(folder / "relay.yml")
    one, other = load_relay(folder / "relay.yml", {}), load_relay(folder / "other.yml", {})
    assert notes_on_relay(one) == []
    secrets = [(each.secret, each.relay.key, each.callbacks.secret) for each in (one, other)]
    assert len({*secrets[0], *secrets[1]}) == 6
    for settings in (one, other):
        assert [key for key, each in settings.callbacks.events.items() if each.enable] == ["beforeImportFriends"]
        settings.secret = settings.relay.key = ""
        settings.callbacks = RelayCallbacks()
        settings.others.failed_continue = None
    assert one == other == RelaySettings()


def test_a_relay_s_file_is_as_private_as_a_server_s_and_its_secrets_are_not_printed(folder):
    printed = CliRunner().invoke(main, ["init", "--relay"]).output
    settings = load_relay(folder / "relay.yml", {})
    assert (folder / "relay.yml").stat().st_mode & 0o777 == 0o600
    assert settings.secret not in printed
    assert settings.relay.key not in printed


def test_a_relay_s_file_shows_the_url_for_openim_with_its_key(folder):
    CliRunner().invoke(main, ["init", "--relay"])
    key = load_relay(folder / "relay.yml", {}).relay.key
    assert f"url: http://127.0.0.1:10007/{key}\n" in (folder / "relay.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "written", "following"),
    [
        ([], "amity.yml", "amity doctor   then: amity serve"),
        (["x.yml"], "x.yml", "amity doctor --config x.yml   then: amity serve --config x.yml"),
        (
            ["--relay"],
            "relay.yml",
            "amity doctor --config relay.yml --webhooks WEBHOOKS_YML   then: amity relay --config relay.yml",
        ),
        (
            ["--relay", "x.yml"],
            "x.yml",
            "amity doctor --config x.yml --webhooks WEBHOOKS_YML   then: amity relay --config x.yml",
        ),
    ],
)
def test_what_comes_next_is_said(folder, words, written, following):
    said = CliRunner().invoke(main, ["init", *words]).stdout
    assert said == f"wrote {written}, with a secret of its own; only you can read it\nnext: {following}\n"
    assert (folder / written).is_file()
