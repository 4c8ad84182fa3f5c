"""The OpenAPI 3.1 document, generated from the table of operations."""

import inspect
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import inspect as kinds

from amity import __version__
from amity.api.bounds import CHARACTERS, ENTRIES, LONGEST_IDEMPOTENCY_KEY, MOST_ANSWER_BYTES, MOST_BODY_BYTES
from amity.api.decode import decoder_of
from amity.api.reference import Example, Reference
from amity.calls.operation import Access, Operation
from amity.wire.naming import wire_name

_ABOUT = """The REST API of amity, which speaks OpenIM 3.8's protocol.

Every operation is a `POST` with a JSON object as its body and answers with HTTP status 200 and an envelope:
`errCode` 0 is success, with `data` where there is something to tell; any other `errCode` is an error, named by
`errMsg` and explained by `errDlt`. Field names are accepted in any case, unknown fields are ignored."""

_ERRORS = {
    1001: "ArgsError: a header or a field is missing or wrong; `errDlt` names it",
    1002: "NoPermissionError: the caller may not do this",
    1501: "TokenExpiredError",
    1503: "TokenMalformedError",
    1505: "TokenUnknownError: the token is not signed by this server",
    1506: "TokenKickedError: a newer login or an administrator has ended this token",
    1507: "TokenNotExistError: this server has not issued the token, or has forgotten it",
    90002: "DatabaseError: nothing was written",
}

_NOT_READ = {
    "description": "Not a request that HTTP/1.1 has (400), or a head of more than 64 KiB or 100 lines (431). The body"
    " says what is wrong, and the connection is closed.",
    "content": {"text/plain": {"schema": {"type": "string"}, "example": "head: too long (limit 65536 bytes)"}},
}


def document(operations: Sequence[Operation], most_body_bytes: int = MOST_BODY_BYTES) -> dict[str, Any]:
    """Return the document as plain data, with the operations in the order of the table. ``most_body_bytes``: what the
    server's settings allow a body."""
    reference = Reference()
    requests: list[Any] = [operation.request for operation in operations]
    of_requests = msgspec.json.schema_components(requests)[1].keys()
    answers = [operation.response for operation in operations if operation.response is not None]
    types = requests + answers
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schema_of = dict(zip(types, schemas, strict=True))
    names = {name for component in components.values() for name in component.get("properties", ())}
    complete = _sent_complete(answers)
    for name, component in components.items():
        # The decoder needs it to notice unknown fields; callers may send them.
        component.pop("additionalProperties", None)
        if name in of_requests:
            _state_bounds(component)
            _require(component, reference.required(name))
        elif name in complete:
            _promise(component)
        if "description" in component:
            component["description"] = _for_callers(component["description"], names)
    components["Error"] = _error_schema()
    for name, component in components.items():
        for field, schema in component.get("properties", {}).items():
            if meaning := reference.meaning(name, field):
                schema["description"] = meaning
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "amity",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": reference.tag(name)} for name in dict.fromkeys(map(_tag, operations))],
        "paths": {
            operation.path: {"post": _operation(operation, schema_of, reference, most_body_bytes)}
            for operation in operations
        },
        "components": {
            "schemas": components,
            "parameters": {"operationID": _operation_id_parameter(), "idempotencyKey": _idempotency_key_parameter()},
            "responses": {"NotRead": _NOT_READ},
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "token",
                    "description": "From `/auth/get_admin_token` or `/auth/get_user_token`.",
                }
            },
        },
    }


def _require(component: dict[str, Any], fields: list[str]) -> None:
    """Mark the required fields of a request's struct.

    Types cannot say it: an absent field or null reaches the handler as OpenIM's default, so that the handler refuses it
    in OpenIM's words.
    """
    component["required"] = fields
    for name in fields:
        schema = component["properties"][name]
        options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
        if len(options) == 1:
            component["properties"][name] = schema = dict(options[0])
        schema.pop("default", None)


def _sent_complete(answers: Sequence[Any]) -> set[str]:
    """Return the names of the structs in answers, at any depth, whose fields are all sent, defaults included."""
    found: set[type[msgspec.Struct]] = set()
    waiting = list(kinds.multi_type_info(answers))
    while waiting:
        match waiting.pop():
            case kinds.StructType(cls=struct, fields=fields) if struct not in found:
                found.add(struct)
                waiting += [field.type for field in fields]
            case kinds.CollectionType(item_type=inner) | kinds.DictType(value_type=inner) | kinds.Metadata(type=inner):
                waiting.append(inner)
            case kinds.UnionType(types=options):
                waiting += options
    return {struct.__name__ for struct in found if not struct.__struct_config__.omit_defaults}


def _promise(component: dict[str, Any]) -> None:
    """Mark all fields of an answer's struct as required. A generated client would take one with a default for a field
    that may be absent."""
    component["required"] = list(component["properties"])
    for schema in component["properties"].values():
        schema.pop("default", None)


