"""What the content of a message says to its reader."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.console.pages.messages import contents
from amity.console.pages.messages.contents import KINDS, MOST_CHARACTERS, Content, content_of

ADDRESS = "https://files.example/a"


def content(kind, **members):
    return content_of(kind, json.dumps(members).encode())


@pytest.mark.parametrize(
    ("kind", "members", "expected"),
    [
        (101, {"content": "hello"}, Content("hello")),
        (102, {"sourcePath": "/x/y.png", "sourcePicture": {"url": ADDRESS}}, Content("y.png", (ADDRESS,))),
        (102, {"sourcePath": "", "sourcePicture": {"url": ADDRESS, "uuid": ""}}, Content("a", (ADDRESS,))),
        (103, {"soundPath": "C:\\x\\y.mp3", "sourceUrl": ADDRESS, "duration": 3}, Content("y.mp3 3 s", (ADDRESS,))),
        (104, {"videoPath": "", "videoUrl": ADDRESS, "duration": 3}, Content("a 3 s", (ADDRESS,))),
        (105, {"fileName": "f.pdf", "sourceUrl": ADDRESS}, Content("f.pdf", (ADDRESS,))),
        (106, {"text": "@bob hello", "atUserList": ["bob"]}, Content("@bob hello")),
        (107, {"title": "Chat of Ann and Bob"}, Content("Chat of Ann and Bob")),
        (108, {"userID": "ann", "nickname": "Ann"}, Content("Ann ann")),
        (109, {"description": "Park", "latitude": 1.5, "longitude": 2}, Content("Park 1.5 2")),
        (110, {"description": "order", "data": "1"}, Content("order 1")),
        (115, {"index": 3, "data": ""}, Content("3")),
        (118, {"content": "# Title"}, Content("# Title")),
    ],
)
def test_each_kind_is_shown_by_what_its_reader_sees(kind, members, expected):
    assert content(kind, **members) == expected


def test_a_quote_shows_whom_and_what_it_quotes():
    quoted = {"senderNickname": "Bob", "contentType": 101, "content": '{"content": "first"}'}
    assert content(114, text="second", quoteMessage=quoted).text == "second\n» Bob: first"
    nested = {"senderNickname": "Bob", "contentType": 114, "content": '{"text": "first"}'}
    assert content(114, text="second", quoteMessage=nested).text == "second\n» Bob: "


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//x", "/x", 5, None]
)
def test_what_a_browser_would_run_is_no_link(address):
    assert content(105, fileName="f", sourceUrl=address).links == ()


@pytest.mark.parametrize("written", [b"no JSON", b"[1]", b'"text"', b"null", b"[" * 100_000, b"\xff\xfe", b""])
@pytest.mark.parametrize("kind", [101, 102, 114, 1501, 2101, 9999])
def test_what_no_client_makes_is_shown_as_it_is_stored(kind, written):
    shown = content_of(kind, written, most=0)
    assert shown == Content(written.decode(errors="replace"))


@pytest.mark.parametrize("members", [{}, {"content": None}, {"sourcePicture": 1}, {"quoteMessage": []}])
@pytest.mark.parametrize("kind", [101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 114, 115, 117, 118])
def test_members_that_are_missing_or_of_another_type_harm_nobody(kind, members):
    assert content(kind, **members).links == ()


FRIENDS = {"fromToUserID": {"fromUserID": "ann", "toUserID": "bob"}, "handleMsg": "welcome"}


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        (1400, {"notificationName": "Shop", "text": "Sale"}, Content("Sale")),
        (1400, {"text": "Sale", "externalUrl": ADDRESS, "pictureElem": None}, Content("Sale", (ADDRESS,))),
        (1400, {"text": "", "pictureElem": {"sourcePicture": {"url": ADDRESS}}}, Content("", (ADDRESS,))),
        (2001, {"key": "order", "data": "1"}, Content("order: 1")),
        (2001, {"key": "order", "data": ""}, Content("order")),
        (1201, FRIENDS, Content("ann, bob: welcome")),
        (1201, FRIENDS | {"request": {"fromNickname": "Ann", "toNickname": "bob"}}, Content("Ann (ann), bob: welcome")),
    ],
)
def test_what_accounts_and_the_app_tell_is_shown_by_what_it_says(kind, detail, expected):
    assert content(kind, detail=json.dumps(detail)) == expected


@pytest.mark.parametrize("kind", [1201, 1400, 1501, 1701, 2001])
@pytest.mark.parametrize("detail", [{}, {"text": None, "key": [], "request": 1, "fromToUserID": 1, "pictureElem": 1}])
def test_what_says_nothing_that_is_known_is_shown_as_it_is_stored(kind, detail):
    written = json.dumps({"detail": json.dumps(detail)})
    assert content_of(kind, written.encode()) == Content(written)


def test_a_long_content_is_cut_on_a_page_and_not_in_an_export():
    written = json.dumps({"content": "x" * 9000}).encode()
    assert content_of(101, written).text == "x" * MOST_CHARACTERS + "... (9000 characters)"
    assert content_of(101, written, most=0).text == "x" * 9000


def told(kind, **detail):
    return content(kind, detail=json.dumps(detail)).text


def test_what_the_server_tells_is_who_did_it_and_to_whom():
    ann, bob = {"userID": "ann", "nickname": "Ann"}, {"userID": "bob", "nickname": "bob"}
    assert told(1509, opUser=ann, invitedUserList=[bob, {"userID": "cid", "nickname": ""}]) == "Ann (ann): bob, cid"
    assert told(1504, quitUser=bob) == "bob"
    assert told(1512, opUser=ann, mutedUser=bob) == "Ann (ann): bob"
    assert told(1511, opUser=ann) == "Ann (ann)"
    assert told(1519, opUser=ann, group={"notification": "Sunday"}) == "Ann (ann): Sunday"
    assert told(1520, opUser=ann, group={"groupName": "Hikers"}) == "Ann (ann): Hikers"
    assert told(2101, revokerID="ann", revokerNickname="Ann") == "Ann (ann)"
    assert told(2101, revokerID="ann", revokerNickname="") == "ann"


@pytest.mark.parametrize("detail", ["no JSON", "[]", "5"])
def test_a_detail_that_is_none_is_shown_as_it_is_stored(detail):
    written = json.dumps({"detail": detail})
    assert content_of(1501, written.encode()).text == written


NESTED = [deep * "[" + deep * "]" for deep in (2, 990, 994, 995, 996, 1000, 5000)]


@pytest.mark.parametrize("nested", NESTED)
@pytest.mark.parametrize("kind", [110, 115, 101, 104, 114, 1519, 1520, 2101])
def test_a_member_of_any_depth_harms_nobody(kind, nested):
    detail = json.dumps(f'{{"opUser":{{"userID":{nested}}},"group":{{"groupName":{nested}}},"revokerID":{nested}}}')
    names = ("data", "content", "duration", "text")
    written = ",".join([f'"detail":{detail}', *(f'"{name}":{nested}' for name in names)])
    assert not content_of(kind, f"{{{written}}}".encode()).fails


def test_what_has_members_of_its_own_is_shown_by_its_kind():
    assert content(110, description={"a": 1}, data=[1]).text == "{...} [...]"
    assert content(110, description={}, data=[]).text == "{} []"
    assert told(1520, opUser={"userID": ["x"], "nickname": {"a": 1}}) == "{...} ([...])"


NAMES = (
    *("content", "text", "data", "index", "description", "detail", "quoteMessage", "contentType", "sourcePicture"),
    *("url", "uuid", "videoUrl", "duration", "senderNickname", "opUser", "userID", "nickname", "group", "groupName"),
)
"""Members that a reader looks for."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6),
    max_leaves=20,
)


