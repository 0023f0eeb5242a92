"""Which names are suggested as one, and which are never, however alike they look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import Board, MakeClaim, MakeEntry, Read

from models.aliases import suggestions
from models.aliases.likeness import Named, abbreviates, likely_pairs
from models.store import Store
from models.vocabulary import NameKind, normal_form


def pairs(kind: NameKind, *names: str, defined: tuple[tuple[str, str], ...] = ()) -> list[tuple[str, str, str]]:
    """Return the pairs of names of which the first one is in most claims."""
    named = [Named(normal_form(name), name, len(names) - place) for place, name in enumerate(names)]
    return [(pair.printed.name, pair.name.name, pair.reason) for pair in likely_pairs(kind, named, defined)]


@pytest.mark.parametrize(
    ("kind", "name", "printed", "reason"),
    [
        ("benchmark", "HumanEval", "HumanEval tasks", "idle word"),
        ("metric", "SSIM", "the SSIM metric", "idle word"),
        ("metric", "p99 latency", "cuts p99 latency", "idle word"),
        ("model", "DenseNet-121", "DenseNet-121 architecture", "idle word"),
        ("model", "o1-mini", "OpenAI's o1-mini", "idle word"),
        ("model", "Gemini", "Google Gemini", "idle word"),
        ("metric", "success rate", "sucess rate", "spelling"),
        ("metric", "generalization", "generalisation", "spelling"),
        ("metric", "RMSE", "RMSEs", "spelling"),
        ("metric", "tokens per second", "token per second", "spelling"),
        ("model", "DiagNet", "DaigNet", "spelling"),
        ("benchmark", "MMLU, GSM8K", "GSM8K, MMLU", "order of words"),
        ("model", "BERT baseline", "baseline BERT", "order of words"),
        ("model", "IFT", "Introspection Fine-Tuning (IFT)", "in short"),
    ],
)
def test_names_that_differ_in_nothing_that_tells_are_suggested(
    kind: NameKind, name: str, printed: str, reason: str
) -> None:
    assert pairs(kind, name, printed) == [(printed, name, reason)]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("benchmark", "MATH", "MATH-500"),
        ("benchmark", "AIME 2024", "AIME 2025"),
        ("benchmark", "ARC", "ARC-Challenge"),
        ("benchmark", "PolBench", "PoolBench"),
        ("benchmark", "HumanEval", "HumanEval+"),
        ("metric", "pass@1", "pass@10"),
        ("metric", "top-1 accuracy", "top-5 accuracy"),
        ("metric", "supervised accuracy", "unsupervised accuracy"),
        ("metric", "interclass variance", "intraclass variance"),
        ("metric", "non-toxicity", "toxicity"),
        ("metric", "R-value", "r"),
        ("model", "GPT-4", "GPT-4o"),
        ("model", "Llama-3-8B", "Llama-3-70B"),
        ("model", "FooNet v1", "FooNet v2"),
        ("model", "FooNet-large", "FooNet-base"),
        ("model", "Mistral", "Mixtral"),
        ("model", "hybrid model", "hybrid framework"),
        ("model", "RAG", "RAG system"),
        ("model", "models", "OpenAI models"),
        ("model", "FooNet 8 2", "FooNet 2 8"),
    ],
)
def test_names_that_may_be_two_things_are_not(kind: NameKind, one: str, other: str) -> None:
    assert pairs(kind, one, other) == []


def test_no_two_things_that_the_vocabulary_knows_are_one() -> None:
    names = [Named("recall", "Recall", 3, known=True), Named("recallrate", "Recall values", 2, known=True)]
    assert likely_pairs("metric", names) == []


def test_the_name_to_keep_is_the_known_one_then_the_one_in_more_claims() -> None:
    known, rare, often = Named("a", "SSIM", 1, known=True), Named("b", "SSIM values", 2), Named("c", "SSIM metric", 5)
    found = [(pair.printed, pair.name) for pair in likely_pairs("metric", [rare, often, known])]
    assert found == [(often, known), (rare, known)]


def test_a_short_name_is_suggested_only_where_texts_give_it_one_meaning() -> None:
    meaning = ("Symbolic Transition Machine", "STM")
    assert pairs("model", "STM", meaning[0], defined=(meaning,)) == [(meaning[0], "STM", "in short")]
    assert pairs("model", "STM", meaning[0]) == []
    other = ("Small Text Model", "STM")
    assert pairs("model", "STM", meaning[0], other[0], defined=(meaning, other)) == []


@pytest.mark.parametrize(
    ("short", "long", "is_one"),
    [
        ("WER", "word error rate", True),
        ("AUC", "area under the curve", True),
        ("VLMs", "Vision Language Models", True),
        ("frozen", "BERT", False),
        ("DEM", "Distilled Model", False),
    ],
)
def test_a_short_name_has_the_first_letters_of_its_words(short: str, long: str, is_one: bool) -> None:
    assert abbreviates(short, long.split()) is is_one


WORDS = "GPT Llama Net values model the large base 3 4 4o 70B 8B v1 v2 @1 @10 + - , ( ) accuracy acuracy"
PIECES = st.sampled_from(WORDS.split())


@given(st.lists(st.lists(PIECES, min_size=1, max_size=5).map(" ".join), min_size=2, max_size=12, unique=True))
def test_no_suggestion_crosses_a_digit(names: list[str]) -> None:
    for kind in ("benchmark", "metric", "model"):
        for printed, name, _ in pairs(kind, *names):
            assert [c for c in printed if c.isdigit()] == [c for c in name if c.isdigit()]


def test_suggestions_do_not_depend_on_the_order_of_the_names() -> None:
    names = [Named(normal_form(n), n, 1) for n in ("SSIM", "SSIM metric", "SSIM values", "accuracy", "acuracy", "loss")]
    assert likely_pairs("metric", names) == likely_pairs("metric", names[::-1])


def test_names_of_claims_are_suggested_those_first_that_would_join_most(board: Board, store: Store) -> None:
    board(
        *[{"benchmark": "Burrow"}] * 4,
        *[{"benchmark": "Burrow tasks"}] * 2,
        {"benchmark": "Warren"},
        {"benchmark": "Warren tasks"},
        {"benchmark": "Warren 2"},
    )
    found = [(pair.printed.name, pair.printed.claims, pair.name.name) for pair in suggestions(store, "benchmark")]
    assert found == [("Burrow tasks", 2, "Burrow"), ("Warren tasks", 1, "Warren")]


def test_what_an_abstract_defines_in_brackets_is_suggested(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    text = "We define the Burrow Depth Ratio (BDR) and reach 84%."
    [paper] = store.add_entries([make_entry(abstract=text)])
    names = ("Burrow Depth Ratio", "BDR")
    read(paper, *(make_claim(paper, 84, ordinal=place, metric=name) for place, name in enumerate(names)))
    assert [(pair.printed.name, pair.name.name) for pair in suggestions(store, "metric")] == [names]
