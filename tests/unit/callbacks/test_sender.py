"""What the settings of a callback come to before anything is sent."""

import pytest

from amity.callbacks.sender import Sender, callback_url
from amity.settings import Callback, Callbacks, Tls

COMMAND = "callbackBeforeImportFriendsCommand"
URL = "http://127.0.0.1:1/callbackExample"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/callbackExample", f"http://h/callbackExample/{COMMAND}?contenttype=json"),
        ("http://h", f"http://h/{COMMAND}?contenttype=json"),
        ("http://h/", f"http://h/{COMMAND}?contenttype=json"),
        ("http://h/a/", f"http://h/a/{COMMAND}?contenttype=json"),
        ("http://h/a?app=7&x", f"http://h/a/{COMMAND}?app=7&x&contenttype=json"),
        ("https://me:pw@h:8/a?b=c", f"https://me:pw@h:8/a/{COMMAND}?b=c&contenttype=json"),
    ],
)
def test_the_command_goes_on_the_path_and_the_query_is_kept(url, expected):
    assert callback_url(url, COMMAND) == expected


def settings(callback=None, **common):
    return Callbacks(**({"url": URL} | common), events={"beforeImportFriends": callback or Callback(enable=True)})


@pytest.mark.parametrize(
    ("callbacks", "says"),
    [
        (settings(url=""), "beforeImportFriends.*no url"),
        (settings(url="example.com"), "beforeImportFriends.*http://"),
        (settings(url="ftp://example.com"), "beforeImportFriends.*http://"),
        (settings(Callback(enable=True, url="http://[")), "beforeImportFriends.*host"),
        (settings(secret=""), "beforeImportFriends.*secret"),
        (settings(secret=[]), "beforeImportFriends.*secret"),
        (settings(secret="whsec_not base64"), "beforeImportFriends.*base64"),
        (settings(Callback(enable=True, secret=["good", ""])), "beforeImportFriends.*secret"),
        (settings(Callback(enable=True, timeout=0)), "beforeImportFriends.*timeout"),
        (settings(Callback(enable=True, timeout=-1)), "beforeImportFriends.*timeout"),
        (settings(Callback(enable=True, timeout=float("nan"))), "beforeImportFriends.*timeout"),
        (settings(Callback(enable=True, timeout=float("inf"))), "beforeImportFriends.*timeout"),
        (settings(tls=Tls(ca_file="/nowhere/ca.pem")), "caFile"),
        (settings(tls=Tls(client_certificate="/nowhere/client.pem")), "clientCertificate"),
        (settings(tls=Tls(client_key="/nowhere/key.pem")), "clientKey"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(callbacks, says):
    with pytest.raises(ValueError, match=says):
        Sender(callbacks)


def test_a_callback_that_is_off_needs_no_url():
    Sender(Callbacks(events={"beforeImportFriends": Callback(enable=False, url="")}))
    Sender(Callbacks())
