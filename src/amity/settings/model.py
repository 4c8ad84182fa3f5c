"""The settings as types: names, defaults and bounds. A field's name in the file is its camel case."""

from functools import cache
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field, inspect

from amity.http.origins import ANY
from amity.http.url import shown
from amity.settings.notifications import SENT_AS_MESSAGES

# Marks what an error, a log line or a ``repr`` must not show: secrets, and URLs, which may contain a password.
SENSITIVE = {"sensitive": True}

Port = Annotated[int, Meta(ge=0, le=65535)]
Host = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(gt=0, le=3600)]
BodyHours = Annotated[int, Meta(ge=0, le=8760)]
RetryDelay = Annotated[float, Meta(gt=0, le=604800)]
Sensitive = Annotated[str, Meta(extra=SENSITIVE)]
Secrets = Annotated[str | list[str] | None, Meta(extra=SENSITIVE)]
ContentTypes = int | Annotated[str, Meta(pattern=r"^[0-9]{1,9}(-[0-9]{1,9})?$")]
"""A content type of messages or a range of them, in the form of OpenIM 3.8.1 and later."""
OptionalUrl = Annotated[str | None, Meta(extra=SENSITIVE)]


class Section(Struct, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A part of the settings. Its ``repr`` hides what is sensitive."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [
            (each.name, _masked(getattr(self, each.name)) if is_sensitive(each) else getattr(self, each.name))
            for each in fields(type(self))
        ]


@cache
def fields(section: type[Section]) -> tuple[inspect.Field, ...]:
    """Return the fields of a section with their types, bounds and marks."""
    info = inspect.type_info(section)
    assert isinstance(info, inspect.StructType)  # noqa: S101 - a section is a struct
    return info.fields


def is_sensitive(each: inspect.Field) -> bool:
    """Return whether a field's value must not be shown."""
    return isinstance(each.type, inspect.Metadata) and bool((each.type.extra or {}).get("sensitive"))


def _masked(value: object) -> object:
    if not value:
        return value
    if isinstance(value, str) and "://" in value:
        return shown(value)
    return "***"


class Address(Section):
    """The address that a part of the server listens on; port 0 selects a free one."""

    host: Host = "127.0.0.1"
    port: Port = 0


class Api(Address):
    """The REST API.

    A request's body is refused above ``max_body_bytes``; the bodies under way have up to ``max_bodies_bytes`` together.
    ``cors_origins`` are the web pages that may call it and connect to the gateway, in the form of ``http.origins``.
    """

    max_connections: Annotated[int, Meta(ge=1, le=1000000)] = 10000
    max_body_bytes: Annotated[int, Meta(ge=1024, le=268435456)] = 8388608
    max_bodies_bytes: Annotated[int, Meta(ge=1048576, le=17179869184)] = 134217728
    cors_origins: list[str] = field(default_factory=lambda: [ANY])


class Gateway(Address):
    """The WebSocket gateway.

    A client's message is refused above ``max_message_bytes``, counted as it arrives: compressed, if the client
    compresses.
    """

    max_connections: Annotated[int, Meta(ge=1, le=1000000)] = 100000
    max_message_bytes: Annotated[int, Meta(ge=1024, le=16777216)] = 51200


class Console(Section):
    """The web console.

    With port 0 it is on the API's port, else on a listener of its own at ``host``. ``audit_days`` is how long the audit
    log is kept; 0 is for ever. ``import_bytes`` is how large a file of friendships is at most, unpacked.
    """

    enable: bool = False
    host: Host = "127.0.0.1"
    port: Port = 0
    audit_days: Annotated[int, Meta(ge=0, le=36500)] = 400
    import_bytes: Annotated[int, Meta(ge=1048576, le=1073741824)] = 67108864


class Postgres(Section):
    """PostgreSQL. ``connections`` is how many this process opens at most."""

    connections: Annotated[int, Meta(ge=8, le=200)] = 16


