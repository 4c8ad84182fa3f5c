"""Operations that an import calls within the process."""

import asyncio

import pytest

from amity.calls.operation import Operation
from amity.client.types.relations.friends import ImportFriendResponse
from amity.console.context import Operations
from amity.console.imports.in_process import InProcess
from amity.relations.friends.models import ImportFriendRequest


async def test_an_operation_whose_caller_is_cancelled_runs_to_its_end_and_tells_of_it():
    has_begun, may_end = asyncio.Event(), asyncio.Event()
    told: list[str] = []

    async def handler(call, request):
        has_begun.set()
        await may_end.wait()
        call.after_answer(told.append, request.owner_user_id)
        return ImportFriendResponse(imported=["bob"])

    handler.__annotations__ = {"request": ImportFriendRequest, "return": ImportFriendResponse}
    operations = Operations({"/friend/import_friend": Operation("/friend/import_friend", handler, "Import")})
    server = InProcess(operations, "imAdmin", 1, "run")
    calling = asyncio.create_task(server.import_friends("ann", ["bob"], partial=True, idempotency_key="key"))
    await has_begun.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    ending = asyncio.create_task(server.finish())
    await asyncio.sleep(0)
    assert not ending.done()
    may_end.set()
    await ending
    assert told == ["ann"]
