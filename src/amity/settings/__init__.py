"""Typed settings from one YAML file and the environment."""

from amity.settings.environment import foreign
from amity.settings.files import SettingsError
from amity.settings.loading import is_relay, is_server, load, load_relay
from amity.settings.model import (
    Address,
    Api,
    Callback,
    Callbacks,
    Console,
    Gateway,
    Limits,
    Log,
    Messages,
    MultiLogin,
    Section,
    Settings,
    Tls,
    Token,
)
from amity.settings.relay import RelaySettings
from amity.settings.rules import every_secret, notes, secrets_of

__all__ = [
    "Address",
    "Api",
    "Callback",
    "Callbacks",
    "Console",
    "Gateway",
    "Limits",
    "Log",
    "Messages",
    "MultiLogin",
    "RelaySettings",
    "Section",
    "Settings",
    "SettingsError",
    "Tls",
    "Token",
    "every_secret",
    "foreign",
    "is_relay",
    "is_server",
    "load",
    "load_relay",
    "notes",
    "secrets_of",
]
