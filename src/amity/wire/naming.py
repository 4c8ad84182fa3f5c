"""The spelling of OpenIM's JSON fields: ``owner_user_id`` here is ``ownerUserID`` on the wire."""

_CAPITALS = {"id": "ID", "ids": "IDs", "url": "URL"}


def wire_name(field: str) -> str:
    """Turn a Python field name into OpenIM's: camel case with ``ID``, ``IDs`` and ``URL`` in capitals.

    A name that starts with a capital is taken as it is.
    """
    first, *rest = field.split("_")
    return first + "".join(_CAPITALS.get(word, word.capitalize()) for word in rest)
