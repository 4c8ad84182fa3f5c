"""The page of messages: finding, reading in context, the entries of the audit log, and what is refused."""

import html
import re

import pytest

from tests.integration.console.messages import ODD, entries, numbers_of, say, texts_of, with_writers
from tests.integration.console.test_audit import cells
from tests.support.console import Visitor


@pytest.fixture
async def rest(start_server):
    return await with_writers(start_server)


async def test_nothing_is_found_before_something_is_asked_for(admin):
    page = await admin.get("/console/messages")
    assert page.status_code == 200
    assert "apple" not in page.text
    assert not await entries(admin, "messages.search")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sender=", ["apple 4", "apple 3", "apple 2", "apple 1"]),
        ("sender=ann", ["apple 3", "apple 1"]),
        ("sender=&receiver=ann", ["apple 4", "apple 2"]),
        ("sender=&text=APPLE+3", ["apple 3"]),
        ("sender=&kind=102", []),
        ("sender=&from=2100-01-01T00:00", []),
        ("sender=&from=2000-01-01T00:00&to=4102444800000", ["apple 4", "apple 3", "apple 2", "apple 1"]),
        ("sender=nobody", []),
    ],
)
async def test_messages_are_found_the_newest_first(admin, query, expected):
    page = await admin.get(f"/console/messages?{query}")
    assert [row[4] for row in cells(page.text)] == expected


async def test_who_searched_for_what_is_an_entry_and_its_pages_are_none(admin):
    for query in ("sender=ann&text=apple", "sender=ann&text=apple", "sender=ann&text=apple&before=3"):
        assert (await admin.get(f"/console/messages?{query}")).status_code == 200
    assert await entries(admin, "messages.search") == [("sender=ann text=apple", "Done")]
    await admin.get("/console/messages?sender=bob")
    assert len(await entries(admin, "messages.search")) == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sender=ann&from=tomorrow", "A time is none"),
        ("sender=ann&to=2000-13-01T00:00", "A time is none"),
        ("sender=ann&from=99999999999999999", "A time is none"),
        ("sender=ann&from=2000-01-02T00:00&to=2000-01-01T00:00", "is not after"),
        ("sender=ann&kind=apple", "no such kind"),
        ("sender=ann&text=a", "two characters"),
        ("sender=ann&text=" + "a" * 257, "2 to 256 characters"),
        (f"sender=ann{'x' * 200}&text=apple", "128 characters"),
    ],
)
async def test_wrong_input_is_said_in_words_and_kept(admin, query, said):
    page = await admin.get(f"/console/messages?{query}")
    assert page.status_code == 400
    alert = re.search(r'role="alert"[^>]*>([^<]*)', page.text)
    assert alert
    assert said in html.unescape(alert[1])
    assert 'name="sender" value="ann' in page.text


async def test_where_texts_are_not_searched_the_page_says_what_switches_it_on(start_server):
    rest = await start_server(console={"enable": True})
    async with Visitor(rest.url) as admin:
        await admin.log_in()
        assert "messages.textSearch" in (await admin.get("/console/messages")).text
        assert "two characters" not in (await admin.get("/console/messages?sender=ann")).text


async def test_a_conversation_is_read_around_a_message(admin, rest):
    for number in range(5, 121):
        await say(rest, "ann", f"apple {number}")
    page = await admin.get("/console/messages?conversation=si_ann_bob&user=ann&seq=60")
    assert numbers_of(page) == list(range(35, 85))
    assert '<li id="m60" aria-current="true">' in page.text
    seen = set(numbers_of(page))
    while link := re.search(r'href="([^"]*)" rel="prev"', page.text):
        page = await admin.get(html.unescape(link[1]))
        seen |= set(numbers_of(page))
    while link := re.search(r'href="([^"]*)" rel="next"', page.text):
        page = await admin.get(html.unescape(link[1]))
        seen |= set(numbers_of(page))
    assert seen == set(range(1, 121))
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert numbers_of(page) == list(range(71, 121))


async def test_reading_a_conversation_is_one_entry_of_a_session(admin, visit):
    for seq in (1, 2, 2):
        assert (await admin.get(f"/console/messages?conversation=si_ann_bob&seq={seq}")).status_code == 200
    assert await entries(admin, "messages.read") == [("si_ann_bob", "Done")]
    other = visit()
    await other.log_in()
    await other.get("/console/messages?conversation=si_ann_bob")
    assert await entries(admin, "messages.read") == [("si_ann_bob", "Done")] * 2


@pytest.mark.parametrize("conversation", ["si_ann_cid", "sg_nothing", "x", "n_ann_bob"])
async def test_a_conversation_that_is_none_is_said_in_words(admin, conversation):
    page = await admin.get(f"/console/messages?conversation={conversation}")
    assert page.status_code == 400
    assert "There is no such message or conversation." in page.text
    assert await entries(admin, "messages.read") == [(conversation, "Refused")]


