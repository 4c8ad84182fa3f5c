"""Every text and every list of a request, and every body, has a bound that the document states and the server keeps."""

import copy
import json
import re
from typing import Any

import httpx
import pytest

from amity.app.server import Server
from amity.messages.sending.limits import MOST_PUSH
from tests.integration.conftest import settings_for
from tests.support.rest import Rest

ANSWER_BYTES = 16 * 1024 * 1024


@pytest.fixture
async def server(tmp_path, sqlite_url):
    """A server on SQLite: none of this depends on the engine."""
    server = Server(settings_for(tmp_path, sqlite_url))
    await server.start()
    async with Rest(f"http://127.0.0.1:{server.port}") as rest:
        yield rest
    await server.stop()


async def described(server: Rest) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False) as client:
        document: dict[str, Any] = (await client.get(f"{server.url}/openapi.json")).json()
    return document


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and take what is not null of a choice."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        else:
            return schema


def places(document, schema, path=()):
    """Yield each text, list and map of a schema, with the way to it: names, and 0 for the first entry of a list."""
    schema = resolved(document, schema)
    if schema.get("type") == "object" and "properties" in schema:
        for name, each in schema["properties"].items():
            yield from places(document, each, (*path, name))
    elif schema.get("type") in {"array", "object", "string"} and "enum" not in schema:
        yield path, schema
        if schema["type"] == "array":
            yield from places(document, schema["items"], (*path, 0))


def put(body, path, value):
    """Put a value into a body, making the lists and objects on the way."""
    *way, last = path
    at = body
    for step, following in zip(way, path[1:], strict=True):
        empty: Any = [] if following == 0 else {}
        if isinstance(step, int):
            if not at:
                at.append(empty)
        else:
            at[step] = at.get(step) or empty
        at = at[step]
    if last == 0:
        at[:] = [value]
    else:
        at[last] = value


WORDS = {"string": "maxLength", "array": "maxItems", "object": "maxProperties"}
OF_LENGTH = re.compile(r"at most|too long|allowed|limit|length <=|userID is 1 to")
"""In what a server says of what is too long or too many."""


def sized(schema, most):
    """Return a text, a list or a map of so many characters, entries or members, as small as it can be."""
    if schema["type"] == "string":
        return "x" * most
    if schema["type"] == "object":
        return {f"k{number}": "" for number in range(most)}
    item = {"string": "", "integer": 0}.get(schema["items"].get("type"), {})
    return [f"u{number}" for number in range(most)] if item == "" else [item] * most


def bounded(document):
    """Yield each text, list and map of all requests: its operation, the way to it, its schema, its bound, and the
    operation's example."""
    for path, item in document["paths"].items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        for way, schema in places(document, content["schema"]):
            word = WORDS[schema["type"]]
            assert word in schema, f"{path}: {way} has no {word}"
            example = copy.deepcopy(content["example"])
            if path == "/relation/restore":  # its bound is that of all lists together
                example = {way[0]: example[way[0]]}
            elif way[0] == "offlinePushInfo":  # so is its bound, in bytes: of one text these are a few more
                example[way[0]] = {}
            yield path, way, schema, schema[word], example


async def test_what_is_beyond_a_stated_bound_is_refused_for_it(server):
    tried = 0
    for path, way, schema, most, body in bounded(await described(server)):
        put(body, way, sized(schema, most + 1))
        answer = await server.post(path, body)
        # Records are looked at one by one: an id that is too long is nobody's, and a text too long leaves one out.
        if path not in {"/relation/restore", "/msg/import_messages"}:
            assert answer["errCode"] == 1001, f"{path}: {way} beyond {most}: {answer}"
            assert OF_LENGTH.search(answer["errDlt"]), f"{path}: {way} beyond {most}: {answer}"
        assert answer["errCode"] in {0, 1001, 1004}
        assert answer["errCode"] or answer["data"]["skipped"]
        assert len(answer["errDlt"]) < 300
        tried += 1
    assert tried > 100


async def test_what_is_within_a_stated_bound_is_not_refused_for_its_length(server):
    for path, way, schema, most, body in bounded(await described(server)):
        room = 64 if way[0] == "offlinePushInfo" and most == MOST_PUSH else 0
        put(body, way, sized(schema, most - room))
        answer = await server.post(path, body)
        assert not OF_LENGTH.search(answer["errDlt"]), f"{path}: {way} within {most}: {answer}"


async def test_every_body_and_every_answer_has_a_bound_that_is_stated_and_kept(server):
    document = await described(server)
    for path, item in document["paths"].items():
        operation = item["post"]
        assert operation["x-maxAnswerBytes"] == ANSWER_BYTES
        most = operation["x-maxBodyBytes"]
        assert f"A body has up to {most:,} bytes" in operation["description"]
        answer = await server.post(path, b"{" + b" " * most + b"}")
        assert answer["errDlt"] == f"body: is longer than {most} bytes", path
        assert answer["errCode"] == 1001
        values = operation["x-maxBodyValues"]
        answer = await server.post(path, b'{"unknown":[%b0]}' % (b"0," * values))
        assert (answer["errCode"], answer["errDlt"]) == (1001, f"body: too many values (limit {values})"), path


async def test_an_answer_beyond_its_bound_is_refused_and_says_so(server):
    people = [f"fat-{number}" for number in range(300)]
    await server.register("owner", *people)
    await server.import_friends("owner", people)
    for person in people:
        await server.data("/user/update_user_info", {"userInfo": {"userID": person, "ex": "x" * 65_536}})
    page = {"pageNumber": 1, "showNumber": 300}
    refused = await server.post("/friend/get_friend_list", {"userID": "owner", "pagination": page})
    assert (refused["errCode"], refused["errDlt"].split(":")[0]) == (1001, "the answer is too large (limit 16 MiB)")
    fewer = await server.data(
        "/friend/get_friend_list", {"userID": "owner", "pagination": {"pageNumber": 1, "showNumber": 100}}
    )
    assert (len(fewer["friendsInfo"]), fewer["total"]) == (100, 300)
    increment = {"userID": "owner", "version": 1, "versionID": ""}
    first = await server.data("/friend/get_incremental_friends", increment)
    increment |= {"versionID": first["versionID"], "version": 1}
    assert (await server.data("/friend/get_incremental_friends", increment))["full"] is True
    after, users = "", 0
    while True:
        exported = await server.data("/relation/export", {"after": after, "limit": 1000})
        assert len(json.dumps(exported)) < ANSWER_BYTES
        users += len(exported["users"])
        if not (after := exported["next"]):
            break
    assert users == 302
