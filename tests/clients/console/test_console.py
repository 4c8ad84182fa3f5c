"""The console in a real browser: with a mouse, with the keyboard alone, in the dark, on a phone, and by axe's rules.

The picture of docs/console.md is taken here: ``CONSOLE_PICTURE=$PWD/docs/console-overview.png make test-clients``.
"""

import asyncio
import os
import random
import time

import pytest

from tests.clients.console.conftest import log_in
from tests.support.rest import ADMIN, SECRET

PAGES = (
    "/console/login",
    "/console/overview",
    "/console/callbacks",
    "/console/callbacks/waiting",
    "/console/callbacks/try",
    "/console/callbacks/settings",
    "/console/imports",
    "/console/imports/calls",
    "/console/people",
    "/console/messages",
    "/console/groups",
    "/console/audit",
    "/console/sessions",
    "/console/nothing",
)
PICTURE = os.environ.get("CONSOLE_PICTURE")
WRONG = "That is not an administrator's user id with the secret of the server, nor a valid token of an administrator."
PHONE = {"viewport": {"width": 360, "height": 640}}


async def tab_to(administrator, **wanted):
    """Press Tab until this has the focus, as at most a page's worth of it is."""
    for _ in range(40):
        await administrator.call("press", "Tab")
        focused = await administrator.call("focused")
        if all(focused[name] == value for name, value in wanted.items()):
            return focused
    raise AssertionError(f"Tab does not lead to {wanted}")


async def test_an_administrator_logs_in_sees_how_the_server_does_and_logs_out(administrator, rest):
    assert await administrator.call("texts", "h1") == ["Overview"]
    assert await administrator.call("texts", "#problems .well, #problems li")  # how busy the machine is, is not ours
    assert len(await administrator.call("texts", "figure")) == 17
    await administrator.call("click", "form[action='/console/login/out'] button")
    await administrator.call("arrives", "/console/login")
    await administrator.call("open", "/console/overview")
    assert await administrator.call("texts", "h1") == ["Log in"]


async def test_the_charts_go_on_by_themselves(administrator, rest):
    await rest.register("alice")
    async with asyncio.timeout(30):
        while not await administrator.call("evaluate", "document.querySelector('#chart-calls path').getAttribute('d')"):  # noqa: ASYNC110 - it is a browser
            await asyncio.sleep(0.2)
    [size] = await administrator.call("texts", "#chart-processes dd")
    assert size == "1"


async def test_what_is_wrong_is_said_when_it_happens(administrator, console_server):
    problem = """{text: "The <b>bus</b> is down.", path: "/console", page: "Bus", see: "See."}"""
    await administrator.call("evaluate", f"show({{charts: {{}}, problems: [{problem}]}})")
    assert await administrator.call("texts", "#problems[aria-live=polite] li") == ["The <b>bus</b> is down. Bus See."]
    assert await administrator.call("texts", "#problems a[href='/console']") == ["Bus"]
    await administrator.call("evaluate", "show({charts: {}, problems: []})")
    assert await administrator.call("texts", "#problems .well") == ["Nothing is wrong that this process knows of."]


async def test_an_open_overview_says_that_its_session_has_ended(administrator):
    await administrator.call("forget")
    await administrator.call("evaluate", "refresh()")
    [said] = await administrator.call("texts", "#stale")
    assert said == "Your session has ended: these numbers are old. Load the page again to log in."


async def test_a_wrong_secret_is_said_and_the_user_id_kept(sit):
    somebody = await sit()
    await somebody.call("open", "/console/login")
    await somebody.call("fill", "#userID", ADMIN)
    await somebody.call("fill", "#secret", "wrong")
    await somebody.call("click", "form.card button")
    assert await somebody.call("become", "[role=alert]", [WRONG], 5000) == [WRONG]
    assert await somebody.call("evaluate", "document.querySelector('#userID').value") == ADMIN
    assert await somebody.call("evaluate", "document.querySelector('#secret').value") == ""
    await log_in(somebody)


async def test_everything_can_be_done_with_the_keyboard_alone(sit):
    somebody = await sit()
    await somebody.call("open", "/console/login")
    skip = await tab_to(somebody, text="Skip to the content")
    assert skip["href"] == "#content"
    await somebody.call("press", "Enter")
    assert (await somebody.call("focused"))["id"] == "content"
    await tab_to(somebody, id="userID")
    await somebody.call("type", ADMIN)
    await tab_to(somebody, id="secret")
    await somebody.call("type", SECRET)
    await somebody.call("press", "Enter")
    await somebody.call("arrives", "/console/overview")
    await tab_to(somebody, text="Audit log")
    await somebody.call("press", "Enter")
    await somebody.call("arrives", "/console/audit")
    await tab_to(somebody, id="action")
    await somebody.call("type", "Log in")
    await tab_to(somebody, text="Show")
    await somebody.call("press", "Enter")
    await somebody.call("arrives", "/console/audit?admin=&action=login&about=")
    await tab_to(somebody, text="Log out")
    await somebody.call("press", "Enter")
    await somebody.call("arrives", "/console/login")


