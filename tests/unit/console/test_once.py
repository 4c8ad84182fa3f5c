"""What is read is an entry of the audit log once an hour, for each session."""

import contextlib
from typing import Any, cast

import pytest

from amity.console import once as module
from amity.console.context import Console
from amity.console.once import SECONDS, Once
from amity.console.sessions.models import Session
from tests.support.fake_clock import FakeClock


class Reader:
    """A session that notes its entries."""

    def __init__(self, name: str = "one") -> None:
        self.session = Session(name, "admin", "", 0)
        self.entries: list[tuple[str, str]] = []

    @contextlib.asynccontextmanager
    async def audited(self, action, *, about=""):
        self.entries.append((action, about))
        yield


async def read(once: Once, reader: Any, about: str = "si_a_b") -> None:
    async with once.audited(cast("Console", reader), "read", about):
        pass


async def test_the_same_is_an_entry_once_an_hour():
    clock, reader = FakeClock(), Reader()
    once = Once(clock)
    for _ in range(3):
        await read(once, reader)
    assert reader.entries == [("read", "si_a_b")]
    clock.advance(SECONDS)
    await read(once, reader)
    assert len(reader.entries) == 2


async def test_something_else_and_another_session_are_entries_of_their_own():
    once, one, other = Once(FakeClock()), Reader(), Reader("other")
    await read(once, one)
    await read(once, one, "si_a_c")
    await read(once, other)
    assert (len(one.entries), len(other.entries)) == (2, 1)


async def test_what_was_refused_is_an_entry_each_time():
    once, reader = Once(FakeClock()), Reader()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            async with once.audited(cast("Console", reader), "read", "nothing"):
                raise RuntimeError
    assert len(reader.entries) == 2


async def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "_MOST_KEPT", 2)
    once, reader = Once(FakeClock()), Reader()
    for about in ("a", "b", "c", "a", "c"):
        await read(once, reader, about)
    assert [about for _, about in reader.entries] == ["a", "b", "c", "a"]
