"""Bodies in other formats than JSON are named."""

import gzip
import zlib

import pytest

from amity.api.not_json import named

JSON = '{"ownerUserID":"a"}'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (gzip.compress(JSON.encode(), mtime=0), "compressed with gzip"),
        (zlib.compress(JSON.encode()), "compressed with deflate"),
        (zlib.compress(JSON.encode(), 1), "compressed with deflate"),
        (b"\x28\xb5\x2f\xfd and more", "compressed with zstd"),
        (JSON.encode("utf-8-sig"), "begins with a byte order mark"),
        (JSON.encode("utf-16"), "is UTF-16"),
        (JSON.encode("utf-16-le"), "is UTF-16"),
        (JSON.encode("utf-16-be"), "is UTF-16"),
        (b"\xfe\xff" + JSON.encode("utf-16-be"), "is UTF-16"),
        (JSON.encode("utf-32"), "UTF-32"),
        (b"ownerUserID=a&friendUserIDs%5B%5D=b", "is a form;"),
        (b"--XY\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--XY--", "multipart"),
        (b"<?xml version='1.0'?><a/>", "is XML or HTML"),
        (b"%7B%22ownerUserID%22%3A%22a%22%7D", "is percent-encoded"),
        (b"'" + JSON.encode() + b"'", "begins with '"),
        (b"{'ownerUserID': 'a'}", "double quotes"),
        (b"[ 'a' ]", "double quotes"),
    ],
)
def test_a_body_that_is_something_else_is_called_by_its_name(body, words):
    assert words in (named(body) or "")


@pytest.mark.parametrize(
    "body", [JSON.encode(), b"", b"[]", b"{}", b" {", b'"a=b"', b'{"a":"<\'--"', b"null", b"x", b"{a"]
)
def test_what_may_be_meant_as_json_has_no_other_name(body):
    assert named(body) is None
