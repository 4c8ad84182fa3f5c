"""What an operation refused, in words for the page that asked."""

from typing import Final

from amity.console.texts.catalogue import Texts
from amity.errors import Code, ImError

_SERVER_FAULTS: Final = frozenset({Code.SERVER_INTERNAL, Code.DATABASE, Code.NETWORK, Code.DATA})


def refusal(texts: Texts, section: str, error: ImError) -> str:
    """Return why an operation refused: the text ``SECTION.refused_CODE`` where there is one, else what the operation
    says. Raises ``error`` again where it is a fault of the server."""
    if error.code in _SERVER_FAULTS:
        raise error
    key = f"{section}.refused_{int(error.code)}"
    if key in texts:
        return texts(key)
    return f"{error.code} {error.message}: {error.detail}"
