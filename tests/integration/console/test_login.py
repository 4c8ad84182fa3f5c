"""Logging in to the console and out of it, over HTTP."""

import logging

from tests.support.rest import ADMIN, SECRET


async def opens(visitor):
    """Whether the visitor's session opens a page."""
    answer = await visitor.get("/console/overview")
    assert answer.status_code in {200, 303}
    return answer.status_code == 200


async def test_the_secret_opens_the_console_to_an_administrator(visitor):
    answer = await visitor.log_in()
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console"
    assert await opens(visitor)


async def test_the_cookie_is_for_the_console_alone_and_for_no_script(visitor):
    cookie = (await visitor.log_in()).headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert len(value.removeprefix("amity_console=")) == 43  # 256 bits
    assert {each.lower() for each in attributes} == {"httponly", "path=/console", "samesite=strict"}


async def test_the_cookie_is_secure_behind_a_proxy_that_speaks_tls(visit):
    cookie = (await visit(x_forwarded_proto="https").log_in()).headers["set-cookie"]
    assert "; secure" in cookie.lower()


async def test_without_a_session_a_page_leads_to_the_login_and_back(visitor):
    answer = await visitor.get("/console/audit?action=login")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/login?next=%2Fconsole%2Faudit%3Faction%3Dlogin"
    assert "Log in to see that page." in (await visitor.get(answer.headers["location"])).text
    logged_in = await visitor.log_in(next="/console/audit?action=login")
    assert logged_in.headers["location"] == "/console/audit?action=login"


async def test_the_login_leads_to_no_other_server(visitor):
    for place in ("https://evil.example/", "//evil.example/console/", "/console/\\evil", "/\\evil.example", "/docs"):
        assert (await visitor.log_in(next=place)).headers["location"] == "/console", place


async def test_a_wrong_secret_opens_nothing_and_is_not_logged(visitor, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = await visitor.log_in(secret="a guess that is wrong")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert not await opens(visitor)
    assert "a login from 127.0.0.1 was refused" in caplog.text
    assert "a guess" not in caplog.text
    assert SECRET not in caplog.text


async def test_the_secret_opens_nothing_to_who_is_no_administrator(visitor, rest):
    await rest.register("alice")
    answer = await visitor.log_in(user="alice")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_failed_logins_have_to_wait(visitor):
    for _ in range(3):
        assert (await visitor.log_in(secret="wrong")).status_code == 403
    answer = await visitor.log_in()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert not await opens(visitor)


async def test_failed_logins_of_others_are_told_apart_by_a_proxy_s_header(visit):
    for _ in range(3):
        await visit(x_forwarded_for="203.0.113.7").log_in(secret="wrong")
    assert (await visit(x_forwarded_for="203.0.113.7").log_in()).status_code == 429
    assert (await visit(x_forwarded_for="203.0.113.7, 203.0.113.8").log_in()).status_code == 303


async def test_an_administrator_s_token_opens_the_console(visitor, rest):
    answer = await visitor.post("/console/login", {"token": await rest.token(ADMIN)})
    assert answer.status_code == 303
    assert await opens(visitor)


async def test_a_user_s_token_opens_nothing(visitor, rest):
    await rest.register("alice")
    for token in (await rest.token("alice"), "no token", "e30.e30.e30", "x" * 5000):
        assert (await visitor.post("/console/login", {"token": token})).status_code in {403, 429}
    assert not await opens(visitor)


async def test_a_session_of_a_token_ends_with_the_token(visitor, rest):
    await visitor.post("/console/login", {"token": await rest.token(ADMIN)})
    await rest.data("/auth/force_logout", {"userID": ADMIN, "platformID": 10})
    assert not await opens(visitor)


async def test_logging_out_ends_the_session(admin):
    kept = dict(admin.cookies)
    answer = await admin.submit("/console/login/out", on="/console/overview")
    assert answer.headers["location"] == "/console/login?said=said.out"
    assert not admin.cookies
    admin.cookies = kept
    assert not await opens(admin)


async def test_all_sessions_of_an_administrator_are_ended_at_once(admin, visit):
    other = visit()
    await other.log_in()
    assert (await admin.get("/console/sessions")).text.count("<tr>") == 3
    await admin.submit("/console/sessions/end", on="/console/sessions")
    assert not await opens(admin)
    assert not await opens(other)


async def test_sessions_last_over_a_restart_and_end_with_the_secret(start_server, visit):
    first = visit()
    await first.log_in()
    await start_server.stop()
    rest = await start_server(console={"enable": True})
    again = type(first)(rest.url)
    again.cookies = first.cookies
    assert await opens(again)
    await again.__aexit__()
    await start_server.stop()
    rest = await start_server(console={"enable": True}, secret="another secret, as the first has leaked")
    late = type(first)(rest.url)
    late.cookies = first.cookies
    assert not await opens(late)
    await late.__aexit__()


async def test_a_cookie_that_was_made_up_opens_nothing(visitor):
    for value in ("", "x" * 43, "x" * 5000, "'; drop table console_sessions"):
        visitor.cookies = {"amity_console": value}
        assert not await opens(visitor)
