"""Read the recorded callbacks of OpenIM's server. ``openim_callbacks/README.md`` says what its files hold. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

FOLDER: Final = Path(__file__).parent / "openim_callbacks"

_ESCAPED: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def sent(body: Any) -> bytes:
    """Return JSON as OpenIM's server writes it: compact, ``<``, ``>`` and ``&`` escaped, with a newline at its end."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED).encode() + b"\n"


def is_after(command: str) -> bool:
    """Return whether OpenIM's server posts a callback after the action and ignores the answer.

    ``callbackBeforeAfterMsgCommand`` is one of them: it says that a message was revoked.
    """
    return "After" in command


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A callback as posted. ``target`` is what follows the server's ``url``, with ``?key=`` where there is one."""

    target: str
    headers: Mapping[str, str]
    fields: Mapping[str, Any]

    @property
    def command(self) -> str:
        return self.target.removeprefix("/").partition("?")[0]

    @property
    def body(self) -> bytes:
        return sent(self.fields)


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a business server answered. ``fails`` says why there is no answer."""

    status: int
    body: bytes
    fails: Literal["closed", "late"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCallback:
    """A before-callback, its answer, and what became of the action. Members that were not recorded are ``None``.

    ``api`` is the code, the text and the detail of the API's answer, or its HTTP status and body.
    """

    command: str
    case: str
    answer: CallbackAnswer
    failed_continue: tuple[bool, ...]
    api: tuple[int, str, str] | tuple[int, str]
    modify: Mapping[str, Any] | None
    then: tuple[str, ...]
    pushed: tuple[str, ...] | None
    request: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    read: Mapping[str, Any] | None

    def __str__(self) -> str:
        return f"{self.command}: {self.case}"


@dataclass(frozen=True, slots=True)
class ImportCase:
    """A recorded import. ``request`` and ``answer`` are those of ``/friend/import_friend``; ``callbacks`` are in order,
    each with its answer."""

    case: str
    failed_continue: bool
    request: Mapping[str, Any]
    answer: Mapping[str, Any]
    callbacks: tuple[tuple[CallbackRequest, CallbackAnswer], ...]


@cache
def recorded_requests() -> tuple[CallbackRequest, ...]:
    """Return the recorded requests, by command."""
    return tuple(_request(line, line["operationID"], line["contentLength"]) for line in _lines("requests.jsonl"))


@cache
def answered_callbacks() -> tuple[AnsweredCallback, ...]:
    """Return the answers to before-callbacks with what became of the actions."""
    return (*_answers_of_each_kind(), *_replacements())


@cache
def recorded_imports() -> tuple[ImportCase, ...]:
    """Return the recorded imports."""
    return tuple(
        ImportCase(
            line["case"],
            line["failedContinue"],
            line["action"]["request"]["body"],
            line["action"]["answer"],
            tuple((_request(each, "golden-op"), _answer(each["answer"])) for each in line["callbacks"]),
        )
        for line in _lines("imports.jsonl")
    )


def _answers_of_each_kind() -> Iterator[AnsweredCallback]:
    for kind in json.loads((FOLDER / "answers.json").read_text(encoding="utf-8")):
        for command, outcome in kind["commands"].items():
            yield AnsweredCallback(
                command=command,
                case=kind["case"],
                answer=_answer(kind["answer"]),
                failed_continue=tuple(kind["failedContinue"]),
                api=tuple(outcome["api"]),
                modify=None,
                then=tuple(outcome["then"]),
                pushed=tuple(outcome["pushed"]) if "pushed" in outcome else None,
                request=None,
                after=None,
                read=None,
            )


def _replacements() -> Iterator[AnsweredCallback]:
    for line in _lines("replacements.jsonl"):
        api = line["api"]
        yield AnsweredCallback(
            command=line["command"],
            case=line["case"],
            answer=_answer(line["answer"]),
            failed_continue=(True,),
            api=(api["status"], api["body"]) if "status" in api else (api["errCode"], api["errMsg"], api["errDlt"]),
            modify=api.get("data", {}).get("modify"),
            then=tuple(line["then"]),
            pushed=tuple(line["pushed"]) if "pushed" in line else None,
            request=line["request"],
            after=line.get("after"),
            read=line.get("read"),
        )


def _request(line: Mapping[str, Any], operation_id: str, length: int | None = None) -> CallbackRequest:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Operationid": operation_id,
        "Content-Length": str(len(sent(line["body"])) if length is None else length),
    }
    return CallbackRequest(line["path"], headers, line["body"])


def _answer(recorded: Mapping[str, Any]) -> CallbackAnswer:
    if "fails" in recorded:
        return CallbackAnswer(0, b"", recorded["fails"])
    body = json.dumps(recorded["json"]) if "json" in recorded else recorded["text"]
    return CallbackAnswer(recorded["status"], body.encode())


def _lines(name: str) -> Iterator[Any]:
    return map(json.loads, (FOLDER / name).read_text(encoding="utf-8").rstrip("\n").split("\n"))
