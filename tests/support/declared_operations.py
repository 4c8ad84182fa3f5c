"""Collect the operations that amity's packages declare, without a server, for pages and generated files."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import get_type_hints

import amity
from amity.calls.operation import Operation


def declared_operations() -> dict[str, Operation]:
    """Return every declared operation that has a path, by its path, whether a server serves it or not. They cannot be
    called."""
    found: list[Operation] = []
    for name in _modules():
        declare = getattr(importlib.import_module(name), "operations", None)
        if inspect.isfunction(declare) and declare.__module__ == name:
            kinds = get_type_hints(declare)
            found += declare(*(object.__new__(kinds[name]) for name in inspect.signature(declare).parameters))
    return {operation.path: operation for operation in found if operation.path}


def _modules() -> Iterator[str]:
    """Yield the modules that may declare operations. The client and the commands are not imported, because they depend
    on files that are generated from the operations."""
    for room in pkgutil.iter_modules(amity.__path__, "amity."):
        if room.ispkg and room.name not in ("amity.client", "amity.cli"):
            path = importlib.import_module(room.name).__path__
            for module in pkgutil.walk_packages(path, f"{room.name}."):
                if module.name.rpartition(".")[2].endswith("operations"):
                    yield module.name
