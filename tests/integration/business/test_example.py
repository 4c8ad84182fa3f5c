"""The example business server, run as its README says."""

import csv
import os
import runpy
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from amity.business import AfterImportFriends, BeforeImportFriends, BusinessServer, TestClient
from amity.wire.events.catalogue import payload
from tests.support.processes import kill_tree

PROGRAM = Path(__file__).parents[3] / "examples" / "business_server" / "server.py"
SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGlzIHZlcnkgdGVzdA=="


@pytest.fixture
def example():
    environment = os.environ | {"CALLBACK_SECRET": SECRET, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, PROGRAM, "--port", "0"], stdout=subprocess.PIPE, env=environment)
    try:
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        assert first.startswith("listening on http://127.0.0.1:")
        with httpx.Client(base_url=first.split()[-1], trust_env=False) as client:
            yield client, process
    finally:
        kill_tree(process)
        assert process.stdout is not None
        process.stdout.close()


def send(client, event, event_id="evt_1"):
    headers = TestClient(BusinessServer(secret=SECRET)).headers(payload(event), event_id=event_id)
    answer = client.post(f"/{event.command}?contenttype=json", content=payload(event), headers=headers)
    assert answer.status_code == 200
    return answer.json()


def before(owner, *friends):
    return BeforeImportFriends(owner_user_id=owner, friend_user_ids=list(friends))


def test_the_example_allows_modifies_and_rejects(example):
    client, _ = example
    allowed = send(client, before("karate01", "karate02", "karate03"))
    assert (allowed["nextCode"], "friendUserIDs" in allowed) == (0, False)
    modified = send(client, before("karate01", "karate02", "karate32"))
    assert (modified["nextCode"], modified["friendUserIDs"]) == (0, ["karate02"])
    for owner, friend, code in [
        ("karate25", "karate26", 5001),
        ("karate14", "karate34", 5002),
        ("stranger", "karate01", 5003),
    ]:
        rejected = send(client, before(owner, friend))
        assert (rejected["nextCode"], rejected["errCode"]) == (1, code)


def test_the_example_prints_what_happens_and_shows_it(example):
    client, process = example
    event = AfterImportFriends(owner_user_id="karate01", friend_user_ids=["karate02"])
    for event_id in ("evt_1", "evt_1", "evt_2"):
        send(client, event, event_id)
    assert process.stdout.readline() == b"imported  karate01  is now friends with karate02\n"
    shown = client.get(str(client.base_url.join("/events"))).json()
    assert [entry["owner"] for entry in shown] == ["karate01", "karate01"]


def test_the_example_refuses_unsigned_requests(example):
    client, _ = example
    event = before("karate01", "karate02")
    assert client.post(f"/{event.command}", content=payload(event)).status_code == 401


def test_the_example_s_sides_are_those_of_the_club_that_ships_with_the_project():
    members = files("amity.cli").joinpath("data", "karate-members.csv").read_text().splitlines()
    sides = runpy.run_path(str(PROGRAM))["SIDES"]
    assert sides == {member["userID"]: member["side"] for member in csv.DictReader(members)}
    assert len(sides) == 34
