"""Training of the embedded extractor: on a dozen invented abstracts, with a few steps."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import jax.numpy as jnp
import numpy as np
import pytest

from extract.gold import GoldAbstract, read_gold
from extract.mentions import find_mentions
from extract.rules.encoder import Encoder
from extract.rules.judging import judge, judge_all
from extract.rules.linear import Linear
from extract.rules.names import read_names
from extract.rules.network import nearness
from extract.rules.reader import Network, load_network, pack
from extract.rules.rows import LONGEST, rows_of
from extract.rules.text import read_text
from extract.rules.training import linear
from extract.rules.training.encoder import encode
from extract.rules.training.labels import read_labels, text_digest
from extract.rules.training.lessons import lessons_of
from extract.rules.training.ranking import features_of, learn_to_choose
from extract.rules.training.reading import first_weights, frequent_words, learn_to_read
from models.paper import Paper


@pytest.fixture
def labelled(tmp_path: Path) -> Sequence[GoldAbstract]:
    """Return abstracts whose numbers all belong to the name at the start of their sentence."""
    lines = [
        {
            "paper": str(n),
            "title": f"Net{n}: A network",
            "abstract": f"Net{n} reaches {n + 50}.5% accuracy on Bench{n}, trained on {n + 3} machines.",
            "claims": [
                {"value": n + 50.5, "unit": "%", "kind": "score", "metric": ["accuracy"], "model": [f"Net{n}"],
                 "benchmark": [f"Bench{n}"], "evidence": f"Net{n} reaches {n + 50}.5% accuracy on Bench{n}"}
            ],
        }
        for n in range(32)
    ]  # fmt: skip
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    return read_gold(file)


def test_linear_training_is_deterministic_and_learns_from_labels(labelled: Sequence[GoldAbstract]) -> None:
    lessons = lessons_of(labelled)
    weights = linear.train(lessons)
    assert weights == linear.train(lessons)
    assert weights["claim:yes"]["unit=%"] > 0 > weights["claim:yes"]["unit=bare"]


def test_a_trained_network_is_written_and_reads_as_labelled(labelled: Sequence[GoldAbstract], tmp_path: Path) -> None:
    texts = [(gold.title, gold.abstract) for gold in labelled]
    lessons = lessons_of(labelled)
    words, features = frequent_words(texts), features_of(lessons)
    weights = first_weights(
        len(words) + 2, 1 + sum(len(names) for role in features.values() for names in role.values())
    )
    weights = learn_to_read(weights, texts, words, lambda _: None, steps=2)
    weights = learn_to_choose(weights, lessons, Network({}, words, features), lambda _: None, epochs=8)
    network = Network({name: np.asarray(array) for name, array in weights.items()}, words, features)
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for path in files:
        with path.open("wb") as file:
            pack(file, network)
    assert files[0].read_bytes() == files[1].read_bytes()
    title, abstract = "Net77: A network", "Net77 reaches 91.5% accuracy on Bench77, trained on 9 machines."
    paper = Paper(paper_id="p", title=title, abstract=abstract)
    found = judge(paper, find_mentions(abstract), Linear(linear.train(lessons)), network)
    assert [(claim.kind, claim.metric, claim.model, claim.benchmark) for claim, _ in found] == [
        ("score", "accuracy", "Net77", "Bench77")
    ]


def test_the_network_reads_as_it_was_trained() -> None:
    abstract = "We present FooNet. It reaches 84.5% on BarBench, 3.2 points more than BazNet."
    text = read_text(abstract, find_mentions(abstract))
    network = load_network()
    names = read_names("FooNet", text)
    rows = rows_of("FooNet", text, names, network.words)
    filled = np.zeros((1, LONGEST, rows.ids.shape[1]), np.int32)
    real = np.zeros((1, LONGEST), np.float32)
    filled[0, : len(rows.ids)], real[0, : len(rows.ids)] = rows.ids, 1
    weights = {name: jnp.asarray(array) for name, array in network.weights.items()}
    trained = encode(weights, nearness(weights, jnp), filled, real)[0]
    wanted = np.arange(0, len(rows.ids), 3)
    read = Encoder(network.weights).encode(rows.ids, wanted)
    np.testing.assert_allclose(read, trained[wanted], atol=1e-3)


def test_abstracts_read_together_are_read_as_if_alone() -> None:
    papers = [
        Paper(
            paper_id="a", title="FooNet", abstract="We present FooNet. It reaches 84.5% on BarBench, a 3.2x speedup."
        ),
        Paper(paper_id="b", title="Nothing is claimed", abstract="We read 12 papers."),
        Paper(paper_id="c", title="BazNet", abstract="BazNet cuts memory by 35% compared with FooNet on QuxBench."),
    ]
    marked = [(paper, find_mentions(paper.abstract)) for paper in papers]
    for together, (paper, mentions) in zip(judge_all(marked), marked, strict=True):
        alone = judge(paper, mentions)
        certain = [claim.certainty for claim, _ in alone]
        assert [claim.certainty for claim, _ in together] == pytest.approx(certain, abs=2e-4)
        assert [claim.model_copy(update={"certainty": None}) for claim, _ in together] == [
            claim.model_copy(update={"certainty": None}) for claim, _ in alone
        ]


def test_labels_of_another_version_of_an_abstract_are_left_out_with_a_word(tmp_path: Path) -> None:
    claim = {"value": 84, "unit": "%", "kind": "score", "bound": "exact", "metric": ["accuracy"], "evidence": [0, 13]}
    labels = [
        {"paper": "same", "text": text_digest("T", "84% accuracy."), "claims": [claim]},
        {"paper": "later", "text": text_digest("T", "84% accuracy."), "claims": [claim]},
        {"paper": "gone", "text": text_digest("T", "84% accuracy."), "claims": [claim]},
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    duckdb.execute(
        "COPY (FROM (VALUES ('same', 'T', '84% accuracy.'), ('later', 'T', 'Now 85% accuracy.')) "
        f"AS papers (id, title, abstract)) TO '{tmp_path / 'papers.parquet'}' (FORMAT parquet)"
    )
    said: list[str] = []
    read = read_labels(tmp_path / "labels.jsonl", tmp_path / "papers.parquet", said.append)
    assert [(gold.paper, gold.claims[0].evidence) for gold in read] == [("same", "84% accuracy.")]
    assert "1 labels left out" in said[0]
    assert "1 as it has another text" in said[0]
