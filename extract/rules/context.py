"""How a number and a phrase stand to each other in a sentence."""

from dataclasses import dataclass

from extract.rules.lexicon import LEXICON
from extract.rules.text import Sentence, Text, Token
from models.mention import Mention

_NEAR = (0, 1, 2, 4, 7, 12, 20)


def bucket(distance: int) -> str:
    """Name a distance in tokens coarsely, so that weights learned on one carry to its neighbours."""
    for step in _NEAR:
        if distance <= step:
            return str(step)
    return "far"


def shape(sentence: Sentence, first: int, last: int) -> str:
    """Describe the tokens between two places: function words, verbs and marks as they are, the rest by class."""
    parts: list[str] = []
    for token in sentence.tokens[first:last]:
        part = {"number": "#", "word": "w", "name": "N"}.get(token.kind, token.lower)
        if not (part in "wN" and parts and parts[-1] == part):
            parts.append(part)
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Series:
    """A list such as '71%, 84% and 90%': member `index` of `size`, counted from 0."""

    group: int
    index: int
    size: int


def series(sentence: Sentence, items: list[tuple[int, int]]) -> dict[int, Series]:
    """Group items, given as (first, last) token positions in order, that only commas, slashes and 'and' keep apart.

    Returns item index -> its place in its list; items that stand alone are left out.
    """
    groups: list[list[int]] = []
    for index, (first, _) in enumerate(items):
        if index and _only_joins(sentence, items[index - 1][1], first):
            groups[-1].append(index)
        else:
            groups.append([index])
    return {
        item: Series(number, position, len(group))
        for number, group in enumerate(groups)
        if len(group) > 1
        for position, item in enumerate(group)
    }


_JOINS = frozenset({",", "/", "and", "or", "&", ";", "to", "$", "by", "\\"})


def _only_joins(sentence: Sentence, first: int, last: int) -> bool:
    between = sentence.tokens[first:last]
    return 0 < len(between) <= 4 and all(token.lower in _JOINS for token in between)


@dataclass(slots=True)
class Place:
    """Where a mention stands: its sentence and token, and its list, if it is a member of one."""

    mention: Mention
    index: int
    sentence: Sentence
    position: int
    series: Series | None
    count: int
    """Mentions in its sentence."""


def places(abstract: Text) -> list[Place]:
    """Locate each mention in its sentence and in its list."""
    found: list[Place] = []
    for sentence in abstract.sentences:
        if sentence.mentions:
            spots = [position for position, token in enumerate(sentence.tokens) if token.kind == "number"]
            lists = series(sentence, [(spot, spot + 1) for spot in spots])
            for order, (spot, (index, mention)) in enumerate(zip(spots, sentence.mentions.items(), strict=True)):
                found.append(Place(mention, index, sentence, spot, lists.get(order), len(spots)))
    return found


def neighbours(place: Place) -> dict[str, str]:
    """Return the words around a mention: up to four on each side, and the nearest verb on each side."""
    tokens, at = place.sentence.tokens, place.position
    words = {}
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        position = at + offset
        words[f"{offset:+d}"] = _word(tokens[position]) if 0 <= position < len(tokens) else "^" if offset < 0 else "$"
    words["verb-"] = next((t.lower for t in reversed(tokens[max(0, at - 15) : at]) if t.kind == "verb"), "-")
    words["verb+"] = next((t.lower for t in tokens[at + 1 : at + 10] if t.kind == "verb"), "-")
    return words


def _word(token: Token) -> str:
    if token.kind == "number":
        return "#"
    return "N" if token.kind == "name" and token.lower not in LEXICON.changes else token.lower


def _subject(place: Place, first: int, last: int) -> str:
    """Say of which verb before the mention a phrase is the subject: how many verbs follow, and if it is the first."""
    tokens = place.sentence.tokens
    if last > place.position or (first and tokens[first - 1].lower in _INNER):
        return "no"
    verb = next((i for i in range(last, place.position) if tokens[i].kind == "verb"), None)
    if verb is None or any(t.kind in ("word", "name", "number") and t.lower not in _ADVERBS for t in tokens[last:verb]):
        return "part" if verb is not None else "no"
    later = sum(t.kind == "verb" for t in tokens[verb + 1 : place.position])
    earlier = any(t.kind == "verb" for t in tokens[:first])
    return f"{min(later, 2)}{'' if earlier else 'first'}"


_CLAUSE_MARKS = frozenset({",", ";", ":", "--", "\u2014"})
_INNER = frozenset(
    {"of", "on", "in", "for", "with", "from", "to", "than", "over", "across", "against", "by", "at", "between", "under"}
)
_ADVERBS = frozenset({"significantly", "consistently", "substantially", "respectively", "also"})


def relation(place: Place, first: int, last: int) -> list[str]:
    """Features of how tokens `first` to `last` of the mention's sentence stand to the mention."""
    sentence, at = place.sentence, place.position
    tokens, depth = sentence.tokens, sentence.depth
    before = last <= at
    low, high = (last, at) if before else (at + 1, first)
    between = tokens[low:high]
    side = "<" if before else ">"
    numbers = breaks = verbs = 0
    for token in between:
        if token.kind == "number":
            numbers += 1
        elif token.kind == "verb":
            verbs += 1
        elif token.lower in _CLAUSE_MARKS:
            breaks += 1
    distance = bucket(len(between))
    previous = tokens[first - 1].lower if first else "^"
    following = tokens[last].lower if last < len(tokens) else "$"
    if first and tokens[first - 1].kind == "number":
        previous = "#"
    if last < len(tokens) and tokens[last].kind == "number":
        following = "#"
    kinds = f"{tokens[first - 1].kind if first else '^'}_{tokens[last].kind if last < len(tokens) else '$'}"
    features = [
        f"d{side}{distance}",
        f"n{side}{min(numbers, 3)}",
        f"b{side}{min(breaks, 3)}",
        f"v{side}{min(verbs, 2)}",
        f"p={previous}",
        f"p{side}={previous}",
        f"f{side}={following}",
        f"pf={previous}_{following}",
        f"dn{side}{distance}_{min(numbers, 2)}_{min(breaks, 2)}",
        f"depth{side}{max(-1, min(1, depth[first] - depth[at]))}",
        f"kinds{side}{kinds}",
        f"subject={_subject(place, first, last)}",
    ]
    if len(between) <= 6:
        features.append(f"s{side}{shape(sentence, low, high)}")
    if first == 0 or (first == 1 and tokens[0].kind == "function"):
        features.append(f"start{side}{min(numbers, 2)}")
    return features
