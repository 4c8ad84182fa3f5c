"""What the server signs, changed on its way to the kit: nothing is taken for what it is not."""

import asyncio
import json
import logging
import random

import pytest

from amity.business import Allow, BusinessServer
from amity.callbacks.sender import Sender
from amity.settings.model import Callback, Callbacks
from amity.wire.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER
from tests.fuzz.fuzzing import Fault, Fuzz
from tests.fuzz.mutation import mutated
from tests.support.business_server import BusinessServer as Receiver
from tests.support.fake_clock import FakeClock

SECRETS = ["a secret of more than twenty-four bytes", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
COMMAND = "callbackBeforeImportFriendsCommand"
BODY = json.dumps({"callbackCommand": COMMAND, "ownerUserID": "alice", "friendUserIDs": ["bob"]}).encode()
NOW = 1_800_000_000
NAMES = (ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER)


def sent() -> tuple[dict[str, str], str, bytes]:
    """A callback as the server's own sender sends it: headers, path and body."""

    async def send() -> tuple[dict[str, str], str, bytes]:
        async with Receiver() as receiver:
            events = {"beforeImportFriends": Callback(enable=True)}
            settings = Callbacks(url=f"{receiver.url}/callbackExample", secret=SECRETS, events=events)
            sender = Sender(settings, clock=FakeClock(NOW))
            await sender.send("beforeImportFriends", COMMAND, BODY, operation_id="op-1", event_id="evt_1")
            await sender.close()
            (request,) = receiver.requests
            return request.headers, request.path, request.body

    return asyncio.run(send())


def packed(headers: dict[str, str], body: bytes) -> bytes:
    """An input as it is kept: the three headers, a line each, and the body."""
    return "\n".join(headers[name] for name in NAMES).encode("utf-8", "surrogatepass") + b"\n" + body


def unpacked(data: bytes) -> tuple[dict[str, str], bytes]:
    *values, body = (data.split(b"\n", 3) + [b""] * 4)[:4]
    return dict(zip(NAMES, [value.decode("latin-1") for value in values], strict=True)), body


def changed(chance: random.Random, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """One or two of the four changed; or two signed callbacks mixed."""
    headers = dict(headers)
    for _ in range(chance.choice((1, 1, 2))):
        part = chance.choice((*NAMES, "body"))
        if part == "body":
            body = mutated(chance, body)
        elif part == SIGNATURE_HEADER and chance.random() < 0.1:
            # Another spelling of the same bytes, or nearly.
            headers[part] = headers[part].replace(chance.choice("048AEIMQUYcgkosw") + "=", chance.choice("BFJZ") + "=")
        else:
            headers[part] = mutated(chance, headers[part].encode())[:5000].decode("latin-1").replace("\n", " ")
    return headers, body


@pytest.mark.share(2)
def test_what_was_changed_is_not_accepted(fuzz: Fuzz):
    headers, path, body = sent()
    plain = {name: value for name, value in headers.items() if name not in NAMES}
    handled: list[list[str]] = []
    kit = BusinessServer(secret=SECRETS, clock=FakeClock(NOW).now)
    logging.getLogger("amity.business").setLevel(logging.CRITICAL)  # each refusal is a line

    @kit.before_import_friends
    def decide(event: object) -> Allow:
        handled.append([])
        return Allow()

    def check(data: bytes) -> None:
        signed, came = unpacked(data)
        handled.clear()
        reply = kit.handle_sync({**plain, **signed}, path, came)
        if reply.status >= 500:
            raise Fault(f"status {reply.status}")
        is_same = came == body and all(signed[name] == headers[name] for name in (ID_HEADER, TIMESTAMP_HEADER))
        if handled and not is_same:
            raise Fault(f"accepted: {signed} {came[:200]!r}")
        if handled and not set(signed[SIGNATURE_HEADER].split(" ")) & set(headers[SIGNATURE_HEADER].split(" ")):
            raise Fault(f"accepted with another signature: {signed}")

    check(packed(headers, body))
    assert handled, "what was sent is accepted"
    fuzz.try_all(lambda: packed(*changed(fuzz.chance, headers, body)), check)
