"""The model server: any that instructor knows, asked in the form that it understands.

instructor knows how each provider wants a schema to be sent and how its reply is read; but at every call it builds the
schema anew, and openai's client then walks through it. Both are the same for every abstract, so the request is prepared
once per number of marks, which bounds its reply, and only the abstract is put in.
"""

import json
import logging
import os
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from http import HTTPStatus
from importlib import import_module
from typing import Any, Literal, cast
from urllib.parse import urlsplit, urlunsplit

import httpx2
import instructor
from instructor.core.exceptions import InstructorError
from instructor.v2.core.registry import ModeHandlers, mode_registry
from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI, DefaultAioHttpClient, OpenAIError
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError

from extract.llm.journal import JournalEntry
from extract.llm.prompt import instructions
from extract.llm.reply import Reply
from models.errors import ClaimboardError

Form = Literal["json_schema", "tools", "json"]
"""How the schema is sent: as a response format, as a tool, or written into the prompt."""

FORMS: tuple[Form, ...] = ("json_schema", "tools", "json")
"""From the most to the least binding."""

_MODES = {
    "json_schema": instructor.Mode.JSON_SCHEMA,
    "tools": instructor.Mode.TOOLS,
    "json": instructor.Mode.JSON,
}
_ABSTRACT = "\ue000 the abstract goes here \ue000"
_TOKENS_PER_MARK = 80
_TOKENS_PER_REPLY = 80

_MORE_TOKENS = 4
"""Factor on the bound of a reply that was cut: models that think aloud need room for it."""

# It logs with a traceback what it also raises; the error says it in one line.
logging.getLogger("instructor.auto_client").disabled = True

_FORM_WORDS = re.compile(r"response_format|json_schema|\b(?:schema|tools?|tool_choice|functions?|format)\b")
_TOO_LONG = re.compile(r"context.?(?:length|size|window)|too (?:long|large)|too many tokens")
"""A text that is too long is no matter of form, though servers name functions and schemas in the same breath."""

NO_KEY = "none"
"""Sent to a server of the user's own where no key is set: most take any."""

_SHORT = 8
"""Characters of a key that is a secret wherever it stands; a shorter one may be part of a word."""

_KEY = re.compile(r"(?:\b(?:sk|pk|key|gsk|xai)[-_]|\bAIza|\bBearer\s+)[\w*.-]{4,}")
"""What keys look like: servers print them whole or with stars in the middle."""

THINKS_FIRST = re.compile(r"openai/(?:o\d|gpt-5)(?!.*chat)")
"""OpenAI's own reasoning models, which are known to want other parameters; of others it is found out by asking."""


@dataclass(frozen=True)
class _Dialect:
    """Which parameters the server takes: reasoning models want other ones."""

    completion_tokens: bool = False
    """The bound of the reply is `max_completion_tokens`, not `max_tokens`."""
    temperature: bool = True
    """Takes a temperature."""


@dataclass(frozen=True)
class Request:
    """What is sent for one question, and what reads its reply."""

    arguments: dict[str, Any]
    reply: type[Reply]
    form: Form


