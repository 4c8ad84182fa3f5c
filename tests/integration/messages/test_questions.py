"""What clients ask over the gateway of somebody to whom nobody has written, without a gateway: bytes in, bytes out."""

from unittest.mock import Mock

import pytest

from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.conversations.finding import Finding
from amity.delivery.delivering import Delivering
from amity.errors import ImError
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.reading.anybodys import Anybodys
from amity.messages.reading.marking import Marking
from amity.messages.reading.numbers import Numbers
from amity.messages.reading.operations import operations as reading_operations
from amity.messages.reading.pulling import Pulling
from amity.messages.reading.read_states import ReadStates
from amity.messages.sending.batch import Batch
from amity.messages.sending.operations import operations as sending_operations
from amity.messages.sending.service import Sending
from amity.messages.sending.signals import Signals
from amity.messages.sending.simple import Simple
from amity.messages.sending.statuses import Statuses
from amity.messages.sending.writing import Writing
from amity.settings import Callbacks
from amity.storage import open_database
from amity.timeline.notices import Notices
from amity.timeline.service import Timelines
from amity.users import store
from amity.users.directory import Directory
from amity.users.models import User
from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import (
    ConversationSeqs,
    GetConversationsHasReadAndMaxSeqReq,
    GetConversationsHasReadAndMaxSeqResp,
    GetLastMessageReq,
    GetLastMessageResp,
    GetSeqMessageReq,
    GetSeqMessageResp,
)
from amity.wire.proto.sdkws_pb2 import (
    GetMaxSeqReq,
    GetMaxSeqResp,
    MsgData,
    PullMessageBySeqsReq,
    PullMessageBySeqsResp,
    SeqRange,
)
from tests.support.operations_in_protobuf import answer_of
from tests.support.recording_push import RecordingPush

QUESTIONS = {
    Identifier.GET_MAX_SEQ: GetMaxSeqReq,
    Identifier.PULL_BY_RANGES: PullMessageBySeqsReq,
    Identifier.PULL_BY_SEQS: GetSeqMessageReq,
    Identifier.GET_READ_AND_MAX_SEQ: GetConversationsHasReadAndMaxSeqReq,
    Identifier.GET_LAST_MESSAGE: GetLastMessageReq,
}
EVERY = pytest.mark.parametrize(("identifier", "question"), QUESTIONS.items())


CALL = Call(user_id="ann", platform_id=5, operation_id="op")


class Asked:
    """The operations of messages on a database."""

    def __init__(self, served):
        self.served = served

    async def ask(self, identifier, data):
        return await answer_of(self.served[identifier], CALL, data)

    async def refusal(self, identifier, data):
        with pytest.raises(ImError) as caught:
            await self.ask(identifier, data)
        return caught.value.code, caught.value.detail

    async def answered(self, identifier, question, answer):
        return answer.FromString(await self.ask(identifier, question.SerializeToString()))


@pytest.fixture
async def asked(sqlite_url):
    database = await open_database(sqlite_url)
    await database.write(lambda tx: store.insert(tx, [User(user_id="ann"), User(user_id="bob")]))
    directory, timelines = Directory(database), Timelines(database)
    finding = Finding(database, directory, timelines)
    pulling = Pulling(database, directory, timelines, finding)
    push, outbox = RecordingPush(), Outbox(Callbacks())
    before = Before(Callbacks(), Sender(Callbacks()), CallbackLog(database))
    delivering = Delivering(push, before)
    writing = Writing(database, timelines, outbox)
    sending = Sending(database, directory, timelines, writing, delivering, push, before, [])
    marking = Marking(database, directory, finding, push, outbox, Notices(timelines, push))
    states = ReadStates(database, directory, timelines, finding, GroupNumbers(database))
    declared = [
        *sending_operations(sending, Batch(database, sending), Simple(sending), Statuses(database), Signals()),
        *reading_operations(
            pulling,
            Numbers(database, directory, timelines, finding),
            marking,
            states,
            Anybodys(database, timelines, finding, Mock()),
        ),
    ]
    yield Asked({each.gateway: each for each in declared if each.gateway is not None})
    await database.close()


async def test_every_request_about_messages_has_a_handler(asked):
    assert set(asked.served) == set(range(1001, 1008))


