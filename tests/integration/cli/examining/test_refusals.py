"""A business server that does not believe the caller."""

import pytest

from amity.business import AfterImportFriends, Allow, BeforeImportFriends
from amity.business import BusinessServer as Kit
from tests.integration.cli.examining.conftest import Doctor
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer

OURS, THEIRS = "whsec_" + "b3Vycw" * 6, "whsec_" + "dGhlaXJz" * 4


def callbacks(business: BusinessServer, **parts: object) -> dict[str, object]:
    switches = {"beforeImportFriends": {"enable": True}, "afterImportFriends": {"enable": True}}
    return {"url": business.url, **switches, **parts}


def kit_behind(secret: str):
    """What the kit with this secret answers."""
    kit = Kit(secret=secret)

    @kit.before_import_friends
    def decide(event: BeforeImportFriends) -> Allow:
        return Allow()

    @kit.after_import_friends
    def told(event: AfterImportFriends) -> None: ...

    def answer(request):
        reply = kit.handle_sync(request.headers, request.path, request.body)
        return Answer(reply.body, status=reply.status)

    return answer


async def test_a_secret_that_the_kit_does_not_have_is_named_as_the_mistake(doctor: Doctor, business: BusinessServer):
    business.reaction = kit_behind(THEIRS)
    doctor.write(callbacks=callbacks(business, secret=OURS))
    level, text, mend = (await doctor())["beforeImportFriends"]
    assert level == "fail"
    assert text.startswith("the business server refused the signature (HTTP 401): its secret is not callbacks.secret")
    assert (
        mend == "give the business server the secret that stands in callbacks.secret, to the letter, and start it anew"
    )


async def test_a_secret_that_both_have_is_well(doctor: Doctor, business: BusinessServer):
    business.reaction = kit_behind(OURS)
    doctor.write(callbacks=callbacks(business, secret=OURS))
    assert (await doctor())["beforeImportFriends"][0] == "ok"


async def test_a_callback_that_is_not_signed_and_refused_is_to_be_signed(doctor: Doctor, business: BusinessServer):
    business.reaction = kit_behind(THEIRS)
    doctor.write(callbacks=callbacks(business))
    level, text, mend = (await doctor())["beforeImportFriends"]
    assert level == "fail"
    assert "which is not signed: callbacks.secret is not set" in text
    assert mend == "set callbacks.secret to the business server's secret"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_signature_is_a_failure_of_after_callbacks_too(
    doctor: Doctor, business: BusinessServer, status
):
    business.reaction = Answer(b"no", status=status)
    own = {"enable": True, "secret": OURS}
    doctor.write(callbacks=callbacks(business, secret=THEIRS, afterImportFriends=own))
    found = await doctor()
    for key, setting in (
        ("beforeImportFriends", "callbacks.secret"),
        ("afterImportFriends", "callbacks.afterImportFriends.secret"),
    ):
        assert found[key][0] == "fail"
        assert f"(HTTP {status}): its secret is not {setting}," in found[key][1]
    assert OURS not in str(found)
