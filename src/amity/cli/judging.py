"""Which program judges the answer to a sample: a server, or a relay for OpenIM's server."""

from typing import Any

import msgspec

from amity.callbacks.rules import Rule
from amity.callbacks.trial import SERVER, Judge, Judgement
from amity.errors import ImError
from amity.relay.phrasing import Inexpressible, approval
from amity.settings.relay import Listening
from amity.wire.events.event import BeforeEvent


def judge_of(relay: Listening | None) -> Judge:
    """Return what judges as a relay with these settings does, or as a server."""
    if relay is None:
        return SERVER

    def refuses(event: BeforeEvent, change: dict[str, Any]) -> Judgement | None:
        try:
            approval(event.setting, msgspec.to_builtins(event), change)
        except Inexpressible as why:
            instead = relay.inexpressible
            then = f"the caller gets {instead.err_code} {instead.err_msg} (relay.inexpressible)"
            return Judgement("rejected", str(why), then, Rule.INEXPRESSIBLE)
        except ImError as error:
            then = f"the caller gets {error.code} {error.message}"
            return Judgement("failed", error.detail, then, Rule.IMPOSSIBLE)
        return None

    return Judge(lambda _setting, callback: callback.failed_continue is True, refuses, tells_left_out=False)
