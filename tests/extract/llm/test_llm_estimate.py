"""Tokens and money before a run: exact where the tokenizer is known, and never zero for what is not known."""

import tiktoken
from made_abstracts import made_papers

from extract.llm.estimate import Estimate, Estimator
from extract.llm.extractor import LlmExtractor
from extract.llm.tokens import TokenCounter
from models.paper import Paper


def estimated(model: str, papers: list[Paper], base_url: str | None = None) -> Estimate:
    estimator = Estimator(LlmExtractor(model, base_url))
    assert len(list(estimator.add(papers))) == len(papers)
    return estimator.estimate


def test_a_tokenizer_that_is_at_hand_counts_every_token() -> None:
    """An encoding of which each byte is one token."""
    bytewise = tiktoken.Encoding(
        "bytes", pat_str=".", mergeable_ranks={bytes([byte]): byte for byte in range(256)}, special_tokens={}
    )
    counter = TokenCounter(bytewise, "bytes")
    assert (counter.prose("91% für"), counter.dense('{"is":"no"}')) == (8, 11)


def test_a_model_of_an_unknown_tokenizer_is_counted_by_length_without_asking_anyone() -> None:
    counter = TokenCounter.of("anthropic/claude-sonnet-4")
    assert counter.encoding is None
    assert "by length" in counter.method


def test_an_abstract_without_a_number_takes_no_call_and_one_with_many_takes_several() -> None:
    many = " ".join(f"On Set{number} we reach {number}.5% accuracy." for number in range(1, 31))
    papers = [Paper(paper_id="a", title="An essay", abstract="It measures nothing.")]
    papers += [Paper(paper_id="b", title="A table", abstract=many)]
    estimate = estimated("mistral/mistral-small", papers)
    assert (estimate.papers, estimate.papers_with_numbers, estimate.calls, estimate.calls_saved) == (2, 1, 2, 1)


def test_a_schema_costs_prompt_tokens_at_a_provider_and_none_on_a_server_that_makes_a_grammar_of_it() -> None:
    papers = made_papers(10)
    own = estimated("openai/reader", papers, "http://127.0.0.1:8000/v1")
    provider = estimated("openai/reader", papers)
    assert provider.tokens_in > own.tokens_in
    assert (own.cost_usd, provider.cost_usd) == (0.0, None)


def test_providers_that_cache_unasked_are_taken_to_have_cached_what_every_call_begins_with() -> None:
    papers = made_papers(40)
    openai, mistral = estimated("openai/reader", papers), estimated("mistral/mistral-small", papers)
    assert openai.tokens_cached % 128 == 0
    assert openai.tokens_in / 2 < openai.tokens_cached < openai.tokens_in
    assert mistral.tokens_cached == 0


def test_a_price_in_batches_is_told_only_where_they_are_openais() -> None:
    papers = made_papers(2)
    openai = estimated("openai/gpt-5-mini", papers)
    assert openai.cost_usd_in_batch is not None
    elsewhere = [("anthropic/claude-sonnet-4", None), ("openai/gpt-5-mini", "http://127.0.0.1:8000/v1")]
    assert [estimated(model, papers, address).cost_usd_in_batch for model, address in elsewhere] == [None, None]
