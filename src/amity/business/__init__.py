"""The kit for the app's business server: typed events in, verdicts out.

::

    from amity.business import BeforeImportFriends, BusinessServer, Reject

    app = BusinessServer(secret="whsec_...")

    @app.before_import_friends
    def decide(event: BeforeImportFriends) -> Reject | None:
        return Reject(5001, "not allowed") if event.owner_user_id == "eve" else None

It needs msgspec and nothing else, and serves amity and OpenIM alike.
"""

from amity.business import events
from amity.business.app import BusinessServer
from amity.business.delivery import Delivery, current_delivery
from amity.business.events import *  # noqa: F403 - a list of names that is written from their declarations
from amity.business.flow import Reply
from amity.business.seen import Claim, MemorySeen, SeenStore, SqliteSeen
from amity.business.signature import SignatureError, SignatureProblem, Signed, keys_of, verify
from amity.business.testing import CallbackRefused, TestClient
from amity.business.verdicts import Allow, Reject

__all__ = [
    "Allow",
    "BusinessServer",
    "CallbackRefused",
    "Claim",
    "Delivery",
    "MemorySeen",
    "Reject",
    "Reply",
    "SeenStore",
    "SignatureError",
    "SignatureProblem",
    "Signed",
    "SqliteSeen",
    "TestClient",
    "current_delivery",
    "keys_of",
    "verify",
]
__all__ += events.__all__