async def test_the_focus_can_be_seen(administrator):
    await tab_to(administrator, text="Audit log")
    outline = await administrator.call("evaluate", "getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_the_language_is_switched_on_the_page(administrator):
    await administrator.call("click", "button[name=language]")
    assert await administrator.call("become", "h1", ["概览"], 5000) == ["概览"]
    assert await administrator.call("evaluate", "document.documentElement.lang") == "zh"
    await administrator.call("click", "button[name=language]")
    assert await administrator.call("become", "h1", ["Overview"], 5000) == ["Overview"]


async def test_it_is_dark_where_the_reader_wants_it_dark(sit):
    grounds = []
    for scheme in ("light", "dark"):
        somebody = await sit(colorScheme=scheme)
        await somebody.call("open", "/console/login")
        grounds.append(await somebody.call("evaluate", "getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(246, 247, 249)", "rgb(18, 22, 28)"]


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_on_a_phone_nothing_stands_beside_the_screen(sit, locale):
    somebody = await sit(locale=locale, **PHONE)
    await log_in(somebody)
    for path in PAGES:
        await somebody.call("open", path)
        assert await somebody.call("evaluate", "document.documentElement.scrollWidth") <= 360, path
    await somebody.call("open", "/console/overview")
    lefts = await somebody.call("evaluate", "[...document.querySelectorAll('figure')].map(e => e.offsetLeft)")
    assert len(set(lefts)) == 1


async def test_on_a_phone_no_word_of_a_table_is_broken_and_what_is_beside_the_screen_can_be_scrolled_to(sit):
    somebody = await sit(locale="zh-CN", **PHONE)
    await log_in(somebody)
    await somebody.call("open", "/console/audit")
    heights = await somebody.call("evaluate", "[...document.querySelectorAll('tbody tr')].map(e => e.offsetHeight)")
    assert heights
    assert max(heights) < 120
    assert await somebody.call("evaluate", "(e => e.scrollWidth > e.clientWidth)(document.querySelector('.wide'))")
    assert await somebody.call("evaluate", "document.documentElement.scrollWidth") <= 360


async def test_what_is_wrong_with_a_form_is_on_the_screen_and_has_the_focus(sit):
    somebody = await sit(**PHONE)
    await log_in(somebody)
    await somebody.call("open", "/console/people")
    await somebody.call("fill", "#userID", "bad id!")
    await somebody.call("click", "section .card button")
    await somebody.call("appears", "[role=alert]")
    assert (await somebody.call("focused"))["id"] == "problem"
    top = await somebody.call("evaluate", "document.querySelector('[role=alert]').getBoundingClientRect().top")
    assert 0 <= top < 640


async def test_the_language_is_switched_on_the_answer_to_a_form(administrator):
    await administrator.call("open", "/console/people")
    await administrator.call("fill", "#userID", "bad id!")
    await administrator.call("click", "section .card button")
    await administrator.call("appears", "[role=alert]")
    await administrator.call("click", "button[name=language]")
    await administrator.call("arrives", "/console/people")
    assert await administrator.call("texts", "h1") == ["用户"]


async def test_what_was_said_is_not_said_again_when_the_page_is_loaded_again(sit):
    somebody = await sit()
    await somebody.call("open", "/console/login?said=said.out&next=/console/audit")
    assert await somebody.call("texts", ".said") == ["You are logged out."]
    await somebody.call("evaluate", "location.reload()")
    assert await somebody.call("become", ".said", [], 5000) == []
    assert await somebody.call("evaluate", "location.search") == "?next=%2Fconsole%2Faudit"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_axe_finds_nothing_on_any_page(sit, scheme, locale):
    somebody = await sit(colorScheme=scheme, locale=locale)
    await somebody.call("open", "/console/login?said=said.out")
    assert not await somebody.call("axe")
    await log_in(somebody)
    for path in PAGES[1:]:
        await somebody.call("open", path)
        assert not await somebody.call("axe"), path
    await somebody.call("open", "/console/overview")
    script = (
        "show({charts: {}, problems: [{text: 'The bus is down.', path: '/console', page: 'Bus', see: 'See there.'}]})"
    )
    await somebody.call("evaluate", script)
    assert not await somebody.call("axe")


async def test_the_cookie_is_not_for_scripts(administrator):
    assert await administrator.call("evaluate", "document.cookie") == ""
    [cookie] = await administrator.call("cookies")
    assert (cookie["name"], cookie["path"], cookie["sameSite"]) == ("amity_console", "/console", "Strict")
    assert cookie["httpOnly"]
    assert cookie["expires"] == -1


@pytest.mark.skipif(PICTURE is None, reason="CONSOLE_PICTURE says where to put it")
@pytest.mark.timeout(900)
async def test_a_picture_is_taken_of_a_busy_server(administrator, rest):
    await rest.register(*(f"user{n}" for n in range(100)))
    until = time.monotonic() + 280
    while time.monotonic() < until:
        owner = f"user{random.randrange(100)}"
        await rest.import_friends(owner, [f"user{n}" for n in random.sample(range(100), 5) if f"user{n}" != owner])
        await rest.data("/user/get_users_info", {"userIDs": [owner]})
        message = {"sendID": owner, "recvID": "user1", "contentType": 101, "sessionType": 1}
        for _ in range(random.randrange(8)):
            await rest.post("/msg/send_msg", message | {"content": {"content": "hi"}})
        await asyncio.sleep(random.random() / 4)
    await administrator.call("open", "/console/overview")
    await administrator.call("screenshot", PICTURE)
