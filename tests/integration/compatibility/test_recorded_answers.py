"""What OpenIM's server answered and pushed is what amity answers and pushes, but for the differences that are listed.

``README.md`` here says what the files of this folder hold.
"""

import asyncio

import pytest

from tests.integration.compatibility.recordings import RECORDINGS
from tests.support.recorded_answers import unlisted


@pytest.mark.timeout(240)
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_what_is_not_as_recorded_is_listed_and_what_is_listed_occurs(recording, database_url, tmp_path):
    # One test, and not one for each case: they take seconds for each engine, and stand on one another.
    listed = recording.listed()
    found = asyncio.run(recording.replayed(tmp_path, database_url, listed))
    problems = [str(each) for each in unlisted(found, listed)]
    problems += [f"listed, and does not occur: {each}" for one in listed for each in one.missing()]
    assert not problems, "\n".join(problems)
