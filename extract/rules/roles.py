"""Which phrases may be a number's metric, model, benchmark and baseline: candidates and their features.

Every candidate is a run of the abstract's (or title's) own characters, but for LaTeX that only changes how they look
and for what an adjective measures ("2x faster": speed), or no phrase at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

from extract.rules.context import Place, Series, relation, series
from extract.rules.lexicon import LEXICON
from extract.rules.names import BENCHMARK, MODEL, PROPOSED, SORTS, Names, Phrase, Sort, surface
from extract.rules.text import Sentence, Span, Text
from models.claim import Kind
from models.vocabulary import normal_form, vocabulary

Role = Literal["metric", "model", "benchmark", "baseline"]
ROLES: tuple[Role, ...] = get_args(Role)

Standing = Literal["unheard", "headed", "known"]
"""How well the vocabulary knows a phrase as a metric: not at all, its last word, all of it."""

Group = Literal["own", "alone", "joined"] | Sort | Kind | Standing
"""What features are weighed together with. `own`: those of the candidate itself. The others are for features of how a
phrase stands to a number, which mean one thing `alone` and another of a benchmark, or where the number is a ratio."""
GROUPS: tuple[Group, ...] = ("own", "alone", "joined", *SORTS, *get_args(Kind), *get_args(Standing))


@dataclass(slots=True, eq=False)
class Candidate:
    """A wording that may fill a role; `text` None stands for 'the abstract does not say'."""

    text: str | None
    features: list[str]
    key: str | None = None
    """Normal form of a phrase; None of lists and of metrics."""
    spans: tuple[Span, ...] = ()
    """Where the wording stands in the abstract."""
    relation: Sequence[str] = ()
    """Features of how it stands to the number."""
    groups: tuple[Group, ...] = ()
    """What these are weighed with."""


class Proposer:
    """Proposes candidates for the roles of the numbers of one abstract."""

    def __init__(self, abstract: Text, names: Names) -> None:
        self.abstract = abstract
        self._names = names
        self._lists: dict[int, dict[tuple[int, int], Series]] = {}
        self._joined: dict[int, list[tuple[str, int, int]]] = {}
        self._relations: dict[tuple[int, int, int], list[str]] = {}
        # What is proposed from elsewhere is the same for all numbers of a sentence that have the same cues.
        self._away: dict[tuple[int, Kind, tuple[str, ...]], list[Candidate]] = {}
        self._from_before: dict[int, list[Candidate]] = {}
        self._earlier: dict[tuple[int, Kind], list[Candidate]] = {}

    def metrics(self, place: Place, kind: Kind) -> list[Candidate]:
        """Propose sub-phrases of the noun chunks of the mention's sentence, and metrics of the sentence before.

        What is "2.3x faster" and nothing more is faster in its speed: no other is proposed.
        """
        compared = _compared(place)
        if compared is not None:
            return [compared]
        unit = place.mention.unit or "bare"
        found = [Candidate(None, ["null", f"null|{kind}", f"null|{kind}_{unit}"])]
        for rank, span in _ranked(place):
            local = self._relation(place, span.first, span.last)
            phrase = self._names.phrases.get(normal_form(surface(self.abstract, span)))
            sort = phrase.sort if phrase else "long"
            chunk = [*self._alignment(place, span, "m"), f"sort={sort}", f"sort={sort}_{rank}"]
            for first, last in _metric_spans(place.sentence, span, far=rank.endswith("4")):
                if _SIZE.fullmatch(place.sentence.lowers[last - 1]):
                    continue
                features, standing = _metric_features(place, kind, rank, span, (first, last))
                spot = Span(span.sentence, first, last)
                found.append(
                    Candidate(
                        surface(self.abstract, spot),
                        features + chunk,
                        spans=(spot,),
                        relation=local,
                        groups=("alone", kind, standing),
                    )
                )
        index = place.sentence.index
        if index:
            if (index, kind) not in self._earlier:
                self._earlier[index, kind] = self._earlier_metrics(place.sentence, kind)
            found += self._earlier[index, kind]
        return found

    def names(self, place: Place, kind: Kind) -> list[Candidate]:
        """Propose phrases of the sentence, of the two before, and those that the whole abstract puts forward."""
        index = place.sentence.index
        cues = tuple(_sentence_cues(place))
        if (index, kind, cues) not in self._away:
            self._away[index, kind, cues] = list(self._names_away(place.sentence, kind, cues))
        if index not in self._from_before:
            self._from_before[index] = list(self._names_before(place.sentence))
        null = Candidate(None, self._null_features(place, kind, cues))
        return [null, *self._names_here(place, kind), *self._away[index, kind, cues], *self._from_before[index]]

    def _names_here(self, place: Place, kind: Kind) -> Iterator[Candidate]:
        phrases = self._names.phrases
        seen: set[str] = set()
        ranks = {"<": 0, ">": 0}
        for key, span in sorted(self._names.by_sentence[place.sentence.index], key=lambda item: _gap(place, item[1])):
            if key not in seen:
                seen.add(key)
                phrase = phrases[key]
                side = "<" if span.last <= place.position else ">"
                features = _phrase_features(phrase, span, side, ranks[side])
                ranks[side] += 1
                yield Candidate(
                    surface(self.abstract, span),
                    features + self._alignment(place, span, "a"),
                    key,
                    (span,),
                    self._relation(place, span.first, span.last),
                    ("alone", phrase.sort, kind),
                )
        for text, first, last in self._lists_of(place.sentence):
            yield Candidate(
                text,
                ["joined", *self._list_traits(text)],
                spans=(Span(place.sentence.index, first, last),),
                relation=self._relation(place, first, last),
                groups=("joined",),
            )

    def _names_away(self, sentence: Sentence, kind: Kind, cues: Sequence[str]) -> Iterator[Candidate]:
        """Propose what the whole abstract puts forward."""
        here = {key for key, _ in self._names.by_sentence[sentence.index]}
        for key in self._names.salient():
            if key not in here:
                phrase = self._names.phrases[key]
                features = ["away", f"away|class={phrase.sort}", f"away|{kind}"]
                features += [f"away|{cue}|{phrase.sort}" for cue in cues]
                features += [f"away|t={trait}" for trait in sorted(phrase.traits)]
                yield Candidate(phrase.text, features, key, tuple(phrase.spans))

    def _names_before(self, sentence: Sentence) -> Iterator[Candidate]:
        """Propose phrases of the two sentences before that stand neither here nor for the whole abstract."""
        seen = {key for key, _ in self._names.by_sentence[sentence.index]}
        seen.update(self._names.salient())
        for back in range(1, min(2, sentence.index) + 1):
            yield from self._before(self.abstract.sentences[sentence.index - back], back, seen)

    def _relation(self, place: Place, first: int, last: int) -> list[str]:
        """Return how a phrase stands to a number; one list for all that stands at the same place."""
        found = self._relations.get((place.index, first, last))
        if found is None:
            found = self._relations[place.index, first, last] = relation(place, first, last)
        return found

    def _before(self, sentence: Sentence, back: int, seen: set[str]) -> Iterator[Candidate]:
        """Propose phrases of an earlier sentence: what 'it' and 'the model' may stand for."""
        for key, span in self._names.by_sentence[sentence.index]:
            if key in seen:
                continue
            seen.add(key)
            phrase = self._names.phrases[key]
            previous = sentence.tokens[span.first - 1].lower if span.first else "^"
            features = [
                f"back{back}",
                f"back|class={phrase.sort}",
                f"back{back}|p={previous}",
                f"back|{phrase.sort}|p={previous}",
                f"back|start={span.first == 0}_{phrase.sort}",
                *(f"back|t={trait}" for trait in sorted(phrase.traits)),
            ]
            yield Candidate(surface(self.abstract, span), features, key, (span,))
        for text, first, last in self._lists_of(sentence):
            previous = sentence.tokens[first - 1].lower if first else "^"
            traits = [f"back|{trait}" for trait in self._list_traits(text)]
            features = ["joined_back", f"joined_back|p={previous}", *traits]
            yield Candidate(text, features, spans=(Span(sentence.index, first, last),))

    def _null_features(self, place: Place, kind: Kind, cues: Sequence[str]) -> list[str]:
        phrases = self._names.phrases
        here = [phrases[key].traits for key, _ in self._names.by_sentence[place.sentence.index]]
        known = sum("known_benchmark" in traits for traits in here)
        proposals = sum(bool(p.traits & PROPOSED) for p in phrases.values())
        compares = any(token.lower in LEXICON.comparing for token in place.sentence.tokens)
        return [
            "null",
            f"null|{kind}",
            f"null|{place.mention.unit}",
            f"null|known={min(known, 2)}",
            f"null|proposals={min(proposals, 2)}",
            f"null|compares={compares}",
            *(f"null|{cue}" for cue in cues),
        ]

    def _earlier_metrics(self, sentence: Sentence, kind: Kind) -> list[Candidate]:
        previous = self.abstract.sentences[sentence.index - 1]
        known = vocabulary().metric_words
        found: dict[str, Candidate] = {}
        for chunk in reversed(previous.chunks):
            for first, last in _metric_spans(previous, chunk):
                head = previous.tokens[last - 1].lower
                text = surface(self.abstract, Span(previous.index, first, last))
                if head in known and text not in found and len(found) < _MOST_EARLIER:
                    rank = f"earlier|rank={min(3, len(found) + 1)}"
                    features = [
                        "earlier",
                        f"earlier|head={head}",
                        f"earlier|{kind}",
                        f"earlier|len={last - first}",
                        rank,
                    ]
                    found[text] = Candidate(text, features, spans=(Span(previous.index, first, last),))
        return list(found.values())

    def _alignment(self, place: Place, span: Span, prefix: str) -> list[str]:
        """Say whether a number and a phrase are the same member of two lists: 'A and B reach 71% and 84%'."""
        if place.series is None:
            return []
        spot = self._list_places(place.sentence).get((span.first, span.last))
        if spot is None:
            return [f"{prefix}_alone_{min(place.series.size, 3)}"]
        if spot.size != place.series.size:
            return [f"{prefix}_other_size"]
        aligned = spot.index == place.series.index
        respectively = any(token.lower == "respectively" for token in place.sentence.tokens)
        return [f"{prefix}_aligned={aligned}", f"{prefix}_aligned={aligned}_{respectively}"]

    def _list_places(self, sentence: Sentence) -> dict[tuple[int, int], Series]:
        """Return the place of each phrase in its list, whole chunks and names apart."""
        if sentence.index not in self._lists:
            chunks = [(chunk.first, chunk.last) for chunk in sentence.chunks]
            names = sorted({(s.first, s.last) for _, s in self._names.by_sentence[sentence.index]} - set(chunks))
            self._lists[sentence.index] = {
                spans[item]: spot for spans in (chunks, names) for item, spot in series(sentence, spans).items()
            }
        return self._lists[sentence.index]

    def _lists_of(self, sentence: Sentence) -> list[tuple[str, int, int]]:
        """Return names that stand in a list, joined with ', ' as one answer, with their first and last token."""
        if sentence.index not in self._joined:
            named = {
                (s.first, s.last)
                for key, s in self._names.by_sentence[sentence.index]
                if self._names.phrases[key].named
            }
            outer = sorted(s for s in named if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in named))
            groups: dict[int, list[tuple[int, int]]] = {}
            for item, spot in series(sentence, outer).items():
                groups.setdefault(spot.group, []).append(outer[item])
            self._joined[sentence.index] = [
                (
                    ", ".join(surface(self.abstract, Span(sentence.index, *span)) for span in group),
                    group[0][0],
                    group[-1][1],
                )
                for group in groups.values()
            ]
        return self._joined[sentence.index]

    def _list_traits(self, text: str) -> list[str]:
        parts = [
            self._names.phrases[key].traits for key in map(normal_form, text.split(", ")) if key in self._names.phrases
        ]
        benchmarks = sum(bool(traits & BENCHMARK) for traits in parts)
        models = sum(bool(traits & MODEL) for traits in parts)
        return [
            f"joined_known={min(benchmarks, 2)}",
            f"joined_models={min(models, 2)}",
            f"joined_size={min(len(parts), 5)}",
        ]


_MOST_EARLIER = 12


def _phrase_features(phrase: Phrase, span: Span, side: str, rank: int) -> list[str]:
    return [
        *(f"t={trait}" for trait in sorted(phrase.traits)),
        f"class={phrase.sort}",
        f"rank{side}{min(rank, 4)}_{phrase.sort}",
        f"head={phrase.text.split()[-1].lower()}",
        f"len={span.last - span.first}",
    ]


def _metric_features(
    place: Place, kind: Kind, rank: str, span: Span, part: tuple[int, int]
) -> tuple[list[str], Standing]:
    """Give the features of one part of a chunk, and how well the vocabulary knows it as a metric."""
    first, last = part
    tokens = place.sentence.tokens[first:last]
    words = place.sentence.lowers[first:last]
    head = words[-1]
    side = "<" if last <= place.position else ">"
    has_head = head in vocabulary().metric_words
    standing, other = _known_as(" ".join(words), has_head)
    features = [
        f"head={head}",
        f"known={standing}",
        f"rank={rank}_{has_head}",
        f"len={last - first}",
        f"full={first == span.first}_{last == span.last}",
        f"cut={span.last - last}",
        f"kind_head={kind}_{head}",
        f"change={head in LEXICON.changes}_{kind}",
        f"names={any(token.kind == 'name' for token in tokens)}_{has_head}",
        f"other={other}_{has_head}",
        f"first={words[0]}",
        f"unit_head={place.mention.unit or 'bare'}_{head}_{side}",
    ]
    return features, standing


def _compared(place: Place) -> Candidate | None:
    """Return what a number compares that only an adjective behind it names; no noun may follow."""
    sentence, at = place.sentence, place.position + 1
    metric = MEASURED.get(sentence.lowers[at]) if at < len(sentence.lowers) else None
    following = at + 1
    if metric is None or (
        following < len(sentence.kinds)
        and sentence.kinds[following] in ("word", "name")
        and not sentence.lowers[following].endswith("ly")
    ):
        return None
    return Candidate(metric, ["compared"], spans=(Span(sentence.index, at, following),), groups=("alone",))


MEASURED = {
    **dict.fromkeys(("faster", "quicker", "slower"), "speed"),
    **dict.fromkeys(("cheaper", "costlier"), "cost"),
    **dict.fromkeys(("smaller", "larger"), "size"),
}
"""Adjectives that name what they measure: 2.3x faster than another is a speed."""

_SIZE = re.compile(r"\d+(?:\.\d+)?[kmbt]")
"""The size of a model, such as 70b, which is measured by nothing."""


@lru_cache(maxsize=1 << 14)
def _known_as(text: str, has_head: bool) -> tuple[Standing, str]:
    """Say how well the vocabulary knows words as a metric, and what else it knows them as."""
    form = normal_form(text)
    known = vocabulary()
    standing: Standing = "unheard" if not has_head else "known" if form in known.metrics else "headed"
    return standing, "benchmark" if form in known.benchmarks else "model" if form in known.models else "none"


_CUES = (
    "we",
    "our",
    "it",
    "this",
    "which",
    "model",
    "method",
    "approach",
    "framework",
    "system",
    "on",
    "across",
    "than",
    "over",
)
"""Words whose presence says where to look for the subject of a sentence."""


def _sentence_cues(place: Place) -> list[str]:
    lowers = place.sentence.lowers
    start = next((token.lower for token in place.sentence.tokens if token.kind != "break"), "")
    return [
        f"start={start}",
        *(f"has={cue}{'<' if lowers.index(cue) < place.position else '>'}" for cue in _CUES if cue in lowers),
    ]


def _ranked(place: Place) -> list[tuple[str, Span]]:
    """Noun chunks of the sentence, nearest first and numbered on each side, then pairs such as 'A of B'."""
    sentence = place.sentence
    spans = sentence.chunks
    counts = {"<": 0, ">": 0}
    ranked = []
    for span in sorted(spans, key=lambda span: _gap(place, span)):
        side = "<" if span.last <= place.position else ">"
        ranked.append((f"{side}{min(counts[side], 4)}", span))
        counts[side] += 1
    for left, right in pairwise(spans):
        between = sentence.tokens[left.last : right.first]
        if len(between) <= 2 and between[0].lower in _LINKS and right.last - left.first <= _LONGEST_METRIC:
            ranked.append(("pair", Span(sentence.index, left.first, right.last)))
    return ranked


_LINKS = frozenset({"of", "in", "per", "to", "with", "under", "between", "at"})
_LONGEST_METRIC = 7
"""Tokens, in 'number of irrelevant candidates per true positive' and its like."""


def _gap(place: Place, span: Span) -> int:
    return place.position - span.last if span.last <= place.position else span.first - place.position - 1


def _metric_spans(sentence: Sentence, span: Span, *, far: bool = False) -> list[tuple[int, int]]:
    """Give runs of a chunk that may be a metric: up to four words that end with it, or before a word of change.

    Of a chunk that stands far from the number, only those that end in a known metric's last word.
    """
    tokens = sentence.tokens
    ends = [span.last]
    while ends[-1] - 1 > span.first and tokens[ends[-1] - 1].lower in LEXICON.changes:
        ends.append(ends[-1] - 1)
    found = []
    for end in ends:
        if far and tokens[end - 1].lower not in vocabulary().metric_words:
            continue
        found += [(first, end) for first in range(max(span.first, end - 4), end)]
        if span.first < end - 4 and span.last - span.first <= _LONGEST_METRIC:
            found.append((span.first, end))
    return found
