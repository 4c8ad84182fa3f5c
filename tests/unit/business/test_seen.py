import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from amity.business import Claim, MemorySeen, SqliteSeen
from tests.support.fake_clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path, clock):
    if request.param == "memory":
        yield MemorySeen()
    else:
        with SqliteSeen(tmp_path / "seen.db", clock=clock.now) as opened:
            yield opened


def test_an_event_is_claimed_once_and_done_for_good(store):
    assert store.claim("a") is Claim.MINE
    assert store.claim("a") is Claim.BUSY
    store.done("a")
    assert store.claim("a") is Claim.DONE
    assert store.claim("b") is Claim.MINE


def test_a_released_event_may_be_claimed_again(store):
    store.claim("a")
    store.release("a")
    assert store.claim("a") is Claim.MINE


def test_of_many_claims_at_once_one_wins(store):
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: store.claim("a"), range(200)))
    assert claims.count(Claim.MINE) == 1
    assert claims.count(Claim.BUSY) == 199


def test_memory_keeps_the_newest_ids_up_to_its_limit():
    store = MemorySeen(limit=2)
    for event_id in ("a", "b", "c"):
        store.claim(event_id)
        store.done(event_id)
    assert [store.claim(event_id) for event_id in ("b", "c", "a")] == [Claim.DONE, Claim.DONE, Claim.MINE]
    with pytest.raises(ValueError, match="limit"):
        MemorySeen(limit=0)


def test_a_file_remembers_over_a_restart(tmp_path):
    path = tmp_path / "seen.db"
    with SqliteSeen(path) as before:
        before.claim("a")
        before.done("a")
    with SqliteSeen(path) as after:
        assert after.claim("a") is Claim.DONE


def test_a_claim_whose_process_died_is_taken_over_after_its_lease(tmp_path, clock):
    path = tmp_path / "seen.db"
    with SqliteSeen(path, lease=600, clock=clock.now) as dead, SqliteSeen(path, lease=600, clock=clock.now) as alive:
        dead.claim("a")
        clock.advance(599)
        assert alive.claim("a") is Claim.BUSY
        clock.advance(1)
        assert alive.claim("a") is Claim.MINE
        dead.release("a")  # was not dead but slow: what it lost, it cannot release
        assert dead.claim("a") is Claim.BUSY
        alive.done("a")
        assert dead.claim("a") is Claim.DONE


def test_a_claim_of_a_time_when_the_clock_was_ahead_is_taken_over_after_a_lease_and_not_after_the_step(tmp_path, clock):
    path = tmp_path / "seen.db"
    with SqliteSeen(path, lease=600, clock=clock.now) as dead, SqliteSeen(path, lease=600, clock=clock.now) as alive:
        clock.step(3600)
        dead.claim("a")
        clock.step(-3600)
        assert alive.claim("a") is Claim.BUSY
        clock.advance(599)
        assert alive.claim("a") is Claim.BUSY
        clock.advance(1)
        assert alive.claim("a") is Claim.MINE


def test_a_clock_that_is_set_forward_takes_no_claim_away_from_a_handler_of_this_process(tmp_path, clock):
    with SqliteSeen(tmp_path / "seen.db", lease=600, clock=clock.now) as store:
        store.claim("a")
        clock.step(3600)
        assert store.claim("a") is Claim.BUSY
        store.release("a")
        assert store.claim("a") is Claim.MINE
        store.done("a")
        assert store.claim("a") is Claim.DONE


def test_a_file_forgets_what_is_older_than_it_keeps(tmp_path, clock):
    path = tmp_path / "seen.db"
    with SqliteSeen(path, keep=100, clock=clock.now) as store:
        store.claim("a")
        store.done("a")
    clock.advance(101)
    with SqliteSeen(path, keep=100, clock=clock.now) as store:
        assert store.claim("b") is Claim.MINE
        assert store.claim("a") is Claim.MINE


RACER = """
import sys
from amity.business import Claim, SqliteSeen
with SqliteSeen(sys.argv[1]) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(store.claim(f"event{number}") is Claim.MINE for number in range(100)))
"""


def test_processes_that_share_a_file_never_claim_the_same_event(tmp_path):
    command = [sys.executable, "-c", RACER, str(tmp_path / "seen.db")]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    won = 0
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        won += int(racer.communicate(timeout=60)[0])
    assert won == 100
