"""List parameters for SQLite, which has no arrays: they are passed as JSON and expanded with ``json_each``."""

import msgspec

_encode = msgspec.json.Encoder().encode


def adapt(args: tuple[object, ...]) -> tuple[object, ...]:
    """Replace every list among the parameters with its JSON text."""
    for argument in args:
        if type(argument) is list:
            return tuple(_encode(value).decode() if type(value) is list else value for value in args)
    return args
