"""What an operation refused, in words for the page that asked."""

from typing import Final

from amity.console.texts.catalogue import Texts
from amity.errors import Code, ImError

SERVER_FAULTS: Final = frozenset({Code.SERVER_INTERNAL, Code.DATABASE, Code.NETWORK, Code.DATA})
"""What nobody can mend by typing something else."""


def refusal(texts: Texts, section: str, error: ImError) -> str:
    """Return why an operation refused: the text ``SECTION.refused_CODE``, else ``error.refused_CODE``, where there is
    one, else what the operation says. Raises ``error`` again where it is a fault of the server of which there is no
    text."""
    for key in (f"{section}.refused_{int(error.code)}", f"error.refused_{int(error.code)}"):
        if key in texts:
            return texts(key, detail=error.detail)
    if error.code in SERVER_FAULTS:
        raise error
    said = " ".join([str(int(error.code)), *filter(None, (error.message, error.detail))])
    return texts("error.by_server", said=said)
