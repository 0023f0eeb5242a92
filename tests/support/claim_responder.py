"""Replies to the prompt of the LLM extractor, as a model would give them that reads every marked number as a score.

For the scripted model server (`responder="claim_responder:respond"`). It reads the marks in the user message, not the
schema, so that it answers in every form in which the schema may be sent.
"""

import re

from model_script import Json, message_texts

_MARK = re.compile(r"\[#(\d+) ")
_FENCED = re.compile(r"<title>(.*?)</title>\s*<abstract>(.*?)</abstract>", re.DOTALL)
_NAME = re.compile(r"\b[A-Z][A-Za-z0-9-]+\b")


def respond(request: Json) -> Json:
    """Answer with one score per mark: of "accuracy" and of the first name in the title, where the text has them."""
    title, abstract = question(request)
    name = _NAME.search(title)
    entry = {
        "is": "score",
        "of": "accuracy" if "accuracy" in abstract else "null",
        "by": name[0] if name else "null",
        "on": "null",
        "when": "null",
        "vs": "null",
    }
    return reply(marks(abstract), entry)


def question(request: Json) -> tuple[str, str]:
    """Return title and marked abstract of the first user message."""
    text = next(text for role, text in message_texts(request) if role == "user")
    match = _FENCED.search(text)
    assert match, f"no fenced title and abstract in {text[:200]!r}"
    return match[1], match[2]


def marks(abstract: str) -> list[str]:
    """Return the numbers of the marks, in the order of the text."""
    return _MARK.findall(abstract)


def reply(numbers: list[str], entry: dict[str, str]) -> Json:
    """Return a reply that says the same of every mark."""
    line = "; ".join(f"{key} {value}" for key, value in entry.items())
    return {"changes": [f"{number} {line}" for number in numbers]}
