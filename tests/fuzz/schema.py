"""Whether an answer is what the OpenAPI document says: as much of JSON Schema as that document uses."""

from typing import Any

_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class Schema:
    """The document's schemas. ``problem`` says what is wrong with a value, and nothing where it is as it should be."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas: dict[str, Any] = document["components"]["schemas"]
        self._answers: dict[str, Any] = {}
        for path, item in document["paths"].items():
            answer = item["post"]["responses"]["200"]["content"]["application/json"]["schema"]
            self._answers[path] = answer["oneOf"][0]

    def problem_of_answer(self, path: str, envelope: Any) -> str:
        """Say what is wrong with the envelope of a success."""
        return self.problem(self._answers[path], envelope, "")

    def problem(self, schema: dict[str, Any], value: Any, place: str) -> str:
        if "$ref" in schema:
            return self.problem(self._schemas[schema["$ref"].rpartition("/")[2]], value, place)
        if "anyOf" in schema:
            problems = [self.problem(each, value, place) for each in schema["anyOf"]]
            return "" if "" in problems else problems[0]
        if "const" in schema and value != schema["const"]:
            return f"{place}: is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{place}: is none of {schema['enum']}"
        kinds = _KINDS.get(schema.get("type", ""), (object,))
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds and object not in kinds):
            return f"{place}: is no {schema['type']}"
        match value:
            case dict():
                return self._of_members(schema, value, place)
            case list():
                if len(value) > schema.get("maxItems", len(value)):
                    return f"{place}: has {len(value)} entries"
                found = (self.problem(schema.get("items", {}), each, f"{place}[{at}]") for at, each in enumerate(value))
                return next(filter(None, found), "")
            case str():
                return (
                    f"{place}: has {len(value)} characters" if len(value) > schema.get("maxLength", len(value)) else ""
                )
        return ""

    def _of_members(self, schema: dict[str, Any], value: dict[str, Any], place: str) -> str:
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                return f"{place}.{name}: is missing"
        others = schema.get("additionalProperties", {})
        for name, each in value.items():
            if name not in known and not isinstance(others, dict):
                return f"{place}.{name}: is not documented"
            if problem := self.problem(
                known.get(name, others if isinstance(others, dict) else {}), each, f"{place}.{name}"
            ):
                return problem
        return ""
