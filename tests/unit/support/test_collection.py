"""The collection for Bruno is what follows from the OpenAPI document."""

from tests.support.collection import FOLDER, generate


def test_what_is_committed_is_what_is_written():
    committed = {
        str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*") if path.is_file()
    }
    assert committed == generate(), "make client-types writes it anew"
