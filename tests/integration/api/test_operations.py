"""The order of checks, the envelope, and what an operation's failure becomes, over real HTTP."""

import logging

import httpx
import pytest

from amity.api.app import Api
from amity.errors import ImError

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "*",
    "access-control-allow-headers": "*",
}


def envelope(code: int, name: str, detail: str) -> dict:
    return {"errCode": code, "errMsg": name, "errDlt": detail}


def has_cors(answer: httpx.Response) -> bool:
    return {name: answer.headers.get(name) for name in CORS} == CORS


async def test_a_success_has_the_envelope_and_the_data(http, backstage):
    answer = await http.post("/greet/caller", content=b'{"userID":"bob","times":2}')
    assert answer.status_code == 200
    assert answer.content == (
        b'{"errCode":0,"errMsg":"","errDlt":"","data":{"userID":"bob","greetings":["hello bob","hello bob"]}}'
    )
    assert answer.headers["content-type"] == "application/json"
    assert has_cors(answer)


async def test_a_success_without_data_has_no_data_key(http):
    answer = await http.post("/greet/forget", content=b"{}")
    assert answer.content == b'{"errCode":0,"errMsg":"","errDlt":""}'


async def test_the_handler_gets_the_caller_and_the_request(http, backstage):
    headers = {"operationID": "tr\u00e4ce".encode(), "Idempotency-Key": "k-1", "token": "admin"}
    await http.post("/greet/caller", content=b'{"USERID":"bob"}', headers=headers)
    call, request = backstage.calls[0]
    assert (call.operation_id, call.user_id, call.platform_id, call.is_admin) == ("tr\u00e4ce", "the admin", 10, True)
    assert (call.idempotency_key, call.body, request.user_id) == ("k-1", b'{"USERID":"bob"}', "bob")


@pytest.mark.parametrize("path", ["/greet/caller", "/greet/anyone", "/nowhere"])
@pytest.mark.parametrize("operation_id", [None, ""])
async def test_the_operation_id_is_checked_first(http, backstage, path, operation_id):
    http.headers.pop("operationID")
    http.headers.pop("token")
    headers = {} if operation_id is None else {"operationID": operation_id}
    answer = await http.post(path, content=b"not JSON", headers=headers)
    assert answer.status_code == 200
    assert answer.json() == envelope(1001, "ArgsError", "header must have operationID")
    assert has_cors(answer)


@pytest.mark.parametrize("path", ["/greet/caller", "/greet/admin", "/nowhere"])
@pytest.mark.parametrize("headers", [{}, {"token": ""}, {"Authorization": "Bearer user"}])
async def test_the_token_is_checked_before_the_body(http, backstage, path, headers):
    http.headers.pop("token")
    answer = await http.post(path, content=b"not JSON", headers=headers)
    assert answer.json() == envelope(1001, "ArgsError", "header must have token")
    assert backstage.identified == []


async def test_a_bad_token_comes_before_a_bad_body(http):
    answer = await http.post("/greet/caller", content=b"not JSON", headers={"token": "garbage"})
    assert answer.json() == envelope(1503, "TokenMalformedError", "")


async def test_a_bad_body_comes_before_a_missing_permission(http, backstage):
    answer = await http.post("/greet/admin", content=b"not JSON")
    assert answer.json() == envelope(1001, "ArgsError", "body: is not valid JSON: invalid character (byte 1)")
    answer = await http.post("/greet/admin", content=b"{}")
    assert answer.json() == envelope(1002, "NoPermissionError", "user the user is not admin userID")
    assert backstage.calls == []


async def test_an_operation_for_anyone_ignores_the_token(http, backstage):
    http.headers["token"] = "garbage"
    answer = await http.post("/greet/anyone", content=b"{}")
    assert answer.json()["errCode"] == 0
    assert backstage.identified == []
    assert backstage.calls[0][0].user_id == ""


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_the_content_type_does_not_matter(http, kind):
    answer = await http.post("/greet/caller", content=b"{}", headers={"Content-Type": kind} if kind else {})
    assert answer.json()["errCode"] == 0


@pytest.mark.parametrize("body", [b"", b" ", b"[]", b"{} x", b'{"userID":1}', b'{"userID":"\xff"}', b"[" * 8000])
async def test_a_bad_body_is_1001_and_the_handler_is_not_called(http, backstage, body):
    answer = await http.post("/greet/caller", content=body)
    assert answer.status_code == 200
    assert (answer.json()["errCode"], answer.json()["errMsg"]) == (1001, "ArgsError")
    assert answer.json()["errDlt"].startswith(("body: ", "userID: "))
    assert backstage.calls == []


async def test_long_headers_are_refused_by_name(http):
    answer = await http.post("/greet/caller", content=b"{}", headers={"operationID": "o" * 257})
    assert answer.json() == envelope(1001, "ArgsError", "operationID is longer than 256 characters")
    answer = await http.post("/greet/caller", content=b"{}", headers={"Idempotency-Key": "k" * 256})
    assert answer.json() == envelope(1001, "ArgsError", "Idempotency-Key is longer than 255 characters")
    answer = await http.post("/greet/caller", content=b"{}", headers={"token": "t" * 4097})
    assert answer.json()["errCode"] == 1503


