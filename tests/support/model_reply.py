"""Chat completions as a provider writes them, sound or spoilt: what the scripted model server puts into bodies."""

import copy
import importlib
import importlib.util
import json
import math
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import schema_instance
from model_script import Fate, Json, Script, message_texts

Responder = Callable[[Json], str | Json]
Mutator = Callable[[str, Json, str | Json], str | Json]

MUTATIONS = {"wrong_schema", "fewer_entries", "more_entries", "invented_names"}
_LINE = re.compile(r"\d+ \w+ .+")
_NAME = re.compile(r"\b(of|by|on|vs) [^;]+")
GARBAGE = "\x02ÿ¤ lorem \x1b[31m }}]{{ \u202e\U000f0000 \x7f"
_ERROR_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def load(target: str) -> Callable[..., Any]:
    """Return the function named by 'module:function' or 'path/to/file.py:function'."""
    place, _, name = target.rpartition(":")
    if place.endswith(".py"):
        path = Path(place)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{place} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules.setdefault(path.stem, module)
        spec.loader.exec_module(module)
    else:
        module = importlib.import_module(place)
    return cast(Callable[..., Any], getattr(module, name))


def error_body(status: int, message: str, *, param: str | None = None, code: str | None = None) -> Json:
    """Return an error as the OpenAI API words it."""
    kind = "server_error" if status >= 500 else _ERROR_TYPES.get(status, "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


class ReplyWriter:
    """Writes the reply to a request that is answered, with the content that its fate asks for."""

    def __init__(self, script: Script) -> None:
        self._responder: Responder = load(script.responder) if script.responder else schema_instance.respond
        self._mutator: Mutator = load(script.mutator) if script.mutator else mutated
        self._cache_minimum = script.cache_minimum_tokens
        self._prefixes: set[int] = set()
        self._count = 0

    def completion(self, request: Json, fate: Fate) -> Json:
        """Return a chat completion."""
        reply = self._responder(request)
        if fate.kind in MUTATIONS:
            reply = self._mutator(fate.kind, request, copy.deepcopy(reply))
        content = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        written, finish_reason = _spoilt(content, fate.kind)
        self._count += 1
        return {
            "id": f"chatcmpl-{self._count}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": request.get("model", ""),
            "choices": [_choice(request, fate, written, finish_reason)],
            "usage": self._usage(request, written),
        }

    def _usage(self, request: Json, content: str | None) -> Json:
        """Count four characters as a token, and as cached what stood before the last message of an earlier request."""
        texts = [text for _, text in message_texts(request)]
        prompt = math.ceil(sum(map(len, texts)) / 4)
        prefix, shared = hash(tuple(texts[:-1])), sum(map(len, texts[:-1])) // 4
        cached = shared // 128 * 128 if prefix in self._prefixes and shared >= self._cache_minimum else 0
        self._prefixes.add(prefix)
        completion = math.ceil(len(content or "") / 4)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": cached},
        }


def _choice(request: Json, fate: Fate, content: str | None, finish_reason: str) -> Json:
    message: Json = {"role": "assistant", "content": content, "refusal": None}
    if fate.kind == "refusal":
        message["refusal"] = "I'm sorry, but I can't help with that."
    elif content is not None and request.get("tools") and request.get("tool_choice") != "none":
        name = schema_instance.chosen_tool(request)["name"]
        call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": content}}
        message |= {"content": None, "tool_calls": [call]}
        if finish_reason == "stop" and request.get("tool_choice", "auto") == "auto":
            finish_reason = "tool_calls"
    return {"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}


def _spoilt(content: str, kind: str) -> tuple[str | None, str]:
    """Return the content that a fate leaves of the right one, and the finish reason."""
    match kind:
        case "length":
            return content[: len(content) // 2], "length"
        case "content_filter":
            return None, "content_filter"
        case "refusal":
            return None, "stop"
        case "empty":
            return "", "stop"
        case "truncated_content":
            return content[: len(content) // 2], "stop"
        case "garbage_content":
            return GARBAGE, "stop"
        case "prose":
            return "The abstract reports several improvements over earlier work.", "stop"
        case "fenced":
            return f"Here is the answer:\n```json\n{content}\n```\nLet me know what else you need.", "stop"
        case _:
            return content, "stop"


def mutated(kind: str, request: Json, reply: str | Json) -> str | Json:
    """Spoil any reply without knowing its format: the mutator that is used where none is given."""
    if isinstance(reply, str):
        try:
            return json.dumps(mutated(kind, request, json.loads(reply)), ensure_ascii=False)
        except ValueError:
            return reply
    match kind:
        case "wrong_schema":
            return {"result": {"status": "ok", "items": [1, 2, 3]}}
        case "fewer_entries" | "more_entries":
            _resize(reply, grow=kind == "more_entries")
            return reply
        case _:
            return _with_invented_names(reply, schema_instance.schema_of(request))


def _resize(reply: Json, *, grow: bool) -> None:
    """Repeat or drop the last entry of the first list, else of the object itself."""
    entries = next((value for value in reply.values() if isinstance(value, list) and value), None)
    if entries is not None:
        entries.extend(copy.deepcopy(entries[-1:])) if grow else entries.pop()
    elif reply:
        last = next(reversed(reply))
        if grow:
            reply[str(int(last) + 1) if last.isdigit() else f"{last}_again"] = copy.deepcopy(reply[last])
        else:
            del reply[last]


def _with_invented_names(reply: Json, schema: Json | None) -> Json:
    fixed = set(_fixed_strings(schema))
    changed = False

    def renamed(value: Any) -> Any:
        nonlocal changed
        if isinstance(value, dict):
            return {key: renamed(part) for key, part in value.items()}
        if isinstance(value, list):
            return [renamed(part) for part in value]
        if isinstance(value, str) and value not in fixed:
            changed = True
            return _renamed(value)
        return value

    result: Json = renamed(reply)
    if not changed and schema:
        result = schema_instance.instance(schema, names=schema_instance.INVENTED)
    return result


def _renamed(text: str) -> str:
    """Put invented names in the place of others: in "2 is score; by Foonet" that is Foonet."""
    if _LINE.fullmatch(text):
        return _NAME.sub(rf"\1 {schema_instance.INVENTED}", text)
    return schema_instance.INVENTED


def _fixed_strings(schema: Any) -> list[str]:
    """Collect the strings of every enum and const: they are no names."""
    if isinstance(schema, list):
        return [text for part in schema for text in _fixed_strings(part)]
    if not isinstance(schema, dict):
        return []
    own = [*schema.get("enum", ()), schema.get("const")] if not isinstance(schema.get("enum"), dict) else []
    return [text for text in own if isinstance(text, str)] + _fixed_strings(list(schema.values()))
