"""Results of batches: lines in any order, put together to papers.

The form is OpenAI's, which vLLM's and other batch runners write as well. A file of results may hold several batches.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.batch.requests import RequestName
from extract.readers import Refusal
from models.errors import ClaimboardError

_NEVER_RUN = frozenset({"batch_expired", "batch_cancelled"})
"""Codes of requests that a batch did not come to before it ended (OpenAI, Batch API guide, 'Batch expiration')."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request: a completion, or the reason why there is none."""

    name: RequestName
    completion: dict[str, Any] | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PaperResults:
    """What came of all requests about one paper, in the order of the questions."""

    batch_id: str
    number: int
    results: tuple[Result, ...]


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


def whole_papers(results: Iterable[Result]) -> Iterator[PaperResults]:
    """Yield papers when every request about them has its result; the others are left out.

    A completion counts before a reason why there is none, which a later line or file may replace: papers with such a
    reason come last.
    """
    waiting: dict[tuple[str, int], dict[int, Result]] = {}
    for result in results:
        name = result.name
        key = (name.batch_id, name.number)
        found = waiting.setdefault(key, {})
        if name.question not in found or found[name.question].completion is None:
            found[name.question] = result
        if len(found) == name.questions and all(each.completion is not None for each in found.values()):
            del waiting[key]
            yield _whole(key, found)
    for key, found in waiting.items():
        if len(found) == next(iter(found.values())).name.questions:
            yield _whole(key, found)


def _whole(key: tuple[str, int], found: dict[int, Result]) -> PaperResults:
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
    return Result(name, body)


def _reason(error: Any, status: Any, body: Any) -> str:
    """Return why there is no completion: errors come beside the response, in its body, or as a status alone."""
    found = error or (body.get("error") if isinstance(body, dict) else None) or {}
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        found = found["error"]
    message = (found.get("message") or found.get("code")) if isinstance(found, dict) else found
    words = f"{status or ''} {message or 'no reply'}"
    return f"the server refused the request: {' '.join(words.split())[:200]}"