async def test_an_error_of_the_handler_is_the_answer(http, backstage):
    backstage.raises = ImError(1004, "user not found: bob")
    answer = await http.post("/greet/caller", content=b"{}")
    assert answer.status_code == 200
    assert answer.json() == envelope(1004, "RecordNotFoundError", "user not found: bob")


async def test_an_error_of_the_app_keeps_its_code_and_message(http, backstage):
    backstage.raises = ImError(31415, "with a \u2028 detail", message="says the app")
    answer = await http.post("/greet/caller", content=b"{}")
    assert answer.json() == envelope(31415, "says the app", "with a \u2028 detail")


async def test_an_unexpected_exception_shows_nothing_of_the_inside(http, backstage, caplog):
    backstage.raises = RuntimeError("password is swordfish")
    with caplog.at_level(logging.ERROR, "amity.api.app"):
        answer = await http.post("/greet/caller", content=b"{}")
    assert answer.status_code == 200
    assert (answer.json()["errCode"], answer.json()["errMsg"]) == (500, "ServerInternalError")
    assert "swordfish" not in answer.text
    assert "Traceback" not in answer.text
    assert caplog.records[0].exc_info[1] is backstage.raises


async def test_a_database_error_is_logged_with_its_cause_and_answered_without(http, backstage, caplog):
    backstage.raises = ImError(90002, "the database could not be read")
    backstage.raises.__cause__ = OSError("disk 7 is on fire")
    with caplog.at_level(logging.WARNING, "amity.api.app"):
        answer = await http.post("/greet/caller", content=b"{}")
    assert answer.json() == envelope(90002, "DatabaseError", "the database could not be read")
    assert "disk 7" in str(caplog.records[0].exc_info[1])


async def test_a_post_to_an_unknown_path_with_a_token_is_not_found(http):
    answer = await http.post("/nowhere", content=b"{}")
    assert (answer.status_code, answer.text) == (404, "404 page not found")
    assert has_cors(answer)


async def test_a_trailing_slash_is_redirected_before_anything_is_checked(http):
    http.headers.pop("operationID")
    answer = await http.post("/greet/caller/?a=b", content=b"{}")
    assert (answer.status_code, answer.headers["location"]) == (307, "/greet/caller?a=b")
    answer = await http.post("/nowhere/", content=b"{}")
    assert answer.json()["errDlt"] == "header must have operationID"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_a_wrong_method_on_an_operation_names_post(http, method):
    answer = await http.request(method, "/greet/caller")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
    assert answer.json()["errDlt"] == f"/greet/caller is called with POST, not {method}; see /docs"
    assert has_cors(answer)


@pytest.mark.parametrize("path", ["/docs", "/metrics", "/"])
async def test_a_post_to_a_page_names_get(http, path):
    answer = await http.post(path, content=b"{}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["errDlt"].startswith(f"{path} is read with GET, not POST")


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_other_methods_on_an_unknown_path_are_not_found(http, method):
    answer = await http.request(method, "/nowhere")
    assert (answer.status_code, answer.text) == (404, "404 page not found: / says what is here")
    assert has_cors(answer)


@pytest.mark.parametrize(
    "path", ["/greets/caller", "/Greet/Caller", "/greet/callers/", "/greet-/caller", "/greet/caller/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_misspelt_path_gets_a_suggestion(http, method, path):
    answer = await http.request(method, path)
    if (method, path) == ("POST", "/greet/caller/"):
        assert answer.status_code == 307  # as OpenIM does
    else:
        assert (answer.status_code, answer.text) == (404, "404 page not found: did you mean /greet/caller?")


async def test_a_websocket_request_gets_a_pointer_to_the_gateway(http):
    for path in ("/?sendID=alice", "/ws"):
        answer = await http.get(path, headers={"Upgrade": "websocket", "Connection": "Upgrade"})
        assert answer.status_code == 404
        assert "clients connect to the gateway" in answer.text
    answer = await http.get("/", headers={"Upgrade": "h2c", "Connection": "Upgrade"})
    assert answer.status_code == 200


async def test_a_body_that_is_compressed_is_refused_by_the_header_that_says_so(http):
    answer = await http.post("/greet/caller", content=b"{}", headers={"Content-Encoding": "gzip"})
    assert answer.json() == envelope(
        1001, "ArgsError", "Content-Encoding: gzip is not understood, send the body as it is"
    )


async def test_the_root_says_what_this_is_and_where_the_documents_are(http):
    http.headers.clear()
    answer = await http.get("/")
    assert answer.status_code == 200
    assert "amity" in answer.text
    assert "/docs" in answer.text


@pytest.mark.parametrize("path", ["/greet/caller", "/nowhere", "/docs", "/metrics", "/"])
async def test_a_preflight_is_answered_on_any_path_without_headers(http, path):
    http.headers.clear()
    answer = await http.options(path)
    assert (answer.status_code, answer.json()) == (200, "Options Request!")
    assert has_cors(answer)


async def test_two_operations_cannot_have_the_same_path(backstage):
    with pytest.raises(ValueError, match="same path"):
        Api([*backstage.operations(), *backstage.operations()], backstage.identify, backstage.ready)
