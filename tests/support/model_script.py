"""What the scripted model server is told to do: how it answers, and which request meets which fate.

A fate is written `kind[:argument][xTIMES]`, several joined with commas: `500x2`, `429:0.5`, `delay:0.3,reset`,
`hangx*` (every time). `KINDS` lists what there is. The first of these that applies decides about a request:

1. the rate limit, a true token bucket;
2. a marker in the messages, `[[fault:500x2]]`: fates of the requests that carry it, after which they are answered.
   Requests are told apart by their first user message, or by a label where one is given: `[[fault:500x2@A]]`.
   A marker in an abstract holds digits, which count as numbers of the abstract: a title is the better place;
3. `by_text`, the same by any substring of the messages;
4. `script`, the fates of the first requests;
5. `mix`, probabilities. A draw depends on seed, messages and attempt only, so it repeats in any order of arrival.
"""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from math import ceil
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Json = dict[str, Any]

KINDS = {
    "ok": "the responder's reply",
    "delay": "the reply after so many more seconds",
    "drip": "the reply in ten pieces over so many seconds",
    "quota": "429 that says insufficient_quota: waiting does not help",
    "reset": "TCP reset instead of a reply",
    "disconnect": "orderly close instead of a reply",
    "reset_mid_body": "half of the reply's body, then TCP reset",
    "not_http": "bytes that are not HTTP, then close",
    "hang": "no reply until the client gives up",
    "truncated_body": "complete HTTP whose JSON body is cut in half",
    "garbage_body": "complete HTTP whose body is not text",
    "truncated_content": "content cut in half, finish_reason stop",
    "garbage_content": "content that means nothing",
    "prose": "content in plain words, no JSON",
    "fenced": "right content inside a Markdown fence with words around it",
    "empty": "content of no characters",
    "length": "content cut in half, finish_reason length",
    "content_filter": "no content, finish_reason content_filter",
    "refusal": "message.refusal in place of content",
    "wrong_schema": "JSON of another shape",
    "fewer_entries": "the last entry of the reply missing",
    "more_entries": "the last entry of the reply twice",
    "invented_names": "names that stand nowhere in the text",
}
"""Every kind of fate besides a status, which is three digits: `503`, or with Retry-After `429:0.5`, `429:date+2`."""

FOREVER = 1 << 62
_FATE = re.compile(r"(?P<kind>[a-z_]+|[45]\d\d)(?::(?P<argument>(?:date\+)?[\d.]+))?(?:x(?P<times>\d+|\*))?")
_MARKER = re.compile(r"\[\[fault:(?P<fates>[^\]@]+)(?:@(?P<label>[^\]]*))?\]\]")
_NUMBER_MARKS = re.compile(r"⟦[^⟧]*⟧")
"""Prompts mark numbers in the abstract, also those inside a fault marker."""


