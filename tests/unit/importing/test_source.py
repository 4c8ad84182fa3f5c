"""An input is read from its origin once, and gone through as often as is needed."""

import os
import threading

import pytest

from amity.importing.source import FileProblem, Source


@pytest.fixture
def piped(tmp_path):
    """Makes a named pipe, through which what the test says comes."""
    writers: list[threading.Thread] = []

    def piped(content):
        path = tmp_path / f"pipe{len(writers)}"
        os.mkfifo(path)
        writers.append(threading.Thread(target=path.write_bytes, args=(content,)))
        writers[-1].start()
        return path

    yield piped
    for writer in writers:
        writer.join(10)


def test_a_file_can_be_read_again(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"all of it")
    with Source.open(path) as source:
        assert source.read().read(3) == b"all"
        assert source.read().read() == source.read().read() == b"all of it"


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"x" * 1_000_000])
def test_a_pipe_can_be_read_again(piped, content):
    with Source.open(piped(content)) as source:
        assert source.read().read(1) == content[:1]
        assert source.read().read() == source.read().read() == content


def test_a_file_that_takes_the_name_of_an_open_one_is_not_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"first")
    with Source.open(path) as source:
        (tmp_path / "other").write_bytes(b"second")
        (tmp_path / "other").replace(path)
        assert source.read().read() == b"first"


def test_what_belongs_to_a_file_is_beside_it_and_to_a_pipe_in_the_current_directory(tmp_path, piped):
    path = tmp_path / "friends.csv"
    path.touch()
    with Source.open(path) as source:
        assert source.beside(".journal") == tmp_path / "friends.csv.journal"
    with Source.open(piped(b"")) as source:
        assert source.beside(".journal").parts == ("amity-import.journal",)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileProblem, match=r"absent\.csv: No such file"):
        Source.open(tmp_path / "absent.csv")


def test_a_directory_is_no_file(tmp_path):
    with pytest.raises(FileProblem, match="directory"):
        Source.open(tmp_path)
