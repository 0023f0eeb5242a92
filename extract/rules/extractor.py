"""The embedded extractor: no key, no network, no model server; deterministic.

A grammar of sentences, phrases and lists proposes what each number could mean; linear weights and a small network,
trained on labelled abstracts, choose among its proposals.
"""

import atexit
import gc
import hashlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from itertools import chain, islice

from extract.mentions import find_mentions
from extract.rules.judging import judge_all
from extract.rules.linear import load_weights
from extract.rules.reader import load_network
from models.paper import Paper
from models.run import Outcome


def _cores() -> int:
    """Return the number of cores that this process may run on, where the system tells."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@dataclass(frozen=True)
class RulesExtractor:
    """Reads some hundred and fifty abstracts a second on each core.

    `workers` is the number of processes; papers are read in this process where there is but one, or few papers.
    """

    name: str = "rules"
    workers: int = field(default_factory=_cores)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever a claim depends on: this package, its weights, the number grammar, the vocabulary."""
        return f"rules-{_code_digest()}"

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Yield one outcome per paper, in order."""
        stream = iter(papers)
        first = list(islice(stream, _FEW))
        if self.workers == 1 or len(first) < _FEW:
            for batch in _batches(chain(first, stream), _TOGETHER):
                yield from read_together(batch)
        else:
            yield from self._in_parallel(chain(first, stream))

    def _in_parallel(self, papers: Iterator[Paper]) -> Iterator[Outcome]:
        """Spread batches over processes, a bounded number ahead of what is taken."""
        # Workers start as fresh interpreters: a fork would copy the threads and locks of whoever calls.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context, initializer=_serve) as pool:
            ahead: deque[Future[list[Outcome]]] = deque()
            try:
                for batch in _batches(papers, _BATCH):
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
_TOGETHER = 32
"""Papers that are judged together: with more, no time is saved, and memory grows."""


def _batches(papers: Iterator[Paper], size: int) -> Iterator[list[Paper]]:
    while batch := list(islice(papers, size)):
        yield batch


def _serve() -> None:
    """Leave Ctrl-C to the process that owns the run, which stores what is finished; end when it is gone, however."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_weights()
    load_network()
    # What is loaded stays; searching it for garbage again and again would take a tenth of the time.
    gc.freeze()
    # At the end, modules are let go of by that search; DuckDB's binding would complain of what is left.
    atexit.register(gc.unfreeze)
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_batch(papers: Sequence[Paper]) -> list[Outcome]:
    return [outcome for batch in _batches(iter(papers), _TOGETHER) for outcome in read_together(batch)]


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
