"""Charts: paths of lines, and numbers in words."""

import math
import re

import pytest

from amity.console.charts import HEIGHT, POINTS, WIDTH, as_bytes, as_count, as_seconds, ceiling, chart, path

NAN = math.nan


def points(drawn):
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn)]


def test_the_newest_number_is_at_the_right_edge_and_nothing_leaves_the_box():
    drawn = points(path([0.0, 5.0, 10.0], 720, 10.0))
    assert drawn[-1][0] == WIDTH
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)


def test_a_larger_number_stands_higher():
    ys = [y for _, y in points(path([1.0] * 4 + [2.0] * 4 + [3.0] * 4, 720, 10.0))]
    assert ys == sorted(ys, reverse=True)
    assert len(set(ys)) == 3


def test_a_peak_of_one_sample_is_seen():
    numbers = [0.0] * 720
    numbers[401] = 9.0
    assert min(y for _, y in points(path(numbers, 720, 10.0))) < HEIGHT / 4


def test_an_hour_has_so_many_points_and_no_more():
    assert len(points(path([1.0] * 720, 720, 1.0))) == POINTS


def test_what_did_not_happen_is_a_gap():
    drawn = path([1.0] * 4 + [NAN] * 4 + [1.0] * 4, 720, 1.0)
    assert drawn.count("M") == 2


def test_a_number_between_two_gaps_is_a_dot():
    assert path([NAN] * 4 + [1.0] * 4 + [NAN] * 4, 720, 1.0).endswith("h0.1")


def test_no_numbers_are_no_line():
    assert path([], 720, 1.0) == ""
    assert path([NAN, NAN], 720, 1.0) == ""


def test_a_chart_says_its_upper_edge_and_its_newest_numbers():
    drawn = chart([("all", [1.0, 37.0]), ("refused", [])], 720, as_count)
    assert drawn.top == "50"
    assert [line.now for line in drawn.lines] == ["37", "\N{EM DASH}"]


@pytest.mark.parametrize(
    ("peak", "top"),
    [
        (0, 1),
        (-1, 1),
        (NAN, 1),
        (math.inf, 1),
        (0.3, 0.5),
        (1, 1),
        (1.1, 2),
        (2, 2),
        (7, 10),
        (99, 100),
        (101, 200),
        (5e9, 5e9),
    ],
)
def test_the_upper_edge_is_a_round_number_above_all(peak, top):
    assert ceiling(peak) == pytest.approx(top)


@pytest.mark.parametrize(
    ("shown", "number", "text"),
    [
        (as_count, 0.0, "0"),
        (as_count, 3.25, "3.2"),
        (as_count, 12345.6, "12,346"),
        (as_seconds, 0.00251, "2.51 ms"),
        (as_seconds, 1.5, "1.5 s"),
        (as_seconds, 7200.0, "120 min"),
        (as_bytes, 512.0, "512 B"),
        (as_bytes, 5 * 1024.0**2, "5 MiB"),
        (as_bytes, 3 * 1024.0**4, "3.0 TiB"),
        (as_count, NAN, "\N{EM DASH}"),
        (as_seconds, NAN, "\N{EM DASH}"),
        (as_bytes, NAN, "\N{EM DASH}"),
    ],
)
def test_numbers_are_written_in_the_unit_that_reads_best(shown, number, text):
    assert shown(number) == text
