"""Typed settings from one YAML file and the environment."""

from typing import Literal

import msgspec


class Address(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 0


class Token(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    expire_days: int = 90


class Callback(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """One callback's switch. ``timeout`` in seconds bounds the whole exchange; ``url`` and ``secret`` override
    the common ones; ``attention_ids`` and ``denied_types`` are OpenIM's, for message callbacks."""

    enable: bool = False
    timeout: float = 5.0
    failed_continue: bool | None = None
    url: str | None = None
    secret: str | list[str] | None = None
    attention_ids: list[str] | None = None
    denied_types: list[int] | None = None


class Tls(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None


class Callbacks(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The ``callbacks:`` part. ``events`` holds one entry per callback key (``beforeImportFriends`` ...)."""

    url: str = ""
    secret: str | list[str] | None = None
    allow_private: bool | None = None
    tls: Tls = msgspec.field(default_factory=Tls)
    retries: list[float] = msgspec.field(default_factory=lambda: [5, 300, 1800, 7200, 18000, 36000, 36000])
    events: dict[str, Callback] = msgspec.field(default_factory=dict)


class Settings(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    secret: str = ""
    admins: list[str] = msgspec.field(default_factory=lambda: ["imAdmin"])
    api: Address = msgspec.field(default_factory=lambda: Address(port=10002))
    gateway: Address = msgspec.field(default_factory=lambda: Address(port=10001))
    database: str = "sqlite:///amity.db"
    client_import: Literal["gated", "off", "open"] = "gated"
    token: Token = msgspec.field(default_factory=Token)
    callbacks: Callbacks = msgspec.field(default_factory=Callbacks)