def _state_bounds(component: dict[str, Any]) -> None:
    """Write the bounds of texts and lists, by field name, into the schema of a struct that requests contain.

    Answers are exempt: there the same name may be longer, as a setting's value or a page of a list.
    """
    for name, schema in component.get("properties", {}).items():
        for each in (schema, *schema.get("anyOf", ())):
            if each.get("type") == "array" and name in ENTRIES:
                each.setdefault("maxItems", ENTRIES[name])
                each = each.get("items", {})  # noqa: PLW2901 - what is in the list is bounded, too
            elif each.get("type") == "object" and name in ENTRIES:
                each.setdefault("maxProperties", ENTRIES[name])
                each = each.get("additionalProperties", {})  # noqa: PLW2901
            if isinstance(each, dict) and each.get("type") == "string" and name in CHARACTERS:
                each.setdefault("maxLength", CHARACTERS[name])


def _for_callers(docstring: str, names: set[str]) -> str:
    """Turn a docstring into the document's Markdown, with fields named as on the wire."""

    def on_the_wire(found: re.Match[str]) -> str:
        name = wire_name(found[1])
        return "`" + (name if name in names else found[1])

    text = re.sub(r"``(\w+)", on_the_wire, inspect.cleandoc(docstring))
    return re.sub(r"\*(\w+)\*", r"`\1`", text.replace("``", "`"))


def _tag(operation: Operation) -> str:
    return operation.path.split("/")[1]


def _operation(
    operation: Operation, schema_of: dict[Any, Any], reference: Reference, most_body_bytes: int
) -> dict[str, Any]:
    most_bytes = min(decoder_of(operation.request).most_bytes, most_body_bytes)
    content = {"schema": schema_of[operation.request]}
    answer = {"schema": _answer_schema(operation, schema_of)}
    example = reference.example(operation.path)
    if example is not None:
        content["example"] = example.request
        answer["example"] = example.answer
    return {
        "operationId": operation.path.strip("/").replace("/", "_"),
        "tags": [_tag(operation)],
        "summary": operation.summary,
        "description": _description(operation, most_bytes),
        "x-maxBodyBytes": most_bytes,
        "x-maxBodyValues": decoder_of(operation.request).most_values,
        "x-maxAnswerBytes": MOST_ANSWER_BYTES,
        "security": [] if operation.access is Access.ANYONE else [{"token": []}],
        "parameters": [
            {"$ref": "#/components/parameters/operationID"},
            *([{"$ref": "#/components/parameters/idempotencyKey"}] if operation.once_by_key else []),
            *_query_parameters(operation, example),
        ],
        "requestBody": {"required": True, "content": {"application/json": content} | _protobuf(operation)},
        "responses": {
            "200": {
                "description": "Success, or an error in the same envelope.",
                "content": {"application/json": answer},
            },
            "4XX": {"$ref": "#/components/responses/NotRead"},
        },
    }


def _description(operation: Operation, most_bytes: int) -> str:
    bounds = (
        f"A body has up to {most_bytes:,} bytes, and up to {decoder_of(operation.request).most_values:,} members of"
        f" objects and entries of lists; the answer up to {MOST_ANSWER_BYTES:,} bytes"
    )
    allowed = f"{bounds}.\n\nMay be called by: {operation.access.value}."
    return f"{operation.description}\n\n{allowed}".strip()


def _protobuf(operation: Operation) -> dict[str, Any]:
    """Describe the protobuf form of a body, if there is one."""
    if operation.protobuf is None:
        return {}
    request, response = (message.DESCRIPTOR.name for message in operation.protobuf)
    about = f"OpenIM's message `{request}`; `data` of the answer is then `{response}`, in base64."
    return {"application/x-protobuf": {"schema": {"type": "string", "format": "binary", "description": about}}}


def _answer_schema(operation: Operation, schema_of: dict[Any, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "errCode": {"const": 0, "description": "0: success"},
        "errMsg": {"const": "", "description": "Empty: success"},
        "errDlt": {"const": "", "description": "Empty: success"},
    }
    if operation.response is not None:
        properties["data"] = schema_of[operation.response] | {"description": "What was asked for"}
    required = [name for name in properties if name != "data" or not operation.may_have_no_data]
    success = {"title": "Success", "type": "object", "properties": properties, "required": required}
    return {"oneOf": [success, {"$ref": "#/components/schemas/Error"}]}


def _error_schema() -> dict[str, Any]:
    known = "\n".join(f"- `{code}` {meaning}" for code, meaning in _ERRORS.items())
    return {
        "title": "Error",
        "type": "object",
        "description": f"There is no `data`. Codes that any operation may answer:\n\n{known}",
        "properties": {
            "errCode": {"type": "integer"},
            "errMsg": {"type": "string"},
            "errDlt": {"type": "string"},
        },
        "required": ["errCode", "errMsg", "errDlt"],
        "not": {"properties": {"errCode": {"const": 0}}},
    }


def _query_parameters(operation: Operation, example: Example | None) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1}
    return [
        {"name": name, "in": "query", "required": True, "description": meaning, "schema": schema}
        | ({"example": example.query[name]} if example is not None and name in example.query else {})
        for name, meaning in operation.query.items()
    ]


def _operation_id_parameter() -> dict[str, Any]:
    return {
        "name": "operationID",
        "in": "header",
        "required": True,
        "description": "Any text that traces this call through logs and callbacks.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 256},
        "example": "hello-1",
    }


def _idempotency_key_parameter() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Any text of the caller's that names this call: repeated with it, the call does nothing twice.",
        "schema": {"type": "string", "maxLength": LONGEST_IDEMPOTENCY_KEY},
        "example": "order-1",
    }
