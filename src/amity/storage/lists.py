"""List parameters for SQLite, which has no arrays: they travel as JSON and come apart in ``json_each``."""

import msgspec

_encode = msgspec.json.Encoder().encode


def adapt(args: tuple[object, ...]) -> tuple[object, ...]:
    """Turn every list among the parameters into its JSON text."""
    for argument in args:
        if type(argument) is list:
            return tuple(_encode(value).decode() if type(value) is list else value for value in args)
    return args
