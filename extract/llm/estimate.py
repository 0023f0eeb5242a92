"""What a run would take, before it is begun: calls, tokens and money.

What is sent is known to the character. What comes back is taken from what the embedded extractor reads in the same
abstract, written as a model would write it: one entry for each number, long where it is a claim.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from extract.llm.extractor import LlmExtractor
from extract.llm.prices import LOCAL_PROVIDERS
from extract.llm.prompt import MOST_QUESTIONS, Question, instructions, questions
from extract.llm.reply import reply_model
from extract.llm.server import FORMS, THINKS_FIRST, Form
from extract.llm.tokens import PER_CALL, TokenCounter
from extract.mentions import find_mentions
from extract.rules import RulesExtractor
from models.claim import Claim
from models.paper import Paper
from models.run import Outcome

_CACHE_LEAST, _CACHE_STEP = 1024, 128
"""Tokens of the shortest prefix that is cached, and of each step beyond (OpenAI, Prompt caching guide)."""

_CACHING = frozenset({"openai", "deepseek"})
"""Providers that cache unasked, for a lower price."""

_FULLER = 1.3
"""Tokens of a strong model's reply for each of the reply that the embedded extractor would give: it names more.

Measured on 88 arXiv abstracts with 351 numbers, in Qwen2.5's tokenizer: 11,964 and 9,193 tokens.
"""


@dataclass
class Estimate:
    """What reading papers would take. A paper that fails, or a reply that is asked for again, takes more."""

    model: str
    form: Form
    method: str
    """How tokens were counted."""
    thinks_first: bool
    """Whether the model is known to think before it replies: that takes completion tokens which nobody can foresee."""
    papers: int = 0
    """Papers to read."""
    already_read: int = 0
    """Papers that this model has read before; nothing else counts them."""
    papers_with_numbers: int = 0
    calls: int = 0
    tokens_in: int = 0
    """Prompt tokens, cached ones included."""
    tokens_cached: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    """US dollars; None where the price is not known."""
    cost_usd_in_batch: float | None = None
    """The same in OpenAI's batches; None for models of others."""
    refusals: int = 0
    """Sources and records that were not understood."""

    @property
    def calls_saved(self) -> int:
        """Papers without a number: one call each that is not made."""
        return self.papers - self.papers_with_numbers


@dataclass
class Estimator:
    """Adds up what an extractor would take. Nothing is sent and no key is needed."""

    extractor: LlmExtractor
    estimate: Estimate = field(init=False)

    def __post_init__(self) -> None:
        model, base_url = self.extractor.model, self.extractor.base_url
        self._counter = TokenCounter.of(model)
        self._is_own_server = bool(base_url) or model.partition("/")[0] in LOCAL_PROVIDERS
        self._form: Form = self.extractor.form or FORMS[0]
        self._seen: set[int] = set()
        self._prefixes: dict[int, int] = {}
        thinks_first = not base_url and THINKS_FIRST.match(model) is not None
        self.estimate = Estimate(model, self._form, self._counter.method, thinks_first)

    def add(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Count papers in; yield, for each that is counted, how the embedded extractor read it."""
        known: dict[str, Paper] = {}

        def taken() -> Iterator[Paper]:
            for paper in papers:
                known[paper.paper_id] = paper
                yield paper

        for outcome in RulesExtractor().extract(taken()):
            self._add(known.pop(outcome.paper_id), outcome.claims)
            yield outcome
        if price := self.extractor.price:
            estimate = self.estimate
            estimate.cost_usd = price.cost(estimate.tokens_in, estimate.tokens_out, estimate.tokens_cached)
            if self.extractor.model.startswith("openai/") and not self.extractor.base_url:
                # A batch is answered in any order over a day: nothing is certain to be cached.
                estimate.cost_usd_in_batch = price.in_batch().cost(estimate.tokens_in, estimate.tokens_out)

    def _add(self, paper: Paper, claims: Iterable[Claim]) -> None:
        estimate = self.estimate
        estimate.papers += 1
        mentions = find_mentions(paper.abstract)
        asked = questions(paper, mentions) if mentions else []
        estimate.papers_with_numbers += bool(mentions)
        if len(asked) > MOST_QUESTIONS:
            return
        by_start = {claim.number_start: claim for claim in claims}
        for question in asked:
            marks = len(question.mentions)
            prefix = self._prefix(marks)
            estimate.calls += 1
            estimate.tokens_in += prefix + PER_CALL + self._counter.prose(question.text)
            estimate.tokens_cached += self._cached(prefix, marks)
            estimate.tokens_out += round(_FULLER * self._counter.dense(_reply(question, by_start)))

    def _prefix(self, marks: int) -> int:
        """Return the tokens that every call about so many numbers begins with."""
        if marks not in self._prefixes:
            self._prefixes[marks] = self._instructions + self._counter.dense(self._schema(marks))
        return self._prefixes[marks]

    @cached_property
    def _instructions(self) -> int:
        return self._counter.dense(instructions())

    def _schema(self, marks: int) -> str:
        """Return the schema of a reply as far as it is part of the prompt.

        A provider puts it before the instructions (OpenAI, Prompt caching guide, 'What can be cached'); llama.cpp and
        vLLM make a grammar of a response format, which no token shows.
        """
        if self._form == "json_schema" and self._is_own_server:
            return ""
        schema = reply_model(marks).model_json_schema(by_alias=True)
        return json.dumps(schema, indent=2) if self._form == "json" else json.dumps(schema, separators=(",", ":"))

    def _cached(self, prefix: int, marks: int) -> int:
        """Return the tokens of a prefix that the provider has cached: those of every call but the first that has it."""
        is_first = marks not in self._seen
        self._seen.add(marks)
        provider = self.extractor.model.partition("/")[0]
        if is_first or provider not in _CACHING or self._is_own_server or prefix < _CACHE_LEAST:
            return 0
        return prefix // _CACHE_STEP * _CACHE_STEP


def _reply(question: Question, claims: dict[int, Claim]) -> str:
    """Return a reply that says of a question's numbers what these claims say."""
    reply: dict[str, object] = {}
    for number, mention in enumerate(question.mentions, start=1):
        claim = claims.get(mention.start)
        reply[str(number)] = _entry(claim) if claim else {"is": "no"}
    return json.dumps(reply | {"misread": []}, separators=(",", ":"), ensure_ascii=False)


def _entry(claim: Claim) -> dict[str, str | None]:
    entry = {"is": claim.kind, "of": claim.metric, "by": claim.model, "on": claim.benchmark, "when": claim.setting}
    if claim.kind != "score":
        entry |= {"goes": "up" if claim.direction == "increase" else "down", "vs": claim.baseline}
    if claim.kind == "delta":
        entry["basis"] = claim.basis
    return entry
