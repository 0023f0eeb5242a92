"""What a completion says: corrections of the draft, or why there are none."""

from typing import Any

from extract.llm.calls import CallFailed
from extract.llm.reply import Reply
from extract.llm.server import Form, Server
from models.errors import quotable


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
        raise CallFailed(f"the model refused: {quotable(refusal)}")
    if choice.finish_reason == "content_filter":
        raise CallFailed("the provider's content filter held the reply back")
