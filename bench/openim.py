"""The callbacks that OpenIM's server posts, in the forms in which it was recorded, each with its own ids.

Nearly all that a busy server posts is about messages: each is told of when it is sent and when it is stored, many when
they are read.
"""

import base64
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from bench.load import post

USERS = 400
GROUPS = 100
"""Every owner of after-events: a conversation of two, a group, or a user."""
_WEIGHTS = {"single": 35, "group": 10, "saved": 40, "read": 9, "online": 3, "offline": 3}


def after_events(count: int, path: str = "/callback", seed: int = 1) -> list[bytes]:
    """Return encoded requests of ``count`` after-callbacks, of about 500 owners, with bodies of 150 to 700 bytes."""
    return [_post(path, target, body) for target, body in bodies(count, seed)]


def before_callbacks(count: int, path: str = "/callback", seed: int = 2) -> list[bytes]:
    """Return encoded requests of ``count`` callbacks before a message is sent."""
    chance = random.Random(seed)
    made = (_message(chance, number, "callbackBeforeSendSingleMsgCommand", is_saved=False) for number in range(count))
    return [_post(path, target, _encoded(fields)) for target, fields in made]


def bodies(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield what follows the URL, and the body, of after-callbacks."""
    chance = random.Random(seed)
    for number, kind in enumerate(chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=count)):
        target, fields = _MADE[kind](chance, number)
        yield target, _encoded(fields)


def _encoded(fields: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(fields) + b"\n"


def _post(path: str, target: str, body: bytes) -> bytes:
    headers = {"Operationid": "bench", "User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
    return post(f"{path}/{target}", body, headers)


def _message(
    chance: random.Random, number: int, command: str, *, is_group: bool = False, is_saved: bool
) -> tuple[str, dict[str, Any]]:
    sender = chance.randrange(USERS)
    to = {"recvID": "" if is_group else _user(sender ^ 1)}
    group = {"groupID": f"11324{chance.randrange(GROUPS):05}" if is_group else ""}
    # 0 to 250 bytes, most of them few: what people write
    text = "m" * min(250, int(chance.expovariate(1 / 40)))
    fields = {
        "sendID": _user(sender),
        "callbackCommand": command,
        "serverMsgID": f"{chance.getrandbits(128):032x}",
        "clientMsgID": f"{chance.getrandbits(128):032x}",
        "operationID": f"{chance.getrandbits(32):08x}-{number}",
        "senderPlatformID": 2,
        "senderNickname": f"Nickname of {sender}",
        "sessionType": 3 if is_group else 1,
        "msgFrom": 100,
        "contentType": 101,
        "status": 0,
        "sendTime": 1795837468167 + number,
        "createTime": 1795837468166 + number,
        "content": msgspec.json.encode({"content": text}).decode(),
        "seq": number if is_saved else 0,
        "atUserList": None,
        "faceURL": "",
        "ex": "",
    }
    fields |= to | group if is_saved else group if is_group else to
    key = base64.b64encode(msgspec.json.encode({"sendID": fields["sendID"], **to, **group})).decode()
    return f"{command}?key={key.replace('=', '%3D')}", fields


def _single(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    return _message(chance, number, "callbackAfterSendSingleMsgCommand", is_saved=False)


def _group(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    return _message(chance, number, "callbackAfterSendGroupMsgCommand", is_group=True, is_saved=False)


def _saved(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    return _message(chance, number, "callbackAfterMsgSaveDBCommand", is_group=chance.random() < 0.2, is_saved=True)


def _read(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    reader = chance.randrange(USERS)
    command = "callbackAfterSingleMsgReadCommand"
    return command, {
        "callbackCommand": command,
        "conversationID": f"si_{_user(reader & ~1)}_{_user(reader | 1)}",
        "userID": _user(reader),
        "Seqs": [number, number + 1],
        "contentType": 1,
    }


def _presence(command: str) -> Callable[[random.Random, int], tuple[str, dict[str, Any]]]:
    def made(chance: random.Random, number: int) -> tuple[str, dict[str, Any]]:
        return command, {
            "callbackCommand": command,
            "operationID": f"p_18956_{number}",
            "platformID": 2,
            "platform": "Android",
            "userID": _user(chance.randrange(USERS)),
            "seq": 1795837444437 + number,
            "connID": "",
        }

    return made


def _user(number: int) -> str:
    return f"k37439u{number:04}"


_MADE: dict[str, Callable[[random.Random, int], tuple[str, dict[str, Any]]]] = {
    "single": _single,
    "group": _group,
    "saved": _saved,
    "read": _read,
    "online": _presence("callbackAfterUserOnlineCommand"),
    "offline": _presence("callbackAfterUserOfflineCommand"),
}
