"""The kit inside other frameworks: the real ones, which are installed with what else the tests need."""

import asyncio
import importlib
import json
import sys
import types

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from amity.business import BeforeImportFriends, BusinessServer, ReplaceFriends, TestClient
from amity.wire.events.catalogue import payload

EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a", "b"])
BODY = payload(EVENT)
PATH = f"/im/callbacks/{EVENT.command}"


@pytest.fixture
def callbacks():
    app = BusinessServer(secret="the secret of these tests")
    app.before_import_friends(lambda event: ReplaceFriends(event.friend_user_ids[:1]))
    return app


async def check(app, callbacks):
    """Ask through the framework: a signed callback is decided, an unsigned one is not."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(verify=False, transport=transport, base_url="http://test") as client:
        url = f"{PATH}?contenttype=json"
        answer = await client.post(url, content=BODY, headers=TestClient(callbacks).headers(BODY))
        assert (answer.status_code, answer.json()["friendUserIDs"]) == (200, ["a"])
        assert (await client.post(url, content=BODY)).status_code == 401
        assert (await client.post("/im/callbacks/unknown")).status_code == 401
        answer = await client.post("/im/callbacks/unknown", content=BODY, headers=TestClient(callbacks).headers(BODY))
        assert answer.status_code == 404
        assert (await client.get("/else")).text == "something else"


async def test_mounted_in_starlette(callbacks):
    async def something_else(_):
        return PlainTextResponse("something else")

    app = Starlette(routes=[Route("/else", something_else), Mount("/im/callbacks", callbacks)])
    await check(app, callbacks)


async def test_mounted_in_fastapi(callbacks):
    fastapi = importlib.import_module("fastapi")
    app = fastapi.FastAPI()

    @app.get("/else", response_class=PlainTextResponse)
    def something_else():
        return "something else"

    app.mount("/im/callbacks", callbacks)
    await check(app, callbacks)


async def test_beside_django_in_asgi(callbacks):
    django_app = django_application()

    async def app(scope, receive, send):
        if scope["type"] == "http" and scope["path"].startswith("/im/callbacks/"):
            await callbacks(scope, receive, send)
        else:
            await django_app(scope, receive, send)

    await check(app, callbacks)


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_as_a_django_view(callbacks, kind):
    django_app = django_application()
    http = importlib.import_module("django.http")
    csrf_exempt = importlib.import_module("django.views.decorators.csrf").csrf_exempt
    urls = sys.modules["amity_test_urls"]

    def plain(request, command):
        status, headers, body = callbacks.handle_sync(request.headers, request.path, request.body)
        return http.HttpResponse(body, status=status, headers=headers)

    async def asynchronous(request, command):
        status, headers, body = await callbacks.handle(request.headers, request.path, request.body)
        return http.HttpResponse(body, status=status, headers=headers)

    path = importlib.import_module("django.urls").path
    view = csrf_exempt(plain if kind == "sync" else asynchronous)
    urls.urlpatterns.append(path("im/callbacks/<str:command>", view))
    try:
        importlib.import_module("django.urls").clear_url_caches()
        await check(django_app, callbacks)
    finally:
        urls.urlpatterns.pop()


def django_application():
    conf = importlib.import_module("django.conf")
    http = importlib.import_module("django.http")
    if not conf.settings.configured:
        urls = types.ModuleType("amity_test_urls")
        path = importlib.import_module("django.urls").path
        urls.__dict__["urlpatterns"] = [path("else", lambda _: http.HttpResponse("something else"))]
        sys.modules["amity_test_urls"] = urls
        conf.settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="amity_test_urls", SECRET_KEY="test", MIDDLEWARE=[])
    return importlib.import_module("django.core.asgi").get_asgi_application()


@pytest.mark.parametrize("handler", ["plain", "async"])
@pytest.mark.parametrize("view", ["sync", "async"])
def test_as_a_flask_view(view, handler):
    flask = importlib.import_module("flask")
    app = flask.Flask("test")
    callbacks = BusinessServer(secret="the secret of these tests")

    async def first(event):
        return ReplaceFriends(event.friend_user_ids[:1])

    callbacks.before_import_friends(first if handler == "async" else lambda event: asyncio.run(first(event)))

    def plain(command):
        status, headers, body = callbacks.handle_sync(flask.request.headers, command, flask.request.get_data())
        return body, status, headers

    async def asynchronous(command):
        status, headers, body = await callbacks.handle(flask.request.headers, command, flask.request.get_data())
        return body, status, headers

    app.post("/im/callbacks/<command>")(plain if view == "sync" else asynchronous)
    client = app.test_client()
    answer = client.post(PATH, data=BODY, headers=TestClient(callbacks).headers(BODY))
    assert (answer.status_code, json.loads(answer.data)["friendUserIDs"]) == (200, ["a"])
    assert client.post(PATH, data=BODY).status_code == 401


def test_as_a_wsgi_app_of_the_standard_library(callbacks):
    statuses: list[str] = []

    def wsgi(environ, start_response):
        headers = {key[5:].replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, answer_headers, answer = callbacks.handle_sync(headers, environ["PATH_INFO"], body)
        start_response(f"{status} -", list(answer_headers.items()))
        return [answer]

    with httpx.Client(transport=httpx.WSGITransport(wsgi), base_url="http://test") as client:
        answer = client.post(PATH, content=BODY, headers=TestClient(callbacks).headers(BODY))
        statuses.append(str(answer.status_code))
        assert answer.json()["friendUserIDs"] == ["a"]
        assert client.post(PATH, content=BODY).status_code == 401
