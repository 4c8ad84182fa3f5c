"""Call operations as the gateway does, without a gateway."""

from amity.calls.call import Call
from amity.calls.operation import Operation
from amity.wire import protobuf


async def answer_of(operation: Operation, call: Call, data: bytes) -> bytes:
    """Return the ``data`` of the reply to a request's ``data``. Raises ``ImError``."""
    form = operation.protobuf
    if form is None:
        answer: bytes = await operation.handler(call, data)
        return answer
    request = protobuf.decode(data, form.request, operation.request)
    return protobuf.encode(await operation.handler(call, request), form.response)
