"""The documentation, health and metrics, and that none of them needs anything from elsewhere."""

import asyncio
import re
import threading

import pytest

from amity.api import pages
from amity.api.openapi import document
from amity.errors import ImError


async def test_the_document_describes_every_operation(http, backstage):
    http.headers.clear()
    answer = await http.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    assert list(document["paths"]) == [operation.path for operation in backstage.operations()]
    post = document["paths"]["/greet/admin"]["post"]
    assert post["security"] == [{"token": []}]
    assert "an administrator" in post["description"]
    assert document["paths"]["/greet/anyone"]["post"]["security"] == []
    assert list(document["components"]["schemas"]["GreetRequest"]["properties"]) == ["userID", "times"]


async def test_the_document_is_made_when_it_is_first_asked_for_and_once_for_all_who_ask(http, monkeypatch):
    made = []

    def noted(operations, most_body_bytes):
        made.append(threading.current_thread())
        return document(operations, most_body_bytes)

    monkeypatch.setattr(pages, "document", noted)
    answers = [*await asyncio.gather(*(http.get("/openapi.json") for _ in range(5))), await http.get("/openapi.json")]
    assert len({answer.content for answer in answers}) == 1
    assert len(made) == 1
    assert made[0] is not threading.main_thread(), "it takes longer than a turn of the event loop may"


async def test_every_reference_in_the_document_leads_somewhere(http):
    document = (await http.get("/openapi.json")).json()

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for member in value.values():
                yield from references(member)
        elif isinstance(value, list):
            for element in value:
                yield from references(element)

    for reference in set(references(document)):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


async def test_the_page_fetches_nothing_but_the_document_of_this_server(http):
    answer = await http.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r"(?:src|href)=\"(?!openapi|metrics|readyz|data:,)", answer.text) == []
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert policy.count("'sha256-") == 2


async def test_the_page_holds_no_inline_style_or_handler_that_its_policy_forbids(http):
    text = (await http.get("/docs")).text
    assert re.findall(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", text) == []


async def test_a_live_server_reports_it(http):
    answer = await http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


async def test_a_ready_server_reports_it(http):
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (ImError(90002, "the database could not be read"), "the database could not be read"),
        (ImError(90002), "DatabaseError"),
        (RuntimeError("password is swordfish"), "internal error"),
    ],
)
async def test_a_server_that_is_not_ready_says_why_without_secrets(http, backstage, problem, reason):
    backstage.not_ready = problem
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": reason})


async def test_a_check_without_an_answer_means_not_ready(http, backstage, monkeypatch):
    monkeypatch.setattr(pages, "_READY_SECONDS", 0.05)
    backstage.checked.clear()
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"].startswith("no answer within")


async def test_requests_are_counted_by_operation_and_code(http):
    before = await counted(http)
    await http.post("/greet/caller", content=b"{}")
    await http.post("/greet/caller", content=b"not JSON")
    after = await counted(http)
    assert after['{code="0",operation="/greet/caller"}'] - before.get('{code="0",operation="/greet/caller"}', 0) == 1
    wrong = '{code="1001",operation="/greet/caller"}'
    assert after[wrong] - before.get(wrong, 0) == 1


async def test_pages_can_be_read_from_other_origins_and_with_head(http):
    for path in ("/docs", "/openapi.json", "/healthz", "/readyz", "/metrics"):
        answer = await http.head(path)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"


async def counted(http) -> dict[str, float]:
    lines = (await http.get("/metrics")).text.splitlines()
    found = [
        line.removeprefix("amity_requests_total").split(" ") for line in lines if line.startswith("amity_requests_t")
    ]
    return {labels: float(value) for labels, value in found}
