"""Groups on the page of ``examples/web_client``, as two users see them.

The picture of the README is taken here: ``PICTURE=$PWD/docs/web-client.png make test-clients``.
"""

import os

from tests.clients.visiting import answer, ask_to_join, in_one_group, make_group, shown, together, write


async def test_who_makes_a_group_owns_it(visitor):
    await make_group(visitor, "Choir")
    await shown(visitor, "Alice", "#conversations b", ["Choir"])
    await visitor.call("click", "#manage", "Alice")
    await shown(visitor, "Alice", "#members span:not(.avatar)", ["Alice"])
    await shown(visitor, "Alice", "#members small", ["owner"])


async def test_who_is_let_in_is_a_member(visitor):
    await make_group(visitor, "Choir")
    await ask_to_join(visitor, "Choir")
    await shown(visitor, "Bob", "#requests span", ["You asked to join Choir"])
    await visitor.call("click", "#requests button:text('Let in')", "Alice")
    await shown(visitor, "Alice", "#messages p", ["You made the group", "Bob joined the group"])
    await shown(visitor, "Bob", "#conversations b", ["Choir"])
    await shown(visitor, "Bob", "#conversations .last", ["You joined the group"])
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#requests span", [])
    await visitor.call("click", "#manage", "Alice")
    await shown(visitor, "Alice", "#members small", ["owner", "member"])


async def test_who_is_refused_may_ask_again(visitor):
    await make_group(visitor, "Choir")
    await ask_to_join(visitor, "Choir")
    await visitor.call("click", "#requests button:text('Refuse')", "Alice")
    await shown(visitor, "Bob", "#requests span", ["You were not let into Choir"])
    await shown(visitor, "Alice", "#requests span", [])
    await visitor.call("click", "#requests button:text('Ask again')", "Bob")
    await shown(visitor, "Bob", "#requests span", ["You asked to join Choir"])
    await shown(visitor, "Alice", "#requests span", ["Bob wants to join Choir"])


async def test_who_asks_for_a_group_that_is_not_there_is_told_so(visitor):
    await shown(visitor, "Bob", "#join-group:enabled", ["Join a group"])
    await visitor.call("click", "#join-group", "Bob")
    await answer(visitor, "Bob", "nowhere")
    await shown(visitor, "Bob", "#told", ["Failed: 1004 RecordNotFoundError groupID: group not found: nowhere"])


async def test_a_message_is_shown_with_its_senders_name_and_unread_until_the_chat_is_opened(visitor):
    await make_group(visitor, "Choir")
    await ask_to_join(visitor, "Choir")
    await visitor.call("click", "#requests button:text('Let in')", "Alice")
    await shown(visitor, "Bob", "#conversations .unread", ["2"])
    await write(visitor, "Alice", "Welcome!")
    await shown(visitor, "Bob", "#conversations .unread:not([hidden])", ["3"])
    await visitor.call("click", "#conversations li button", "Bob")
    await shown(visitor, "Bob", "#messages .theirs b", ["Alice"])
    await shown(visitor, "Bob", "#messages .theirs p", ["Welcome!"])
    await shown(visitor, "Bob", "#conversations .unread:not([hidden])", [])
    await write(visitor, "Bob", "Thank you")
    await shown(visitor, "Alice", "#messages .theirs b", ["Bob"])
    await shown(visitor, "Alice", "#messages .theirs p", ["Thank you"])


async def test_the_owner_takes_back_what_a_member_wrote(visitor):
    await in_one_group(visitor, "Choir")
    await write(visitor, "Bob", "Buy my records!")
    await visitor.call("click", "#messages .theirs button:text('Take back')", "Alice")
    await shown(visitor, "Alice", "#messages li:last-child p", ["You took a message of Bob back"])
    await shown(visitor, "Bob", "#messages li:last-child p", ["Alice took your message back"])


async def test_a_member_takes_back_only_what_is_its_own(visitor):
    await in_one_group(visitor, "Choir")
    await write(visitor, "Alice", "We sing at eight")
    await write(visitor, "Bob", "a slip")
    await shown(visitor, "Bob", "#messages .theirs p", ["We sing at eight"])
    await shown(visitor, "Bob", "#messages .theirs button", [])
    await visitor.call("click", "#messages .mine button", "Bob")
    await shown(visitor, "Alice", "#messages li:last-child p", ["Bob took a message back"])


async def test_a_new_name_is_shown_to_all_members(visitor):
    await in_one_group(visitor, "Choir")
    await visitor.call("click", "#manage", "Alice")
    await visitor.call("click", "#rename", "Alice")
    await answer(visitor, "Alice", "Quartet")
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#with", ["Quartet"])
        await shown(visitor, user, "#conversations b", ["Quartet"])
    await shown(visitor, "Bob", "#messages li:last-child p", ["Alice renamed the group: Quartet"])


