"""What an abstract talks about: its names and noun phrases, where each stands, and which one it proposes."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, get_args

from extract.rules.lexicon import LEXICON
from extract.rules.text import Sentence, Span, Text
from models.vocabulary import FORMATTING, normal_form, vocabulary

_LONGEST_NAME = 7
"""Tokens; longer runs are sentences that lost their verb."""

Sort = Literal["metric", "benchmark_proposal", "proposal", "benchmark", "model", "name", "plain"]
"""What sort of thing a phrase most likely names."""
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(slots=True)
class Phrase:
    """One wording, as often as it stands in the abstract."""

    text: str
    named: bool
    """It holds a name: a word with a capital or a digit."""
    spans: list[Span] = field(default_factory=list)
    traits: set[str] = field(default_factory=set)
    """What the abstract as a whole says of it; features of every number it might belong to."""
    sort: Sort = "plain"


@dataclass
class Names:
    """The phrases of an abstract by normal form, and by sentence."""

    phrases: dict[str, Phrase]
    by_sentence: list[list[tuple[str, Span]]]

    def salient(self) -> list[str]:
        """Keys of the phrases that a number anywhere in the abstract may belong to."""
        return [key for key, phrase in self.phrases.items() if phrase.traits & _SALIENT]


_SALIENT = frozenset(
    {"title_head", "proposed", "proposed_apposition", "called", "proposed_bracket", "presented_benchmark", "title_name"}
)

_TITLE_HEAD = re.compile(r"^\s*(?P<head>[^:?]{2,60}?)\s*:\s+\S|^\s*(?P<dash>\S{2,30})\s+[-\u2013\u2014]+\s+\S")
_TITLE_TOKEN = re.compile(r"[^\W_]+(?:[-.+'@/]+[^\W_]+)*\+*")


def read_names(title: str, abstract: Text) -> Names:
    """Collect the phrases of an abstract and mark the ones it proposes or presents."""
    names = Names({}, [[] for _ in abstract.sentences])
    for sentence in abstract.sentences:
        for chunk in sentence.chunks:
            for span, named in _phrases_of(sentence, chunk):
                _add(names, abstract, sentence, span, named)
    _mark_title(names, title)
    for sentence in abstract.sentences:
        _mark_proposals(names, sentence)
    _mark_traits(names)
    return names


def own_name(names: Names) -> str | None:
    """Return what the abstract calls its own proposal, or None where it does not name it."""
    best = max(names.phrases.values(), key=_proposal_strength, default=None)
    return best.text if best is not None and _proposal_strength(best) > 0 else None


def _proposal_strength(phrase: Phrase) -> int:
    strength = {"proposed_bracket": 4, "called": 4, "proposed_apposition": 3, "title_head": 3, "proposed": 2}
    return sum(strength.get(trait, 0) for trait in phrase.traits) if phrase.named else 0


_BRACES = str.maketrans(dict.fromkeys("{}"))


def surface(abstract: Text, span: Span) -> str:
    """Return the characters that a span stands on, without LaTeX that only changes how they look."""
    tokens = abstract.sentences[span.sentence].tokens
    text = abstract.text[tokens[span.first].start : tokens[span.last - 1].end]
    return FORMATTING.sub("", text).translate(_BRACES) if "{" in text or "}" in text else text


def _phrases_of(sentence: Sentence, chunk: Span) -> list[tuple[Span, bool]]:
    """Give the whole chunk and each run of names in it, with a head noun behind the name left off."""
    if "name" not in sentence.kinds[chunk.first : chunk.last]:
        return [(chunk, False)] if chunk.last - chunk.first <= _LONGEST_NAME else []
    tokens = sentence.tokens
    spans: dict[tuple[int, int], bool] = {}
    first = -1
    for position in range(chunk.first, chunk.last + 1):
        # Digits that are no number of their own belong to the name before them: Llama 2, WMT 2014.
        is_name = position < chunk.last and (
            tokens[position].kind == "name" or (first >= 0 and tokens[position].text[0].isdigit())
        )
        if is_name and first < 0:
            first = position
        elif not is_name and first >= 0:
            spans[first, position] = True
            first = -1
    if chunk.last - chunk.first <= _LONGEST_NAME:
        spans[chunk.first, chunk.last] = True
    return [(Span(sentence.index, a, b), named) for (a, b), named in spans.items() if b - a <= _LONGEST_NAME]


def _add(names: Names, abstract: Text, sentence: Sentence, span: Span, named: bool) -> None:
    text = surface(abstract, span)
    key = normal_form(text)
    if not key:
        return
    phrase = names.phrases.get(key)
    if phrase is None:
        phrase = names.phrases[key] = Phrase(text, named)
    phrase.spans.append(span)
    names.by_sentence[sentence.index].append((key, span))


def _mark_title(names: Names, title: str) -> None:
    match = _TITLE_HEAD.match(title)
    if match:
        head = match["head"] or match["dash"]
        key = normal_form(head)
        if key and len(head.split()) <= _LONGEST_NAME:
            phrase = names.phrases.setdefault(key, Phrase(head, True))
            phrase.traits.add("title_head")
    words = [match[0] for match in _TITLE_TOKEN.finditer(title)]
    title_keys = {
        normal_form(" ".join(words[i:j])) for i in range(len(words)) for j in range(i + 1, min(i + 5, len(words) + 1))
    }
    for key, phrase in names.phrases.items():
        if key in title_keys:
            phrase.traits.add("in_title")
            if phrase.named:
                phrase.traits.add("title_name")


def _mark_proposals(names: Names, sentence: Sentence) -> None:
    """Find 'we propose X', 'we present NP (X)', 'a framework called X', 'X, a novel …'."""
    lowers = sentence.lowers
    spans = names.by_sentence[sentence.index]
    if not LEXICON.proposing.isdisjoint(lowers):
        for position, lower in enumerate(lowers):
            if lower in LEXICON.proposing and _has_own_subject(sentence, position):
                stop = next((i for i in range(position + 1, len(lowers)) if lowers[i] in _PURPOSE), len(lowers))
                for key, span in spans:
                    if position < span.first <= min(stop + 1, position + _REACH):
                        _mark_proposed(names.phrases[key], sentence, position, span)
    for key, span in spans:
        if span.first and lowers[span.first - 1] in _NAMING:
            names.phrases[key].traits.add("called")
        elif not span.first and tuple(lowers[span.last : span.last + 2]) in _DEFINING:
            names.phrases[key].traits.add("defined")


_REACH = 14
"""Tokens between 'propose' and what is proposed."""
_PURPOSE = frozenset({";", "that", "which", "to", "for"})
"""Words after which a sentence says what the proposal is for, and no longer what it is."""
_NAMING = frozenset({"called", "named", "dubbed", "termed", "coined"})
_DEFINING = frozenset({(",", "a"), (",", "an"), ("is", "a"), ("is", "an")})


def _mark_proposed(phrase: Phrase, sentence: Sentence, verb: int, span: Span) -> None:
    tokens = sentence.tokens
    before = tokens[span.first - 1].lower
    gap = tokens[verb + 1 : span.first]
    if all(token.kind == "function" or token.text in "\"'`*\\$" for token in gap):
        phrase.traits.add("proposed")
    elif before == "(" and phrase.named:
        phrase.traits.add("proposed_bracket")
    elif before == "," and phrase.named:
        phrase.traits.add("proposed_apposition")
    if any(token.lower in LEXICON.benchmark_heads for token in tokens[span.last - 1 : span.last + 8]):
        phrase.traits.add("presented_benchmark")


def _has_own_subject(sentence: Sentence, position: int) -> bool:
    before = sentence.lowers[max(0, position - 6) : position]
    return not _AUTHORS.isdisjoint(before) and _PASSIVE.isdisjoint(before[-2:])


_AUTHORS = frozenset({"we", "paper", "work", "study", "article", "authors", "report", "i"})
_PASSIVE = frozenset({"by", "of"})


def _mark_traits(names: Names) -> None:
    for key, phrase in names.phrases.items():
        count = len(phrase.spans)
        phrase.traits.add(
            "count1" if count == 1 else "count2" if count == 2 else "count3-4" if count < 5 else "count5+"
        )
        if phrase.named:
            phrase.traits.add("named")
        phrase.traits |= _wording_traits(key, phrase.text)
        phrase.sort = _sort_of(phrase)


PROPOSED = frozenset({"proposed", "title_head", "called", "proposed_bracket", "proposed_apposition"})
BENCHMARK = frozenset({"known_benchmark", "head_benchmark", "looks_benchmark"})
MODEL = frozenset({"known_model", "head_model", "looks_model"})
"""Traits of what is put forward, and of what looks like a benchmark or a model."""


def _sort_of(phrase: Phrase) -> Sort:
    traits = phrase.traits
    if traits & {"known_metric", "head_change", "head_metric"}:
        return "metric"
    if traits & PROPOSED:
        return "benchmark_proposal" if traits & (BENCHMARK | {"presented_benchmark"}) else "proposal"
    if traits & BENCHMARK:
        return "benchmark"
    if traits & MODEL:
        return "model"
    return "name" if phrase.named else "plain"


@lru_cache(maxsize=1 << 14)
def _wording_traits(key: str, text: str) -> frozenset[str]:
    """Say what a wording is known as, or looks like, in whichever abstract it stands."""
    words = vocabulary()
    lower = text.lower()
    last = lower.rsplit(maxsplit=1)[-1]
    is_benchmark = key in words.benchmarks
    is_model = key in words.models or _family(key) in words.models
    traits = {
        "known_benchmark": is_benchmark,
        "known_metric": key in words.metrics,
        "known_model": is_model,
        "head_benchmark": last in LEXICON.benchmark_heads,
        "head_metric": last in words.metric_words and not is_benchmark and not is_model,
        "head_model": last in LEXICON.model_heads,
        "head_change": last in LEXICON.changes,
        "looks_benchmark": _LOOKS_BENCHMARK.search(lower),
        "looks_model": _LOOKS_MODEL.search(lower),
    }
    return frozenset(trait for trait, holds in traits.items() if holds)


_LOOKS_BENCHMARK = re.compile(r"bench|[a-z]qa$|eval$")
_LOOKS_MODEL = re.compile(r"(?:bert|gpt|llama|qwen|net|former|llm|lstm|cnn|gan|vit|mamba|claude|gemini|mistral)")


def _family(key: str) -> str:
    return _FAMILY_END.split(key, maxsplit=1)[0]


_FAMILY_END = re.compile(r"[\s\d]")
