"""What a run would take, before it is begun: calls, tokens and money.

What is sent is known to the character. What comes back are corrections of the draft: so many a claim as a strong model
makes.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from extract.llm.extractor import LlmExtractor
from extract.llm.marked import MarkedPaper, marked_papers
from extract.llm.prices import LOCAL_PROVIDERS
from extract.llm.prompt import instructions
from extract.llm.reply import Reply
from extract.llm.server import FORMS, THINKS_FIRST, Form
from extract.llm.tokens import PER_CALL, TokenCounter
from models.paper import Paper
from models.run import Outcome

_CACHE_LEAST, _CACHE_STEP = 1024, 128
"""Tokens of the shortest prefix that is cached, and of each step beyond (OpenAI, Prompt caching guide)."""

_CACHING = frozenset({"openai", "deepseek"})
"""Providers that cache unasked, for a lower price."""

_CORRECTED = 8.6
"""Tokens of corrections for each claim of a draft.

Measured in Qwen2.5's tokenizer on what a strong model answered by hand about 30 abstracts: 758 tokens for 74 claims.
"""

_EMPTY = 5
"""Tokens of a reply without corrections."""


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
    papers_asked_about: int = 0
    """Those of them in which the embedded extractor takes some number for a claim."""
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
        """Papers without a number, or none that may be a claim: one call each that is not made."""
        return self.papers - self.papers_asked_about


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
        thinks_first = not base_url and THINKS_FIRST.match(model) is not None
        self.estimate = Estimate(model, self._form, self._counter.method, thinks_first)

    def add(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Count papers in; yield, for each that is counted, how the embedded extractor read it."""
        for found in marked_papers(papers, self.extractor.workers):
            self.estimate.papers += 1
            if isinstance(found, Outcome):
                self.estimate.papers_with_numbers += found.mention_count > 0
                yield found
            else:
                self._add(found)
                yield found.outcome(found.drafted, None, None)
        if price := self.extractor.price:
            estimate = self.estimate
            estimate.cost_usd = price.cost(estimate.tokens_in, estimate.tokens_out, estimate.tokens_cached)
            if self.extractor.model.startswith("openai/") and not self.extractor.base_url:
                # A batch is answered in any order over a day: nothing is certain to be cached.
                estimate.cost_usd_in_batch = price.in_batch().cost(estimate.tokens_in, estimate.tokens_out)

    def _add(self, marked: MarkedPaper) -> None:
        estimate = self.estimate
        estimate.papers_with_numbers += 1
        estimate.papers_asked_about += 1
        for question in marked.questions:
            is_first = not estimate.calls
            estimate.calls += 1
            estimate.tokens_in += self._prefix + PER_CALL + self._counter.prose(question.text)
            estimate.tokens_cached += 0 if is_first else self._cached
            estimate.tokens_out += _EMPTY + round(_CORRECTED * sum(drafted is not None for drafted in question.draft))

    @cached_property
    def _prefix(self) -> int:
        """Tokens that every call begins with."""
        return self._instructions + self._counter.dense(self._schema)

    @cached_property
    def _instructions(self) -> int:
        return self._counter.dense(instructions())

    @cached_property
    def _schema(self) -> str:
        """The schema of a reply as far as it is part of the prompt.

        A provider puts it before the instructions (OpenAI, Prompt caching guide, 'What can be cached'); llama.cpp and
        vLLM make a grammar of a response format, which no token shows.
        """
        if self._form == "json_schema" and self._is_own_server:
            return ""
        schema = Reply.model_json_schema()
        return json.dumps(schema, indent=2) if self._form == "json" else json.dumps(schema, separators=(",", ":"))

    @cached_property
    def _cached(self) -> int:
        """Tokens of the prefix that the provider has cached, at every call but the first."""
        provider = self.extractor.model.partition("/")[0]
        if provider not in _CACHING or self._is_own_server or self._prefix < _CACHE_LEAST:
            return 0
        return self._prefix // _CACHE_STEP * _CACHE_STEP