class MultiLogin(Section):
    """Limits of a user's simultaneous logins. ``wire.platforms.LoginPolicy`` has the policies."""

    policy: Literal[0, 1, 4, 5] = 1
    max_num_one_end: Annotated[int, Meta(ge=1, le=1000)] = 30


class Limits(Section):
    """Limits of what users may do; 0 is no limit.

    ``applications_per_day`` counts in any 24 hours, ``client_imports_per_hour`` in any hour, and only what users import
    for themselves. ``idempotency_keys_per_hour`` counts likewise; administrators are not limited.
    ``searches_per_minute`` and ``group_changes_per_minute`` are for each user and process: that many at once, and as
    many again over each minute.
    """

    friends_per_user: Annotated[int, Meta(ge=0, le=10000000)] = 10000
    applications_per_day: Annotated[int, Meta(ge=0, le=10000000)] = 200
    blacks_per_user: Annotated[int, Meta(ge=0, le=10000000)] = 10000
    client_imports_per_hour: Annotated[int, Meta(ge=0, le=10000000)] = 30
    idempotency_keys_per_hour: Annotated[int, Meta(ge=0, le=10000000)] = 60
    searches_per_minute: Annotated[int, Meta(ge=0, le=10000000)] = 60
    pinned_conversations_per_user: Annotated[int, Meta(ge=0, le=10000000)] = 1000
    members_per_group: Annotated[int, Meta(ge=0, le=10000000)] = 10000
    groups_per_user: Annotated[int, Meta(ge=0, le=10000000)] = 1000
    group_changes_per_minute: Annotated[int, Meta(ge=0, le=10000000)] = 600


class Messages(Section):
    """Limits of messages, who may send, and what becomes of messages.

    ``repeats_for`` in seconds. ``per_second`` and ``per_minute`` are for each user and process: that many at once, and
    as many again over each second or minute; 0 is no limit. ``revoke_within`` bounds, in seconds, how long a sender may
    revoke, and ``keep_days`` how long messages are kept; 0 is no bound. ``text_search``: whether administrators find
    messages by a text in them.
    """

    content_bytes: Annotated[int, Meta(ge=1024, le=65536)] = 49152
    ex_characters: Annotated[int, Meta(ge=0, le=65536)] = 65536
    attached_info_characters: Annotated[int, Meta(ge=0, le=65536)] = 65536
    at_users: Annotated[int, Meta(ge=0, le=10000)] = 1000
    repeats_for: Annotated[int, Meta(ge=3600, le=604800)] = 86400
    per_second: Annotated[int, Meta(ge=0, le=1000000)] = 100
    per_minute: Annotated[int, Meta(ge=0, le=10000000)] = 1200
    friend_verify: bool = False
    revoke_within: Annotated[int, Meta(ge=0, le=315360000)] = 0
    keep_days: Annotated[int, Meta(ge=0, le=36500)] = 0
    text_search: bool = False


class Groups(Section):
    """Groups. ``history_for_new_members``: whether who comes into a group sees what was written before, where the group
    itself does not say."""

    history_for_new_members: bool = True


class Token(Section):
    expire_days: Annotated[int, Meta(ge=1, le=3650)] = 90


