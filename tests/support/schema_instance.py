"""Replies for requests whose reply has a JSON schema: the smallest instance that the schema allows.

It is what the scripted model server answers when no responder is given, so that any structured request of any prompt
format gets a reply that parses. (Generators for tests, such as hypothesis-jsonschema, give random instances instead.)
"""

import json
from typing import Any

from model_script import Json, message_texts

INVENTED = "Zorblax-9000"


def respond(request: Json) -> str | Json:
    """Answer a chat completion: an instance of its schema, or a word where there is none."""
    schema = schema_of(request)
    if schema is None:
        return {} if (request.get("response_format") or {}).get("type") == "json_object" else "ok"
    reply: Json = instance(schema)
    return reply


def schema_of(request: Json) -> Json | None:
    """Return the schema of the reply: of response_format, of the chosen tool, or the last one written in a message."""
    response_format = request.get("response_format") or {}
    if response_format.get("type") == "json_schema":
        schema: Json = response_format["json_schema"].get("schema") or {}
        return schema
    if request.get("tools"):
        parameters: Json = chosen_tool(request).get("parameters") or {}
        return parameters
    return next(filter(None, (_schema_in(text) for role, text in message_texts(request) if role != "assistant")), None)


def chosen_tool(request: Json) -> Json:
    """Return the function that tool_choice names, else the first."""
    functions: list[Json] = [tool["function"] for tool in request["tools"]]
    choice = request.get("tool_choice")
    name = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    return next((function for function in functions if function["name"] == name), functions[0])


def _schema_in(text: str) -> Json | None:
    start = text.find("{")
    while start >= 0:
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            found = None
        if isinstance(found, dict) and ("properties" in found or "$ref" in found):
            return found
        start = text.find("{", start + 1)
    return None


def instance(schema: Json, *, names: str | None = None) -> Any:
    """Return the smallest instance: required properties, fewest items, null where it may be.

    With `names`, null and free strings become that string wherever the schema allows. Of the keywords, `pattern`,
    `not` and conditions are not looked at.
    """
    return _Generator(schema, names).of(schema)


class _Generator:
    def __init__(self, root: Json, names: str | None) -> None:
        self.root = root
        self.names = names

    def of(self, schema: Json) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return None if None in schema["enum"] else schema["enum"][0]
        branches = schema.get("anyOf") or schema.get("oneOf")
        if branches:
            return self.of(self._branch(branches))
        types = schema.get("type") or ("object" if "properties" in schema else "null")
        if isinstance(types, list):
            return self.of(self._branch([{**schema, "type": one} for one in types]))
        return self._typed(types, schema)

    def _typed(self, kind: str, schema: Json) -> Any:
        match kind:
            case "object":
                properties = schema.get("properties", {})
                wanted = properties if self.names else schema.get("required", ())
                return {name: self.of(properties.get(name, {})) for name in wanted}
            case "array":
                items = [self.of(item) for item in schema.get("prefixItems", ())][: schema.get("maxItems")]
                fewest = max(schema.get("minItems", 0), 1 if self.names and schema.get("maxItems") != 0 else 0)
                missing = fewest - len(items)
                return items + [self.of(schema.get("items") or {}) for _ in range(missing)]
            case "string":
                text = str(schema.get("default") or (schema.get("examples") or [self.names or "x"])[0])
                return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
            case "integer":
                return int(_within(schema, 1))
            case "number":
                return _within(schema, 1e-6)
            case "boolean":
                return False
            case _:
                return None

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            target: Any = self.root
            for step in schema["$ref"].removeprefix("#").strip("/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")] if step else target
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        for part in schema.get("allOf", ()):
            schema = _merged(schema, self._resolved(part))
        return schema

    def _branch(self, branches: list[Json]) -> Json:
        resolved = [self._resolved(branch) for branch in branches]
        wanted = "string" if self.names else "null"
        for branch in resolved:
            if branch.get("type") == wanted and "enum" not in branch and "const" not in branch:
                return branch
        return resolved[0]


def _merged(schema: Json, part: Json) -> Json:
    return {
        **part,
        **schema,
        "properties": {**part.get("properties", {}), **schema.get("properties", {})},
        "required": [*part.get("required", ()), *schema.get("required", ())],
    }


def _within(schema: Json, step: float) -> float:
    low = schema.get("minimum", schema["exclusiveMinimum"] + step if "exclusiveMinimum" in schema else None)
    high = schema.get("maximum", schema["exclusiveMaximum"] - step if "exclusiveMaximum" in schema else None)
    value = max(low, 0) if low is not None else 0
    value = min(value, high) if high is not None else value
    multiple = schema.get("multipleOf")
    return float(value) if not multiple else -(-value // multiple) * multiple
