"""Which column is which: by a header, by a spreadsheet's first line, by what the caller says. A header is nobody."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.cli.importing.new_users import COLUMNS
from amity.importing.lines import BadLine, texts_of
from amity.importing.reading import FRIEND, OWNER
from amity.importing.source import FileProblem
from amity.importing.table import rows_of


def rows(text, given=None, columns=(OWNER, FRIEND), required=2):
    texts = texts_of(io.BufferedReader(io.BytesIO(text.encode())))
    return [row if isinstance(row, BadLine) else row.cells for row in rows_of(texts, columns, required, given)]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("ownerUserID,friendUserID\nann,bob\n", None),
        ("sep=;\nownerUserID;friendUserID\nann;bob\n", None),
        ('"sep=,"\nann,bob\n', None),
        ("SEP=|\r\nann|bob\r\n", None),
        ("sep=\t\nowner\tfriend\nann\tbob\n", None),
        ("from,to\nann,bob\n", "from,to"),
        ("to,since,from\nbob,2020,ann\n", "from,to"),
        ("ann,bob\n", "1,2"),
        ("2020,bob,x,ann\n", "4,2"),
        ("from,to\n", "1,2"),
    ],
)
def test_the_columns_are_found(text, given):
    assert rows(text, given) == ([("from", "to")] if text == "from,to\n" else [("ann", "bob")])


@pytest.mark.parametrize(
    "text",
    [
        "from,to\n1,2\n",
        "User,Contact\nann,bob\n",
        "Source;Target\n1;2\n",
        "follower\tfollowed\nann\tbob\n",
        "left,right\n4711,4712\n",
        "the owner,the friend\nann,bob\n",
        "from,to\n",
        "follower_id\tfollowee_id\nann\tbob\n",
        "user_a,user_b\nann,bob\n",
        "user_id,contact_id\nuser1,contact1\n",
        "userid,contactid\n",
        "user1,user2\nann,bob\n",
        "id1,id2\n1001,1002\n",
        "friend_a,friend_b\nann,bob\n",
        "Benutzer;Freund\nann;bob\n",
        "Usuario,Amigo\nann,bob\n",
        "пользователь,друг\nann,bob\n",
        "用户,好友\nann,bob\n",
        "用户ID,好友ID\nann,bob\n",
    ],
)
def test_a_first_line_that_looks_like_an_unknown_header_is_refused_and_says_what_to_do(text):
    with pytest.raises(FileProblem, match=r"line 1 looks like a header(.|\n)*--columns '.+,.+'(.|\n)*--columns 1,2"):
        rows(text)


@pytest.mark.parametrize(
    "text",
    [
        "ann,bob\nann,eve\n",
        "1,2\n2,3\n",
        "u1,v1\nu2,v2\n",
        "ann,bob\nann,42\n",
        "ann,bob",
        "user1,user2\nuser1,user3",
        "user_a,user_b\nuser_b,user_c",
        "user1,user2",
        "ami,bob\nann,bob",
        "david,madrid\nann,bob",
    ],
)
def test_a_first_line_of_ids_is_data(text):
    assert rows(text)[0] == tuple(text.split("\n")[0].split(","))


@pytest.mark.parametrize(
    ("text", "given", "reason"),
    [
        ("a,b\n", "1", "names 1 column where 2 are expected: ownerUserID,friendUserID"),
        ("a,b\n", "1,2,3", "names 3 columns where 2 are expected"),
        ("a,b\n", "1,", "names 2 columns where 2 are expected"),
        ("a,b\n", "1,3", "the first line has 2 columns"),
        ("a,b\n", "0,1", "the first line has 2 columns"),
        ("a,b\n", "1,99999999999999999999", "the first line has 2 columns"),
        ("from,to\na,b\n", "from,too", "too is not one column of the first line, which has: from, to"),
        ("from,from\na,b\n", "from,from", "from is not one column"),
    ],
)
def test_columns_that_the_file_has_not_are_refused(text, given, reason):
    with pytest.raises(FileProblem, match=f"--columns: .*{reason}"):
        rows(text, given)


@pytest.mark.parametrize(("columns", "required"), [((OWNER, FRIEND), 2), (COLUMNS, 1)])
def test_a_json_array_is_named_whatever_is_read(columns, required):
    with pytest.raises(FileProblem, match="the file is one JSON array: write one JSON object per line"):
        rows('[{"userID": "ann"}]', columns=columns, required=required)


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14\0", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_spreadsheet_is_named(start):
    with pytest.raises(FileProblem, match="the file is a spreadsheet or an archive: save it as CSV in UTF-8"):
        list(texts_of(io.BufferedReader(io.BytesIO(start + b"\0\n\xff"))))


def test_columns_that_may_be_absent_are_empty():
    assert rows("userID\nann\n", columns=COLUMNS, required=1) == [("ann", "", "", "")]
    assert rows("ann,Ann\nbob\n", columns=COLUMNS, required=1) == [("ann", "Ann", "", ""), ("bob", "", "", "")]
    assert rows("Login,Name\nann,Ann\n", "Login,Name", columns=COLUMNS, required=1) == [("ann", "Ann", "", "")]


def test_a_row_of_another_width_is_a_bad_line():
    assert rows("owner,since,friend\nann,2020\n") == [BadLine(2, "has 2 columns where 3 are expected")]
    assert rows("a,b,c,d,e\n", columns=COLUMNS, required=1) == [BadLine(1, "has 5 columns where 1 to 4 are expected")]


@given(st.text(max_size=200), st.none() | st.text(max_size=20))
def test_any_text_gives_rows_or_a_named_problem(text, given):
    try:
        found = rows(text, given)
    except (FileProblem, UnicodeEncodeError):
        return
    assert all(isinstance(row, BadLine) or len(row) == 2 for row in found)
