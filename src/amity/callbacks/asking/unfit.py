"""The error of an answer that the app's business server may give, and that cannot be carried out. Pure."""

from amity.errors import Code, ImError


class Unfit(ImError):
    """What an answer wants cannot be done: ``DATA`` (90007)."""

    def __init__(self, text: str) -> None:
        super().__init__(Code.DATA, text)


def unfit(problem: str) -> Unfit:
    """Return the error of a replacement that no caller could have asked for."""
    return Unfit(f"the app's replacement is not valid: {problem}")
