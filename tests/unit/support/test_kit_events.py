"""What the kit says of each callback is what follows from the declarations."""

import pytest

from tests.support.kit_events import FOLDER, generate


@pytest.mark.parametrize("name", generate())
def test_what_is_committed_is_what_is_written(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == generate()[name], "make events writes it anew"
