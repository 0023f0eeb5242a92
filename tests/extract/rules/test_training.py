"""Training of the embedded extractor: on a dozen invented abstracts, with a few steps."""

import json
from collections.abc import Sequence
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from extract.gold import GoldAbstract, read_gold
from extract.mentions import find_mentions
from extract.rules.context import places
from extract.rules.names import read_names
from extract.rules.network import Network, encode, load_network, nearness, pack
from extract.rules.roles import Proposer
from extract.rules.rows import LONGEST, rows_of
from extract.rules.text import read_text
from extract.rules.training import linear
from extract.rules.training.ranking import features_of, learn_to_choose, lessons_of
from extract.rules.training.reading import first_weights, frequent_words, learn_to_read


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
    weights = linear.train(labelled)
    assert weights == linear.train(labelled)
    assert weights["claim:yes"]["unit=%"] > 0 > weights["claim:yes"]["unit=bare"]


def test_a_trained_network_is_written_and_chooses_as_labelled(labelled: Sequence[GoldAbstract], tmp_path: Path) -> None:
    texts = [(gold.title, gold.abstract) for gold in labelled]
    words = frequent_words(texts)
    lessons = lessons_of(labelled, Network({}, words, {}).words)
    features = features_of(lessons)
    weights = first_weights(len(words) + 2, 1 + sum(map(len, features.values())))
    weights = learn_to_read(weights, texts, words, lambda _: None, steps=2)
    weights = learn_to_choose(weights, lessons, Network({}, words, features).features, lambda _: None, epochs=8)
    network = Network({name: np.asarray(array) for name, array in weights.items()}, words, features)
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for path in files:
        with path.open("wb") as file:
            pack(file, network)
    assert files[0].read_bytes() == files[1].read_bytes()
    abstract = "Net77 reaches 91.5% accuracy on Bench77, trained on 9 machines."
    text = read_text(abstract, find_mentions(abstract))
    names = read_names("Net77: A network", text)
    read, place, proposer = network.read("Net77: A network", text, names), places(text)[0], Proposer(text, names)
    assert read.choose("metric", "score", place, proposer.metrics(place, "score")).text == "accuracy"
    assert read.choose("model", "score", place, proposer.names(place, "score", ())).text == "Net77"
    assert read.choose("benchmark", "score", place, proposer.names(place, "score", ())).text == "Bench77"


def test_the_network_reads_as_it_was_trained() -> None:
    abstract = "We present FooNet. It reaches 84.5% on BarBench, 3.2 points more than BazNet."
    text = read_text(abstract, find_mentions(abstract))
    network = load_network()
    rows = rows_of("FooNet", text, read_names("FooNet", text), network.words)
    filled = np.zeros((1, LONGEST, rows.ids.shape[1]), np.int32)
    real = np.zeros((1, LONGEST), np.float32)
    filled[0, : len(rows.ids)], real[0, : len(rows.ids)] = rows.ids, 1
    weights = {name: jnp.asarray(array) for name, array in network.weights.items()}
    trained = encode(weights, nearness(weights), jnp, filled, real)[0, : len(rows.ids)]
    np.testing.assert_allclose(network.read("FooNet", text, read_names("FooNet", text)).seen[0], trained, atol=1e-3)