async def test_contents_are_shown_in_words_with_links_and_never_as_markup(admin, rest):
    source = {"url": "https://files.example/a.png", "uuid": "", "type": "png", "size": 1, "width": 1, "height": 1}
    pictures = dict.fromkeys(("sourcePicture", "bigPicture", "snapshotPicture"), source)
    picture = {"sourcePath": f"/tmp/{ODD}.png", **pictures}
    file = {"fileName": ODD, "sourceUrl": "javascript:alert(1)", "uuid": "", "fileSize": 1}
    await say(rest, "ann", ODD)
    await say(rest, "ann", "", kind=102, content=picture)
    await say(rest, "ann", "", kind=105, content=file)
    page = await admin.get("/console/messages?conversation=si_ann_bob&seq=5")
    assert texts_of(page)[4] == ODD
    assert 'href="https://files.example/a.png"' in page.text
    assert "javascript:" not in page.text
    assert "<script>" not in page.text
    assert html.escape(ODD, quote=False).split("&#")[0][:20] in page.text


async def test_what_the_app_notifies_of_is_shown_with_its_kind(admin, rest):
    told = {"sendUserID": "ann", "recvUserID": "bob", "key": "order", "data": "shipped", "sendMsg": True}
    await rest.data("/msg/send_business_notification", told)
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert texts_of(page)[-1] == "order: shipped"
    assert "Notification of the app" in page.text


async def test_what_was_taken_back_is_shown_as_such(admin, rest):
    body = {"userID": "ann", "conversationID": "si_ann_bob"}
    await rest.data("/msg/revoke_msg", body | {"seq": 1})
    await rest.data("/msg/delete_msgs", body | {"seqs": [2], "deleteSyncOpt": {"IsSyncOther": True}})
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert texts_of(page)[:2] == ["This message was taken back.", "This message was deleted."]
    assert page.text.count("/console/messages/take-back?") == 2


async def test_the_conversations_of_a_user_are_on_its_own_page(admin):
    answer = await admin.get("/console/messages?user=a.b@c")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/people/conversations?id=a.b%40c"


async def test_a_group_is_read_with_its_name(admin, rest):
    info = {"groupID": "club", "groupName": ODD, "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": info})
    await say(rest, "bob", "to all", receiver="x", groupID="club", sessionType=3)
    page = await admin.get("/console/messages?conversation=sg_club")
    assert "to all" in texts_of(page)
    assert ODD in html.unescape(page.text)
    assert "<script>alert" not in page.text
    assert 'href="/console/groups/group?id=club"' in page.text
    found = await admin.get("/console/messages?sender=bob&receiver=club")
    assert [row[4] for row in cells(found.text)] == ["to all"]


async def test_none_of_it_is_for_who_is_not_logged_in(visitor):
    for path in ("", "?conversation=si_ann_bob", "?user=ann", "/take-back?conversation=si_ann_bob&seq=1"):
        answer = await visitor.get(f"/console/messages{path}")
        assert answer.headers["location"].startswith("/console/login?next=")
    for path in ("take-back", "export"):
        answer = await visitor.post(f"/console/messages/{path}", {"conversation": "si_ann_bob", "form": "jsonl"})
        assert answer.headers["location"] == "/console/login?said=said.ended"


async def test_the_language_is_switched_where_one_is(admin):
    page = await admin.get("/console/messages?conversation=si_ann_bob&seq=2&said=said.messages.taken_back")
    following = re.search(r'name="next" value="([^"]*)"', page.text)
    assert following
    fields = {"language": "zh", "next": html.unescape(following[1])}
    answer = await admin.submit("/console/login/language", fields, on="/console/overview")
    assert answer.headers["location"] == "/console/messages?conversation=si_ann_bob&seq=2"
    assert "第 2 条" in (await admin.get(answer.headers["location"])).text


async def test_what_the_server_tells_is_not_offered_to_be_taken_back(admin, rest):
    body = {"groupID": "club", "groupName": "The Club", "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": body})
    await say(rest, "ann", "hello", recvID="", groupID="club", sessionType=3)
    page = await admin.get("/console/messages?conversation=sg_club")
    assert "Group made" in page.text
    assert re.findall(r"take-back\?[^\"]*seq=(\d+)", page.text) == ["2"]


async def test_a_sender_has_the_same_name_on_all_messages(admin, rest):
    await say(rest, "ann", "with an old name", senderNickname="Old Ann")
    await rest.data("/user/update_user_info_ex", {"userInfo": {"userID": "ann", "nickname": "New Ann"}})
    found = cells((await admin.get("/console/messages?sender=ann")).text)
    assert {" ".join(row[1].split()) for row in found} == {"New Ann ann"}
    page = await admin.get("/console/messages?conversation=si_ann_bob")
    assert "Old Ann" not in page.text
