"""A paper with its numbers marked: what a model is asked about it, and what claims its replies make."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from extract.llm.grounding import Grounding
from extract.llm.prompt import MOST_MARKS, MOST_QUESTIONS, Question, questions
from extract.llm.reply import Reply, readings
from extract.rules.context import places
from extract.rules.evidence import evidence_of
from extract.rules.names import own_name, read_names
from extract.rules.text import Text, read_text
from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.run import Outcome, Usage


class MarkedPaper:
    """A paper with at least one mention, cut into questions. What its replies need is worked out when they come."""

    def __init__(self, paper: Paper, mentions: Sequence[Mention]) -> None:
        self.paper = paper
        self.mentions = mentions
        self.questions: list[Question] = questions(paper, mentions)
        self.names = Grounding(paper)

    @property
    def excess(self) -> str | None:
        """Why the paper cannot be asked about: it has too many numbers; None where it can."""
        if len(self.questions) <= MOST_QUESTIONS:
            return None
        return f"{len(self.mentions)} numbers; an abstract has at most {MOST_MARKS * MOST_QUESTIONS}"

    def outcome(
        self, claims: Iterable[Claim], failure: str | None, usage: Usage | None, replies: Iterable[str] = ()
    ) -> Outcome:
        """Return how the paper came out: failed where there is a reason, else done."""
        return Outcome(
            paper_id=self.paper.paper_id,
            text_hash=self.paper.text_hash,
            status="failed" if failure else "done",
            reason=failure,
            mention_count=len(self.mentions),
            claims=tuple(claims),
            usage=usage,
            replies=tuple(replies),
        )

    def claims(self, replies: Iterable[Reply]) -> list[Claim]:
        """Return what the replies claim, one reply for each question in their order.

        A name that stands in neither title nor abstract is dropped and leaves a flag.
        """
        found: list[Reading | None] = []
        for reply in replies:
            found += readings(reply, self.names, lambda: self._proposal)
        if not any(found):
            return []
        in_order = sorted(places(self._text), key=lambda place: place.index)
        return [
            ground(self.paper, place.mention, reading, evidence_of(self._text, place))
            for place, reading in zip(in_order, found, strict=True)
            if reading is not None
        ]

    @cached_property
    def _text(self) -> Text:
        return read_text(self.paper.abstract, self.mentions)

    @cached_property
    def _proposal(self) -> str | None:
        """What the paper itself proposes: 'our method' is its name."""
        return own_name(read_names(self.paper.title, self._text))
