"""What browsers do to the line breaks of a text in a form. Pure."""


def with_newlines(text: str) -> str:
    """Return a text with the line breaks that it had before a browser sent it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def as_sent(text: str, *, has_lines: bool) -> str:
    """Return what a browser would send of a field that nobody has changed, with ``\\n`` as line breaks. It takes them
    out of a field that has one line."""
    lines = with_newlines(text)
    return lines if has_lines else lines.replace("\n", "")
