"""The settings of a relay as types: names, defaults and bounds."""

from typing import Annotated

from msgspec import Meta, field

from amity.settings.model import (
    Address,
    Callback,
    Callbacks,
    Log,
    OptionalUrl,
    Postgres,
    Seconds,
    Secrets,
    Section,
    Sensitive,
    Token,
)

TIMEOUT = 4.5
"""A callback's ``timeout`` in seconds, unless it is set: OpenIM's server waits 5 seconds, unless that is set."""


class Inexpressible(Section):
    """The rejection in place of an answer that OpenIM's server cannot carry out."""

    err_code: Annotated[int, Meta(ge=1, le=2147483647)] = 80000
    err_msg: str = "rejected by the app"


class Listening(Address):
    """What OpenIM's server calls. It waits ``max_wait`` seconds at most.

    ``key`` is the first segment of the path of its URL where it is set.
    """

    max_wait: Annotated[float, Meta(ge=0.5, le=15)] = 15.0
    key: Sensitive = ""
    max_connections: Annotated[int, Meta(ge=1, le=1000000)] = 10000
    max_body_bytes: Annotated[int, Meta(ge=1024, le=268435456)] = 8388608
    max_bodies_bytes: Annotated[int, Meta(ge=1048576, le=17179869184)] = 134217728
    inexpressible: Inexpressible = field(default_factory=Inexpressible)


class RelayCallbacks(Callbacks):
    """The ``callbacks:`` part, with another default of ``timeout``."""

    def unset(self) -> Callback:
        return Callback(timeout=TIMEOUT)


class Shadow(Section):
    """Trying a new business server: ``url`` is that of the one whose answers count meanwhile. Without it OpenIM's
    server is told to go on. ``secret`` signs what that one gets, instead of the common one."""

    enable: bool = False
    url: OptionalUrl = None
    secret: Secrets = None
    timeout: Seconds = TIMEOUT


class RelaySettings(Section):
    """All settings of a relay. ``others`` is for the callbacks that ``callbacks`` does not name."""

    secret: Sensitive = ""
    admins: list[str] = field(default_factory=lambda: ["imAdmin"])
    relay: Listening = field(default_factory=lambda: Listening(port=10007))
    database: Sensitive = "sqlite:///amity-relay.db"
    postgres: Postgres = field(default_factory=Postgres)
    callbacks: RelayCallbacks = field(default_factory=RelayCallbacks)
    others: Callback = field(default_factory=lambda: Callback(enable=True, timeout=TIMEOUT))
    shadow: Shadow = field(default_factory=Shadow)
    token: Token = field(default_factory=Token)
    log: Log = field(default_factory=Log)
