"""What the client has of each operation, beside what the server declares."""

import importlib
import pkgutil

import pytest

from amity.client import types
from amity.client.operation import Operation
from tests.support.declared_operations import declared_operations


def operations_of_client():
    """Every operation of the client's generated files, by its path."""
    found = {}
    for module in pkgutil.walk_packages(types.__path__, f"{types.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Operation):
                found[value.path] = value
    return found


OF_CLIENT = operations_of_client()
DECLARED = declared_operations()


EACH_OPERATION = pytest.mark.parametrize("path", list(DECLARED))
EACH_ANSWER = pytest.mark.parametrize("path", [path for path, each in DECLARED.items() if each.response is not None])


@pytest.fixture
def declared(path):
    """The operation as the server declares it."""
    return DECLARED[path]


@pytest.fixture
def operation(path):
    """The operation as the client has it."""
    return OF_CLIENT[path]
