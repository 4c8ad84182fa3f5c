"""What is left of a server in its process after it was stopped."""

import gc

from amity.app.server import Server
from amity.messages.sending.service import Sending
from tests.integration.conftest import settings_for


async def start_and_stop(folder, database_url):
    server = Server(settings_for(folder, database_url, console={"enable": True}))
    await server.start()
    assert number_of(Sending) > 0
    await server.stop()


def number_of(kind):
    gc.collect()
    return sum(type(each) is kind for each in gc.get_objects())


async def test_nothing_keeps_a_stopped_server_in_memory(database_url, tmp_path):
    before = number_of(Sending)
    await start_and_stop(tmp_path, database_url)
    assert number_of(Sending) == before
