"""Typed settings from one YAML file and the environment."""

from amity.settings.environment import foreign
from amity.settings.files import SettingsError
from amity.settings.loading import load
from amity.settings.model import (
    Address,
    Api,
    Callback,
    Callbacks,
    Gateway,
    Limits,
    Log,
    MultiLogin,
    Section,
    Settings,
    Tls,
    Token,
)
from amity.settings.rules import every_secret, notes, secrets_of

__all__ = [
    "Address",
    "Api",
    "Callback",
    "Callbacks",
    "Gateway",
    "Limits",
    "Log",
    "MultiLogin",
    "Section",
    "Settings",
    "SettingsError",
    "Tls",
    "Token",
    "every_secret",
    "foreign",
    "load",
    "notes",
    "secrets_of",
]
