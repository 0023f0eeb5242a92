"""Train the weights of the embedded extractor from labelled abstracts.

    python -m extract.rules.training [GOLD.jsonl …] --abstracts PAPERS.parquet [--unseen MEASURED.jsonl …]

writes `weights.json.gz` and `network.npz` into the folder above; the same input gives the same bytes on one machine.
The Parquet file is a table of arXiv papers (id, title, abstract): the network first learns to read from its texts, and
`labels.jsonl` names labels of some of them. Gold files hold more labelled abstracts; texts of those that quality is
measured on are left out where they are named.
"""

import gzip
import json
from pathlib import Path
from typing import Annotated

import typer

from extract.gold import read_gold
from extract.rules.reader import Network, pack
from extract.rules.training import linear
from extract.rules.training.labels import LABELS, read_labels, read_texts
from extract.rules.training.lessons import lessons_of
from extract.rules.training.ranking import BATCH, features_of, learn_to_choose
from extract.rules.training.reading import first_weights, frequent_words, learn_to_read
from models.vocabulary import normal_form


def main(
    abstracts: Annotated[Path, typer.Option(help="Parquet of arXiv papers: texts, and those of labels.jsonl.")],
    gold: Annotated[list[Path] | None, typer.Argument(help="Gold files: JSON Lines with abstracts and claims.")] = None,
    unseen: Annotated[
        list[Path] | None, typer.Option(help="Gold files to measure on: their abstracts are left out.")
    ] = None,
) -> None:
    """Train the weights of the embedded extractor."""
    measured = [abstract for path in unseen or [] for abstract in read_gold(path)]
    titles = {normal_form(abstract.title) for abstract in measured}
    found = [abstract for path in gold or [] for abstract in read_gold(path)] + read_labels(
        LABELS, abstracts, typer.echo
    )
    labelled = [abstract for abstract in found if normal_form(abstract.title) not in titles]
    folder = LABELS.parent
    lessons = lessons_of(labelled)
    asked = sum(bool(lesson.asked) for lesson in lessons)
    if asked < BATCH:
        raise typer.BadParameter(f"{asked} labelled abstracts with claims to learn from; {BATCH} are the least")
    packed = json.dumps(linear.train(lessons), ensure_ascii=False, sort_keys=True).encode()
    (folder / "weights.json.gz").write_bytes(gzip.compress(packed, compresslevel=9, mtime=0))
    texts = read_texts(abstracts, measured)
    words, features = frequent_words(texts), features_of(lessons)
    weights = first_weights(
        len(words) + 2, 1 + sum(len(names) for role in features.values() for names in role.values())
    )
    weights = learn_to_read(weights, texts, words, typer.echo)
    weights = learn_to_choose(weights, lessons, Network({}, words, features), typer.echo)
    with (folder / "network.npz").open("wb") as file:
        pack(file, Network(weights, words, features))
    typer.echo(f"{folder}: weights from {len(labelled):,} labelled abstracts and {len(texts):,} texts")


if __name__ == "__main__":
    typer.run(main)
