"""Samples of the metrics, and what is wrong by them."""

import asyncio
import math
from array import array

import pytest

from amity import metrics
from amity.callbacks.telling.others import OutboxMeasured
from amity.console.history import history as ring
from amity.console.history.history import EVERY_SECONDS, History, Sources
from amity.console.history.sampling import SERIES, Around, quantile, read, sample, value
from amity.console.pages.overview.problems import MINUTE, PAGES, SECTIONS, problems
from amity.console.texts.catalogue import read_texts
from amity.metrics.meters import SECONDS
from tests.support.fake_clock import FakeClock
from tests.unit.docs.pages import text

MEASURED = OutboxMeasured(7, 12.5, 2)
AROUND = Around(0, math.nan, 1, MEASURED)


async def size():
    return 4096


def sources(**other):
    known = Sources(left_alone=list, processes=lambda: 1, outbox=lambda: MEASURED, bus_down=str, database_bytes=size)
    return known._replace(**other)


def between(act):
    before = read(100.0)
    act()
    return sample(before, read(110.0), AROUND)


def test_rates_are_what_was_counted_between_two_readings():
    def act():
        for code in (0, 0, 0, 1001, 90002):
            metrics.request_meter("/user/get_users_info")(code, 0.002)
        metrics.gateway_request_meter(1003)(0, 0.02)
        metrics.request_meter("/msg/send_msg")(0, 0.002)
        metrics.pushed(20, 10)

    found = between(act)
    assert (value(found, "api_rate"), value(found, "gateway_rate")) == (0.6, 0.1)
    assert value(found, "api_refused") == 0.2
    assert value(found, "api_faults") == 0.1
    assert value(found, "messages") == 0.2
    assert (value(found, "pushes"), value(found, "pushes_dropped")) == (2.0, 1.0)


def test_times_of_nothing_are_no_number():
    found = between(lambda: None)
    assert math.isnan(value(found, "api_p50"))
    assert math.isnan(value(found, "commit_size"))


def test_commits_are_told_apart_from_those_before():
    def act():
        metrics.commit_done(3, 0.004)
        metrics.commit_done(5, 0.004)

    metrics.commit_done(100, 5.0)
    found = between(act)
    assert value(found, "commit_size") == 4.0
    assert 0.0025 < value(found, "commit_p99") <= 0.005


@pytest.mark.parametrize(("q", "seconds"), [(0.5, 0.001), (0.25, 0.0005), (0.75, 0.00175), (1.0, 0.0025)])
def test_a_quantile_lies_evenly_within_its_bucket(q, seconds):
    assert quantile([10, 10] + [0] * (len(SECONDS) - 1), q) == pytest.approx(seconds)


def test_a_time_beyond_the_last_bound_counts_as_that():
    assert quantile([0] * len(SECONDS) + [3], 0.5) == SECONDS[-1]


async def test_a_sample_is_taken_every_five_seconds_and_an_hour_is_kept(monkeypatch):
    monkeypatch.setattr(ring, "KEPT", 3)
    clock = FakeClock()
    history = History(sources(), clock)
    history.start()
    for taken in range(1, 6):
        while history.taken < taken:
            await asyncio.sleep(0)
            clock.advance(EVERY_SECONDS / 50)
    assert clock.monotonic() - 5000 == pytest.approx(5 * EVERY_SECONDS, abs=1)
    assert len(history.samples) == 3
    assert value(history.samples[-1], "database") == 4096
    await history.stop()


async def test_a_sample_that_fails_does_not_end_the_history():
    clock = FakeClock()
    failing = iter([True, False, False, False])

    def left_alone():
        if next(failing):
            raise RuntimeError
        return []

    history = History(sources(left_alone=left_alone), clock)
    history.start()
    while not history.taken:
        await asyncio.sleep(0)
        clock.advance(EVERY_SECONDS / 50)
    await history.stop()


def minute(**numbers):
    one = array("d", [numbers.get(name, 0.0) for name in SERIES])
    return [one] * MINUTE


def test_nothing_is_wrong_where_nothing_is():
    assert problems(minute(), [], "") == []
    assert problems([], [], "") == []
    assert problems(minute(api_p99=math.nan, lag=math.nan, commit_p99=math.nan, asked_p99=math.nan), [], "") == []


@pytest.mark.parametrize(
    ("numbers", "name", "values", "count"),
    [
        ({"api_faults": 0.2}, "faults", {}, 12),
        ({"pushes_dropped": 1.0}, "dropped", {}, 60),
        ({"reads_refused": 1.0}, "reads", {}, 60),
        ({"log_dropped": 1.0}, "log", {}, 60),
        ({"outbox_dead": 3.0}, "dead", {}, 3),
        ({"outbox_age": 1800.0}, "age", {"minutes": "30"}, 0),
        ({"lag": 0.3}, "lag", {"ms": "300"}, 0),
        ({"commit_p99": 0.75}, "commits", {"ms": "750"}, 0),
        ({"asked_p99": 2.0}, "answers", {"ms": "2000"}, 0),
    ],
)
def test_what_is_wrong_has_a_name_and_a_number(numbers, name, values, count):
    assert problems(minute(**numbers), [], "") == [(name, values, count)]


def test_the_bus_and_the_business_server_come_first():
    found = problems(minute(outbox_dead=1.0), ["b", "a", "a"], "no answer")
    assert [each.name for each in found] == ["bus", "breakers", "dead"]
    assert (found[1].values, found[1].number) == ({"names": "a, b"}, 2)


def test_every_problem_has_its_words_and_a_section_that_is_there():
    named = {
        key.partition(".")[2].removesuffix("_one") for key in read_texts()["en"].names if key.startswith("problems.")
    }
    assert named == SECTIONS.keys()
    for page, section in SECTIONS.values():
        assert f"# {section}\n" in text(page), section


def test_a_problem_leads_to_a_page_of_the_console_that_has_a_name():
    assert PAGES.keys() <= SECTIONS.keys()
    assert {title for _, title in PAGES.values()} <= read_texts()["en"].names


@pytest.mark.parametrize(
    ("dead", "said"), [(1, "One after-callback was given up."), (1200, "1,200 after-callbacks were given up.")]
)
def test_what_is_counted_has_the_right_number(dead, said):
    [problem] = problems(minute(outbox_dead=float(dead)), [], "")
    assert read_texts()["en"].counted("problems.dead", problem.number).startswith(said)