class Fate(NamedTuple):
    """What happens to one request."""

    kind: str = "ok"
    argument: str | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status of a fate that is one."""
        return int(self.kind) if self.kind.isdigit() else None

    @property
    def seconds(self) -> float:
        """The argument of `delay` and `drip`."""
        return float(self.argument or 0)


def parse_fates(text: str) -> list[tuple[Fate, int]]:
    """Read comma-separated fates with how often each happens. Raises ValueError where one is unknown."""
    fates = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _FATE.fullmatch(part)
        if not match or not (match["kind"].isdigit() or match["kind"] in KINDS):
            raise ValueError(f"unknown fate {part!r}: use a status from 400 to 599 or one of {', '.join(KINDS)}")
        times = FOREVER if match["times"] == "*" else int(match["times"] or 1)
        fates.append((Fate(match["kind"], match["argument"]), times))
    return fates


def _checked(text: str) -> str:
    parse_fates(text)
    return text


Fates = Annotated[str, AfterValidator(_checked)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RateLimit(_Strict):
    """A token bucket: requests beyond it get 429."""

    per_second: float = Field(gt=0)
    burst: float = Field(default=1, ge=1, description="Requests that may come at once after a rest")
    retry_after: Literal["seconds", "fraction", "date", "none"] = "seconds"


class BatchScript(_Strict):
    """How batches come out."""

    polls: int = Field(default=2, ge=0, description="Looks at a batch before the one that shows its outcome")
    outcomes: list[Literal["completed", "expired", "failed"]] = Field(
        default=[], description="Of the first batches; later ones complete"
    )
    answered_share: float = Field(default=0.5, description="Of the lines, when a batch expires or is cancelled")
    failing_lines: list[str] = Field(default=[], description="custom_id of lines that end in the error file")
    failure_code: str = "token_limit_exceeded"
    max_lines: int = 50_000


class Script(_Strict):
    """Everything that can be set, at the start or through POST /control/script."""

    responder: str | None = Field(
        default=None, description="'module:function' or 'file.py:function': request JSON in, reply text or JSON out"
    )
    mutator: str | None = Field(
        default=None, description="(kind, request, reply) -> reply, for wrong_schema, *_entries and invented_names"
    )
    seed: int = 0
    delay: float | tuple[float, float] = Field(
        default=0.0, description="Seconds before a reply, or the ends of a range"
    )
    script: Fates = ""
    by_text: dict[str, Fates] = {}
    mix: dict[Fates, float] = {}
    api_script: Fates = Field(default="", description="Fates of the first requests to the files and batches endpoints")
    rate_limit: RateLimit | None = None
    modes: set[Literal["json_schema", "json_object", "tools", "text"]] = {"json_schema", "json_object", "tools", "text"}
    rejected_parameters: set[str] = Field(default=set(), description="Request fields that get 400")
    models: list[str] | None = Field(default=None, description="Others get 404; None knows every model")
    api_key: str | None = Field(default=None, description="Others get 401; None takes any")
    cache_minimum_tokens: int = Field(default=1024, description="Shorter prompt prefixes are not cached")
    batch: BatchScript = BatchScript()
    keep_requests: bool = Field(default=False, description="Whether the log holds the requests' JSON")


def message_texts(request: Json) -> Iterator[tuple[str, str]]:
    """Yield (role, text) of every text part of every message."""
    for message in request.get("messages") or ():
        content = message.get("content") or ""
        parts = [content] if isinstance(content, str) else [part.get("text", "") for part in content]
        for part in parts:
            yield message.get("role", ""), part


def request_key(request: Json) -> str:
    """Name a request by its first user message, which retries and repair turns leave alone."""
    first = next((text for role, text in message_texts(request) if role == "user"), "")
    return hashlib.blake2b(first.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def uniform(*parts: object) -> float:
    """Return a number in [0, 1) that depends on the parts alone."""
    digest = hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def retry_after(argument: str | None) -> str | None:
    """Write a Retry-After header: seconds as given, or for `date+N` the HTTP date N seconds from now."""
    if argument and argument.startswith("date+"):
        return formatdate(ceil(time.time() + float(argument.removeprefix("date+"))), usegmt=True)
    return argument


@dataclass
class TokenBucket:
    """Refills continuously; a request takes one token."""

    limit: RateLimit
    tokens: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.limit.burst
        self.filled_at = time.monotonic()

    def take(self) -> Fate | None:
        """Take a token; where there is none, return the refusal."""
        now = time.monotonic()
        self.tokens = min(self.limit.burst, self.tokens + (now - self.filled_at) * self.limit.per_second)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return None
        wait = (1 - self.tokens) / self.limit.per_second
        forms = {"seconds": str(ceil(wait)), "fraction": f"{wait:.3f}", "date": f"date+{wait:.3f}", "none": None}
        return Fate("429", forms[self.limit.retry_after])


class FateChooser:
    """Applies a script to requests, one at a time, and remembers how often each was seen."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: Counter[str] = Counter()
        self._used: Counter[tuple[str, str]] = Counter()
        self._by_text = {text: parse_fates(fates) for text, fates in script.by_text.items()}
        self._script = parse_fates(script.script)
        self._api_script = parse_fates(script.api_script)
        self._mix = [(parse_fates(fate)[0][0], share) for fate, share in script.mix.items()]
        self._bucket = TokenBucket(script.rate_limit) if script.rate_limit else None

    def limited(self) -> Fate | None:
        """Take one request from the rate limit; return the refusal where it is used up."""
        return self._bucket.take() if self._bucket else None

    def choose(self, request: Json, key: str) -> Fate:
        """Decide about one chat completion; `key` is its `request_key`."""
        self.seen[key] += 1
        text = "\n".join(part for _, part in message_texts(request))
        if "[[fault:" in text and (markers := list(_MARKER.finditer(_NUMBER_MARKS.sub("", text)))):
            return self._from_markers(markers, key)
        matches = [(substring, fates) for substring, fates in self._by_text.items() if substring in text]
        if matches:
            return next(filter(None, (self._next("text", *match) for match in matches)), Fate())
        return self._next("script", "", self._script) or self._drawn(key)

    def choose_api(self) -> Fate:
        """Decide about one request to the files or batches endpoints."""
        return self._next("api", "", self._api_script) or Fate()

    def _from_markers(self, markers: Iterable[re.Match[str]], key: str) -> Fate:
        for marker in markers:
            name = marker[0] if marker["label"] else marker[0] + key
            if fate := self._next("marker", name, parse_fates(marker["fates"])):
                return fate
        return Fate()

    def _next(self, source: str, name: str, fates: list[tuple[Fate, int]]) -> Fate | None:
        position = self._used[source, name]
        for fate, times in fates:
            if position < times:
                self._used[source, name] += 1
                return fate
            position -= times
        return None

    def _drawn(self, key: str) -> Fate:
        draw = uniform(self.script.seed, "mix", key, self.seen[key]) if self._mix else 1.0
        for fate, share in self._mix:
            if draw < share:
                return fate
            draw -= share
        return Fate()

    def delay(self, key: str) -> float:
        """Return the seconds that this attempt of a request waits for its reply."""
        if isinstance(self.script.delay, tuple):
            low, high = self.script.delay
            return low + (high - low) * uniform(self.script.seed, "delay", key, self.seen[key])
        return self.script.delay
