"""From the bytes of a body to a request, or to a 1001 that names the field. Pure.

Nearly every body is decoded in one go. Only one that does not fit is looked at again, key by key: OpenIM's server
accepts field names in any case, ignores unknown fields and takes null for absent, and so do we. What is left is
decoded as before, and what is wrong with that is said in plain words.
"""

import json
from typing import Any, Generic, TypeVar

import msgspec

from amity.api.bounds import body_bytes
from amity.api.operation import Request
from amity.api.shape import Shape, shape_of
from amity.errors import Code, ImError
from amity.texts import cut

R = TypeVar("R", bound=Request)

_DIAGNOSED = 65536  # bytes of a broken body that are searched for the field at fault
_LONGEST_PATH = 200  # characters of a field's path in an answer: unknown fields may have names of any length
_NOTHING_LONG = 64  # bytes of a body in which no text and no list can be beyond its bound
_NUL_ESCAPE = b"\\u0000"
_PLACE = " - at `$"
_MISSING = "Object missing required field `"
_TOO_DEEP = "body: nested too deeply"

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_rewrite = msgspec.json.Encoder()


class BodyDecoder(Generic[R]):
    """Decodes the bodies of one type of request."""

    def __init__(self, request: type[R]) -> None:
        self._shape = shape_of(request)
        self._typed = msgspec.json.Decoder(request)
        self._has_integers = self._shape.has_integers
        self.most_bytes = body_bytes(self._shape.bytes)
        """How long a body may be."""

    def __call__(self, body: bytes) -> R:
        """Return the request. Raises ``ImError(1001)``, and nothing else, whatever the bytes are."""
        try:
            request = self._typed.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            request = self._leniently(body)
        if self._has_integers:
            self._shape.require_integers(request, "")
        if len(body) > _NOTHING_LONG:
            self._shape.require_bounds(request, "")
        if _NUL_ESCAPE in body:
            self._shape.require_no_nul(request, "")
        return request

    def _leniently(self, body: bytes) -> R:
        try:
            rewritten = _rewrite.encode(_fitted(msgspec.Raw(body), self._shape))
        except RecursionError:
            raise ImError(Code.ARGS, _TOO_DEEP) from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ImError(Code.ARGS, _malformed(body, error)) from None
        try:
            return self._typed.decode(rewritten)
        except msgspec.ValidationError as error:
            raise ImError(Code.ARGS, _explained(str(error))) from None
        except RecursionError:
            raise ImError(Code.ARGS, _TOO_DEEP) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            # The place that the error names is one of the rewritten body, which the caller has never seen.
            raise ImError(Code.ARGS, _malformed(body, error).split(" (byte")[0]) from None


def _fitted(value: msgspec.Raw, shape: Shape) -> Any:
    """Return a value with its known fields alone, spelled as declared, for encoding again.

    What is not of the kind that the shape expects stays as it is: the typed decoder says so better.
    """
    text = bytes(value).strip(b" \t\r\n")
    if shape.fields is not None and (text[:1] == b"{" or (text == b"null" and shape.is_body)):
        return _fitted_object(text if text != b"null" else b"{}", shape.fields)
    if shape.item is not None and shape.item.is_nested and text[:1] == b"[":
        return [_fitted(element, shape.item) for element in _elements.decode(text)]
    # A whole body that is no object has not been looked at yet: broken JSON is to be called that.
    return _whole(text) if shape.is_body else value


def _fitted_object(text: bytes, fields: dict[str, tuple[str, Shape]]) -> dict[str, Any]:
    exact: dict[str, Any] = {}
    similar: dict[str, Any] = {}
    for key, member in _members.decode(text).items():
        known = fields.get(key.casefold())
        if known is None:
            continue
        name, shape = known
        if bytes(member) == b"null" and not shape.nullable:
            continue
        (exact if key == name else similar)[name] = _fitted(member, shape)
    return similar | exact


def _whole(text: bytes) -> Any:
    return msgspec.json.decode(text, type=msgspec.Raw) if text else msgspec.json.decode(text)


def _explained(problem: str) -> str:
    """Turn the decoder's text into ``friendUserIDs[2]: expected str, got int``."""
    text, found, place = problem.rpartition(_PLACE)
    if not found:
        text, place = problem, ""
    path = cut(place.removesuffix("`"), _LONGEST_PATH)
    if text.startswith(_MISSING):
        return f"{path.lstrip('.')}.{text.removeprefix(_MISSING).removesuffix('`')}".lstrip(".") + ": is missing"
    text = text.replace(" | ", " or ").replace("`", "")
    return f"{path.lstrip('.') or 'body'}: {text[:1].lower()}{text[1:]}"


def _malformed(body: bytes, error: Exception) -> str:
    """Say why a body is not JSON, naming the field where there is one to name."""
    if not body.strip(b" \t\r\n"):
        return "body: is empty; a JSON object is expected"
    unreadable = isinstance(error, UnicodeDecodeError)
    if len(body) <= _DIAGNOSED and (unreadable or b"\\u" in body):
        place = _not_unicode(body)
        if place is not None:
            return f"{place[:_LONGEST_PATH]}: is not valid Unicode (broken UTF-8 or half a surrogate pair)"
    if unreadable:
        return "body: is not valid UTF-8"
    problem = str(error).split(" - at ")[0].replace("`", "").removeprefix("JSON is malformed: ")
    return f"body: is not valid JSON: {problem[:1].lower()}{problem[1:]}"


def _not_unicode(body: bytes) -> str | None:
    """Return the path of the first string with half a character in it; ``None`` where JSON is broken otherwise."""
    try:
        value = json.loads(body.decode("utf-8", "surrogateescape"))
        return _path_of_surrogate(value, "")
    except (ValueError, RecursionError):
        return None


def _path_of_surrogate(value: object, path: str) -> str | None:
    if isinstance(value, str):
        return (path or "body") if any("\ud800" <= character <= "\udfff" for character in value) else None
    if isinstance(value, list):
        found = (_path_of_surrogate(element, f"{path}[{index}]") for index, element in enumerate(value))
        return next((place for place in found if place is not None), None)
    if isinstance(value, dict):
        for key, member in value.items():
            if _path_of_surrogate(key, path) is not None:
                return path or "body"
            place = _path_of_surrogate(member, f"{path}.{key}".lstrip("."))
            if place is not None:
                return place
    return None
