"""Log lines: what is on them, what never is, and that nobody can forge one."""

import io
import json
import logging
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity import logs

JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJVc2VySUQiOiJhIn0.c2lnbmF0dXJlLWhlcmUtMTIzNDU2Nzg5MA"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def written(monkeypatch):
    """Log to a text of the test's own; everything is put back afterwards."""
    monkeypatch.setattr(logs, "_hidden", [])
    root = logging.getLogger()
    level = root.level
    stream = io.StringIO()

    def start(form="json", level="debug", target=stream):
        logs.configure(level, form, target)
        return target

    yield start
    root.handlers[:] = [handler for handler in root.handlers if not getattr(handler, "of_amity", False)]
    root.setLevel(level)


log = logging.getLogger("amity.test")


def test_a_json_line_has_time_level_logger_message_and_the_operation_id(written):
    stream = written()
    token = logs.operation_id.set("op-1")
    log.warning("import of %d friends", 3, extra={"owner": "alice", "count": 3})
    logs.operation_id.reset(token)
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "WARNING",
        "logger": "amity.test",
        "message": "import of 3 friends",
        "operationID": "op-1",
        "owner": "alice",
        "count": 3,
    }


def test_outside_of_a_call_there_is_no_operation_id(written):
    stream = written()
    log.info("started")
    assert "operationID" not in json.loads(stream.getvalue())


def test_an_exception_is_a_field_of_its_one_json_line(written):
    stream = written()
    try:
        raise ValueError("boom")
    except ValueError:
        log.exception("failed")
    line = json.loads(stream.getvalue())
    assert stream.getvalue().count("\n") == 1
    assert line["trace"].endswith("ValueError: boom")


def test_a_human_line_is_plain_where_nobody_sees_colours(written):
    stream = written("human")
    token = logs.operation_id.set("op-1")
    log.info("hello", extra={"owner": "alice"})
    logs.operation_id.reset(token)
    assert stream.getvalue().endswith(" INFO    amity.test: hello owner=alice operationID=op-1\n")
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_colours_unless_it_says_no(written, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = written("auto", target=Terminal())
    log.error("hello")
    assert "\x1b[31m" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    stream = written("auto", target=Terminal())
    log.error("hello")
    assert "\x1b" not in stream.getvalue()


def test_auto_is_json_where_there_is_no_terminal(written):
    stream = written("auto")
    log.info("hello")
    assert json.loads(stream.getvalue())["message"] == "hello"


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"token is {JWT}", "token is ***"),
        (f"half of it: {JWT[:60]}", "half of it: ***"),
        ("signing with whsec_c2VjcmV0IHNlY3JldA==", "signing with ***"),
        ("cannot reach postgresql://amity:hunter2@db:5432/amity", "postgresql://***@db:5432/amity"),
        ("cannot reach https://hunter2@app.example/hook", "https://***@app.example/hook"),
        ("secret=swordfish", "secret=***"),
        ('{"secret": "swordfish", "userID": "a"}', "userID"),
        ("password: swordfish", "password: ***"),
        ("the secret is openIM123", "the secret is ***"),
    ],
)
def test_secrets_do_not_appear_in_messages_fields_or_traces(written, form, text, kept):
    logs.hide("openIM123")
    stream = written(form)
    try:
        raise RuntimeError(text)
    except RuntimeError:
        log.exception("said %s", text, extra={"also": text})
    for secret in (JWT.split(".")[1], "c2VjcmV0", "hunter2", "swordfish", "openIM123"):
        assert secret not in stream.getvalue()
    assert kept in stream.getvalue().replace("\\", "")


def test_ordinary_words_are_left_alone(written):
    stream = written("human")
    for text in (
        "header must have token",
        "TokenExpiredError",
        "a secret is not empty",
        "http://127.0.0.1:10006/x",
        "https://a.b/@c",
    ):
        log.info(text)
        assert text in stream.getvalue()


def test_a_short_text_is_not_hidden(written):
    logs.hide("", "abc")
    stream = written("human")
    log.info("abc of logging")
    assert "abc of logging" in stream.getvalue()


@given(st.text())
def test_what_a_caller_sends_makes_neither_a_line_nor_a_terminal_command(text):
    for formatter in (logs.HumanFormatter(), logs.JsonFormatter()):
        record = logging.makeLogRecord({"name": "amity.test", "levelname": "INFO", "msg": "%s", "args": (text,)})
        line = formatter.format(record)
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line


def test_the_level_is_respected_and_an_unknown_one_refused(written):
    stream = written(level="warning")
    log.info("quiet")
    assert stream.getvalue() == ""
    with pytest.raises(ValueError, match="LOUD"):
        written(level="loud")


def test_configuring_twice_does_not_write_twice(written):
    written()
    stream = written()
    log.info("once")
    assert stream.getvalue().count("\n") == 1


