"""The image, the Compose file and the Kubernetes file agree with the server: settings, ports, paths, times to stop."""

import json
import re
import subprocess
from fnmatch import fnmatch

import pytest
import yaml

from amity.api.pages import PATHS
from amity.api.serving import Timeouts as HttpTimeouts
from amity.gateway import gateway
from amity.settings import Settings, SettingsError, foreign, load
from tests.unit.docs.pages import ROOT, blocks, text

CONTAINERFILE = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text("deploy/Containerfile"), flags=re.MULTILINE))
COMPOSE = yaml.safe_load(text("deploy/compose.yml"))
KUBERNETES = {part["kind"]: part for part in yaml.safe_load_all(text("deploy/kubernetes.yml"))}
POD = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
PORTS = {"gateway": Settings().gateway.port, "api": Settings().api.port}
PROCESSES = [name for name in COMPOSE["services"] if name.startswith("amity-")]
SECRET = "s" * 32
TIME_TO_STOP = 40
"""Seconds that docs/operations.md gives a stop, in its unit for systemd."""


def instructions(name):
    """The arguments of an instruction of the Containerfile, each time it stands there."""
    return re.findall(rf"^{name} (.*)$", CONTAINERFILE, re.MULTILINE)


def image_environment():
    return dict(word.split("=", 1) for line in instructions("ENV") for word in line.split())


def compose_environment(**env):
    """The variables of a process, with those of the .env file put in; a missing one is an error, as with Compose."""

    def put_in(match):
        name, _, message = match[1].partition(":?")
        if not env.get(name):
            raise LookupError(message)
        return env[name]

    variables = COMPOSE["x-amity"]["environment"]
    return {name: re.sub(r"\$\{([^}]+)\}", put_in, value) for name, value in variables.items()}


def loaded(variables):
    """The settings that they make. Fails if one of them is no setting."""
    ours = {name: value for name, value in variables.items() if name.startswith("AMITY_")}
    assert foreign(ours) == []
    return load(None, ours)


def test_the_image_listens_for_everybody_and_has_no_secret():
    environment = image_environment()
    settings = loaded(environment | {"AMITY_SECRET": SECRET})
    assert (settings.api.host, settings.gateway.host) == ("0.0.0.0", "0.0.0.0")
    assert not [name for name in environment if "SECRET" in name or "PASSWORD" in name]
    with pytest.raises(SettingsError, match="secret"):
        load(None, {name: value for name, value in environment.items() if name.startswith("AMITY_")})


def test_the_image_installs_by_hash_and_from_wheels():
    installs = [each for line in instructions("RUN") for each in line.split("&&") if "pip" in each and " -r " in each]
    assert len(installs) == 2
    for install in installs:
        assert "--require-hashes --only-binary :all:" in install
        assert (ROOT / install.split(" -r ")[1].strip()).exists()


def test_the_image_runs_as_a_number_that_is_not_root():
    user, group = instructions("USER")[-1].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert POD["securityContext"]["runAsUser"] == int(user)
    assert POD["securityContext"]["runAsGroup"] == int(group)


def test_the_image_serves_on_the_ports_that_it_exposes():
    assert {int(port) for port in instructions("EXPOSE")[0].split()} == set(PORTS.values())
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["amity", "serve"]
    (asked,) = re.findall(r"http://127.0.0.1:(\d+)(/\w+)", instructions("HEALTHCHECK")[0])
    assert asked == (str(PORTS["api"]), "/healthz")
    assert asked[1] in PATHS


def test_what_the_image_is_built_from_is_there_and_reaches_the_builder():
    kept = [line.removeprefix("!") for line in text(".dockerignore").splitlines() if line.startswith("!")]
    for line in instructions("COPY"):
        *sources, _ = line.split()
        if sources[0].startswith("--from=build"):
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert any(source == each or source.startswith(f"{each}/") for each in kept), source
    assert "*" in text(".dockerignore").splitlines()
    assert not any(
        fnmatch(secret, each) for each in kept for secret in ("amity.yml", "amity.db", "deploy/.env", ".git")
    )


def test_the_processes_of_compose_share_a_database_a_bus_and_all_else():
    assert len(PROCESSES) >= 2
    assert all(COMPOSE["services"][name] == COMPOSE["x-amity"] for name in PROCESSES)
    settings = loaded(image_environment() | compose_environment(AMITY_SECRET=SECRET, POSTGRES_PASSWORD="abc"))
    assert settings.database == "postgresql://amity:abc@postgres:5432/amity"
    assert settings.bus == "redis://valkey:6379"
    assert {"postgres", "valkey", "proxy"} <= set(COMPOSE["services"])


@pytest.mark.parametrize("missing", ["AMITY_SECRET", "POSTGRES_PASSWORD"])
def test_compose_names_a_secret_that_is_missing(missing):
    given = {"AMITY_SECRET": SECRET, "POSTGRES_PASSWORD": "abc", missing: ""}
    with pytest.raises(LookupError, match=missing):
        compose_environment(**given)


def test_the_example_of_secrets_names_each_and_gives_none():
    lines = [line for line in text("deploy/env.example").splitlines() if line and not line.startswith("#")]
    assert lines == ["AMITY_SECRET=", "POSTGRES_PASSWORD="]
    asked = set(re.findall(r"\$\{(\w+):\?", text("deploy/compose.yml")))
    assert {line.rstrip("=") for line in lines} == asked


