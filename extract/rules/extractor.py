"""The embedded extractor: no key, no network, no model server; deterministic.

A grammar of sentences, phrases and lists proposes what each number could mean; linear weights and a small network,
trained on labelled abstracts, choose among its proposals.
"""

import gc
import hashlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from itertools import chain, islice

from threadpoolctl import threadpool_limits

from extract.mentions import find_mentions
from extract.rules import meaning
from extract.rules.context import Place, places
from extract.rules.evidence import evidence_of
from extract.rules.linear import Weights, answer, load_weights
from extract.rules.names import read_names
from extract.rules.network import Network, Read, load_network
from extract.rules.roles import Proposer
from extract.rules.setting import setting_of
from extract.rules.text import read_text
from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.run import Outcome


@dataclass(frozen=True)
class RulesExtractor:
    """Reads about two hundred abstracts a second on each core.

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
    # Each worker has a core; matrices of one abstract are too small to share among threads.
    threadpool_limits(1)
    load_weights()
    load_network()
    # What is loaded stays; searching it for garbage again and again would take a tenth of the time.
    gc.freeze()
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
        claims=tuple(read_claims(paper, mentions, load_weights(), load_network())),
    )


def read_claims(paper: Paper, mentions: list[Mention], weights: Weights, network: Network) -> list[Claim]:
    """Decide which mentions are claims and what they mean, in the order of the abstract."""
    if not mentions:
        return []
    text = read_text(paper.abstract, mentions)
    claimed: list[tuple[Place, list[str], float]] = []
    for place in places(text):
        features = meaning.describe(place, len(text.sentences))
        said, share = answer(weights, "claim", meaning.CLAIM, features)
        if said == "yes":
            claimed.append((place, features, share))
    if not claimed:
        return []
    names = read_names(paper.title, text)
    proposer, read = Proposer(text, names), network.read(paper.title, text, names)
    return [
        ground(
            paper,
            place.mention,
            read_meaning(proposer, read, place, features, share, weights),
            evidence_of(text, place),
        )
        for place, features, share in claimed
    ]


def read_meaning(  # noqa: PLR0913, PLR0917 — the abstract as two readers see it, and the number
    proposer: Proposer, read: Read, place: Place, features: list[str], share: float, weights: Weights
) -> Reading:
    """Say what a number means that is a claim with a probability of `share`."""
    kind, sure = answer(weights, "kind", meaning.KIND, features)
    metric = read.choose("metric", kind, place, proposer.metrics(place, kind))
    model = read.choose("model", kind, place, proposer.names(place, kind, (metric.text,)))
    benchmark = read.choose("benchmark", kind, place, proposer.names(place, kind, (metric.text,)))
    direction = baseline = None
    if kind != "score":
        known = meaning.known_answers(kind, metric.text)
        direction, _ = answer(weights, "direction", meaning.DIRECTION, [*features, *known])
        baseline = read.choose("baseline", kind, place, proposer.names(place, kind, (metric.text, model.text))).text
    return Reading.model_validate(
        {
            "kind": kind,
            "direction": None if direction == "none" else direction,
            "basis": meaning.basis_of(place, kind),
            "metric": metric.text,
            "model": model.text,
            "benchmark": benchmark.text,
            "baseline": baseline,
            "setting": setting_of(proposer.abstract, place, (metric.text, model.text, benchmark.text, baseline)),
            "certainty": round(share * sure * metric.share * model.share * benchmark.share, 4),
        }
    )


def _code_digest() -> str:
    folders = [files(package) for package in ("extract.rules", "extract.mentions", "models.vocabulary")]
    items = [item for folder in folders for item in sorted(folder.iterdir(), key=lambda item: item.name)]
    items += [files("models") / "claim.py", files("models") / "mention.py"]
    contents = [item.read_bytes() for item in items if item.name.endswith((".py", ".toml", ".gz", ".npz"))]
    return hashlib.sha256(b"\x1f".join(contents)).hexdigest()[:16]
