"""Print what is not as recorded and not listed, one field a line. Run from the root of the repository:

python -m tests.integration.compatibility.differing group --case "kick*"
"""

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.integration.compatibility.recordings import GROUPS, SINGLE_CHATS
from tests.support.recorded_answers import Difference, Found, unlisted

RECORDINGS = {each.name: each for each in (*SINGLE_CHATS, *GROUPS)}
_WIDTH = 90


def main() -> None:
    """Do the cases of one recording on a server with an SQLite file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", choices=sorted(RECORDINGS))
    parser.add_argument("--case", default="*", help="a pattern of names; all cases are done, and these printed")
    parser.add_argument("--field", default="*", help="a pattern of fields")
    parser.add_argument("--all", action="store_true", help="print what is listed, too")
    parser.add_argument("--wide", action="store_true", help="do not cut values")
    parser.add_argument("--fields", action="store_true", help="print how often each field differs, and in which case")
    chosen = parser.parse_args()
    recording = RECORDINGS[chosen.recording]
    listed = recording.listed()
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite:///{Path(folder) / 'amity.db'}"
        found = asyncio.run(recording.replayed(Path(folder), database_url, listed))
    missing = {each.case: None for each in found if (each.field, each.ours) == ("status", 404)}
    if missing:
        print(f"{len(missing)} cases call what does not exist: {', '.join(missing)}"[: _WIDTH * 2])
    kept = [each for each in (found if chosen.all else unlisted(found, listed)) if each.case not in missing]
    shown = [each for each in kept if fnmatchcase(each.case, chosen.case) and fnmatchcase(each.field, chosen.field)]
    for line in _by_field(shown) if chosen.fields else _lines(shown, None if chosen.wide else _WIDTH):
        print(line)
    if not chosen.all:
        for line in _not_occurring(listed):
            print(line)
    print(f"{len(shown)} fields of {len({each.case for each in shown})} cases")


def _lines(found: Sequence[Found], width: int | None) -> Iterator[str]:
    for each in found:
        yield f"{each.case} / {each.field} / {_cut(each.theirs, width)} / {_cut(each.ours, width)}"


def _by_field(found: Sequence[Found]) -> Iterator[str]:
    """Yield each kind of difference once, the most frequent ones first."""
    kinds = Counter((each.field, json.dumps(each.theirs), json.dumps(each.ours)) for each in found)
    first = {(each.field, json.dumps(each.theirs), json.dumps(each.ours)): each.case for each in reversed(found)}
    for (field, theirs, ours), count in kinds.most_common():
        yield f"{count:4} {field} / {theirs[:_WIDTH]} / {ours[:_WIDTH]} / {first[field, theirs, ours]}"


def _not_occurring(listed: Sequence[Difference]) -> Iterator[str]:
    for one in listed:
        for each in one.missing():
            yield f"listed, and does not occur: {each}"


def _cut(value: Any, width: int | None) -> str:
    return json.dumps(value, ensure_ascii=False)[:width]


if __name__ == "__main__":
    main()
