"""What a page says of how far an import is."""

import pytest

from amity.console.imports.models import Beginning, Choices, Job, Progress, State
from amity.console.pages.imports import showing
from amity.console.pages.imports.showing import table
from amity.console.texts.catalogue import read_texts

TEXTS = read_texts()["en"]


def job(state=State.RUNNING, **progress):
    return Job(*(7, "a", "f.csv", 1000, 250, state, "", "", 0, 0, 0, Choices(), None, Progress(**progress)))


def line(job, *, is_alive=True):
    return showing.line(TEXTS, job, is_alive=is_alive)


@pytest.mark.parametrize(("seconds", "left"), [(10.0, "30 s"), (100.0, "5 min"), (10_000.0, "8.3 h")])
def test_the_rate_is_that_of_this_run_and_the_time_left_follows_from_it(seconds, left):
    shown = line(job(phase="importing", done=2000, total=5000, before=1000, seconds=seconds))
    assert shown == f"2,000 of 5,000 pairs, {1000 / seconds:,.0f} a second, {left} left"


def test_before_the_first_step_there_is_no_rate():
    assert line(job(phase="importing", done=5, total=10, before=5, seconds=1)) == "5 of 10 pairs"


def test_an_import_that_nobody_works_on_has_no_rate():
    interrupted = job(phase="importing", done=2000, total=5000, before=1000, seconds=10)
    assert line(interrupted, is_alive=False) == "2,000 of 5,000 pairs"


@pytest.mark.parametrize("phase", ["reading", "asking", "registering"])
def test_each_phase_has_words_while_it_lasts(phase):
    assert line(job(phase=phase, done=1, total=2))
    assert line(job(State.FAILED, phase=phase), is_alive=False) == ""


def test_an_upload_is_measured_in_bytes():
    assert line(job(State.UPLOADING)) == "250 of 1,000 bytes are here"


def test_rows_are_as_wide_as_the_widest():
    shown = table(job(beginning=Beginning(["x", "owner", "friend"], [["1", "a", "b", "c"], ["2"]], [1, 2])))
    assert [heading.role for heading in shown.headings] == ["", "ownerUserID", "friendUserID", ""]
    assert [len(row) for row in shown.rows] == [4, 4]
