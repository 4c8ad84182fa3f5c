"""The OpenAPI document of a running server, for a linter: Redocly's, with its recommended rules and no exception."""

import asyncio
import json
from typing import Any

from tests.clients.client import HERE


async def problems(document: Any) -> list[dict[str, Any]]:
    """What the linter says about a document, errors and warnings alike."""
    linter = await asyncio.create_subprocess_exec(
        "node", HERE / "driver" / "lint.mjs", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await linter.communicate(json.dumps(document).encode())
    assert linter.returncode == 0
    found: list[dict[str, Any]] = json.loads(said)
    return found


async def test_the_document_has_no_errors_and_no_warnings(house):
    assert await problems((await house.rest.get("/openapi.json")).json()) == []


async def test_an_example_that_does_not_fit_its_schema_is_seen(house):
    document = (await house.rest.get("/openapi.json")).json()
    body = document["paths"]["/friend/is_friend"]["post"]["requestBody"]["content"]["application/json"]
    body["example"]["userID1"] = 1
    assert [problem["rule"] for problem in await problems(document)] == ["no-invalid-media-type-examples"]
