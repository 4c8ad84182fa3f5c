"""How many statements a request about messages takes."""

from amity.calls.call import Call
from amity.conversations import store as conversations
from amity.conversations.finding import Finding
from amity.conversations.store import Member
from amity.messages.reading.models import PullMessageBySeqsRequest, SeqRange
from amity.messages.reading.pulling import Pulling
from amity.storage import open_database
from amity.timeline.models import Draft, Form, place_of
from amity.timeline.service import Timelines
from amity.users import store
from amity.users.directory import Directory
from amity.users.models import User


async def test_a_pull_of_many_conversations_looks_them_up_in_few_statements(sqlite_url, monkeypatch):
    database = await open_database(sqlite_url)
    peers = [User(user_id=f"peer{number}") for number in range(40)]
    await database.write(lambda tx: store.insert(tx, [User(user_id="ann"), *peers]), rows=200)
    directory, timelines = Directory(database), Timelines(database)
    pulling = Pulling(database, directory, Timelines(database), Finding(database, directory, timelines))
    ids = [f"si_ann_{peer.user_id}" for peer in peers]
    asked = PullMessageBySeqsRequest(
        user_id="ann", seq_ranges=[SeqRange(conversation_id=each, begin=1, end=9, num=9) for each in ids]
    )
    numbers = await directory.numbers(["ann", *[peer.user_id for peer in peers]])
    drafts = [
        Draft(place_of(Form.CHAT, numbers["ann"], numbers[peer.user_id]), numbers["ann"], 1, 1, at, b"")
        for at, peer in enumerate(peers)
    ]
    members = [Member(numbers["ann"], at + 1, numbers[peer.user_id]) for at, peer in enumerate(peers)]

    async def fill(tx):
        await timelines.append(tx, drafts)
        await conversations.ensure(tx, members)

    await database.write(fill, rows=400)
    statements = []
    for name in ("fetch", "fetch_long"):
        read = getattr(database, name)

        async def counted(sql, *args, read=read):
            statements.append(sql)
            return await read(sql, *args)

        monkeypatch.setattr(database, name, counted)
    answer = await pulling.pull_by_ranges(Call(operation_id="1", user_id="ann"), asked)
    assert list(answer.msgs) == ids
    # One statement reads the messages of each range.
    assert len(ids) < len(statements) <= 2 * len(ids) + 5
    await database.close()