def test_the_proxy_of_compose_knows_each_process_and_publishes_its_ports():
    proxy = text("deploy/haproxy.cfg")
    for name in PROCESSES:
        assert {int(port) for port in re.findall(rf"\b{name}:(\d+)", proxy)} == set(PORTS.values())
    published = {str(port).rpartition(":")[2] for port in COMPOSE["services"]["proxy"]["ports"]}
    bound = set(re.findall(r"^    bind :(\d+)", proxy, re.MULTILINE))
    assert published == bound
    # What is for one's own network is for this machine alone.
    assert "127.0.0.1:10012:10012" in COMPOSE["services"]["proxy"]["ports"]
    assert not [name for name in PROCESSES if "ports" in COMPOSE["services"][name]]


def test_kubernetes_takes_its_secrets_from_a_secret():
    taken = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in CONTAINER["env"] if "valueFrom" in each}
    assert set(taken) == {"AMITY_SECRET", "AMITY_DATABASE", "AMITY_BUS"}
    created = dict(
        re.findall(r"--from-literal=(\w+)=['\"](.*?)['\"](?: \\)?$", text("deploy/kubernetes.yml"), re.MULTILINE)
    )
    assert [each["key"] for each in taken.values()] == list(created)
    values = {name: created[each["key"]] for name, each in taken.items()} | {"AMITY_SECRET": SECRET}
    settings = loaded(image_environment() | values)
    assert settings.database.startswith("postgresql://amity:")
    assert settings.bus.startswith("redis://")


def test_kubernetes_asks_paths_that_there_are_on_the_api_s_port():
    ports = {each["name"]: each["containerPort"] for each in CONTAINER["ports"]}
    assert ports == PORTS
    asked = {name: CONTAINER[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {each["port"] for each in asked.values()} == {"api"}
    assert {each["path"] for each in asked.values()} <= set(PATHS)
    assert asked["livenessProbe"]["path"] == "/healthz"
    assert asked["readinessProbe"]["path"] == "/readyz"
    annotations = KUBERNETES["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(PORTS["api"])
    assert annotations["prometheus.io/path"] in PATHS


def test_the_service_of_kubernetes_finds_the_processes_and_keeps_no_client_with_one():
    labels = KUBERNETES["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    for selector in (
        KUBERNETES["Service"]["spec"]["selector"],
        KUBERNETES["Deployment"]["spec"]["selector"]["matchLabels"],
        KUBERNETES["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels
    ports = {each["name"]: (each["port"], each["targetPort"]) for each in KUBERNETES["Service"]["spec"]["ports"]}
    assert ports == {name: (port, name) for name, port in PORTS.items()}
    assert KUBERNETES["Service"]["spec"]["sessionAffinity"] == "None"


def test_who_runs_a_process_waits_until_it_has_stopped():
    assert f"TimeoutStopSec={TIME_TO_STOP}" in "".join(blocks(text("docs/operations.md"), "ini"))
    longest = gateway._ANSWERING_SECONDS + gateway._CLOSING_SECONDS + HttpTimeouts().stopping + HttpTimeouts().grace
    assert longest < TIME_TO_STOP
    assert COMPOSE["x-amity"]["stop_grace_period"] == f"{TIME_TO_STOP}s"
    before = int(CONTAINER["lifecycle"]["preStop"]["exec"]["command"][1])
    assert POD["terminationGracePeriodSeconds"] >= before + TIME_TO_STOP
    # Whoever asks for readiness has been told before the process closes its ports.
    readiness = CONTAINER["readinessProbe"]
    assert before > readiness["periodSeconds"] * readiness["failureThreshold"]


def test_what_runs_in_a_container_may_do_nothing_else():
    process = COMPOSE["x-amity"]
    assert (process["read_only"], process["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in process["security_opt"]
    context = CONTAINER["securityContext"]
    assert context["readOnlyRootFilesystem"]
    assert not context["allowPrivilegeEscalation"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert POD["securityContext"]["runAsNonRoot"]
    assert not POD["automountServiceAccountToken"]


def test_the_unit_for_several_processes_gives_each_ports_of_its_own(tmp_path):
    page = text("docs/operations.md")
    (unit,) = (block for block in blocks(page, "ini") if "[Service]" in block)
    (script,) = (block for block in blocks(page, "bash") if "amity@.service" in block)
    for folder in ("etc/amity", "etc/systemd/system"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/systemd/system/amity.service").write_text(unit)
    commands = re.sub(r"^systemctl .*\n", "", script, flags=re.MULTILINE)
    commands = re.sub(r" /etc/", f" {tmp_path}/etc/", commands)
    subprocess.run(["bash", "-euc", commands], check=True)
    template = (tmp_path / "etc/systemd/system/amity@.service").read_text().splitlines()
    assert "EnvironmentFile=/etc/amity/%i.env" in template
    kept = [line for line in unit.splitlines() if not line.startswith("Description=")]
    assert [line for line in template if not line.startswith(("Description=", "EnvironmentFile="))] == kept
    ports = []
    for number in (1, 2):
        lines = (tmp_path / f"etc/amity/{number}.env").read_text().splitlines()
        settings = loaded(dict(line.split("=") for line in lines) | {"AMITY_SECRET": SECRET})
        ports += [settings.api.port, settings.gateway.port]
    assert ports == [11001, 12001, 11002, 12002]
