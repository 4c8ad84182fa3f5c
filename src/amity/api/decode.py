"""Decode bodies into requests, or raise a 1001 that names the field. Pure.

Nearly every body is decoded in one step. A body that does not fit is examined key by key: OpenIM's server accepts field
names in any case, ignores unknown fields and treats null as absent. In a list or map it treats null as an empty text or
a zero, and for an optional switch it accepts 1 and 0. This decoder does the same. What remains is decoded as before,
and its errors are put into plain words.
"""

import json
from typing import Any, Generic, TypeVar

import msgspec

from amity.api import not_json
from amity.api.bounds import SPARE_VALUES, body_bytes, body_values
from amity.api.shape import Shape, shape_of
from amity.api.values import separators_in
from amity.calls.call import Request
from amity.errors import Code, ImError
from amity.texts import cut

R = TypeVar("R", bound=Request)

_DIAGNOSED = 65536  # bytes of a broken body that are searched for the faulty field
_LONGEST_PATH = 200  # characters of a field's path in an answer: names of unknown fields may have any length
_ALWAYS_WITHIN_BOUNDS = 64  # bytes of a body in which no text and no list can exceed its bound
_COUNTED_FROM = 20_000  # bytes of a body above which its values are counted
_NUL_ESCAPE = b"\\u0000"
_NULL = b"null"
_SWITCHES = {b"1": True, b"0": False}
_CHOICES = {b"true": 1, b"false": 0}
_PLACE = " - at `$"
_MISSING = "Object missing required field `"
_TOO_DEEP = "body: nested too deeply"

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_rewrite = msgspec.json.Encoder()


_decoders: "dict[type, BodyDecoder[Any]]" = {}


def decoder_of(request: type[R]) -> "BodyDecoder[R]":
    """Return the decoder of the bodies of one type of request, made once."""
    decoder = _decoders.get(request)
    if decoder is None:
        decoder = _decoders[request] = BodyDecoder(request)
    return decoder


class BodyDecoder(Generic[R]):
    """Decodes the bodies of one type of request."""

    def __init__(self, request: type[R]) -> None:
        self._shape = shape_of(request)
        self._typed = msgspec.json.Decoder(request)
        self._has_integers = self._shape.has_integers
        self.most_bytes = body_bytes(self._shape.bytes)
        """Most bytes of a body."""
        self.most_values = body_values(self._shape.values)
        """Most members of objects and entries of lists in a body, unknown ones included."""

    def __call__(self, body: bytes) -> R:
        """Decode a request. Raises ``ImError``, ``ARGS`` (1001), and nothing else, whatever the bytes are."""
        if len(body) > _COUNTED_FROM and separators_in(body, self.most_values) > self.most_values:
            raise ImError(Code.ARGS, f"body: too many values (limit {self.most_values})")
        try:
            request = self._typed.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            request = self._leniently(body)
        if len(body) > _ALWAYS_WITHIN_BOUNDS:
            self.require_bounds(request)
        if self._has_integers:
            self._shape.require_integers(request, "")
        if _NUL_ESCAPE in body:
            self._shape.require_no_nul(request, "")
        return request

    def require_bounds(self, request: R) -> None:
        """Raise ``ImError``, ``ARGS`` (1001), if a text or list exceeds its bound. Call it for a request decoded
        elsewhere."""
        self._shape.require_bounds(request, "")

    def _leniently(self, body: bytes) -> R:
        try:
            rewritten = _rewrite.encode(_known_fields_of(msgspec.Raw(body), self._shape, ""))
        except RecursionError:
            raise ImError(Code.ARGS, _TOO_DEEP) from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ImError(Code.ARGS, _malformed(body, error)) from None
        try:
            return self._typed.decode(rewritten)
        except msgspec.ValidationError as error:
            raise ImError(Code.ARGS, _explanation(str(error))) from None
        except RecursionError:
            raise ImError(Code.ARGS, _TOO_DEEP) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            # The position in the error refers to the rewritten body, which the caller has never seen.
            raise ImError(Code.ARGS, _malformed(body, error).split(" (byte")[0]) from None


