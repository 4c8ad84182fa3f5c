"""The steps of the Containerfile, taken without a container engine: whether a server comes of them that is ready."""

import asyncio
import os

import pytest

from tests.unit.docs.pages import ROOT


@pytest.mark.skipif(
    "AMITY_TRY_IMAGE" not in os.environ, reason="takes minutes, root and debootstrap: AMITY_TRY_IMAGE=1"
)
@pytest.mark.timeout(900)
async def test_the_steps_of_the_containerfile_make_a_server_that_is_ready(postgres_url):
    program = await asyncio.create_subprocess_exec(
        ROOT / "deploy" / "try-image.sh", postgres_url, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await program.communicate()
    assert program.returncode == 0, output.decode()
    assert '/readyz: {"ready":true}' in output.decode()
