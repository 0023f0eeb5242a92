"""The name of what is asked about a paper: a reply fits no other question, whoever keeps it in between."""

from collections.abc import Iterable

from extract.llm.prompt import Question
from extract.llm.reply import SCHEMA_VERSION
from models.paper import digest


def asked_hash(questions: Iterable[Question]) -> str:
    """Name the questions about a paper: changes with its text, the marks and the form of the reply."""
    return digest(str(SCHEMA_VERSION), *(question.text for question in questions))
