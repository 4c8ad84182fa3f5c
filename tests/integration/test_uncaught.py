"""What Python writes past the log goes into it, and waits for nobody."""

import json
import subprocess
import sys

import pytest

CONFIGURED = """
import os, sys, threading
from amity import logs
from amity.uncaught import queue_standard_error
queue_standard_error()
logs.hide("hush, hush")
logs.configure("info", "json", sys.stderr)
"""
CASES = {
    "program": ("raise ValueError('hush, hush')", 1, "CRITICAL", "the program ends by an error of its own"),
    "thread": (
        "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='mine')\nt.start()\nt.join()",
        *(0, "ERROR", "thread mine ended by an error of its own"),
    ),
    "finaliser": (
        "class C:\n    def __del__(self): raise ValueError('hush, hush')\nC()",
        *(0, "ERROR", "an error that nothing could catch: <function C.__del__ at"),
    ),
}


def run(program, **keywords):
    return subprocess.run([sys.executable, "-c", CONFIGURED + program], timeout=60, check=False, **keywords)


@pytest.mark.parametrize("case", CASES)
def test_an_error_that_nothing_catches_is_logged_with_its_traceback_and_without_secrets(case):
    program, status, level, message = CASES[case]
    ended = run(program, stderr=subprocess.PIPE)
    (line,) = [json.loads(line) for line in ended.stderr.splitlines()]
    assert (ended.returncode, line["level"]) == (status, level)
    assert line["message"].startswith(message)
    assert "Traceback" in line["trace"]
    assert b"hush" not in ended.stderr


def test_what_is_printed_to_standard_error_keeps_its_place_among_the_lines_of_the_log():
    program = """
import logging
for number in range(100):
    print(number, file=sys.stderr)
    logging.getLogger("x").info("%d", number)
"""
    lines = run(program, stderr=subprocess.PIPE, text=True).stderr.splitlines()
    assert lines[::2] == [str(number) for number in range(100)]
    assert [json.loads(line)["message"] for line in lines[1::2]] == [str(number) for number in range(100)]


def test_a_crash_whose_traceback_nobody_reads_ends_all_the_same():
    filled = "os.set_blocking(2, False)\ntry:\n  while True: os.write(2, b'x' * 4096)\nexcept BlockingIOError: pass\n"
    program = f"{filled}os.set_blocking(2, True)\nraise ValueError"
    process = subprocess.Popen([sys.executable, "-c", CONFIGURED + program], stderr=subprocess.PIPE)
    try:
        assert process.wait(30) == 1
    finally:
        process.kill()
        process.communicate()
