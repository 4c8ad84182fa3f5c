"""The examples and the required fields of the API's document, held to a server: one story, from an empty database.

After a change of what the server answers, this writes the answers anew::

    AMITY_WRITE_EXAMPLES=1 make test T=tests/integration/api/test_reference.py
"""

import asyncio
import copy
import json
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlencode

import pytest

from amity.api import reference
from amity.app.server import Server
from tests.integration.conftest import settings_for
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.rest import Rest

FILE: Final = resources.files(reference).joinpath("examples.json")
STORY: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
SECRET = "secret-of-the-settings"
STANDS_FOR: dict[str, Any] = {
    "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.example",
    "versionID": "64f0c0ffee64f0c0ffee64f0",
    "groupMemberListHash": 12089425836471059364,
    "eventID": "evt_0660ed65e843dc00425fa23eb1702d",
    "connID": "0f3b9c52a1d84e67",
    "serverMsgID": "5f9e2b7c41d06a83",
    "clientMsgID": "a1c4e7092b6d8f35",
    "operationID": "hello-1",
    "durationMs": 3,
    "oldestAgeSeconds": 1.5,
    "url": "https://app.example.com/im/callbackBeforeImportFriendsCommand",
    "times": 12,
}
"""What stands in the file for values that are another server's own."""
SECONDS, MILLISECONDS = 1767225600, 1767225600000
"""The same for times: the beginning of 2026, of which all others are after."""
NEVER = frozenset(path for path, example in STORY.items() if example["answer"].get("errCode"))
"""What is answered with an error, as what it asks for is not there."""
QUERIES = {path: "?" + urlencode(example["query"]) for path, example in STORY.items() if "query" in example}
"""What stands behind the path."""
NEEDED_HERE = frozenset(
    (
        ("/user/user_register", "nickname"),
        ("/callback/replay", "eventID"),
        ("/callback/discard", "eventID"),
        ("/msg/send_msg", "recvID"),
        ("/msg/batch_send_msg", "recvIDs"),
        ("/conversation/delete_conversations", "conversationIDs"),
    )
)
"""Fields that are not required by their struct: it has another use, or one of several fields is required."""
REFUSED = (1001, 1002, 1004)
"""What an operation says to what is not there: a field, a secret, a user."""

Place = tuple[str | int, ...]


