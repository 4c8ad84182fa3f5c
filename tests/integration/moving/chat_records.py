"""Records of messages and chats, and what is seen of them."""

import base64

from amity.wire.proto.sdkws_pb2 import MsgData

RESTORE = "/relation/restore"
EXPORT = "/relation/export"
CHAT = "si_ann_bob"
TIME = 1_700_000_000_000


def message(sender, receiver, seq, text, **fields):
    """Return the record of a message."""
    first, second = sorted((sender, receiver))
    made = {
        "sendID": sender,
        "recvID": receiver,
        "clientMsgID": f"{sender}-{text}",
        "serverMsgID": f"server-{text}",
        "sessionType": 1,
        "msgFrom": 100,
        "contentType": 101,
        "content": b'{"content":"%s"}' % text.encode(),
        "sendTime": TIME + seq,
        "createTime": TIME + seq,
        "status": 2,
    } | fields
    return {
        "kind": "message",
        "form": 1,
        "userID1": first,
        "userID2": second,
        "groupID": "",
        "seq": seq,
        "sendID": sender,
        "sendTime": made["sendTime"],
        "acceptTime": TIME // 43_200_000 * 43_200_000,
        "data": base64.b64encode(MsgData(**made).SerializeToString()).decode(),
        "sentAs": "message",
        "marks": None,
    }


def marks(**fields):
    """Return what became of a message."""
    return {
        "hiddenFrom": [],
        "isHidden": False,
        "isRevoked": False,
        "burnSeconds": 0,
        "burnAt": 0,
        "askedID": "",
    } | fields


def chat(owner, other, newest, **fields):
    """Return the record of a chat."""
    return {
        "kind": "chat",
        "form": 1,
        "ownerUserID": owner,
        "userID": other,
        "groupID": "",
        "deleted": False,
        "recvMsgOpt": 0,
        "isPinned": False,
        "isPrivateChat": False,
        "burnDuration": 0,
        "groupAtType": 0,
        "isMsgDestruct": False,
        "msgDestructTime": 0,
        "latestMsgDestructTime": 0,
        "attachedInfo": "",
        "ex": "",
        "minSeq": 0,
        "maxSeq": 0,
        "cameSeq": 0,
        "hasReadSeq": 0,
        "oldestSeq": 1,
        "newestSeq": newest,
        "newestTime": TIME + newest,
    } | fields


MESSAGES = [
    message("ann", "bob", 1, "one"),
    message("bob", "ann", 2, "two", createTime=TIME - 999_999_999),
    message("cid", "cid", 1, "note"),
    message("ann", "bob", 3, "three"),
]
CHATS = [
    chat("ann", "bob", 3, hasReadSeq=3, isPinned=True, attachedInfo="a", ex="x", burnDuration=30, isPrivateChat=True),
    chat("bob", "ann", 3, hasReadSeq=2, recvMsgOpt=2, minSeq=2, maxSeq=3, groupAtType=1, deleted=True),
    chat("cid", "cid", 1, hasReadSeq=1, isMsgDestruct=True, msgDestructTime=60, latestMsgDestructTime=TIME),
]


def group_message(sender, group, seq, text, **fields):
    """Return the record of a message of a group."""
    made = message(sender, "", seq, text, groupID=group, sessionType=3, recvID="", **fields)
    return made | {"form": 3, "userID1": "", "userID2": "", "groupID": group}


def group_chat(owner, group, newest, **fields):
    """Return the record of a group's conversation."""
    return chat(owner, "", newest, **{"form": 3, "groupID": group} | fields)


async def restore(rest, **lists):
    answer = await rest.data(RESTORE, lists)
    assert answer["skipped"] == []
    return answer


async def exported(rest, limit=1000):
    """Return all messages and chats of a server."""
    messages, chats = [], []
    after = ""
    while True:
        page = await rest.data(EXPORT, {"after": after, "limit": limit})
        messages += page["messages"]
        chats += page["chats"]
        if not (after := page["next"]):
            return messages, chats


async def texts(rest, user, other):
    """Return the numbers and the texts of a chat, as a user pulls them."""
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "seqRanges": [{"conversationID": conversation, "begin": 1, "end": 100, "num": 100}]}
    answer = await rest.data("/msg/pull_msg_by_seq", asked)
    found = answer["msgs"].get(conversation, {"Msgs": []})["Msgs"]
    return [(each["seq"], each["serverMsgID"].removeprefix("server-")) for each in found]


async def read_and_max(rest, user, other):
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "conversationIDs": [conversation]}
    seqs = (await rest.data("/msg/get_conversations_has_read_and_max_seq", asked))["seqs"][conversation]
    return seqs["hasReadSeq"], seqs["maxSeq"]
