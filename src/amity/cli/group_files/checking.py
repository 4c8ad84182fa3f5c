"""Check a file of groups before anything is sent: how many there are, and who is in them."""

from typing import Any, NamedTuple

from rich.console import Console

from amity.cli.group_files.reading import GroupFile
from amity.cli.importing.report import show
from amity.importing.lines import BadLine, BadLines

_WORDS = {
    "groups": "groups",
    "members": "members of groups",
    "people": "people",
    "badLines": "bad lines",
}


class Checked(NamedTuple):
    """What a file holds. Each person is kept once in memory, and no group."""

    sha256: str
    groups: int
    members: int
    people: list[str]
    bad_lines: list[BadLine]
    bad_line_count: int

    @property
    def facts(self) -> dict[str, Any]:
        """The numbers, under the names of the JSON summary."""
        return {
            "groups": self.groups,
            "members": self.members,
            "people": len(self.people),
            "badLines": self.bad_line_count,
        }

    def show(self, console: Console, title: str) -> None:
        """Print the numbers."""
        show(console, title, [(words, self.facts[name]) for name, words in _WORDS.items()])


def check(file: GroupFile, bad_lines_kept: int) -> Checked:
    """Read a whole file. Raises ``FileProblem``."""
    people: dict[str, None] = {}
    bad = BadLines(bad_lines_kept)
    groups = members = 0
    for line in bad.others(file.lines()):
        groups += 1
        members += 1 + len(line.members)
        people[line.owner.user_id] = None
        people.update(dict.fromkeys([each.user_id for each in line.members]))
    return Checked(file.sha256, groups, members, list(people), bad.first, bad.count)
