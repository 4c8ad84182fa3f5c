"""Names of groups in place of ids, and pushes of one type in any order."""

import re
from typing import Any, Final

from tests.integration.compatibility.groups import paired, replaced

FIRST: Final[dict[str, Any]] = {"contentType": 1516, "content": "one"}
SECOND: Final[dict[str, Any]] = {"contentType": 1516, "content": "two"}


def test_parts_of_texts_and_of_names_of_members_are_replaced():
    value = {"sg_17": [{"groupID": "17", "seq": 17}]}
    assert replaced(value, re.compile("17"), {"17": "<g>"}) == {"sg_<g>": [{"groupID": "<g>", "seq": 17}]}


def test_pushes_that_came_in_another_order_are_those_that_they_equal():
    recorded = {"ua/7 n_<g> 1516": FIRST, "ua/7 n_<g> 1516 again": SECOND}
    here = {"ua/7 n_<g> 1516": SECOND, "ua/7 n_<g> 1516 again": FIRST}
    assert paired(here, recorded) == recorded


def test_a_push_that_equals_none_has_the_name_that_is_left():
    recorded = {"ua/7 n_<g> 1516": FIRST, "ua/7 n_<g> 1516 again": SECOND}
    here = {"ua/7 n_<g> 1516": {"contentType": 1516}, "ua/7 n_<g> 1516 again": FIRST}
    assert paired(here, recorded) == {"ua/7 n_<g> 1516": FIRST, "ua/7 n_<g> 1516 again": {"contentType": 1516}}


def test_a_push_more_than_recorded_has_a_name_of_its_own():
    assert paired({"a n_<g> 1": FIRST, "a n_<g> 1 again": SECOND}, {"a n_<g> 1": SECOND}) == {
        "a n_<g> 1": SECOND,
        "a n_<g> 1 again": FIRST,
    }
