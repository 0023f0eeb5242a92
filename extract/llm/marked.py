"""A paper with its numbers marked: what a model is asked about it, and what claims its replies make."""

from collections.abc import Generator, Iterable
from concurrent.futures.process import BrokenProcessPool
from functools import cached_property

from extract.extractor import Stopped
from extract.llm.draft import draft_of
from extract.llm.grounding import Grounding
from extract.llm.prompt import MOST_MARKS, MOST_QUESTIONS, Question, groups, question
from extract.llm.reply import Reply, readings
from extract.mentions import find_mentions
from extract.rules.context import places
from extract.rules.evidence import evidence_of
from extract.rules.names import own_name, read_names
from extract.rules.text import Text, read_text
from extract.rules.workers import read_each
from models.claim import Claim, Reading, ground
from models.errors import quotable
from models.paper import Paper
from models.run import Outcome, Status, Usage


class MarkedPaper:
    """A paper cut into questions, together with what the embedded extractor takes its numbers for."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.mentions = find_mentions(paper.abstract)
        self.names = Grounding(paper)
        self._groups = groups(paper, self.mentions)

    @property
    def questions(self) -> list[Question]:
        """One for each call, of a paper that has no excess of them.

        Where no number is drafted as a claim, nothing is asked: of 192 abstracts with numbers these are 48, which hold
        one of 362 labelled claims.
        """
        return [question for question in self._drafted if any(question.draft)]

    @cached_property
    def _drafted(self) -> list[Question]:
        draft = draft_of(self.paper, self.mentions)
        return [question(self.paper, self.mentions, group, draft) for group in self._groups]

    def prepare(self) -> None:
        """Work out what its replies will need, in whichever process this is: they must not wait for that."""
        self._evidence  # noqa: B018 — kept from then on

    @property
    def drafted(self) -> list[Claim]:
        """What the embedded extractor takes for claims, in the order of the abstract."""
        return [drafted.claim for question in self._drafted for drafted in question.draft if drafted]

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
        return [
            ground(self.paper, mention, reading, evidence)
            for mention, reading, evidence in zip(self.mentions, found, self._evidence, strict=True)
            if reading is not None
        ]

    @cached_property
    def _evidence(self) -> list[tuple[int, int]]:
        """The characters that each mention is read from."""
        text = self._text()
        return [evidence_of(text, place) for place in sorted(places(text), key=lambda place: place.index)]

    @cached_property
    def _proposal(self) -> str | None:
        """What the paper itself proposes: 'our method' is its name."""
        return own_name(read_names(self.paper.title, self._text()))

    def _text(self) -> Text:
        # Not kept: it would go from process to process, and is needed twice at most.
        return read_text(self.paper.abstract, self.mentions)


def marked_papers(papers: Iterable[Paper], workers: int) -> Generator[MarkedPaper | Outcome]:
    """Yield each paper as it is to be asked about, or its outcome where there is nothing to ask, or too much.

    Drafts are made in so many processes: in one, replies that come fast would wait for them. Raises Stopped where one
    of these is killed.
    """
    try:
        yield from read_each(_marked, papers, workers, at_once=True)
    except BrokenProcessPool as error:
        raise Stopped("a process that drafts was killed: make sure of its memory, then run again") from error


def _marked(paper: Paper) -> MarkedPaper | Outcome:
    try:
        marked = MarkedPaper(paper)
        if marked.excess or not marked.questions:
            return marked.outcome([], marked.excess, None)
        marked.prepare()
    except Exception as error:
        # One paper that is read wrongly must not end a run.
        return Outcome.unread(paper, f"it could not be read: {type(error).__name__}: {quotable(error)}")
    return marked