@given(st.sampled_from((*KINDS, 1501, 1519, 1520, 2101)) | st.integers(), JSON)
@example(114, {"quoteMessage": {"contentType": 110, "content": f'{{"data":{NESTED[3]}}}'}})
def test_whatever_is_stored_is_shown(kind, stored):
    for each in (stored, {"detail": json.dumps(stored)}):
        for most in (0, 10):
            shown = content_of(kind, json.dumps(each).encode(), most=most)
            assert not shown.fails
            shown.text.encode()


def test_what_cannot_be_shown_is_said_to_be_and_logged(monkeypatch, caplog):
    monkeypatch.setitem(contents._READERS, 101, lambda members: 1 / 0)
    assert content(101, content="hello") == Content("", fails=True)
    assert "a message of the type 101 cannot be shown" in caplog.text


def test_an_address_of_any_length_takes_a_bounded_place():
    address = f"{ADDRESS}?{'x' * 23_000}"
    shown = content(104, videoPath="v.mp4", duration=3, videoUrl=address, snapshotUrl=ADDRESS)
    assert shown.links == (ADDRESS,)
    assert shown.text.startswith(f"v.mp4 3 s\n{ADDRESS}?xxx")
    assert len(shown.text) < 2100


def test_an_export_has_the_whole_of_an_address():
    address = f"{ADDRESS}?{'x' * 23_000}"
    assert content_of(105, json.dumps({"sourceUrl": address}).encode(), most=0).links == (address,)
