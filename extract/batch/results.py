"""Results of batches: lines in any order, put together to papers.

The form is OpenAI's, which vLLM's and other batch runners write as well. A file of results may hold several batches.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai.types.chat import ChatCompletion

from extract.batch.requests import RequestName
from extract.readers import Refusal
from models.errors import ClaimboardError, quotable

_NEVER_RUN = frozenset({"batch_expired", "batch_cancelled"})
"""Codes of requests that a batch did not come to before it ended (OpenAI, Batch API guide, 'Batch expiration')."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request: a completion, or the reason why there is none."""

    name: RequestName
    completion: ChatCompletion | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PaperResults:
    """What came of the requests about one paper, in the order of the questions."""

    batch_id: str
    number: int
    questions: int
    """All requests about it, as their names say."""
    results: tuple[Result, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every request has its result."""
        return len(self.results) == self.questions


def read_results(path: Path) -> Iterator[Result | Refusal]:
    """Yield a file's results; a line that is none is refused, one about a request that was never run is left out.

    Raises ClaimboardError where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    try:
                        result = _result(line)
                    except ValueError as error:
                        yield Refusal(str(path), number, str(error))
                    else:
                        if result is not None:
                            yield result
    except OSError as error:
        raise ClaimboardError(f"{path}: {error.strerror}: name a file of batch results") from error


def by_paper(results: Iterable[Result]) -> Iterator[PaperResults]:
    """Yield each paper once: when every request about it has its completion, else at the end, with what there is.

    A completion counts before a reason why there is none, in whichever order their lines come.
    """
    waiting: dict[tuple[str, int, int], dict[int, Result]] = {}
    complete: set[tuple[str, int, int]] = set()
    for result in results:
        name = result.name
        key = (name.batch_id, name.number, name.questions)
        if key in complete:
            continue
        found = waiting.setdefault(key, {})
        if name.question not in found or found[name.question].completion is None:
            found[name.question] = result
        if len(found) == name.questions and all(each.completion is not None for each in found.values()):
            del waiting[key]
            complete.add(key)
            yield _in_order(key, found)
    for key, found in waiting.items():
        yield _in_order(key, found)


def _in_order(key: tuple[str, int, int], found: dict[int, Result]) -> PaperResults:
    return PaperResults(*key, tuple(found[question] for question in sorted(found)))


def _result(line: bytes) -> Result | None:
    """Read a line; None where its request was never run. Raises ValueError with what is wrong."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as cause:
        raise ValueError("not JSON; the file may be cut: download it again") from cause
    if not isinstance(values, dict) or "custom_id" not in values:
        raise ValueError("not a batch result: it has no custom_id")
    if "response" not in values and "error" not in values:
        is_request = "body" in values
        raise ValueError(
            "a request, not a result: import what the batch runner wrote" if is_request else "it has no response"
        )
    name = RequestName.of(values["custom_id"])
    if name is None:
        raise ValueError(
            f"custom_id {str(values['custom_id'])[:60]!r} is not one of claimboard's: is it another batch?"
        )
    error, response = values.get("error"), values.get("response")
    if isinstance(error, dict) and error.get("code") in _NEVER_RUN:
        return None
    status = response.get("status_code") if isinstance(response, dict) else None
    body = response.get("body") if isinstance(response, dict) else None
    if error or not isinstance(body, dict) or (isinstance(status, int) and status >= 400):
        return Result(name, None, _reason(error, status, body))
    # As openai's client reads a live reply: without insisting on what is of no interest here.
    return Result(name, ChatCompletion.construct(**body))


def _reason(error: Any, status: Any, body: Any) -> str:
    """Return why there is no completion: errors come beside the response, in its body, or as a status alone."""
    found = error or (body.get("error") if isinstance(body, dict) else None) or {}
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        found = found["error"]
    message = (found.get("message") or found.get("code")) if isinstance(found, dict) else found
    words = f"{status or ''} {message or 'no reply'}"
    return f"the server refused the request: {quotable(words)}"
