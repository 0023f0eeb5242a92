"""What stands around a number on which a label and an extractor disagree: the sentence, and who else is in it.

Plain patterns, independent of every extractor: what judges the errors of a grammar must not share its grammar.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from extract.evaluation.agreement import NAMES, Comparison, Match, said_in, same_number
from extract.evaluation.places import Span, evidence_span
from extract.gold import GoldClaim, accepts, words
from extract.mentions import find_mentions
from models.mention import Mention


@dataclass(frozen=True)
class Scene:
    """One match of a comparison, in its abstract."""

    comparison: Comparison
    match: Match

    def said(self, name: str) -> str | None:
        """Return what the extractor says in a field, as it is compared; None where it says nothing."""
        return None if self.match.predicted is None else said_in(name, self.match.predicted)

    def labelled(self, name: str) -> tuple[str, ...]:
        """Return what the label has in a field: every wording that is right; empty where it has nothing."""
        value = getattr(self.match.gold, name, None)
        given = value if isinstance(value, tuple) else (value,)
        return tuple(wording for wording in given if wording is not None)

    def may_be_empty(self, name: str) -> bool:
        """Whether leaving a name out would be right."""
        return self.match.gold is not None and None in getattr(self.match.gold, name)

    @cached_property
    def mentions(self) -> Sequence[Mention]:
        """The numbers of the abstract, as the grammar reads them."""
        return find_mentions(self.comparison.gold.abstract)

    @cached_property
    def span(self) -> Span | None:
        """Where the number stands in the abstract, or else the quote."""
        return self._span(self.match)

    def _span(self, match: Match) -> Span | None:
        start, end = getattr(match.predicted, "number_start", None), getattr(match.predicted, "number_end", None)
        if start is not None and end is not None:
            return start, end
        quote = evidence_span(match, self.comparison.gold.abstract)
        claim = match.gold or match.predicted
        equal = [mention for mention in self.mentions if claim is not None and same_number(claim, mention)]
        inside = [mention for mention in equal if quote and quote[0] <= mention.start < quote[1]]
        nearest = next(iter(inside or ([] if quote else equal)), None)
        return quote if nearest is None else (nearest.start, nearest.end)

    @cached_property
    def sentence_span(self) -> Span:
        """The sentence of the number; the whole abstract where it is not known where that stands."""
        abstract = self.comparison.gold.abstract
        if self.span is None:
            return 0, len(abstract)
        ends = [0, *(found.end() for found in _SENTENCE_END.finditer(abstract)), len(abstract)]
        return max(end for end in ends if end <= self.span[0]), min(end for end in ends if end >= self.span[1])

    @cached_property
    def sentence(self) -> str:
        """The words of the sentence of the number."""
        start, end = self.sentence_span
        return self.comparison.gold.abstract[start:end]

    @cached_property
    def earlier(self) -> str:
        """What stands before that sentence."""
        return self.comparison.gold.abstract[: self.sentence_span[0]]

    @cached_property
    def number(self) -> str:
        """The number as printed, or the quote."""
        return "" if self.span is None else self.comparison.gold.abstract[slice(*self.span)]

    @cached_property
    def before(self) -> str:
        """The sentence up to the number."""
        return self.sentence if self.span is None else self.sentence[: self.span[0] - self.sentence_span[0]]

    @cached_property
    def after(self) -> str:
        """The sentence from the number on."""
        return "" if self.span is None else self.sentence[self.span[1] - self.sentence_span[0] :]

    @cached_property
    def beside(self) -> list[tuple[GoldClaim, Match]]:
        """The other labelled claims of the same sentence with their matches, in the order of the text."""
        return [(gold, match) for _, gold, match in self._neighbours]

    @cached_property
    def beside_before(self) -> list[tuple[GoldClaim, Match]]:
        """Those whose number stands before this one."""
        here = self.sentence_span[1] if self.span is None else self.span[0]
        return [(gold, match) for start, gold, match in self._neighbours if start < here]

    @cached_property
    def _neighbours(self) -> list[tuple[int, GoldClaim, Match]]:
        first, end = self.sentence_span
        spans = [(self._span(match), match) for match in self.comparison.matches if match is not self.match]
        found = [
            (span[0], match.gold, match) for span, match in spans if span and match.gold and first <= span[0] < end
        ]
        return sorted(found, key=lambda item: item[0])

    def is_in_sentence(self, name: str) -> bool:
        """Whether any right wording of a field stands in the sentence."""
        return any(stands(wording, self.sentence) for wording in self.labelled(name))

    def is_elsewhere(self, name: str) -> bool:
        """Whether any right wording of a field stands in title or abstract."""
        text = f"{self.comparison.gold.title} . {self.comparison.gold.abstract}"
        return any(stands(wording, text) for wording in self.labelled(name))

    def is_said_in_sentence(self, name: str) -> bool:
        """Whether what the extractor says stands in the sentence."""
        said = self.said(name)
        return said is not None and stands(said, self.sentence)

    def is_of_neighbour(self, name: str) -> bool:
        """Whether what the extractor says would be right for another number of the sentence."""
        said = self.said(name)
        return said is not None and any(accepts(getattr(gold, name), said) for gold, _ in self.beside)

    def has_other_role(self, name: str) -> bool:
        """Whether what the extractor says is labelled, anywhere in the abstract, as a name of another sort."""
        said = self.said(name)
        claims = [match.gold for match in self.comparison.matches if match.gold is not None]
        return said is not None and any(
            accepts(getattr(claim, other), said) for claim in claims for other in NAMES if other != name
        )

    def shares_words(self, name: str) -> bool:
        """Whether what the extractor says has a word in common with a right wording."""
        said = set(words(self.said(name) or ""))
        return any(said & set(words(wording)) for wording in self.labelled(name))

    def is_longer(self, name: str) -> bool:
        """Whether the extractor says more words than every right wording with which it has one in common."""
        said = set(words(self.said(name) or ""))
        shared = [set(words(wording)) for wording in self.labelled(name) if said & set(words(wording))]
        return all(len(said) > len(wording) for wording in shared)

    def is_only_in_title(self, name: str) -> bool:
        """Whether what the extractor says stands in the title, and nowhere in the abstract."""
        said = self.said(name)
        gold = self.comparison.gold
        return said is not None and stands(said, gold.title) and not stands(said, gold.abstract)

    def is_proposal(self, name: str | None) -> bool:
        """Whether the abstract puts a name forward as its own: in the head of its title, or after "we propose"."""
        return name is not None and any(stands(name, text) for text in self._proposals)

    def is_labelled_proposal(self, name: str) -> bool:
        """Whether a right wording of a field is what the abstract puts forward as its own."""
        return any(self.is_proposal(wording) for wording in self.labelled(name))

    @cached_property
    def _proposals(self) -> list[str]:
        head = _TITLE_HEAD.match(self.comparison.gold.title)
        windows = [found["what"] for found in _PROPOSED.finditer(self.comparison.gold.abstract)]
        return [*([head[1]] if head else []), *windows]

    def is_compared(self, name: str) -> bool:
        """Whether a right wording of a field follows closely on a word of comparison in the sentence."""
        windows = [found["what"] for found in _COMPARED.finditer(self.sentence)]
        return any(stands(wording, window) for wording in self.labelled(name) for window in windows)


def stands(name: str, text: str) -> bool:
    """Whether the words of a name stand in a text one after the other, without mark-up, punctuation and filler."""
    return f" {' '.join(words(name))} " in f" {' '.join(words(text))} "


_SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bal\.)(?<=[.!?])[\"')\]}]*\s+(?=[\"'(\[$\\]*[^\W_a-z])|\n+"
)
"""White space after a full stop, question or exclamation mark and before something other than a lower-case letter."""

_TITLE_HEAD = re.compile(r"(.{2,40}?)(?::| --? | [–—] )")
"""The name that a title gives before a colon or a dash."""

_PROPOSED = re.compile(
    r"\b(?:(?:we|our|paper|work|article|study)\b[^.]{0,60}?\b(?:propos|introduc|present|develop|design|build|built|releas"
    r"|call|dub|offer|devis|describ|contribut)\w*|called|named|dubbed|termed|namely)\b(?=(?P<what>[^.]{0,90}))",
    re.IGNORECASE,
)
"""A verb that puts something forward, and what follows on it."""

_COMPARED = re.compile(
    r"\b(?:than|over|against|versus|vs|(?:relative|compared?|comparison) (?:to|with)|outperform\w*|surpass\w*|exceed\w*"
    r"|beat\w*|unlike)\b(?=(?P<what>.{0,70}))",
    re.IGNORECASE,
)
"""A word of comparison, and what follows on it."""
