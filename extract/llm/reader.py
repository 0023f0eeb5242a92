"""Reads one paper with a model: asks about its numbers, checks the answers, asks again where they are wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from instructor.core.exceptions import IncompleteOutputException, InstructorError
from pydantic import ValidationError

from extract.extractor import Stopped
from extract.llm.calls import Ask, Caller, CallFailed, Unanswered, status_of
from extract.llm.grounding import Grounding
from extract.llm.journal import journal_key
from extract.llm.marked import MarkedPaper
from extract.llm.prices import Price
from extract.llm.prompt import MOST_MARKS, MOST_QUESTIONS, Question
from extract.llm.reply import Reply, UngroundedNames, check_names
from extract.llm.server import Form, Server
from models.claim import Claim
from models.mention import Mention
from models.paper import Paper
from models.run import Outcome

_REASKS = 2
"""Times that a reply of the wrong form goes back to the model with what is wrong."""

_MORE_TOKENS = 4
"""Factor on the bound of a reply that was cut: models that think aloud need room for it."""


@dataclass
class PaperReader:
    """Reads papers of one run."""

    caller: Caller
    price: Price | None
    keep_replies: bool = False
    unanswered: set[str] = field(default_factory=set, init=False)
    """Ids of papers that failed as no server was found."""

    async def read(self, paper: Paper, mentions: Sequence[Mention]) -> Outcome:
        """Return how a paper with at least one mention came out. Raises Stopped where no paper could be read."""
        ask, replies = self.caller.about(journal_key(paper.paper_id, paper.text_hash)), list[str]()
        claims: list[Claim] = []
        reason: str | None = None
        try:
            marked = _marked(paper, mentions)
            claims = marked.claims(
                [await self._ask(marked.names, question, ask, replies) for question in marked.questions]
            )
        except CallFailed as error:
            reason = str(error)
            if isinstance(error, Unanswered):
                self.unanswered.add(paper.paper_id)
        except Stopped:
            raise
        except Exception as error:
            # One paper that is read wrongly must not end a run.
            reason = f"the reply could not be read: {type(error).__name__}: {_first_line(error)}"
        return Outcome(
            paper_id=paper.paper_id,
            text_hash=paper.text_hash,
            status="failed" if reason else "done",
            reason=reason,
            mention_count=len(mentions),
            claims=tuple(claims),
            usage=ask.meter.usage(self.price),
            replies=tuple(replies),
        )

    async def _ask(self, names: Grounding, question: Question, ask: Ask, replies: list[str]) -> Reply:
        """Return a reply of the right form: what it says is grounded, or the model was told once what is not."""
        server = self.caller.server
        form, request = server.chosen, server.request(question.text, len(question.mentions))
        arguments, grown, reasks = request.arguments, False, 0
        first_valid: Reply | None = None
        while True:
            try:
                completion = await self.caller.call(arguments, ask)
            except CallFailed as error:
                cause = error.__cause__
                if cause is not None and status_of(cause) in (400, 422) and server.adapt(cause, arguments, form):
                    form, request = server.chosen, server.request(question.text, len(question.mentions))
                    arguments = request.arguments
                    continue
                raise
            if self.keep_replies:
                replies.append(_printed(completion))
            handlers = server.handlers(form)
            try:
                reply = parse(completion, server, form, request.reply)
                if first_valid is None:
                    first_valid = reply
                    check_names(reply, names)
            except IncompleteOutputException as error:
                if grown:
                    raise CallFailed("the reply was cut: it is longer than the server allows") from error
                grown, arguments = True, with_more_room(request.arguments)
            except (UngroundedNames, ValidationError, InstructorError, json.JSONDecodeError) as error:
                if reasks == _REASKS:
                    if first_valid is not None:
                        return first_valid
                    raise CallFailed(f"no valid reply in {_REASKS + 1} attempts: {_first_line(error)}") from error
                reasks += 1
                arguments = handlers.reask_handler(kwargs=arguments, response=completion, exception=error)
            else:
                return reply


def _marked(paper: Paper, mentions: Sequence[Mention]) -> MarkedPaper:
    marked = MarkedPaper(paper, mentions)
    if len(marked.questions) > MOST_QUESTIONS:
        raise CallFailed(f"{len(mentions)} numbers; an abstract has at most {MOST_MARKS * MOST_QUESTIONS}")
    return marked


def parse(completion: Any, server: Server, form: Form, model: type[Reply]) -> Reply:
    """Read a completion that was asked for in a form, as a reply of the model.

    Raises CallFailed where the model would not answer, IncompleteOutputException where the reply was cut, and
    ValidationError, InstructorError or JSONDecodeError where it has another form.
    """
    _check_refusal(completion)
    reply: Reply = server.handlers(form).response_parser(response=completion, response_model=model, strict=False)
    return reply


def _check_refusal(completion: Any) -> None:
    """Raise CallFailed where the model, or the provider's filter, will not answer: asking again would not help."""
    choice = next(iter(getattr(completion, "choices", None) or []), None)
    if choice is None:
        return
    refusal = getattr(choice.message, "refusal", None)
    if refusal:
        raise CallFailed(f"the model refused: {' '.join(str(refusal).split())[:200]}")
    if choice.finish_reason == "content_filter":
        raise CallFailed("the provider's content filter held the reply back")


def with_more_room(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a request whose reply may be several times as long."""
    bounds = ("max_tokens", "max_completion_tokens")
    return {key: value * _MORE_TOKENS if key in bounds else value for key, value in arguments.items()}


def _printed(completion: Any) -> str:
    """Return a reply as JSON, as the server gave it."""
    dump = getattr(completion, "model_dump_json", None)
    return dump(exclude_none=True) if dump else str(completion)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