# Texts of strangers -----------------------------------------------------------------------------------------------

HOSTILE = [
    "-eyJ" * 4000,
    "eyJ." * 4000,
    "eyJ" + "a" * 16_000,
    "whsec_" * 3000,
    "://" * 5000,
    "://a:" * 3000,
    "://" + ":" * 16_000,
    "://a:b" * 2500 + "@",
    "secret " * 2500,
    "secret" + " " * 16_000 + "x",
    "secret=" * 2500,
    'token" : ' * 1800,
    "password=***" * 1500,
    "\x00" * 16_000,
    "@" * 16_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_redaction_takes_time_in_proportion_to_the_text(text):
    def seconds(part):
        began = time.process_time()
        for _ in range(10):
            logs.redact(part)
        return time.process_time() - began

    # Eight times the text takes 64 times as long where each letter is looked at from each other.
    assert seconds(text * 8) < 30 * max(seconds(text), 0.0005)


@given(st.text(max_size=50), st.text(max_size=50))
def test_a_token_is_masked_whatever_stands_around_it(before, after):
    for secret in (JWT.split(".")[1], JWT.split(".")[2]):
        assert secret not in logs.redact(f"{before}{JWT}{after}")


@given(st.text(st.characters(exclude_categories=["Z", "Cc", "Cs"]), min_size=4, max_size=30))
def test_a_password_in_a_url_is_masked_whatever_is_in_it(password):
    masked = logs.redact(f"cannot reach postgresql://amity:{password}@db:5432/amity now")
    assert masked == "cannot reach postgresql://***@db:5432/amity now" or password not in masked


@pytest.mark.parametrize("form", ["json", "human"])
def test_a_line_has_a_stated_length_whatever_is_logged(written, form):
    stream = written(form)
    token = logs.operation_id.set("\U0001f600" * 1_000_000)
    try:
        raise RuntimeError("\U0001f600" * 1_000_000)
    except RuntimeError:
        log.exception("said %s and %s", "\U0001f600" * 1_000_000, "b" * 1_000_000, extra={"also": "c" * 1_000_000})
    logs.operation_id.reset(token)
    assert max(map(len, stream.getvalue().encode().split(b"\n"))) < 65_536
    assert "... (1000000 characters)" in stream.getvalue()


@given(st.integers(0, 3000))
def test_a_secret_at_the_cut_is_not_shown_in_part(length):
    logs.hide("openIM123-secret-of-32-characters")
    text = "x" * length + " openIM123-secret-of-32-characters " + JWT + " " + "y" * 5000
    said = logs.shown(text, logs.MOST_MESSAGE)
    assert "openIM" not in said
    assert JWT.split(".")[1][:8] not in said


@pytest.mark.parametrize(
    "secret", ["openIM123-secret-of-32-characters", "postgresql://amity:hunter2-hunter2-hunter2@db/amity", JWT]
)
def test_a_secret_at_the_cut_is_not_shown_where_masks_make_room_for_it(written, secret):
    logs.hide("openIM123-secret-of-32-characters")
    for length in range(900, 1140):
        text = f"eyJ{'a' * 3000}.b {'y' * length} {secret} and more"
        said = logs.shown(text, logs.MOST_MESSAGE)
        assert len(text) > logs.MOST_MESSAGE
        for part in ("openIM", "hunter", JWT.split(".")[1][:4]):
            assert part not in said


def test_a_secret_that_another_begins_with_does_not_show_the_rest(written):
    for number in range(20):
        logs.hide(f"begin-{number}", f"begin-{number}-and-end")
    for number in range(20):
        assert logs.redact(f"it is begin-{number}-and-end.") == "it is ***."


def test_a_password_that_begins_with_a_hidden_secret_is_masked_whole(written):
    logs.hide("swordfish")
    assert logs.redact("password=swordfish-2024 token: ***") == "password=*** token: ***"


@pytest.mark.parametrize("form", ["json", "human"])
def test_a_long_traceback_is_logged_with_its_end(written, form):
    def even(levels):
        odd(levels - 1)

    def odd(levels):
        # Two functions: lines that are the same again and again are shown as one.
        if levels <= 0:
            raise RuntimeError("the very reason " + "x" * 1_000_000)
        even(levels - 1)

    stream = written(form)
    try:
        even(300)
    except RuntimeError:
        log.exception("failed")
    said = stream.getvalue()
    assert len(said) < 10_000
    assert "Traceback" in said
    assert "RuntimeError: the very reason xxx" in said


@given(st.text(st.sampled_from("ab\n "), max_size=400), st.integers(40, 300))
def test_a_traceback_has_a_stated_length(text, most):
    said = logs.shown_trace(text, most)
    assert said == text if len(text) <= most else len(said) <= most + 60
