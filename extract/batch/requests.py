"""Requests of a batch as lines of a file, in the form that OpenAI defined and others took over."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Self

from extract.llm.asked import asked_hash
from extract.llm.marked import MarkedPaper
from extract.llm.server import Server, with_more_room
from models.batches import BatchPaper

MOST_REQUESTS = 50_000
"""Requests of one batch (OpenAI, Batch API guide, https://platform.openai.com/docs/guides/batch)."""

MOST_BYTES = 200_000_000
"""Size of one batch's file (same source: 200 MB)."""

_ENDPOINT = "/v1/chat/completions"

_CUSTOM_ID = re.compile(r"([0-9a-f-]+)_(\d{1,9})_(\d{1,4})_(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RequestName:
    """Which question of which paper of which batch: the custom_id of its line, at most 64 characters."""

    batch_id: str
    number: int
    """The paper, from 1."""
    question: int
    """The question about it, from 1."""
    questions: int
    """All questions about it."""

    def __str__(self) -> str:
        return f"{self.batch_id}_{self.number}_{self.question}_{self.questions}"

    @classmethod
    def of(cls, custom_id: object) -> Self | None:
        """Read a custom_id; None where it is not one of ours."""
        match = _CUSTOM_ID.fullmatch(custom_id) if isinstance(custom_id, str) else None
        if match is None:
            return None
        name = cls(match[1], *map(int, match.groups()[1:]))
        return name if 1 <= name.question <= name.questions and name.number >= 1 else None


def request_lines(server: Server, batch_id: str, number: int, marked: MarkedPaper) -> list[bytes]:
    """Return one line per question, with the body that the live extractor would send.

    A model that thinks before it replies gets the room of its second attempt at once, since a batch has only one.
    """
    lines = []
    for place, question in enumerate(marked.questions, start=1):
        body = server.request(question.text, len(question.mentions)).arguments
        if "max_completion_tokens" in body:
            body = with_more_room(body)
        name = RequestName(batch_id, number, place, len(marked.questions))
        line = {"custom_id": str(name), "method": "POST", "url": _ENDPOINT, "body": body}
        lines.append(json.dumps(line, separators=(",", ":")).encode() + b"\n")
    return lines


@dataclass(frozen=True)
class Limits:
    """What one batch may hold."""

    requests: int = MOST_REQUESTS
    size: int = MOST_BYTES
    """Bytes of its file."""


@dataclass
class RequestFile:
    """A file of requests that grows up to the limits of one batch."""

    path: Path
    batch_id: str
    limits: Limits
    papers: list[BatchPaper] = field(default_factory=list, init=False)
    requests: int = field(default=0, init=False)
    size: int = field(default=0, init=False)

    def write(self, server: Server, papers: Iterator[MarkedPaper]) -> MarkedPaper | None:
        """Ask about papers until the limits are reached; return the first that found no room, None where all did."""
        with self.path.open("wb") as file:
            for marked in papers:
                lines = request_lines(server, self.batch_id, len(self.papers) + 1, marked)
                size = sum(map(len, lines))
                is_full = self.requests + len(lines) > self.limits.requests or self.size + size > self.limits.size
                if is_full and self.papers:
                    return marked
                file.writelines(lines)
                self.requests += len(lines)
                self.size += size
                self._note(marked)
        return None

    def _note(self, marked: MarkedPaper) -> None:
        paper, number = marked.paper, len(self.papers) + 1
        asked = BatchPaper(
            number=number,
            paper_id=paper.paper_id,
            text_hash=paper.text_hash,
            asked_hash=asked_hash(marked.questions),
        )
        self.papers.append(asked)


def request_files(
    server: Server, papers: Iterable[MarkedPaper], folder: Path, run_id: str, limits: Limits
) -> Iterator[RequestFile]:
    """Write papers into as few files as the limits allow, and yield each once it is complete.

    Only one exists at a time: it is removed when the next is asked for.
    """
    stream = iter(papers)
    for place in count(1):
        file = RequestFile(folder / f"{place}.jsonl", f"{run_id}-{place}", limits)
        first = file.write(server, stream)
        if file.papers:
            yield file
        file.path.unlink(missing_ok=True)
        if first is None:
            return
        stream = chain([first], stream)