class Log(Section):
    """``auto`` writes for people on a terminal and JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "human", "json"] = "auto"


class Callback(Section):
    """One callback's switch.

    ``timeout`` in seconds bounds the whole exchange. ``url`` and ``secret`` override the common ones.
    ``attention_ids``, ``denied_types`` and ``allowed_types`` are OpenIM's, for message callbacks.
    """

    enable: bool = False
    timeout: Seconds = 5.0
    failed_continue: bool | None = None
    url: OptionalUrl = None
    secret: Secrets = None
    attention_ids: list[str] | None = None
    denied_types: list[ContentTypes] | None = None
    allowed_types: list[ContentTypes] | None = None


class Tls(Section):
    """PEM files: the authorities that verify business servers instead of the system's, and this server's client
    certificate."""

    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None


class Callbacks(Section):
    """The ``callbacks:`` part.

    In the file the entries of ``events`` are directly under ``callbacks:``, one for each callback key
    (``beforeImportFriends`` ...), as in OpenIM's webhooks.yml. With ``documented_names``, fields whose names differ
    between OpenIM's documentation and its server are sent under both names. ``body_hours`` is for how long the callback
    log keeps what was sent and answered; 0 keeps none of it.
    """

    url: Sensitive = ""
    secret: Secrets = None
    documented_names: bool = False
    body_hours: BodyHours = 72
    allow_private: bool | None = None
    tls: Tls = field(default_factory=Tls)
    retries: list[RetryDelay] = field(default_factory=lambda: [5, 300, 1800, 7200, 18000, 36000, 36000])
    events: dict[str, Callback] = field(default_factory=dict)

    def url_of(self, callback: Callback) -> str:
        """Return where a callback goes, empty for nowhere."""
        return self.url if callback.url is None else callback.url

    def secret_of(self, callback: Callback) -> Secrets:
        """Return what a callback is signed with."""
        return self.secret if callback.secret is None else callback.secret

    def unset(self) -> Callback:
        """Return a callback whose keys all have their defaults."""
        return Callback()


class NotificationPush(Section):
    """What a device is shown of a notification that its client does not get."""

    enable: bool = False
    title: str = ""
    desc: str = ""
    ext: str = ""


class DefaultTips(Section):
    """In OpenIM's file, and without effect there as here."""

    tips: str = ""


class NotificationType(Section):
    """One type of notification. ``None`` is the default of the type.

    With ``is_send_msg`` it is a message of the chat, too. ``unread_count`` and ``default_tips`` stand in OpenIM's file
    and have no effect, as there.
    """

    is_send_msg: bool | None = None
    reliability_level: Literal[1] = 1
    unread_count: bool = False
    offline_push: NotificationPush = field(default_factory=NotificationPush)
    default_tips: DefaultTips = field(default_factory=DefaultTips)


class Notifications(Section):
    """The ``notifications:`` part. In the file the entries of ``types`` are directly under it, as in OpenIM's
    notification.yml."""

    types: dict[str, NotificationType] = field(default_factory=dict)

    def is_message(self, key: str) -> bool:
        """Return whether a type of notification is a message of the chat, too."""
        told = self.types.get(key)
        return key in SENT_AS_MESSAGES if told is None or told.is_send_msg is None else told.is_send_msg

    def offline_push(self, key: str) -> NotificationPush | None:
        """Return what phones that are not connected are shown of a type of notification; ``None`` for nothing."""
        told = self.types.get(key)
        return None if told is None or not told.offline_push.enable else told.offline_push

    def unset(self) -> NotificationType:
        """Return a type whose keys all have their defaults."""
        return NotificationType()


class Settings(Section):
    """All settings of a server."""

    secret: Sensitive = ""
    admins: list[str] = field(default_factory=lambda: ["imAdmin"])
    api: Api = field(default_factory=lambda: Api(port=10002))
    gateway: Gateway = field(default_factory=lambda: Gateway(port=10001))
    console: Console = field(default_factory=Console)
    multi_login: MultiLogin = field(default_factory=MultiLogin)
    database: Sensitive = "sqlite:///amity.db"
    bus: Sensitive = ""
    postgres: Postgres = field(default_factory=Postgres)
    client_import: Literal["gated", "off", "open"] = "gated"
    limits: Limits = field(default_factory=Limits)
    messages: Messages = field(default_factory=Messages)
    groups: Groups = field(default_factory=Groups)
    token: Token = field(default_factory=Token)
    log: Log = field(default_factory=Log)
    notifications: Notifications = field(default_factory=Notifications)
    callbacks: Callbacks = field(default_factory=Callbacks)
