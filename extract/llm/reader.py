"""Reads one paper with a model: asks about its numbers, checks the answers, asks again where they are wrong."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from instructor.core.exceptions import IncompleteOutputException, InstructorError
from pydantic import ValidationError

from extract.extractor import Stopped
from extract.llm.calls import Ask, Caller, CallFailed, Unanswered, status_of
from extract.llm.completion import parse
from extract.llm.grounding import Grounding
from extract.llm.marked import MarkedPaper
from extract.llm.meter import Meter
from extract.llm.prices import Price
from extract.llm.prompt import Question
from extract.llm.reply import Reply, UngroundedNames, check_names
from extract.llm.server import with_more_room
from models.claim import Claim
from models.errors import quotable
from models.run import Outcome

_REASKS = 2
"""Times that a reply of the wrong form goes back to the model with what is wrong."""


@dataclass
class PaperReader:
    """Reads papers of one run."""

    caller: Caller
    price: Price | None
    keep_replies: bool = False
    unanswered: set[str] = field(default_factory=set, init=False)
    """Ids of papers that failed as no server was found."""

    async def read(self, marked: MarkedPaper) -> Outcome:
        """Return how a paper came out. Raises Stopped where no paper could be read."""
        meter, replies = Meter(), list[str]()
        claims: list[Claim] = []
        reason: str | None = None
        try:
            ask = self.caller.about(marked.paper, marked.questions, meter)
            claims = marked.claims(
                [await self._ask(marked.names, question, ask, replies) for question in marked.questions]
            )
        except CallFailed as error:
            reason = str(error)
            if isinstance(error, Unanswered):
                self.unanswered.add(marked.paper.paper_id)
        except Stopped:
            raise
        except Exception as error:
            # One paper that is read wrongly must not end a run.
            reason = f"the reply could not be read: {type(error).__name__}: {quotable(error)}"
        return marked.outcome(claims, reason, meter.usage(self.price), replies)

    async def _ask(self, names: Grounding, question: Question, ask: Ask, replies: list[str]) -> Reply:
        """Return a reply of the right form: what it says is grounded, or the model was told once what is not."""
        valid: list[Reply] = []
        try:
            return await self._asked(names, question, ask, replies, valid)
        except CallFailed:
            if not valid:
                raise
            # It is paid for, and right but for some names.
            return valid[0]

    async def _asked(
        self, names: Grounding, question: Question, ask: Ask, replies: list[str], valid: list[Reply]
    ) -> Reply:
        """Ask until a reply is of the right form; put the first that is, with whatever names, into `valid`."""
        server, marks = self.caller.server, len(question.mentions)
        request, grown, reasks = server.request(question.text, marks), False, 0
        while True:
            try:
                completion, form = await self.caller.call(request, ask)
            except CallFailed as error:
                cause = error.__cause__
                refused = cause is not None and status_of(cause) in (400, 422)
                if not (refused and cause and server.adapt(cause, request.arguments, request.form)):
                    raise
                request = server.request(question.text, marks)
                continue
            if form != request.form:
                request = server.request(question.text, marks, form)
            if self.keep_replies:
                replies.append(_printed(completion))
            try:
                reply = parse(completion, server, form, request.reply)
                if not valid:
                    valid.append(reply)
                    check_names(reply, question.draft, names)
            except IncompleteOutputException as error:
                if grown:
                    raise CallFailed("the reply was cut: it is longer than the server allows") from error
                grown, request = True, replace(request, arguments=with_more_room(request.arguments))
            except (UngroundedNames, ValidationError, InstructorError, json.JSONDecodeError) as error:
                if reasks == _REASKS:
                    raise CallFailed(f"no valid reply in {_REASKS + 1} attempts: {quotable(error)}") from error
                reasks += 1
                reask = server.handlers(form).reask_handler
                request = replace(
                    request, arguments=reask(kwargs=request.arguments, response=completion, exception=error)
                )
            else:
                return reply


def _printed(completion: Any) -> str:
    """Return a reply as JSON, as the server gave it."""
    dump = getattr(completion, "model_dump_json", None)
    return dump(exclude_none=True) if dump else str(completion)
