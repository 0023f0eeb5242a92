"""Processes that read papers side by side: each has the weights loaded, and ends with the process that owns the run."""

import atexit
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

from extract.rules.linear import load_weights
from extract.rules.reader import load_network
from models.paper import Paper

_FEW = 500
"""Papers that are read before other processes would have started."""

_BATCH = 100
"""Papers that go to a process at once."""

Result = TypeVar("Result")


def cores() -> int:
    """Return the number of cores that this process may run on, where the system tells."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def read_each(
    read: Callable[[Paper], Result], papers: Iterable[Paper], workers: int, *, at_once: bool = False
) -> Generator[Result]:
    """Yield what `read`, a function of a module, makes of each paper, in order; a bounded number is read ahead.

    Where there is but one worker, or few papers, they are read in this process. With `at_once` so are the first of
    many, one by one as they are asked for, while the others start.
    """
    stream = iter(papers)
    first = list(islice(stream, _FEW))
    if workers == 1 or len(first) < _FEW:
        yield from map(read, chain(first, stream))
        return
    here, there = (first, stream) if at_once else ((), chain(first, stream))
    # Workers start as fresh interpreters: a fork would copy the threads and locks of whoever calls.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_serve) as pool:
        ahead: deque[Future[list[Result]]] = deque()

        def hand_out() -> None:
            while len(ahead) <= 2 * workers and (batch := list(islice(there, _BATCH))):
                ahead.append(pool.submit(_read_batch, read, batch))

        try:
            hand_out()
            yield from map(read, here)
            while ahead:
                results = ahead.popleft().result()
                hand_out()
                yield from results
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read_batch(read: Callable[[Paper], Result], papers: list[Paper]) -> list[Result]:
    return [read(paper) for paper in papers]


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
