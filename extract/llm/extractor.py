"""The extractor that asks a language model what each number means."""

import asyncio
import json
import queue
import threading
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from itertools import starmap
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extract.extractor import Stopped
from extract.llm.budget import Budget
from extract.llm.calls import Caller
from extract.llm.draft import draft_version
from extract.llm.journal import Journal, forget, paper_key
from extract.llm.limits import Limits
from extract.llm.local import PREFIX, is_file, local_server, slots, weights_of
from extract.llm.marked import MarkedPaper, marked_papers
from extract.llm.prices import Price, price_of
from extract.llm.prompt import prompt_digest
from extract.llm.reader import PaperReader
from extract.llm.reply import SCHEMA_VERSION
from extract.llm.server import Form, Server
from extract.llm.throttle import Throttle
from extract.rules.workers import cores
from models.errors import ClaimboardError
from models.paper import Paper, PaperText, digest
from models.run import Outcome

_AHEAD = 3
"""Papers handed to the event loop for each that may be asked about, so that it never waits for a commit."""

_NOWHERE = "http://127.0.0.1:9/v1"
"""Where a server is that has not been started: the port that discards (RFC 863)."""


@dataclass(frozen=True)
class LlmExtractor:
    """Asks a model about every number of an abstract, many abstracts at once.

    `model` is `provider/name`, or `llamacpp/PATH` for a GGUF file, which is run in this process; `concurrency` the most
    calls under way. Budgets are for all that it reads, in however many calls of `extract`.
    """

    model: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    form: Form | None = None
    concurrency: int = 16
    timeout: float = 120.0
    keep_replies: bool = False
    prices: Path | Price | None = None
    """A table of prices, or the price itself."""
    budget_usd: float | None = None
    budget_tokens: int | None = None
    workers: int = field(default_factory=cores)
    """Processes that draft."""
    journal: Path | None = None
    """The file that replies are written to until `stored` says that their papers are in the store."""
    limits: Limits | None = field(default=None, repr=False, compare=False)
    """What bounds the calls of many processes, where this is one of them; else its own budget and concurrency do."""
    name: str = "llm"

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the model, the prompt, the draft and the form of the reply; not with address or concurrency."""
        # A model file may be moved.
        name = f"{PREFIX}{Path(self.model).name}" if is_file(self.model) else self.model
        return f"llm-{digest(name, prompt_digest(), str(SCHEMA_VERSION), draft_version())}"

    @cached_property
    def price(self) -> Price | None:
        """What the model costs, None where that is not known."""
        if isinstance(self.prices, Price):
            return self.prices
        return price_of(self.model, self.base_url, self.prices)

    @cached_property
    def server(self) -> Server:
        """The model server. Raises ClaimboardError where the provider is not known or not installed.

        That of a model file has an address only while papers are read.
        """
        if weights := weights_of(self.model):
            return Server(f"openai/{weights.stem}", _NOWHERE, None, self.form or "json_schema", self.timeout)
        return Server(self.model, self.base_url, self.api_key, self.form, self.timeout)

    @cached_property
    def _budget(self) -> Budget:
        return Budget(self.price, self.budget_usd, self.budget_tokens)

    def check_address(self) -> None:
        """Raise ClaimboardError where the address holds a key: it goes to places where others see it."""
        address = urlsplit(self.base_url or "")
        if "@" in address.netloc or address.query:
            raise ClaimboardError("--base-url: others would see it, so it must hold no key; set OPENAI_API_KEY instead")

    @property
    def parameters(self) -> str:
        """How the model is asked, as JSON for people; it holds no key."""
        said = {"model": self.model, "address": self.server.address, "form": self.server.chosen}
        return json.dumps(said | {"concurrency": self.concurrency})

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Yield outcomes as they come. An abstract without a result is skipped without a call."""
        journal = Journal(self.journal, self.fingerprint) if self.journal else None
        stream = marked_papers(papers, self.workers)
        with (
            closing(journal) if journal else nullcontext(),
            self._running(),
            _Loop(self.server) as loop,
            closing(stream),
        ):
            caller = Caller(self.server, self.limits or Throttle(self._calls), self.limits or self._budget, journal)
            reader = PaperReader(caller, self.price, self.keep_replies)
            stopped: Stopped | None = None
            # Failed only if the server turns out to be there; else they stay pending.
            held: list[Outcome] = []
            while True:
                try:
                    if stopped is None:
                        yield from self._hand_out(stream, loop, reader)
                    if not loop.under_way:
                        break
                    outcome = loop.next_result()
                except Stopped as stop:
                    stopped = stopped or stop
                    continue
                if outcome.paper_id in reader.unanswered:
                    held.append(outcome)
                else:
                    yield outcome
                if caller.is_answered:
                    yield from held
                    held.clear()
            if held and not (self.limits and self.limits.server_answers()):
                stopped = stopped or caller.doubt
            if stopped is not None:
                raise stopped
            yield from held

    def _hand_out(
        self, papers: Iterator[MarkedPaper | Outcome], loop: "_Loop", reader: PaperReader
    ) -> Iterator[Outcome]:
        """Begin to ask until enough is under way; yield how those papers came out about which nothing is asked."""
        while loop.under_way < _AHEAD * self._calls:
            marked = next(papers, None)
            if marked is None:
                return
            if isinstance(marked, Outcome):
                yield marked
            else:
                loop.start(reader.read(marked))

    @property
    def _calls(self) -> int:
        """The most calls under way."""
        return slots(self.concurrency) if is_file(self.model) else self.concurrency

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Run the server inside the block, where it is one of this process."""
        weights = weights_of(self.model)
        if weights is None:
            yield
            return
        with local_server(weights, self.concurrency) as self.server.base_url:
            yield

    def stored(self, texts: Iterable[PaperText]) -> None:
        """Forget the replies about these papers: what was made of them is in the store."""
        if self.journal:
            forget(self.journal, self.fingerprint, starmap(paper_key, texts))


class _Loop:
    """An event loop in a thread of its own, whose results are taken in the order in which they come."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="model calls", daemon=True)
        self._results: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
        self.under_way = 0

    def __enter__(self) -> "_Loop":
        self._server.connect()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Drop what is under way: its papers stay pending."""
        self._run(_cancel_all())
        self._run(self._server.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def start(self, work: Coroutine[Any, Any, Outcome]) -> None:
        self.under_way += 1
        asyncio.run_coroutine_threadsafe(work, self._loop).add_done_callback(self._results.put)

    def next_result(self) -> Outcome:
        """Wait for the next result, and return or raise it."""
        done = self._results.get()
        self.under_way -= 1
        return done.result()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
