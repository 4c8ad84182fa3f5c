"""The kit's ``handle_sync`` with ``async`` handlers under WSGI servers with threads and with greenlets."""

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from amity.business import AfterImportFriends, BeforeImportFriends
from amity.wire.events.catalogue import payload
from tests.support.processes import dies_with_parent, free_port

# Four calls are let go when all are in: three of an async handler, one of a handler that is not.
PROGRAM = """
import asyncio, time
from amity.business import AfterImportFriends, BeforeImportFriends, BusinessServer, Reject, current_delivery

TOGETHER = 4
callbacks = BusinessServer()
inside = []

@callbacks.before_import_friends
async def decide(event: BeforeImportFriends) -> Reject | None:
    if event.owner_user_id == "raises":
        raise ValueError("as it should")
    if event.owner_user_id == "cancels":
        raise asyncio.CancelledError
    inside.append(event)
    async with asyncio.timeout(20):
        while len(inside) % TOGETHER:
            await asyncio.sleep(0.005)
    return Reject(5001, current_delivery().operation_id)

@callbacks.after_import_friends
def told(event: AfterImportFriends) -> None:
    deadline = time.monotonic() + 20
    while len(inside) % TOGETHER != TOGETHER - 1:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        inside.append(event)
    else:
        raise AssertionError("a loop runs in the thread of all: Django's ORM would refuse to work")

def app(environ, start_response):
    if environ["REQUEST_METHOD"] == "GET":
        start_response("200 OK", [])
        return [str(len(inside)).encode()]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {"operationID": environ.get("HTTP_OPERATIONID", "")}
    status, headers, answer = callbacks.handle_sync(headers, environ["PATH_INFO"], body)
    start_response(f"{status} -", list(headers.items()))
    return [answer]
"""
PYWSGI = """
import business, gevent, sys
from gevent.pywsgi import WSGIServer
WSGIServer(("127.0.0.1", int(sys.argv[1])), business.app).serve_forever()
"""
PATCHED_LATE = "import business\nfrom gevent import monkey; monkey.patch_all()\n" + PYWSGI
EVENTLET = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
import business, eventlet.wsgi, sys
eventlet.wsgi.server(eventlet.listen(("127.0.0.1", int(sys.argv[1]))), business.app)
"""
GUNICORN = ("-m", "gunicorn", "business:app", "--workers", "1", "--bind")
SERVERS = {
    "gunicorn with threads": (*GUNICORN, "127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"),
    "gunicorn with gevent": (*GUNICORN, "127.0.0.1:{port}", "--worker-class", "gevent"),
    "gunicorn with gevent that loads the app before it patches": (
        *(*GUNICORN, "127.0.0.1:{port}", "--worker-class", "gevent"),
        "--preload",
    ),
    "gevent's own, patched after the app was imported": ("-c", PATCHED_LATE, "{port}"),
    "eventlet's own": ("-c", EVENTLET, "{port}"),
}


@pytest.fixture(params=SERVERS, scope="module")
def server(request, tmp_path_factory):
    """A server as a program, for all tests of this file: where it is, and what it wrote."""
    yield from run(tmp_path_factory.mktemp("business"), SERVERS[request.param])


@pytest.fixture
def unpatched(tmp_path):
    """A server of greenlets in which the standard library is as it was."""
    yield from run(tmp_path, ("-c", PYWSGI, "{port}"))


def run(folder, words):
    port = free_port()
    (folder / "business.py").write_text(PROGRAM)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *(word.format(port=port) if "{port}" in word else word for word in words)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock is taken
        )
        try:
            wait_for(process, port, folder / "log")
            yield f"http://127.0.0.1:{port}", folder / "log"
        finally:
            process.terminate()
            process.wait(30)


def wait_for(process, port, log):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


def post(url, event, operation_id=""):
    headers = {"operationID": operation_id, "Connection": "close"}
    return httpx.post(f"{url}/{event.command}", content=payload(event), headers=headers, timeout=30)


def together(url, *calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: post(url, *call), calls))


def asked(owner="o"):
    return BeforeImportFriends(owner_user_id=owner, friend_user_ids=["a"])


TOLD = AfterImportFriends(owner_user_id="o", friend_user_ids=["a"])


def test_async_handlers_run_at_once_and_no_loop_runs_where_other_handlers_do(server):
    url, log = server
    for _ in range(2):
        answers = together(url, (asked(), "op-1"), (asked(), "op-2"), (asked(), "op-3"), (TOLD,))
        assert [each.status_code for each in answers] == [200] * 4, log.read_text()
        # Each knows its own delivery.
        assert [json.loads(each.content)["errMsg"] for each in answers[:3]] == ["op-1", "op-2", "op-3"]


def test_an_async_handler_that_raises_or_is_cancelled_is_a_failure_of_that_call_alone(server):
    url, log = server
    assert [post(url, asked(owner)).status_code for owner in ("raises", "cancels", "raises")] == [500] * 3
    assert "ValueError: as it should" in log.read_text()
    assert "the handler let a cancellation through" in log.read_text()
    answers = together(url, (asked(),), (asked(),), (asked(),), (TOLD,))
    assert [each.status_code for each in answers] == [200] * 4, log.read_text()


def test_greenlets_wait_for_each_other_where_the_standard_library_is_not_patched(unpatched):
    url, log = unpatched
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(post, url, asked()) for _ in range(3)]
        while httpx.get(url, timeout=30).text != "3":
            time.sleep(0.01)
        assert post(url, asked("raises")).status_code == 500  # while those wait
        assert not any(each.done() for each in waiting)
        assert post(url, TOLD).status_code == 200, log.read_text()
        assert [each.result().status_code for each in waiting] == [200] * 3, log.read_text()