class _Wire:
    """Posts to one address what the client would post, and raises what it would raise.

    For every call the client copies its options, transforms the body, builds the same headers and parses the same
    address anew: two thirds of what a call costs. Here that is done once.
    """

    def __init__(self, client: AsyncOpenAI, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._url = client.base_url.join("chat/completions")
        known = {name: value for name, value in client.default_headers.items() if isinstance(value, str)}
        self._headers = httpx2.Headers({**known, **client.auth_headers})

    async def post(self, arguments: Mapping[str, Any]) -> httpx2.Response:
        body = json.dumps(arguments, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        request = httpx2.Request("POST", self._url, headers=self._headers, content=body, extensions=self._extensions)
        try:
            response = await self._http.send(request)
        except httpx2.TimeoutException as error:
            raise APITimeoutError(request) from error
        except Exception as error:
            raise APIConnectionError(request=request) from error
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise _status_error(response)
        return response

    @property
    def _extensions(self) -> dict[str, Any]:
        return {"timeout": self._http.timeout.as_dict()}


def _status_error(response: httpx2.Response) -> APIStatusError:
    """Return what openai's client raises for a response that says what is wrong."""
    try:
        body = response.json()
    except ValueError:
        body = None
    said = body.get("error", body) if isinstance(body, dict) else None
    words = said if said is not None else response.text[:500]
    return APIStatusError(f"Error code: {response.status_code} - {words}", response=response, body=said)


@lru_cache
def certificates() -> ssl.SSLContext:
    """Return who may vouch for a server: to read them takes longer than a call, and each client would do so twice."""
    return httpx2.create_ssl_context()


@dataclass
class Server:
    """One model behind one address.

    `model` is `provider/name` as instructor takes it; `base_url` and `api_key` override what the provider's own
    environment variables say. `form` None means: the most binding form that the server accepts.
    """

    model: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    form: Form | None = None
    timeout: float = 120.0
    """Seconds for one call."""
    _prepared: dict[tuple[int, Form], Request] = field(default_factory=dict, init=False)
    _dialect: _Dialect = field(default_factory=_Dialect, init=False)

    def __post_init__(self) -> None:
        self.chosen: Form = self.form or FORMS[0]
        if not self.base_url and THINKS_FIRST.match(self.model):
            self._dialect = _Dialect(completion_tokens=True, temperature=False)
        self.connect()

    def connect(self) -> None:
        """Make a client, for one event loop; `close` closes its connections."""
        http: httpx2.AsyncClient | None = None
        options: dict[str, Any] = {"timeout": self.timeout, "max_retries": 0}
        if self.model.startswith("openai/"):
            # A third less work per call than the client's own transport.
            http = options["http_client"] = DefaultAioHttpClient(timeout=self.timeout, verify=certificates())
            if self.base_url and not os.environ.get("OPENAI_API_KEY"):
                options["api_key"] = NO_KEY
        if self.base_url:
            options["base_url"] = self.base_url
        if self.api_key:
            options["api_key"] = self.api_key
        try:
            self._client = instructor.from_provider(self.model, async_client=True, **options)
        except (ImportError, ValueError, OpenAIError, InstructorError) as error:
            raise ClaimboardError(f"--model {self.model}: {' '.join(str(error).split())}") from error
        client = self.openai_client
        self._wire = _Wire(client, http) if client is not None and http is not None else None

    @property
    def address(self) -> str:
        """Where the model is asked: the server's address, or the provider's name.

        Without what may stand in an address to sign in with: people and the store are told it.
        """
        address = str(getattr(self._client.client, "base_url", None) or self.model.split("/", 1)[0])
        parts = urlsplit(address)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))

    @property
    def key(self) -> str | None:
        """What the client signs in with; None where it has no such key, or does not tell."""
        key = self.api_key or getattr(self._client.client, "api_key", None)
        return key if isinstance(key, str) and key else None

    @property
    def openai_client(self) -> AsyncOpenAI | None:
        """The client, where the provider speaks OpenAI's protocol."""
        client = self._client.client
        return client if isinstance(client, AsyncOpenAI) else None

    @property
    def _raw(self) -> Callable[..., Awaitable[Any]]:
        """The provider's own function for a chat completion, without instructor around it."""
        function = self._client.create_fn
        return cast(Callable[..., Awaitable[Any]], getattr(function, "__wrapped__", function))

    def handlers(self, form: Form) -> ModeHandlers:
        """How the provider wants a schema to be sent in this form, and how its reply is read."""
        return mode_registry.get_handlers(self._client.provider, _MODES[form])

    def adapt(self, error: BaseException, arguments: Mapping[str, Any], sent: Form) -> bool:
        """Change how requests are made after the server refused these arguments, of form `sent`, as wrong.

        Returns whether the request is worth making anew. What a server understands is found out on the first requests
        of a run, many of which may be under way at once; no list of providers could keep up.
        """
        words = str(error).lower()
        if _TOO_LONG.search(words):
            return False
        if "max_tokens" in words and "max_tokens" in arguments:
            self._change(replace(self._dialect, completion_tokens=True))
        elif "temperature" in words and "temperature" in arguments:
            self._change(replace(self._dialect, temperature=False))
        elif self.chosen == sent:
            if self.form or sent == FORMS[-1] or not _FORM_WORDS.search(words):
                return False
            self.chosen = FORMS[FORMS.index(sent) + 1]
        return True

    def _change(self, dialect: "_Dialect") -> None:
        self._dialect = dialect
        self._prepared.clear()

    def request(self, text: str, marks: int, form: Form | None = None) -> Request:
        """Return the request for an abstract with so many marks, in the form that the server takes or in another."""
        key = (marks, form or self.chosen)
        if key not in self._prepared:
            self._prepared[key] = self._prepare(*key)
        prepared = self._prepared[key]
        return Request(_put(prepared.arguments, text), prepared.reply, prepared.form)

    def _prepare(self, marks: int, form: Form) -> Request:
        handlers = self.handlers(form)
        messages = [{"role": "system", "content": instructions()}, {"role": "user", "content": _ABSTRACT}]
        asked = {**self._client.kwargs, "messages": messages}
        asked.setdefault("model", self.model.split("/", 1)[1])
        allowance = _TOKENS_PER_REPLY + _TOKENS_PER_MARK * marks
        asked["max_completion_tokens" if self._dialect.completion_tokens else "max_tokens"] = allowance
        if self._dialect.temperature:
            asked["temperature"] = 0
        reply, arguments = handlers.request_handler(response_model=Reply, kwargs=asked)
        if handlers.message_converter and "messages" in arguments:
            arguments["messages"] = handlers.message_converter(arguments["messages"], autodetect_images=False)
        return Request(arguments, cast(type[Reply], reply), form)

    async def ask(self, arguments: Mapping[str, Any]) -> Any:
        """Send a request and return the provider's reply as it is. Raises ValueError where it is none."""
        client = self.openai_client
        if client is None:
            return await self._raw(**arguments)
        response = await (self._wire.post(arguments) if self._wire else _post(client, arguments))
        reply = _completion(response.content)
        if not reply.choices or getattr(reply.choices[0], "message", None) is None:
            raise ValueError(f"the reply holds no message: {response.text[:100]}")
        return reply

    def written(self, reply: Any, form: Form) -> JournalEntry:
        """Write a reply in this form as text, with what `restored` needs to make it again."""
        kind = type(reply)
        text = reply.model_dump_json(warnings=False) if isinstance(reply, BaseModel) else ""
        return JournalEntry(form, f"{kind.__module__}:{kind.__qualname__}", text)

    def restored(self, entry: JournalEntry) -> tuple[Any, Form] | None:
        """Make a reply and its form from what `written` wrote; None where that is none of this provider's client."""
        form = next((form for form in FORMS if form == entry.form), None)
        module, _, name = entry.kind.partition(":")
        if form is None or module.split(".")[0] != type(self._client.client).__module__.split(".")[0]:
            return None
        kind = getattr(import_module(module), name, None)
        if not isinstance(kind, type) or not issubclass(kind, BaseModel):
            return None
        body = entry.text.encode()
        try:
            return (_completion(body) if kind is ChatCompletion else kind.model_validate_json(body)), form
        except ValueError:
            return None

    def without_key(self, text: str) -> str:
        """Strike the key from a text, whole or as providers shorten it: they repeat it where they refuse it."""
        if (key := self.key) and key != NO_KEY:
            escaped = re.escape(key)
            text = re.sub(escaped if len(key) >= _SHORT else rf"(?<!\w){escaped}(?!\w)", "[key]", text)
        return _KEY.sub("[key]", text)

    async def close(self) -> None:
        """Close the connections."""
        close = getattr(self._client.client, "close", None)
        if close is not None:
            await close()


