"""The operations that the rooms of amity declare, without a server: what pages and generated files say."""

import importlib
import inspect
import pkgutil
from typing import get_type_hints

import amity
from amity.calls.operation import Operation


def declared_operations() -> dict[str, Operation]:
    """Return every operation with a path that any room declares, wired or not, by its path. None of them can be
    called."""
    found: list[Operation] = []
    for module in pkgutil.walk_packages(amity.__path__, "amity."):
        if not module.name.rpartition(".")[2].endswith("operations") or module.name.startswith("amity.client."):
            continue
        declare = getattr(importlib.import_module(module.name), "operations", None)
        if inspect.isfunction(declare) and declare.__module__ == module.name:
            kinds = get_type_hints(declare)
            found += declare(*(object.__new__(kinds[name]) for name in inspect.signature(declare).parameters))
    return {operation.path: operation for operation in found if operation.path}
