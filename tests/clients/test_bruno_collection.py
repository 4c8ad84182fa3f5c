"""The collection for Bruno: what Bruno's own parser reads from it, and what a server answers to that."""

import asyncio
import json
import re

import pytest

from tests.clients.client import HERE
from tests.support.collection import FOLDER
from tests.support.rest import ADMIN, SECRET

REQUESTS = sorted(
    path
    for path in FOLDER.rglob("*.bru")
    if path.name not in ("folder.bru", "collection.bru") and path.parent.name != "environments"
)
OTHERS = sorted(set(FOLDER.rglob("*.bru")) - set(REQUESTS))


@pytest.fixture(scope="module")
def parsed():
    """What Bruno reads from each file, by its path."""

    async def read():
        parser = await asyncio.create_subprocess_exec(
            "node", HERE / "driver" / "bruno.mjs", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await parser.communicate(json.dumps([str(path) for path in REQUESTS + OTHERS]).encode())
        assert parser.returncode == 0
        return dict(zip(REQUESTS + OTHERS, json.loads(said), strict=True))

    return asyncio.run(read())


async def send(house, request, variables):
    """Send a request as Bruno does, with the values of the variables; return the answer's envelope."""

    def filled(text):
        return re.sub(r"\{\{(\w+)\}\}", lambda found: variables[found[1]], text)

    path = filled(request["http"]["url"]).removeprefix(variables["url"])
    headers = {header["name"]: filled(header["value"]) for header in request.get("headers", [])}
    answer = await house.rest.raw(path, filled(request["body"]["json"]).encode(), headers=headers)
    return answer.json()


async def test_every_operation_has_a_request_with_its_example_and_its_description(house, parsed):
    document = (await house.rest.get("/openapi.json")).json()
    found = {}
    for path in REQUESTS:
        url = parsed[path]["http"]["url"].removeprefix("{{url}}").partition("?")[0]
        found[url] = (json.loads(parsed[path]["body"]["json"]), parsed[path]["docs"])
    expected = {}
    for path, methods in document["paths"].items():
        example = methods["post"]["requestBody"]["content"]["application/json"]["example"]
        if path == "/auth/get_admin_token":
            example = {"secret": "{{secret}}", "userID": "{{admin}}"}
        expected[path] = (example, methods["post"]["description"])
    assert found == expected


async def test_the_login_stores_a_token_with_which_other_requests_are_answered(house, parsed):
    variables = {"url": house.rest.url, "secret": SECRET, "admin": ADMIN}
    login = parsed[FOLDER / "auth" / "get_admin_token.bru"]
    answer = await send(house, login, variables)
    ((name, stored),) = re.findall(r'bru\.setEnvVar\("(\w+)", res\.body\.data\.(\w+)\);', login["script"]["res"])
    variables[name] = answer["data"][stored]
    register = parsed[FOLDER / "user" / "user_register.bru"]
    assert (await send(house, register, variables))["errCode"] == 0


def test_the_environment_has_the_variables_that_requests_name_and_no_secret(parsed):
    environment = parsed[FOLDER / "environments" / "local.bru"]["variables"]
    named = {name for path in REQUESTS for name in re.findall(r"\{\{(\w+)\}\}", path.read_text(encoding="utf-8"))}
    assert named | {"userToken"} == {variable["name"] for variable in environment}
    for variable in environment:
        assert variable["secret"] == (variable["name"] in ("secret", "token", "userToken"))
        assert not (variable["secret"] and variable["value"])