def _known_fields_of(value: msgspec.Raw, shape: Shape, path: str) -> Any:
    """Return a value with only its known fields, spelled as declared, to be encoded again; ``path`` is its place.

    What is not of the expected kind is kept: the typed decoder gives the better error. Raises ``ImError``, ``ARGS``
    (1001), for a list of objects that exceeds its bound, before any of them is examined.
    """
    text = bytes(value).strip(b" \t\r\n")
    if shape.fields is not None and (text[:1] == b"{" or (text == _NULL and shape.is_body)):
        return _fitted_object(text if text != _NULL else b"{}", shape, path)
    if shape.item is not None and text[:1] == b"[":
        if shape.item.is_nested:
            elements = _elements.decode(text)
            shape.require_entries(len(elements), path)
            return [_known_fields_of(element, shape.item, f"{path}[{index}]") for index, element in enumerate(elements)]
        if shape.item.zero is not None and _NULL in text:
            elements = _elements.decode(text)
            shape.require_entries(len(elements), path)
            return [shape.item.zero if bytes(element) == _NULL else element for element in elements]
    if shape.is_map and text[:1] == b"{" and _NULL in text:
        texts = _members.decode(text)
        shape.require_entries(len(texts), path)
        return {key: "" if bytes(member) == _NULL else member for key, member in texts.items()}
    if shape.is_switch and shape.nullable and text in _SWITCHES:
        return _SWITCHES[text]
    if shape.is_choice and text in _CHOICES:
        return _CHOICES[text]
    # A body that is not an object was not parsed yet; broken JSON must be reported as such.
    return _whole(text) if shape.is_body else value


def _fitted_object(text: bytes, shape: Shape, path: str) -> dict[str, Any]:
    fields = shape.fields or {}
    exact: dict[str, Any] = {}
    similar: dict[str, Any] = {}
    members = _members.decode(text)
    if len(members) > SPARE_VALUES:
        raise ImError(Code.ARGS, f"{path or 'body'}: {len(members)} fields, and at most {SPARE_VALUES} are allowed")
    for key, member in members.items():
        # Case folding does not shorten a text, and takes long for a long one.
        known = fields.get(key.casefold()) if len(key) <= shape.longest_name else None
        if known is None:
            continue
        name, its_shape = known
        if bytes(member) == _NULL and not its_shape.nullable:
            continue
        place = f"{path}.{name}" if path else name
        (exact if key == name else similar)[name] = _known_fields_of(member, its_shape, place)
    return similar | exact


def _whole(text: bytes) -> Any:
    return msgspec.json.decode(text, type=msgspec.Raw) if text else msgspec.json.decode(text)


def _explanation(problem: str) -> str:
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
    """Return why a body is not JSON, with the field's name if there is one."""
    if not body.strip(b" \t\r\n"):
        return "body: is empty; a JSON object is expected"
    if named := not_json.named(body):
        return f"body: {named}"
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
    """Return the path of the first string with an unpaired surrogate, or ``None`` if the JSON is broken otherwise."""
    try:
        place = _place_of_surrogate(json.loads(body.decode("utf-8", "surrogateescape")))
    except (ValueError, RecursionError):
        return None
    return None if place is None else "".join(reversed(place)).removeprefix(".") or "body"


def _place_of_surrogate(value: object) -> list[str] | None:
    """Return the parts of the path, last one first. Joining paths for each value would take quadratic time."""
    if isinstance(value, str):
        return [] if any("\ud800" <= character <= "\udfff" for character in value) else None
    if isinstance(value, list):
        for index, element in enumerate(value):
            if (place := _place_of_surrogate(element)) is not None:
                place.append(f"[{index}]")
                return place
    elif isinstance(value, dict):
        for key, member in value.items():
            if _place_of_surrogate(key) is not None:
                return []
            if (place := _place_of_surrogate(member)) is not None:
                place.append(f".{key}")
                return place
    return None
