"""The operations that the rooms of amity declare, without a server: what pages and generated files say."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import get_type_hints

import amity
from amity.calls.operation import Operation


def declared_operations() -> dict[str, Operation]:
    """Return every operation with a path that any room declares, wired or not, by its path. None of them can be
    called."""
    found: list[Operation] = []
    for name in _modules():
        declare = getattr(importlib.import_module(name), "operations", None)
        if inspect.isfunction(declare) and declare.__module__ == name:
            kinds = get_type_hints(declare)
            found += declare(*(object.__new__(kinds[name]) for name in inspect.signature(declare).parameters))
    return {operation.path: operation for operation in found if operation.path}


def _modules() -> Iterator[str]:
    """Yield the modules that may declare operations. The client and the commands are not imported: they stand on what
    is generated from these."""
    for room in pkgutil.iter_modules(amity.__path__, "amity."):
        if room.ispkg and room.name not in ("amity.client", "amity.cli"):
            path = importlib.import_module(room.name).__path__
            for module in pkgutil.walk_packages(path, f"{room.name}."):
                if module.name.rpartition(".")[2].endswith("operations"):
                    yield module.name