def with_more_room(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a request whose reply may be several times as long."""
    bounds = ("max_tokens", "max_completion_tokens")
    return {key: value * _MORE_TOKENS if key in bounds else value for key, value in arguments.items()}


def _completion(body: bytes) -> ChatCompletion:
    """Read a reply, also one that says more than OpenAI's do. Raises ValueError where it is none."""
    try:
        return ChatCompletion.model_validate_json(body)
    except ValidationError:
        fields = json.loads(body)
        if not isinstance(fields, dict) or not isinstance(fields.get("choices"), list):
            raise
        return ChatCompletion.construct(**fields)


async def _post(client: AsyncOpenAI, arguments: Mapping[str, Any]) -> httpx2.Response:
    return await client.post("/chat/completions", body=dict(arguments), cast_to=httpx2.Response)


def _put(value: Any, text: str) -> Any:
    """Copy a prepared request with the abstract in its place; what does not hold the place is shared, not copied."""
    if isinstance(value, str):
        return text if value == _ABSTRACT else value
    if isinstance(value, list):
        items = [_put(item, text) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        # Only messages hold text of ours; a schema is never walked through.
        return {
            key: _put(item, text) if key in ("messages", "contents", "content", "parts", "text", "prompt") else item
            for key, item in value.items()
        }
    return value
