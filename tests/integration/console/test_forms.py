"""What a POST to the console must have: a page of its own that sends it, and the token of its session."""

import pytest

OUT = "/console/login/out"


async def logged_in(visitor):
    return (await visitor.get("/console/overview")).status_code == 200


@pytest.mark.parametrize("fields", [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "\N{SNOWMAN}"}])
async def test_a_form_without_the_session_s_token_does_nothing(admin, fields):
    assert (await admin.post(OUT, fields)).status_code == 403
    assert await logged_in(admin)


async def test_a_form_with_another_session_s_token_does_nothing(admin, visit):
    other = visit()
    await other.log_in()
    page = await other.get("/console/overview")
    token = page.text.partition('name="csrf" value="')[2][:64]
    assert (await admin.post(OUT, {"csrf": token})).status_code == 403
    assert await logged_in(admin)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
    ],
)
async def test_a_form_of_another_page_does_nothing(admin, headers):
    token = (await admin.get("/console/overview")).text.partition('name="csrf" value="')[2][:64]
    assert (await admin.post(OUT, {"csrf": token}, **headers)).status_code == 403
    assert await logged_in(admin)


async def test_a_page_of_another_server_logs_nobody_in(visitor):
    fields = {"userID": "imAdmin", "secret": "a secret for tests, long enough"}
    answer = await visitor.post("/console/login", fields, origin="https://evil.example")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_behind_a_proxy_that_changes_the_host_the_browser_says_where_a_form_comes_from(admin):
    token = (await admin.get("/console/overview")).text.partition('name="csrf" value="')[2][:64]
    answer = await admin.post(OUT, {"csrf": token}, origin="https://console.example", sec_fetch_site="same-origin")
    assert answer.status_code == 303


async def test_a_form_that_is_too_long_is_refused(visitor):
    assert (await visitor.log_in(secret="x" * 20_000)).status_code == 400


async def test_a_form_of_too_many_fields_is_refused(visitor):
    answer = await visitor.post("/console/login/language", {f"f{n}": "" for n in range(1001)})
    assert answer.status_code == 400


async def test_a_body_that_is_no_form_is_refused(visitor):
    answer = await visitor.post("/console/login", {}, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


async def test_what_is_sent_after_the_session_has_ended_is_not_done(visitor):
    answer = await visitor.post("/console/sessions/end", {"csrf": "0" * 64})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/login?said=said.ended"
