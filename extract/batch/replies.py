"""What the results about one paper claim, read by the live extractor's own code.

A batch cannot be asked again: a name that stands nowhere in the text is dropped and flagged, a reply of the wrong form
fails its paper.
"""

from collections.abc import Sequence
from pathlib import Path

from instructor.core.exceptions import IncompleteOutputException, InstructorError
from openai.types.chat import ChatCompletion

from extract.batch.results import Result
from extract.llm.asked import asked_hash
from extract.llm.calls import CallFailed
from extract.llm.completion import parse
from extract.llm.marked import MarkedPaper
from extract.llm.meter import Meter
from extract.llm.prices import price_of
from extract.llm.reply import Reply
from extract.llm.server import NO_KEY, Server
from models.batches import AskedPaper, Batch
from models.errors import quotable
from models.run import Outcome, Usage


class ReplyReader:
    """Reads the results of one batch. `prices` is a table over the one that is shipped."""

    def __init__(self, batch: Batch, prices: Path | None = None) -> None:
        self._form = batch.form
        # Replies are read here; nothing is sent.
        self._server = Server(batch.model, batch.base_url, NO_KEY, batch.form)
        live = price_of(batch.model, batch.base_url, prices)
        self._price = live.in_batch() if live else None

    def marked(self, asked: AskedPaper) -> MarkedPaper | None:
        """Return a paper as it was asked about; None where other words would be asked about it now."""
        marked = MarkedPaper(asked.paper)
        return marked if asked_hash(marked.questions) == asked.asked.asked_hash else None

    def usage(self, completion: ChatCompletion) -> Usage:
        """Return what a reply took; how long is not known."""
        meter = Meter(calls=1)
        meter.add(completion)
        return meter.usage(self._price)

    def outcome(self, marked: MarkedPaper, results: Sequence[Result]) -> Outcome:
        """Return how a paper came out, given a result for each question. What a batch refused took nothing."""
        replies: list[Reply] = []
        reason: str | None = None
        usage = Usage()
        for result in results:
            if result.completion is None:
                reason = reason or result.reason
                continue
            usage += self.usage(result.completion)
            try:
                replies.append(self._reply(result.completion))
            except CallFailed as error:
                reason = reason or str(error)
        return marked.outcome([] if reason else marked.claims(replies), reason, usage)

    def _reply(self, completion: ChatCompletion) -> Reply:
        """Return what a completion says. Raises CallFailed where it cannot be read."""
        # How it is read does not depend on the number of marks.
        model = self._server.request("", 1).reply
        try:
            return parse(completion, self._server, self._form, model)
        except IncompleteOutputException as error:
            raise CallFailed("the reply was cut: it is longer than the batch allows") from error
        except (ValueError, InstructorError) as error:
            raise CallFailed(f"no valid reply: {quotable(error)}") from error
        except (AttributeError, LookupError, TypeError) as error:
            raise CallFailed("what the server sent is not a chat completion") from error
