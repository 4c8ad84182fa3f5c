"""A later version of the program: one that has migrations besides those of this one."""

from collections.abc import Callable, Iterator

import pytest

from amity.storage import migrations

AddMigrations = Callable[..., None]


@pytest.fixture
def add_migrations(monkeypatch: pytest.MonkeyPatch) -> Iterator[AddMigrations]:
    """Let programs that open a database from now on have these migrations besides: texts by the end of their names.

    They are numbered from the newest on. Without any, the program is this version again.
    """
    real = migrations._files
    first = migrations.newest("postgres") + 1

    def add(**texts: str) -> None:
        named = [
            (f"{first + n:04}_{name.replace('__', '.')}.sql", text) for n, (name, text) in enumerate(texts.items())
        ]

        def files() -> Iterator[tuple[str, str]]:
            yield from real()
            yield from named

        monkeypatch.setattr(migrations, "_files", files)
        migrations.migrations.cache_clear()

    yield add
    monkeypatch.undo()
    migrations.migrations.cache_clear()
