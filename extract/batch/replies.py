"""What the results about one paper claim, read by the live extractor's own code.

A batch cannot be asked again: a name that stands nowhere in the text is dropped and flagged, a reply of the wrong form
fails its paper.
"""

from collections.abc import Sequence
from pathlib import Path

from instructor.core.exceptions import IncompleteOutputException, InstructorError
from openai.types.chat import ChatCompletion

from extract.batch.requests import asked_hash
from extract.batch.results import Result
from extract.llm.calls import CallFailed
from extract.llm.marked import MarkedPaper
from extract.llm.meter import Meter
from extract.llm.prices import price_of
from extract.llm.reader import parse
from extract.llm.reply import Reply
from extract.llm.server import Form, Server
from extract.mentions import find_mentions
from models.batches import AskedPaper, Batch
from models.claim import Claim
from models.run import Outcome

_NO_KEY = "none"
"""Stands in for a key: replies are read here, nothing is sent."""


class ReplyReader:
    """Reads the results of one batch. `prices` is a table over the one that is shipped."""

    def __init__(self, batch: Batch, prices: Path | None = None) -> None:
        forms: dict[str, Form] = {"json_schema": "json_schema", "tools": "tools", "json": "json"}
        self._form = forms[batch.form]
        self._server = Server(batch.model, batch.base_url, _NO_KEY, self._form)
        live = price_of(batch.model, batch.base_url, prices)
        self._price = live.in_batch() if live else None

    def outcome(self, asked: AskedPaper, results: Sequence[Result]) -> Outcome | None:
        """Return how a paper came out; None where other words would be asked about it now."""
        paper = asked.paper
        mentions = find_mentions(paper.abstract)
        if not mentions:
            return None
        marked = MarkedPaper(paper, mentions)
        if asked_hash(marked) != asked.asked.asked_hash:
            return None
        meter = Meter()
        claims, reason = self._claims(marked, results, meter)
        return Outcome(
            paper_id=paper.paper_id,
            text_hash=paper.text_hash,
            status="failed" if reason else "done",
            reason=reason,
            mention_count=len(mentions),
            claims=tuple(claims),
            # How long each request took is not known.
            usage=meter.usage(self._price).model_copy(update={"seconds": 0.0}),
        )

    def _claims(self, marked: MarkedPaper, results: Sequence[Result], meter: Meter) -> tuple[list[Claim], str | None]:
        """Return the claims, or none and why there is a reply that cannot be read."""
        replies: list[Reply] = []
        reason: str | None = None
        for question, result in zip(marked.questions, results, strict=True):
            meter.calls += 1
            if result.completion is None:
                reason = reason or result.reason
                continue
            # As openai's client reads a live reply: without insisting on what is of no interest here.
            completion = ChatCompletion.construct(**result.completion)
            meter.add(completion)
            try:
                replies.append(self._reply(completion, len(question.mentions)))
            except CallFailed as error:
                reason = reason or str(error)
        return (marked.claims(replies), None) if reason is None else ([], reason)

    def _reply(self, completion: ChatCompletion, marks: int) -> Reply:
        """Return what a completion says of so many marks. Raises CallFailed where it cannot be read."""
        model = self._server.request("", marks).reply
        try:
            return parse(completion, self._server, self._form, model)
        except IncompleteOutputException as error:
            raise CallFailed("the reply was cut: it is longer than the batch allows") from error
        except (ValueError, InstructorError) as error:
            raise CallFailed(f"no valid reply: {' '.join(str(error).split())[:200]}") from error
        except (AttributeError, LookupError, TypeError) as error:
            raise CallFailed("what the server sent is not a chat completion") from error
