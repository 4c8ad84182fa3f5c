"""What an entry of the audit log is about, as a text. Pure."""

from collections.abc import Sequence

from amity.console.audit.service import MOST_CHARACTERS


def about(ids: Sequence[str]) -> str:
    """Return ids with blanks between them, what the entry is about first. Of more than an entry has room for, there are
    the first ones and the number of the rest, as ``+990``."""
    whole = " ".join(ids)
    if len(whole) <= MOST_CHARACTERS:
        return whole
    kept, used = 0, len(f" +{len(ids)}")
    for each in ids:
        used += len(each) + (1 if kept else 0)
        if kept and used > MOST_CHARACTERS:
            break
        kept += 1
    return " ".join([*ids[:kept], *([f"+{len(ids) - kept}"] if kept < len(ids) else [])])
