"""The embedded extractor: no key, no network, no model server; deterministic.

A grammar of sentences, phrases and lists proposes what each number could mean; linear weights and a small network,
trained on labelled abstracts, choose among its proposals.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

from extract.mentions import find_mentions
from extract.rules.judging import judge_all
from extract.rules.workers import cores, read_all
from models.paper import Paper
from models.run import Outcome


@dataclass(frozen=True)
class RulesExtractor:
    """Reads close to two hundred abstracts a second on each core.

    `workers` is the number of processes; papers are read in this process where there is but one, or few papers.
    """

    name: str = "rules"
    workers: int = field(default_factory=cores)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever a claim depends on: this package, its weights, the number grammar, the vocabulary."""
        return f"rules-{_code_digest()}"

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Yield one outcome per paper, in order."""
        return read_all(read_together, papers, self.workers)


def read_paper(paper: Paper) -> Outcome:
    """Read one abstract with the shipped weights."""
    return read_together([paper])[0]


def read_together(papers: Sequence[Paper]) -> list[Outcome]:
    """Read a few abstracts with the shipped weights: each as alone, but for the last digit of a certainty."""
    marked = [(paper, find_mentions(paper.abstract)) for paper in papers]
    return [
        Outcome(
            paper_id=paper.paper_id,
            text_hash=paper.text_hash,
            status="done" if mentions else "skipped",
            mention_count=len(mentions),
            claims=tuple(one.claim for one in judged),
        )
        for (paper, mentions), judged in zip(marked, judge_all(marked), strict=True)
    ]


def _code_digest() -> str:
    folders = [files(package) for package in ("extract.rules", "extract.mentions", "models.vocabulary")]
    items = [item for folder in folders for item in sorted(folder.iterdir(), key=lambda item: item.name)]
    items += [files("models") / "claim.py", files("models") / "mention.py"]
    contents = [item.read_bytes() for item in items if item.name.endswith((".py", ".toml", ".gz", ".npz"))]
    return hashlib.sha256(b"\x1f".join(contents)).hexdigest()[:16]
