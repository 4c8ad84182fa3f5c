"""Parse what a client sends about itself when it connects: as separate query parameters, or packed into one, ``v``.
Pure.

Source: open-im-server 3.8 ``internal/msggateway/context.go`` (names, checks and their texts).
"""

import base64
import binascii
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from amity.errors import Code, ImError
from amity.http.head import RequestHead
from amity.wire.platforms import PLATFORMS

LONGEST_TOKEN: Final = 4096
LONGEST_USER_ID: Final = 128
LONGEST_OPERATION_ID: Final = 256
_MOST_PARTS: Final = 64
_SDKS: Final = ("go", "js")
_BOOLEANS: Final = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False", ""), False),
}


class Arguments(NamedTuple):
    """A client's connection arguments. All are checked except the token's signature.

    ``wants_answer`` is true for a client that waits for a first text frame.
    """

    user_id: str
    platform_id: int
    token: str
    operation_id: str
    sdk: str = "go"
    is_compressed: bool = False
    wants_answer: bool = False
    is_background: bool = False

    @property
    def is_core(self) -> bool:
        """Whether the client uses OpenIM's Go core."""
        return self.sdk == "go"


class _Packed(msgspec.Struct, rename="camel"):
    """The JSON object packed into ``v``."""

    token: str = ""
    user_id: str = msgspec.field(name="userID", default="")
    platform_id: int = msgspec.field(name="platformID", default=0)
    operation_id: str = msgspec.field(name="operationID", default="")
    compression: str = ""
    sdk_type: str = ""
    send_response: bool = False
    background: bool = False


class Query:
    """The decoded query of a request head.

    The constructor does not raise. ``wants_answer`` must be known first, because it decides how the client receives an
    error; ``arguments`` raises it.
    """

    def __init__(self, head: RequestHead) -> None:
        self._problem = ""
        self._parts: dict[str, str] = {}
        self._packed: _Packed | None = None
        self._compression = head.headers.get(b"compression", b"").decode("latin-1")
        try:
            pairs = parse_qsl(
                head.query.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=_MOST_PARTS
            )
        except ValueError:
            self._problem = f"the query has more than {_MOST_PARTS} parts"
            return
        for name, value in pairs:
            self._parts.setdefault(name, value)
        if packed := self._parts.get("v"):
            self._unpack(packed)

    @property
    def wants_answer(self) -> bool:
        """Whether the client waits for a text frame with the result. It is known even if other arguments are wrong."""
        if self._packed is not None:
            return self._packed.send_response
        return _BOOLEANS.get(self._parts.get("isMsgResp", ""), False)

    @property
    def operation_id(self) -> str:
        """The operationID for the log, cut to the longest allowed length."""
        text = self._parts.get("operationID", "") if self._packed is None else self._packed.operation_id
        return text[:LONGEST_OPERATION_ID]

    def arguments(self) -> Arguments:
        """Return the checked arguments.

        Raises ``ImError``: ``CONN_ARGS`` (1602) if an argument is missing or wrong, ``TOKEN_MALFORMED`` (1503) if the
        token is too long.
        """
        if self._problem:
            raise ImError(Code.CONN_ARGS, self._problem)
        return _checked(self._packed or self._from_parts())

    def _unpack(self, text: str) -> None:
        bare = text.rstrip("=")
        try:
            content = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            self._problem = "data is not base64"
            return
        try:
            self._packed = msgspec.json.decode(content, type=_Packed)
        except msgspec.ValidationError as error:
            self._problem = f"data is not json as expected: {error}"
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._problem = "data is not json"

    def _from_parts(self) -> _Packed:
        get = self._parts.get
        number = get("platformID", "")
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            raise ImError(Code.CONN_ARGS, "platformID is not int")
        return _Packed(
            token=get("token", ""),
            user_id=get("sendID", ""),
            platform_id=int(number),
            operation_id=get("operationID", ""),
            compression=get("compression", "") or self._compression,
            sdk_type=get("sdkType", ""),
            send_response=self._boolean("isMsgResp"),
            background=self._boolean("isBackground"),
        )

    def _boolean(self, name: str) -> bool:
        value = _BOOLEANS.get(self._parts.get(name, ""))
        if value is None:
            raise ImError(Code.CONN_ARGS, f"{name} is not bool")
        return value


def _checked(said: _Packed) -> Arguments:
    for name, value, longest in (
        ("operationID", said.operation_id, LONGEST_OPERATION_ID),
        ("sendID", said.user_id, LONGEST_USER_ID),
    ):
        if not value:
            raise ImError(Code.CONN_ARGS, f"{name} is empty")
        if len(value) > longest:
            raise ImError(Code.CONN_ARGS, f"{name} is longer than {longest} characters")
    if not said.token:
        raise ImError(Code.CONN_ARGS, "token is empty")
    if len(said.token) > LONGEST_TOKEN:
        raise ImError(Code.TOKEN_MALFORMED, f"token is longer than {LONGEST_TOKEN} characters")
    if said.platform_id not in PLATFORMS:
        raise ImError(Code.CONN_ARGS, "platformID is invalid")
    sdk = said.sdk_type or "go"
    if sdk not in _SDKS:
        raise ImError(Code.CONN_ARGS, "sdkType is invalid")
    return Arguments(
        said.user_id,
        said.platform_id,
        said.token,
        said.operation_id,
        sdk,
        said.compression == "gzip",
        said.send_response,
        said.background,
    )