class Story:
    """Tells the story to a server. What it says of itself is replaced by what stands in the file for it, and back.

    Its business server fails, so that there is an event that waits. An async context manager.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = AsyncExitStack()
        self._said: dict[Any, Any] = {}
        self._token = ""
        self._gateway_url = ""
        self._rest: Rest

    async def __aenter__(self) -> Self:
        business = await self._running.enter_async_context(BusinessServer(Answer(status=500)))
        callbacks = {
            "url": f"{business.url}/callbackExample",
            "retries": [3600],
            "afterImportFriends": {"enable": True, "timeout": 5},
        }
        database = f"sqlite:///{self._folder}/amity.db"
        # The conversations of the examples begin with what is sent in them.
        quiet = {"friendApplicationApproved": {"isSendMsg": False}}
        server = Server(settings_for(self._folder, database, secret=SECRET, callbacks=callbacks, notifications=quiet))
        await server.start()
        self._running.push_async_callback(server.stop)
        self._gateway_url = f"ws://127.0.0.1:{server.gateway_port}"
        self._rest = await self._running.enter_async_context(Rest(f"http://127.0.0.1:{server.port}"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    async def document(self) -> dict[str, Any]:
        document: dict[str, Any] = (await self._rest.get("/openapi.json")).json()
        return document

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        """Post a body of the file's, and return the answer."""
        headers = {"operationID": STANDS_FOR["operationID"]}
        answer = await self._rest.raw(path + QUERIES.get(path, ""), self._own(body), token=self._token, headers=headers)
        assert answer.status_code == 200, answer.text
        envelope: dict[str, Any] = answer.json()
        return envelope

    async def tell(self, path: str) -> dict[str, Any]:
        """Post an example, and return the answer as it stands in the file. Where others go on with what an answer sets
        going, wait for that."""
        answer = await self.post(path, STORY[path]["request"])
        shown: dict[str, Any] = self._shown("", answer)
        if path == "/auth/get_admin_token":
            self._token = answer["data"]["token"]
        elif path == "/auth/get_user_token":
            token = answer["data"]["token"]
            await self._running.enter_async_context(GatewayClient(self._gateway_url, "alice", token, 5))
        elif path == "/friend/import_friend":
            await self._logged()
        return shown

    async def _logged(self) -> None:
        """Wait until an attempt to deliver the event of the import has failed, and the callback log has it."""
        async with asyncio.timeout(10):
            asked = STORY["/callback/log"]["request"]
            while not (await self.post("/callback/log", asked))["data"]["entries"]:  # noqa: ASYNC110 - only asking tells
                await asyncio.sleep(0.02)

    def _own(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._own(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._own(each) for each in value]
        # Of what is a number nothing is asked again.
        return self._said.get(value, value) if isinstance(value, str) else value

    def _shown(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._shown(key, each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._shown(name, each) for each in value]
        is_own = name != "url" or str(value).startswith("http://127.0.0.1:")  # others' are as they were given
        if value != "" and name in STANDS_FOR and is_own:
            self._said[STANDS_FOR[name]] = value
            return STANDS_FOR[name]
        if isinstance(value, int) and value >= SECONDS:
            return MILLISECONDS if value >= MILLISECONDS else SECONDS
        return value


@pytest.fixture
async def story(tmp_path):
    """A server to which nothing was told yet."""
    async with Story(tmp_path) as told:
        yield told


async def test_every_example_is_answered_as_the_document_says(story):
    answers = {path: await story.tell(path) for path in STORY}
    if os.environ.get("AMITY_WRITE_EXAMPLES"):
        write(answers)
        return
    for path, example in STORY.items():
        assert answers[path] == example["answer"], path


def write(answers: dict[str, Any]) -> None:
    story = {path: {**each, "answer": answers[path]} for path, each in STORY.items()}
    Path(str(FILE)).write_text(json.dumps(story, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


async def test_every_operation_has_an_example(story):
    document = await story.document()
    assert document["paths"].keys() == STORY.keys()


async def test_a_request_is_refused_without_a_field_exactly_where_that_is_marked_as_required(story):
    document = await story.document()
    for path, example in STORY.items():
        for place, required in fields(document, path):
            body = copy.deepcopy(example["request"])
            *way, field = place
            holder = body
            for step in way:
                holder = holder[step]
            holder.pop(field, None)
            answer = await story.post(path, body)
            if required:
                assert answer["errCode"] in REFUSED, (path, place, answer)
            elif path not in NEVER and (path, field) not in NEEDED_HERE:
                assert answer["errCode"] != 1001, (path, place, answer)
        await story.tell(path)


async def test_every_field_of_every_request_and_answer_says_what_it_means(story):
    document = await story.document()
    silent = [place for place, schema in properties(document, ()) if not schema.get("description")]
    assert not silent


async def test_the_files_describe_no_field_that_there_is_not(story):
    schemas = (await story.document())["components"]["schemas"]
    there = {struct: set(schema.get("properties", {})) for struct, schema in schemas.items()}
    there["any"] = {field for fields in there.values() for field in fields}
    stale = {struct: fields - there.get(struct, set()) for struct, fields in reference.Reference().named().items()}
    assert not {struct: fields for struct, fields in stale.items() if fields}


def properties(value: Any, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield all members of all objects that a document describes, with their places."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "properties":
                for field, schema in each.items():
                    yield (*place, field), schema
            if key not in ("example", "not"):
                yield from properties(each, (*place, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from properties(each, (*place, index))


def fields(document: dict[str, Any], path: str) -> Iterator[tuple[Place, bool]]:
    """Yield the places of the fields in an operation's example, and those that it could have beside them; and whether
    each is marked as required."""
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]

    def within(schema: dict[str, Any], value: Any, place: Place) -> Iterator[tuple[Place, bool]]:
        if "anyOf" in schema:
            schema = schema["anyOf"][0]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if isinstance(value, list):
            if value:
                yield from within(schema["items"], value[0], (*place, 0))
        elif isinstance(value, dict):
            for field, inner in schema.get("properties", {}).items():
                if isinstance(value.get(field), dict | list):
                    yield from within(inner, value[field], (*place, field))
                yield (*place, field), field in schema["required"]

    yield from within(body, STORY[path]["request"], ())
