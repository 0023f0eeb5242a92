"""The embedded extractor: no key, no network, no model server; deterministic.

A grammar of sentences, phrases and lists proposes what each number could mean; linear weights, trained on labelled
abstracts, choose among its proposals.
"""

import hashlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from itertools import chain, islice

from extract.mentions import find_mentions
from extract.rules import meaning
from extract.rules.context import Place, places
from extract.rules.evidence import evidence_of
from extract.rules.linear import Weights, answer, choose, load_weights
from extract.rules.names import read_names
from extract.rules.roles import Candidate, Proposer
from extract.rules.setting import setting_of
from extract.rules.text import read_text
from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.run import Outcome


@dataclass(frozen=True)
class RulesExtractor:
    """Reads hundreds of abstracts a second on each core.

    `workers` is the number of processes; papers are read in this process where there is but one, or few papers.
    """

    name: str = "rules"
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever a claim depends on: this package, its weights, the number grammar, the vocabulary."""
        return f"rules-{_code_digest()}"

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Yield one outcome per paper, in order."""
        stream = iter(papers)
        first = list(islice(stream, _FEW))
        if self.workers == 1 or len(first) < _FEW:
            yield from map(read_paper, chain(first, stream))
        else:
            yield from self._in_parallel(chain(first, stream))

    def _in_parallel(self, papers: Iterator[Paper]) -> Iterator[Outcome]:
        """Spread batches over processes, a bounded number ahead of what is taken."""
        # Workers start as fresh interpreters: a fork would copy the threads and locks of whoever calls.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_serve) as pool:
            ahead: deque[Future[list[Outcome]]] = deque()
            try:
                while batch := list(islice(papers, _BATCH)):
                    ahead.append(pool.submit(_read_batch, batch))
                    if len(ahead) > 2 * self.workers:
                        yield from ahead.popleft().result()
                while ahead:
                    yield from ahead.popleft().result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


_FEW = 500
"""Papers that are read before other processes would have started."""
_BATCH = 100
"""Papers that go to a process at once."""


def _serve() -> None:
    """Leave Ctrl-C to the process that owns the run, which stores what is finished; end when it is gone, however."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_batch(papers: list[Paper]) -> list[Outcome]:
    return [read_paper(paper) for paper in papers]


def read_paper(paper: Paper) -> Outcome:
    """Read one abstract with the shipped weights."""
    mentions = find_mentions(paper.abstract)
    return Outcome(
        paper_id=paper.paper_id,
        text_hash=paper.text_hash,
        status="done" if mentions else "skipped",
        mention_count=len(mentions),
        claims=tuple(read_claims(paper, mentions, load_weights())),
    )


def read_claims(paper: Paper, mentions: list[Mention], weights: Weights) -> list[Claim]:
    """Decide which mentions are claims and what they mean, in the order of the abstract."""
    if not mentions:
        return []
    text = read_text(paper.abstract, mentions)
    described = [(place, meaning.describe(place, len(text.sentences))) for place in places(text)]
    chosen = [
        (place, features) for place, features in described if answer(weights, "claim", meaning.CLAIM, features) == "yes"
    ]
    if not chosen:
        return []
    proposer = Proposer(text, read_names(paper.title, text))
    return [
        ground(paper, place.mention, read_meaning(proposer, place, features, weights), evidence_of(text, place))
        for place, features in chosen
    ]


def read_meaning(proposer: Proposer, place: Place, features: list[str], weights: Weights) -> Reading:
    """Say what a claim's number means."""
    kind = answer(weights, "kind", meaning.KIND, features)
    metric = _pick(weights["metric"], proposer.metrics(place, kind))
    model = _pick(weights["model"], proposer.names(place, kind, (metric,)))
    benchmark = _pick(weights["benchmark"], proposer.names(place, kind, (metric,)))
    direction = baseline = None
    if kind != "score":
        known = meaning.known_answers(kind, metric)
        direction = answer(weights, "direction", meaning.DIRECTION, [*features, *known])
        baseline = _pick(weights["baseline"], proposer.names(place, kind, (metric, model)))
    return Reading.model_validate(
        {
            "kind": kind,
            "direction": None if direction == "none" else direction,
            "basis": meaning.basis_of(place, kind),
            "metric": metric,
            "model": model,
            "benchmark": benchmark,
            "baseline": baseline,
            "setting": setting_of(proposer.abstract, place, (metric, model, benchmark, baseline)),
        }
    )


def _pick(weights: Mapping[str, float], candidates: list[Candidate]) -> str | None:
    return candidates[choose(weights, candidates)].text


def _code_digest() -> str:
    folders = [files(package) for package in ("extract.rules", "extract.mentions", "models.vocabulary")]
    items = [item for folder in folders for item in sorted(folder.iterdir(), key=lambda item: item.name)]
    items += [files("models") / "claim.py", files("models") / "mention.py"]
    contents = [
        item.read_bytes()
        for item in items
        if item.name.endswith((".py", ".toml", ".gz")) and item.name != "training.py"
    ]
    return hashlib.sha256(b"\x1f".join(contents)).hexdigest()[:16]
