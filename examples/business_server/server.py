"""A complete small business server: who may import whom in a divided karate club, who gets into whose group, and what
may be said there.

The rules: members import only members of their own side of the club's split; who is suspended, or has nobody of the
own side to import, is refused. A group is for the side of its owner. Nobody calls anybody a traitor.

The club is Zachary's (1977): 34 members, who followed either their teacher, "Mr. Hi" (karate01), or the club's
president, the "Officer" (karate34).
"""

import argparse
import json
import os
import socket
import sys
import time
from collections import deque
from typing import Any

from amity.business import (
    AfterImportFriends,
    Allow,
    BeforeCreateGroup,
    BeforeImportFriends,
    BeforeSendGroupMsg,
    BeforeSendSingleMsg,
    BusinessServer,
    MemorySeen,
    Reject,
    ReplaceFriends,
    ReplaceNewGroup,
)

MR_HI = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22}
SIDES = {f"karate{number:02}": "Mr. Hi" if number in MR_HI else "Officer" for number in range(1, 35)}
SUSPENDED = {"karate25"}

log: deque[dict[str, Any]] = deque(maxlen=1000)
"""What happened, the newest 1,000; shown at GET /events."""

callbacks = BusinessServer(
    # The secret of the IM server's settings; without one, anybody who reaches the port is believed.
    secret=os.environ.get("CALLBACK_SECRET"),
    # An after-event may be delivered more than once; this handles it once. A real server would use SqliteSeen.
    seen=MemorySeen(),
)


@callbacks.before_import_friends
def own_side_only(event: BeforeImportFriends) -> Allow | Reject | ReplaceFriends:
    owner, friends = event.owner_user_id, event.friend_user_ids
    if owner in SUSPENDED:
        note("rejected", owner, "is suspended")
        return Reject(5001, "Suspended", f"{owner} is suspended and may not import friends")
    side = SIDES.get(owner)
    if side is None:
        note("rejected", owner, "is no member")
        return Reject(5003, "NoMember", f"{owner} is no member of the club")
    same = [friend for friend in friends if SIDES.get(friend) == side]
    others = [friend for friend in friends if SIDES.get(friend) != side]
    if not same:
        note("rejected", owner, f"nobody of {side}'s side among {', '.join(others)}")
        return Reject(5002, "OtherSide", f"{owner} is on {side}'s side, and nobody in the list is")
    if others:
        note("modified", owner, f"{len(same)} of {len(friends)} friends, not {', '.join(others)}")
        return ReplaceFriends(same)
    note("approved", owner, f"{len(friends)} friends, all on {side}'s side")
    return Allow()


@callbacks.after_import_friends
def told(event: AfterImportFriends) -> None:
    note("imported", event.owner_user_id, f"is now friends with {', '.join(event.friend_user_ids)}")


@callbacks.before_create_group
def own_side_alone(event: BeforeCreateGroup) -> Allow | ReplaceNewGroup:
    side = SIDES.get(event.owner_user_id)
    same = [member for member in event.init_member_list if SIDES.get(member.user_id) == side]
    if len(same) == len(event.init_member_list):
        return Allow()
    note("modified", event.owner_user_id, f"{len(same)} of {len(event.init_member_list)} members of {event.group_name}")
    return ReplaceNewGroup(init_member_list=same)


@callbacks.before_send_single_msg
def no_insults(event: BeforeSendSingleMsg) -> Allow | Reject:
    return judged(event.send_id, event.recv_id, event.content)


@callbacks.before_send_group_msg
def no_insults_in_groups(event: BeforeSendGroupMsg) -> Allow | Reject:
    return judged(event.send_id, event.group_id, event.content)


def judged(sender: str, receiver: str, content: str) -> Allow | Reject:
    if "traitor" in content.lower():
        note("refused", sender, f"a message to {receiver}")
        return Reject(5004, "Insult", "nobody is called that here")
    return Allow()


def note(what: str, owner: str, text: str) -> None:
    log.append({"at": round(time.time(), 3), "what": what, "owner": owner, "text": text})
    # In one piece: handlers run on several threads, and print writes the line's end apart.
    print(f"{what:8}  {owner}  {text}\n", end="", flush=True)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The kit's app, and a page of our own beside it."""
    if scope["type"] == "http" and (scope["method"], scope["path"]) == ("GET", "/events"):
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(list(log), indent=1).encode()})
    else:
        await callbacks(scope, receive, send)


def main() -> None:
    try:
        import uvicorn  # noqa: PLC0415 - any other ASGI server runs ``app`` as well
    except ImportError:
        sys.exit("uvicorn is not installed: pip install uvicorn")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=10006, help="0 takes a free one")
    arguments = parser.parse_args()
    host, family = arguments.host, socket.AF_INET
    if ":" in host:
        host, family = f"[{host}]", socket.AF_INET6
    try:
        listener = socket.create_server((arguments.host, arguments.port), family=family, backlog=512)
    except OSError as error:
        sys.exit(f"cannot listen on {host}:{arguments.port}: {error.strerror}")
    port = listener.getsockname()[1]
    print(f"listening on http://{host}:{port}/callbackExample", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
