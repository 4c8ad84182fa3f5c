"""Recorded cases of groups, done again on a running server, whose ids of groups are other ones."""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from tests.integration.compatibility.frames import AGAIN, FrameCase, FrameWorld
from tests.integration.compatibility.replay import Case
from tests.support.recorded_answers import Found

_MAKES_GROUPS = "/group/create_group"


@dataclass(kw_only=True)
class GroupCase(FrameCase):
    """A case of groups. ``makes`` names the group that the answer has. A call of ``before`` may have such a name
    as its third part; ``failed`` has the codes of the calls that failed here. ``key`` is what the query of the path has
    as JSON in base64."""

    makes: str = ""
    key: Mapping[str, str] = field(default_factory=dict)
    failed: dict[str, int | str] = field(default_factory=dict)

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        case = super().of(line)
        case.makes = line.get("makes", f"<made by {case.name}>")
        case.key = line.get("key", {})
        return case

    def found(self) -> Iterator[Found]:
        for path, code in self.failed.items():
            yield Found(self.name, f"before {path}", 0, code)
        yield from super().found()

    def in_form(self) -> dict[str, dict[str, Any]]:
        return paired(super().in_form(), self.recorded_pushes)


class GroupWorld(FrameWorld):
    """A world in which groups have the names of the record, in answers, pushes and requests alike."""

    compares_empty_members: ClassVar = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._names: dict[str, str] = {}
        self._ids = re.compile("(?!)")

    async def ask(self, case: Case, operation_id: str) -> dict[str, Any]:
        assert isinstance(case, GroupCase)
        if case.key:
            key = base64.b64encode(json.dumps(self._real(case.key)).encode()).decode()
            case.path += f"?{urlencode({'key': key})}"
        return await super().ask(case, operation_id)

    def named(self, value: Any, case: Case | None = None) -> Any:
        if isinstance(case, GroupCase) and case.path == _MAKES_GROUPS and value.get("data"):
            self._learn(value["data"]["groupInfo"]["groupID"], case.makes, case)
        return replaced(value, self._ids, self._names)

    def _learn(self, group: str, name: str, case: FrameCase) -> None:
        """Name a group. Some of its notifications may have come before the answer that has its id."""
        self._names[group] = name
        longest_first = sorted(map(re.escape, self._names), key=len, reverse=True)
        self._ids = re.compile(f"(?<![A-Za-z0-9])(?:{'|'.join(longest_first)})(?![A-Za-z0-9])")
        case.pushes = self.named(case.pushes)
        self.newest = self.named(self.newest)

    def _real(self, value: Any) -> Any:
        ids = {name: group for group, name in self._names.items()}
        return replaced(value, re.compile("|".join(map(re.escape, ids)) or "(?!)"), ids)

    def _in_form(self, answer: dict[str, Any]) -> dict[str, Any]:
        form: dict[str, Any] = self.named(answer)  # what stood in base64 has ids still
        return form if self.compares_empty_members else super()._in_form(form)

    async def _call_before(self, case: FrameCase, path: str, body: Any, name: str = "") -> None:
        assert isinstance(case, GroupCase)
        sent = json.dumps(self._real(body), separators=(",", ":")).encode()
        answer = await self._rest.raw(path, sent, token=self._tokens["admin"])
        code = answer.json()["errCode"] if answer.status_code == 200 else f"status {answer.status_code}"
        if code != 0:
            case.failed[path] = code
        elif name:
            self._learn(answer.json()["data"]["groupInfo"]["groupID"], name, case)


def replaced(value: Any, parts: re.Pattern[str], others: Mapping[str, str]) -> Any:
    """Return JSON in which these parts of all texts are replaced by others, in the names of members, too."""
    if isinstance(value, Mapping):
        return {replaced(name, parts, others): replaced(member, parts, others) for name, member in value.items()}
    if isinstance(value, list):
        return [replaced(one, parts, others) for one in value]
    return parts.sub(lambda found: others[found[0]], value) if isinstance(value, str) else value


def paired(here: Mapping[str, dict[str, Any]], recorded: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return pushes under the names of those that they equal, because several of one type have no order among
    themselves. Those that equal none have the names that are left."""
    pairs: dict[str, dict[str, Any]] = {}
    names = _of_one_type(recorded)
    for first, left in _of_one_type(here).items():
        for name in names.get(first, []):
            equal = next((push for push in left if here[push] == recorded[name]), None)
            if equal is not None:
                pairs[name] = here[equal]
                left.remove(equal)
        for push in left:
            name = first
            while name in pairs:
                name += AGAIN
            pairs[name] = here[push]
    return pairs


def _of_one_type(pushes: Mapping[str, Any]) -> dict[str, list[str]]:
    alike: dict[str, list[str]] = defaultdict(list)
    for push in sorted(pushes, key=len):
        alike[push.replace(AGAIN, "")].append(push)
    return alike
