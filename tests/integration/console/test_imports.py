"""Imports of files by the console: upload, check, import, report."""

import gzip

import pytest

from tests.integration.console.importing import act, audited, csv_of, numbers, page, report, until, upload

STAR = [("ann", f"user{n}") for n in range(20)]
PEOPLE = ["ann", *(f"user{n}" for n in range(20))]


async def test_a_file_is_checked_then_imported(admin, rest):
    await rest.register(*PEOPLE)
    job = await upload(admin, csv_of([*STAR, ("user3", "ann")]))
    assert await until(admin, job) == "ready"
    assert await rest.friends("ann") == []
    found = numbers(await page(admin, job))
    assert found == {
        "Pairs of friends": "20",
        "Owners": "1",
        "People": "21",
        "Repeated pairs, taken once": "1",
        "Bad lines": "0",
        "People who are not registered": "0",
    }
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await rest.friends("ann") == sorted(PEOPLE[1:])
    found = numbers(await page(admin, job))
    assert (found["Imported"], found["Skipped"]) == ("20", "0")
    assert await report(admin, job) == []
    for action in ("imports.upload", "imports.check", "imports.start"):
        assert await audited(admin, action) == 1


async def test_the_first_rows_are_shown_with_the_columns_that_count(admin, rest):
    await rest.register(*PEOPLE)
    job = await upload(admin, b"since;friendUserID;ownerUserID\n2020;user1;ann\n2021;<b>;ann\n")
    await until(admin, job)
    text = await page(admin, job)
    assert "since</th>" in text
    assert "ownerUserID<br><small>taken for ownerUserID" in text
    assert "friendUserID<br><small>taken for friendUserID" in text
    assert "<td>2020</td><td>user1</td><td>ann</td>" in text
    assert "<td>2021</td><td>&lt;b&gt;</td><td>ann</td>" in text


async def test_who_is_not_registered_is_reported_before_anything_is_imported(admin, rest):
    await rest.register("ann", "bob")
    job = await upload(admin, csv_of([("ann", "bob"), ("ann", "nobody"), ("noone", "ann")]))
    await until(admin, job)
    found = numbers(await page(admin, job))
    assert found["People who are not registered"] == "2"
    assert found["Pairs that would be skipped for that"] == "2"
    expected = [
        "ann,nobody,1004,RecordNotFoundError,not registered",
        "noone,ann,1004,RecordNotFoundError,the owner is not registered",
    ]
    assert await report(admin, job) == expected
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await report(admin, job) == expected
    assert await rest.friends("ann") == ["bob"]


async def test_who_is_not_registered_is_registered_where_that_is_wanted(admin, rest):
    await rest.register("ann")
    job = await upload(admin, csv_of([("ann", "new1"), ("ann", "new2")]))
    await until(admin, job)
    await act(admin, "start", job, register="1")
    assert await until(admin, job) == "done"
    assert await rest.friends("ann") == ["new1", "new2"]
    assert numbers(await page(admin, job))["Registered"] == "2"
    assert await report(admin, job) == []


async def test_bad_lines_are_left_out_only_where_that_is_said(admin, rest):
    await rest.register("ann", "bob")
    job = await upload(admin, b"ownerUserID,friendUserID\nann,bob\nann\nann,ann\n")
    await until(admin, job)
    assert (await act(admin, "start", job)) == f"/console/imports/job?id={job}&lacks=skip_bad_lines"
    assert await rest.friends("ann") == []
    await act(admin, "start", job, skip_bad_lines="1")
    assert await until(admin, job) == "done"
    assert await rest.friends("ann") == ["bob"]
    assert await report(admin, job) == [
        ",,0,,line 3 has 1 column where 2 are expected",
        ",,0,,line 4 makes ann a friend of itself",
    ]


async def test_gzip_and_json_lines_are_taken(admin, rest):
    await rest.register(*PEOPLE)
    lines = b'{"ownerUserID": "ann", "friendUserIDs": ["user1", "user2"]}\n'
    job = await upload(admin, gzip.compress(lines), name="friends.jsonl.gz")
    assert await until(admin, job) == "ready"
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await rest.friends("ann") == ["user1", "user2"]


async def test_who_does_not_leave_out_bad_lines_is_told_beside_the_box_and_keeps_the_other_choice(admin, rest):
    await rest.register("ann", "bob")
    job = await upload(admin, b"ownerUserID,friendUserID\nann,bob\nann\nann,eve\n")
    await until(admin, job)
    text = (await admin.get(await act(admin, "start", job, register="1"))).text
    assert 'name="skip_bad_lines" value="1" aria-invalid="true" aria-describedby="lacks"' in text
    assert '<p id="lacks" class="problem" role="alert">The file has bad lines.' in text
    assert 'name="register" value="1" checked' in text


async def test_a_bad_line_is_shown_without_a_code(admin, rest):
    await rest.register("ann", "bob")
    job = await upload(admin, b"ownerUserID,friendUserID\nann,bob\nann\n")
    await until(admin, job)
    row = "<tr><td></td><td></td><td></td><td></td><td>line 3 has 1 column where 2 are expected</td></tr>"
    assert row in await page(admin, job)


async def test_a_bad_line_is_explained_in_the_reader_s_language(admin, rest):
    await rest.register("ann", "bob")
    job = await upload(admin, b"ownerUserID,friendUserID\nann,bob\nann\n")
    await until(admin, job)
    answer = await admin.get(f"/console/imports/job?id={job}", **{"accept-language": "zh"})
    assert "<td>第 3 行有 1 列，应为 2 列</td>" in answer.text  # noqa: RUF001 - Chinese has this comma


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 a spreadsheet", "the file is a spreadsheet or an archive: save it as CSV in UTF-8"),
        (b"from_user,to_user\nann,bob\n", "say which columns count, for example: Columns &#39;from_user,to_user&#39;"),
        (b"\n\n", "nothing in this file is a pair of friends"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff", "nothing in this file is a pair of friends"),
        (b"ownerUserID,friendUserID\nann,ann\n", "nothing in this file is a pair of friends"),
        (b'{"groupID": "g", "groupName": "G"}\n', "looks like groups: use &#39;amity import groups friends.csv&#39;"),
    ],
)
async def test_a_file_that_cannot_be_imported_is_refused_in_words(admin, content, said):
    job = await upload(admin, content)
    assert await until(admin, job) == "failed"
    text = await page(admin, job)
    assert said in text
    assert "Nothing of this file was imported." in text
    assert 'action="/console/imports/start"' not in text


async def test_the_columns_can_be_said_after_the_first_try_and_what_was_said_is_kept(admin, rest):
    await rest.register("ann", "bob")
    job = await upload(admin, b"from,to\nann,bob\n", columns="from,where")
    assert await until(admin, job) == "failed"
    text = await page(admin, job)
    assert "Columns: where is not one column of the first line, which has: from, to" in text
    assert 'name="columns" value="from,where"' in text
    await act(admin, "check", job, columns="from,to")
    assert await until(admin, job) == "ready"
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await rest.friends("ann") == ["bob"]


async def test_cells_that_a_spreadsheet_would_take_for_formulas_are_harmless(admin, rest):
    await rest.register("ann")
    job = await upload(admin, csv_of([("ann", "=cmd"), ("ann", "@sum"), ("-1", "ann")]))
    assert await until(admin, job) == "ready"
    lines = await report(admin, job)
    assert [line.split(",")[:2] for line in lines] == [["ann", "'=cmd"], ["ann", "'@sum"], ["'-1", "ann"]]