@EVERY
async def test_nobody_asks_for_somebody_else(asked, identifier, question):
    code, detail = await asked.refusal(identifier, question(userID="bob").SerializeToString())
    assert (code, "bob" in detail) == (1002, True)


@EVERY
async def test_a_request_without_a_user_is_refused(asked, identifier, question):
    code, detail = await asked.refusal(identifier, b"")
    # In these two OpenIM asks for permission before it looks at what is there.
    assert code == (1002 if identifier in (Identifier.GET_MAX_SEQ, Identifier.PULL_BY_RANGES) else 1001)
    assert detail.startswith("userID is empty")


@EVERY
async def test_bytes_that_are_no_request_are_refused(asked, identifier, question):
    code, detail = await asked.refusal(identifier, b"\xff\xff")
    assert code == 1001
    assert question.DESCRIPTOR.name in detail


async def test_there_is_no_newest_message(asked):
    answer = await asked.answered(Identifier.GET_MAX_SEQ, GetMaxSeqReq(userID="ann"), GetMaxSeqResp)
    assert dict(answer.maxSeqs) == {}


async def test_a_range_of_an_unknown_conversation_is_left_out(asked):
    ranges = [SeqRange(conversationID="si_ann_bob", begin=0, end=3, num=1)]
    answer = await asked.answered(
        Identifier.PULL_BY_RANGES, PullMessageBySeqsReq(userID="ann", seqRanges=ranges), PullMessageBySeqsResp
    )
    assert (dict(answer.msgs), dict(answer.notificationMsgs)) == ({}, {})


async def test_an_order_that_is_none_is_refused(asked):
    data = PullMessageBySeqsReq(userID="ann").SerializeToString() + b"\x18\x07"
    code, detail = await asked.refusal(Identifier.PULL_BY_RANGES, data)
    assert code == 1001
    assert detail.startswith("order:")


async def test_every_conversation_asked_for_by_numbers_has_an_entry(asked):
    named = [ConversationSeqs(conversationID=name, seqs=[1, 2]) for name in ("si_ann_bob", "sg_1", "n_ann_bob")]
    answer = await asked.answered(
        Identifier.PULL_BY_SEQS, GetSeqMessageReq(userID="ann", conversations=named), GetSeqMessageResp
    )
    assert set(answer.msgs) == {"si_ann_bob", "sg_1"}
    assert set(answer.notificationMsgs) == {"n_ann_bob"}
    entry = answer.msgs["si_ann_bob"]
    assert (len(entry.Msgs), entry.isEnd) == (0, True)


async def test_an_unknown_conversation_has_nothing_to_read(asked):
    answer = await asked.answered(
        Identifier.GET_READ_AND_MAX_SEQ,
        GetConversationsHasReadAndMaxSeqReq(userID="ann", conversationIDs=["si_ann_bob"]),
        GetConversationsHasReadAndMaxSeqResp,
    )
    assert {name: (seqs.maxSeq, seqs.hasReadSeq) for name, seqs in answer.seqs.items()} == {"si_ann_bob": (0, 0)}


async def test_without_names_it_is_about_all_conversations_of_which_there_are_none(asked):
    answer = await asked.answered(
        Identifier.GET_READ_AND_MAX_SEQ,
        GetConversationsHasReadAndMaxSeqReq(userID="ann", returnPinned=True),
        GetConversationsHasReadAndMaxSeqResp,
    )
    assert (dict(answer.seqs), list(answer.pinnedConversationIDs)) == ({}, [])


async def test_there_is_no_last_message(asked):
    answer = await asked.answered(
        Identifier.GET_LAST_MESSAGE,
        GetLastMessageReq(userID="ann", conversationIDs=["si_ann_bob"]),
        GetLastMessageResp,
    )
    assert dict(answer.msgs) == {}


@EVERY
async def test_no_answer_is_without_bytes(asked, identifier, question):
    assert await asked.ask(identifier, question(userID="ann").SerializeToString())


async def test_what_is_not_built_says_so(asked):
    code, detail = await asked.refusal(
        Identifier.SEND_SIGNAL_MSG, MsgData(sendID="ann", recvID="bob").SerializeToString()
    )
    assert (code, detail) == (1002, "signalling calls is not built yet")
