"""What every answer of the console has, and where the console is."""

import json

import pytest

from tests.support.console import Visitor
from tests.support.processes import free_port

PAGES = (
    "/console/overview",
    "/console/callbacks",
    "/console/callbacks/waiting",
    "/console/callbacks/try",
    "/console/audit",
    "/console/sessions",
    "/console/nothing",
    "/console/overview/samples.json",
)
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/console/login", *PAGES])
async def test_every_answer_has_a_strict_policy_and_is_kept_nowhere(admin, path):
    if path == "/console/login":
        admin.cookies = {}
    answer = await admin.get(path)
    assert set(answer.headers["content-security-policy"].split("; ")) == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/console/login", *PAGES])
async def test_no_page_has_a_script_or_style_in_it_nor_anything_of_another_server(admin, path):
    if path == "/console/login":
        admin.cookies = {}
    text = (await admin.get(path)).text
    assert "<style" not in text
    assert " style=" not in text
    assert " on" + "click" not in text
    assert "//" not in text.replace("<!doctype html>", "")
    assert all(script.startswith(' src="/console/static/') for script in text.split("<script")[1:])


async def test_static_files_are_kept_by_their_version(visitor):
    text = (await visitor.get("/console/login")).text
    path = text.partition('href="/console/static/console.css')[2].partition('"')[0]
    named = await visitor.get(f"/console/static/console.css{path}")
    assert named.status_code == 200
    assert named.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in named.headers["cache-control"]
    assert (await visitor.get("/console/static/console.css")).headers["cache-control"] == "no-cache"
    assert (await visitor.get("/console/static/../page.py")).status_code == 404


async def test_other_methods_are_refused(admin):
    for method in ("PUT", "DELETE", "OPTIONS"):
        answer = await admin._http.request(method, "/console/overview")
        assert answer.status_code == 405
        assert "access-control-allow-origin" not in answer.headers


async def test_what_a_page_fetches_by_itself_is_refused_as_such_without_a_session(visitor):
    answer = await visitor.get("/console/overview/samples.json")
    assert answer.status_code == 401
    assert answer.json() == {"login": "/console/login"}


async def test_the_samples_have_every_chart_of_the_page(admin):
    page = (await admin.get("/console/overview")).text
    samples = (await admin.get("/console/overview/samples.json")).json()
    assert samples["span"] in page
    assert len(samples["charts"]) == page.count("<figure") == 17
    for name, chart in samples["charts"].items():
        assert f'id="chart-{name}"' in page
        assert chart["lines"]


async def test_a_server_has_no_console_unless_it_is_switched_on(start_server):
    rest = await start_server()
    assert (await rest.get("/console")).status_code == 404


async def test_the_rest_api_is_what_it_was_beside_the_console(rest):
    assert (await rest.post("/user/get_users", {"pagination": {"pageNumber": 1, "showNumber": 1}}))["errCode"] == 0
    assert (await rest.raw("/consoles", {})).status_code != 303
    assert (await rest.get("/docs")).status_code == 200


async def test_the_console_has_a_port_of_its_own_where_the_settings_say_so(start_server):
    port = free_port()
    rest = await start_server(console={"enable": True, "port": port})
    assert (await rest.get("/console")).status_code == 404
    async with Visitor(f"http://127.0.0.1:{port}") as visitor:
        await visitor.log_in()
        assert (await visitor.get("/console/overview")).status_code == 200
        assert (await visitor.get("/openapi.json")).status_code == 404


async def test_the_language_is_the_browser_s_until_another_is_chosen(visitor):
    visitor.headers["accept-language"] = "zh-CN,zh;q=0.9,en;q=0.8"
    assert '<html lang="zh">' in (await visitor.get("/console/login")).text
    answer = await visitor.post("/console/login/language", {"language": "en", "next": "/console/login"})
    assert answer.headers["location"] == "/console/login"
    assert '<html lang="en">' in (await visitor.get("/console/login")).text


async def test_a_text_of_the_catalogue_is_said_and_no_other(visitor):
    assert "You are logged out." in (await visitor.get("/console/login?said=said.out")).text
    assert "<script>x" not in (await visitor.get("/console/login?said=<script>x")).text


async def test_texts_of_others_are_shown_as_texts(admin):
    text = (await admin.get("/console/audit?action=%3Cscript%3Ex%22")).text
    assert "<script>x" not in text
    assert "&lt;script&gt;x&#34;" in text


async def test_a_query_that_is_no_number_is_refused_in_words(admin):
    for number in ("x", "-1", "9" * 30, "\N{SUPERSCRIPT TWO}"):
        answer = await admin.get(f"/console/audit?before={json.dumps(number)[1:-1]}")
        assert answer.status_code == 400
        assert "before: is no whole number" in answer.text


@pytest.mark.parametrize("path", ["/console/imports/start", "/console/people/tokens", "/console/login/out"])
async def test_the_address_of_a_form_leads_to_its_page(admin, path):
    answer = await admin.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == path.rpartition("/")[0]


@pytest.mark.parametrize(
    ("path", "fields", "next_page"),
    [
        ("/console/people/register", {"userID": "bad id!"}, "/console/people"),
        ("/console/people/import", {"id": "imAdmin", "friends": ""}, "/console/people/import?id=imAdmin"),
        ("/console/people/tokens", {"id": "imAdmin", "platform": "x"}, "/console/people"),
    ],
)
async def test_on_the_answer_to_a_form_the_choice_of_a_language_leads_to_a_page(admin, path, fields, next_page):
    page = await admin.submit(path, fields, on="/console/people")
    assert page.status_code == 400
    assert f'name="next" value="{next_page}"' in page.text
    answer = await admin.submit("/console/login/language", {"language": "zh", "next": next_page}, on="/console/people")
    assert (await admin.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("query", ["a&" * 1100, f"said={'x' * 8192}"])
async def test_a_query_that_is_too_long_is_refused_and_no_failure(visitor, caplog, query):
    """Taken for none, it would show everything unfiltered."""
    answer = await visitor.get(f"/console/login?{query}")
    assert answer.status_code == 400
    assert "query" in answer.text
    assert "Traceback" not in caplog.text
    assert not [each for each in caplog.records if each.exc_info]
