"""The listening socket that a service manager hands over."""

import os
import socket
import subprocess
import sys

import pytest

from amity.http.listening import inherited_socket

PROGRAM = """
import os, sys
from amity.http.listening import inherited_socket
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"], os.environ["LISTEN_FDS"] = str(os.getpid()), "1"
print(inherited_socket().getsockname()[1], "LISTEN_FDS" in os.environ)
"""


def test_the_socket_of_the_service_manager_is_taken_and_its_variables_are_not_left_to_children():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        descriptor = listening.fileno()
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(descriptor)],
            pass_fds=[descriptor],
            capture_output=True,
            check=True,
            text=True,
        )
        assert done.stdout.split() == [str(listening.getsockname()[1]), "False"]


@pytest.mark.parametrize(
    "environ",
    [{}, {"LISTEN_PID": "1", "LISTEN_FDS": "1"}, {"LISTEN_PID": str(os.getpid())}, {"LISTEN_FDS": "1"}],
)
def test_without_one_for_this_process_there_is_none(environ: dict[str, str]):
    assert inherited_socket(dict(environ)) is None


def test_of_several_sockets_none_is_taken():
    with pytest.raises(ValueError, match="LISTEN_FDS: expected one socket of the service manager, got 2"):
        inherited_socket({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"})
