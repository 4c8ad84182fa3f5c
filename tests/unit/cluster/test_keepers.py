"""Which process keeps what another one is about to tell."""

import pytest

from amity.cluster.keepers import keeper_of


@pytest.mark.parametrize(("process", "keeper"), [("a:1", "a:2"), ("a:2", "a:3"), ("a:3", "a:1")])
def test_on_one_host_it_is_the_next_process_in_the_order_of_names(process, keeper):
    assert keeper_of(process, {"a:1", "a:2", "a:3"} - {process}) == keeper


@pytest.mark.parametrize(
    ("process", "keeper"), [("a:1", "b:1"), ("a:2", "b:1"), ("b:1", "c:1"), ("c:1", "a:1"), ("c:2", "a:1")]
)
def test_it_is_on_another_host_if_there_is_one(process, keeper):
    assert keeper_of(process, {"a:1", "a:2", "b:1", "c:1", "c:2"} - {process}) == keeper
