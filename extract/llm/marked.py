"""A paper with its numbers marked: what a model is asked about it, and what claims its replies make."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from extract.llm.draft import Draft, draft_of
from extract.llm.grounding import Grounding
from extract.llm.prompt import MOST_MARKS, MOST_QUESTIONS, Question, groups, question
from extract.llm.reply import Reply, readings
from extract.rules.context import places
from extract.rules.evidence import evidence_of
from extract.rules.names import own_name, read_names
from extract.rules.text import Text, read_text
from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.run import Outcome, Status, Usage


class MarkedPaper:
    """A paper with at least one mention, cut into questions. What its replies need is worked out when they come.

    `draft` is what the embedded extractor has read, where it has.
    """

    def __init__(self, paper: Paper, mentions: Sequence[Mention], draft: Draft | None = None) -> None:
        self.paper = paper
        self.mentions = mentions
        self.names = Grounding(paper)
        self._groups = groups(paper, mentions)
        self._draft = draft

    @cached_property
    def questions(self) -> list[Question]:
        """One for each call, of a paper that has no excess of them.

        Where no number is drafted as a claim, nothing is asked: of 192 abstracts with numbers these are 48, which hold
        one of 362 labelled claims.
        """
        return [question for question in self._drafted if any(question.draft)]

    @cached_property
    def _drafted(self) -> list[Question]:
        draft = draft_of(self.paper, self.mentions) if self._draft is None else self._draft
        return [question(self.paper, self.mentions, group, draft) for group in self._groups]

    @property
    def excess(self) -> str | None:
        """Why the paper cannot be asked about: it has too many numbers; None where it can."""
        if len(self._groups) <= MOST_QUESTIONS:
            return None
        return f"{len(self.mentions)} numbers; an abstract has at most {MOST_MARKS * MOST_QUESTIONS}"

    def outcome(
        self, claims: Iterable[Claim], failure: str | None, usage: Usage | None, replies: Iterable[str] = ()
    ) -> Outcome:
        """Return how the paper came out: failed where there is a reason, skipped where nothing is asked."""
        status: Status = "failed" if failure else "done" if self.questions else "skipped"
        return Outcome(
            paper_id=self.paper.paper_id,
            text_hash=self.paper.text_hash,
            status=status,
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
        of_asked = iter(replies)
        for drafted in self._drafted:
            # What was not asked about stands as it was drafted.
            reply = next(of_asked) if any(drafted.draft) else Reply(changes=[])
            found += readings(reply, drafted.draft, self.names, lambda: self._proposal)
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