async def test_who_leaves_reads_what_was_written_and_writes_no_more(visitor):
    await in_one_group(visitor, "Choir")
    await write(visitor, "Alice", "Who stays?")
    await shown(visitor, "Bob", "#messages .theirs p", ["Who stays?"])
    await visitor.call("click", "#manage", "Bob")
    await visitor.call("click", "#leave", "Bob")
    await shown(visitor, "Alice", "#messages li:last-child p", ["Bob left the group"])
    await shown(visitor, "Bob", "#text:disabled", [""])
    await shown(visitor, "Bob", "#messages .theirs p", ["Who stays?"])
    await shown(visitor, "Bob", "#manage:visible", [])


async def test_who_is_removed_writes_no_more(visitor):
    await in_one_group(visitor, "Choir")
    await visitor.call("click", "#manage", "Alice")
    await visitor.call("click", "[aria-label='Remove Bob']", "Alice")
    await shown(visitor, "Alice", "#members span:not(.avatar)", ["Alice"])
    await shown(visitor, "Alice", "#messages li:last-child p", ["You removed Bob"])
    await shown(visitor, "Bob", "#text:disabled", [""])
    await shown(visitor, "Bob", "#messages li:last-child p", ["Alice removed you"])


async def test_in_a_group_that_is_dismissed_nobody_writes(visitor):
    await in_one_group(visitor, "Choir")
    await visitor.call("click", "#manage", "Alice")
    await visitor.call("click", "#dismiss", "Alice")
    await answer(visitor, "Alice")
    for user in ("Alice", "Bob"):
        await shown(visitor, user, "#text:disabled", [""])
    await shown(visitor, "Bob", "#messages li:last-child p", ["Alice dismissed the group"])


async def test_a_member_is_offered_nothing_that_is_for_the_owner(visitor):
    await in_one_group(visitor, "Choir")
    await visitor.call("click", "#manage", "Bob")
    await shown(visitor, "Bob", "#members small", ["owner", "member"])
    await shown(visitor, "Bob", "#group button:visible", ["Leave"])


async def test_markup_in_the_name_of_a_group_stays_text(visitor):
    name = '<img src=x onerror="throw Error()">'
    await in_one_group(visitor, name)
    await shown(visitor, "Bob", "#with", [name])
    await shown(visitor, "Bob", "#conversations b", [name])
    for user in ("Alice", "Bob"):
        assert await visitor.call("texts", user, "main img") == []


async def test_a_reload_keeps_groups_and_who_asks(visitor):
    await in_one_group(visitor, "Choir")
    await write(visitor, "Alice", "We sing at eight")
    await shown(visitor, "Bob", "#messages .theirs p", ["We sing at eight"])
    await make_group(visitor, "Quartet")
    await ask_to_join(visitor, "Quartet")
    await visitor.call("reload")
    await shown(visitor, "Alice", "#requests span", ["Bob wants to join Quartet"])
    await shown(visitor, "Bob", "#requests span", ["You asked to join Quartet"])
    await visitor.call("click", "#conversations li button", "Bob")
    await shown(visitor, "Bob", "#messages .theirs p", ["We sing at eight"])
    await shown(visitor, "Bob", "#text:enabled", [""])


async def test_friends_and_groups_side_by_side(visitor, tmp_path):
    await together(visitor)
    await visitor.call("click", "#import")
    await shown(visitor, "Alice", "#count", ["13"])
    await write(visitor, "Bob", "Do you have a group for the concert?")
    await shown(visitor, "Alice", "#messages .theirs p", ["Do you have a group for the concert?"])
    await in_one_group(visitor, "Choir")
    await write(visitor, "Alice", "Welcome to the choir!")
    await shown(visitor, "Bob", "#messages .theirs p", ["Welcome to the choir!"])
    await write(visitor, "Bob", "Thank you. When do we sing?")
    await write(visitor, "Bob", "This was for somebody else")
    await shown(visitor, "Bob", "#messages .mark", ["sent", "sent"])
    await visitor.call("click", "#messages li:last-child button", "Bob")
    await shown(visitor, "Alice", "#messages li:last-child p", ["Bob took a message back"])
    await write(visitor, "Alice", "On Friday at eight.")
    await shown(visitor, "Bob", "#conversations .last", ["On Friday at eight.", "Do you have a group for the concert?"])
    await visitor.call("click", "#manage", "Alice")
    await shown(visitor, "Alice", "#members small", ["owner", "member"])
    for user in ("Alice", "Bob"):
        assert "Failed" not in await visitor.call("contents", "#events b", user)
    await visitor.call("screenshot", os.environ.get("PICTURE", str(tmp_path / "web-client.png")))
