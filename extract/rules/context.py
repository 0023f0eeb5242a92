"""How a number and a phrase stand to each other in a sentence."""

from dataclasses import dataclass

from extract.rules.lexicon import LEXICON
from extract.rules.text import Sentence, Text
from models.mention import Mention

_NEAR = (0, 1, 2, 4, 7, 12, 20)


def bucket(distance: int) -> str:
    """Name a distance in tokens coarsely, so that weights learned on one carry to its neighbours."""
    return _NAMES[distance] if distance < len(_NAMES) else "far"


_NAMES = [str(next(step for step in _NEAR if distance <= step)) for distance in range(_NEAR[-1] + 1)]
"""Of each near distance."""


def shape(sentence: Sentence, first: int, last: int) -> str:
    """Describe the tokens between two places: function words, verbs and marks as they are, the rest by class."""
    parts: list[str] = []
    for kind, lower in zip(sentence.kinds[first:last], sentence.lowers[first:last], strict=True):
        part = _CLASS_MARKS.get(kind, lower)
        if not (part in "wN" and parts and parts[-1] == part):
            parts.append(part)
    return " ".join(parts)


_CLASS_MARKS = {"number": "#", "word": "w", "name": "N"}


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
    return 0 < last - first <= 4 and _JOINS.issuperset(sentence.lowers[first:last])


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
            spots = [position for position, kind in enumerate(sentence.kinds) if kind == "number"]
            lists = series(sentence, [(spot, spot + 1) for spot in spots])
            for order, (spot, (index, mention)) in enumerate(zip(spots, sentence.mentions.items(), strict=True)):
                found.append(Place(mention, index, sentence, spot, lists.get(order), len(spots)))
    return found


def neighbours(place: Place) -> dict[str, str]:
    """Return the words around a mention: up to four on each side, and the nearest verb on each side."""
    sentence, at = place.sentence, place.position
    kinds, lowers = sentence.kinds, sentence.lowers
    words = {}
    for name, offset in _OFFSETS.items():
        position = at + offset
        words[name] = _word(sentence, position) if 0 <= position < len(kinds) else "^" if offset < 0 else "$"
    words["verb-"] = next((lowers[i] for i in range(at - 1, max(-1, at - 16), -1) if kinds[i] == "verb"), "-")
    words["verb+"] = next((lowers[i] for i in range(at + 1, min(at + 10, len(kinds))) if kinds[i] == "verb"), "-")
    return words


_OFFSETS = {f"{offset:+d}": offset for offset in (-4, -3, -2, -1, 1, 2, 3, 4)}


def _word(sentence: Sentence, position: int) -> str:
    kind, lower = sentence.kinds[position], sentence.lowers[position]
    if kind == "number":
        return "#"
    return "N" if kind == "name" and lower not in LEXICON.changes else lower


def _subject(place: Place, first: int, last: int) -> str:
    """Say of which verb before the mention a phrase is the subject: how many verbs follow, and if it is the first."""
    kinds, lowers = place.sentence.kinds, place.sentence.lowers
    if last > place.position or (first and lowers[first - 1] in _INNER):
        return "no"
    verbs = place.sentence.verbs
    if verbs[last] == verbs[place.position]:
        return "no"
    verb = kinds.index("verb", last)
    if any(kinds[i] in _CONTENT and lowers[i] not in _ADVERBS for i in range(last, verb)):
        return "part"
    later = verbs[place.position] - verbs[verb + 1]
    return f"{min(later, 2)}{'' if verbs[first] else 'first'}"


_CONTENT = frozenset({"word", "name", "number"})
_INNER = frozenset(
    {"of", "on", "in", "for", "with", "from", "to", "than", "over", "across", "against", "by", "at", "between", "under"}
)
_ADVERBS = frozenset({"significantly", "consistently", "substantially", "respectively", "also"})


def relation(place: Place, first: int, last: int) -> list[str]:
    """Features of how tokens `first` to `last` of the mention's sentence stand to the mention."""
    sentence, at = place.sentence, place.position
    kinds, lowers, depth = sentence.kinds, sentence.lowers, sentence.depth
    before = last <= at
    low, high = (last, at) if before else (at + 1, first)
    side = "<" if before else ">"
    # Where the mention is a part of the phrase, nothing is between them.
    high = max(low, high)
    numbers, verbs, breaks = (
        counts[high] - counts[low] for counts in (sentence.numbers, sentence.verbs, sentence.clause_marks)
    )
    distance = bucket(high - low)
    preceding = kinds[first - 1] if first else "^"
    succeeding = kinds[last] if last < len(kinds) else "$"
    previous = "#" if preceding == "number" else lowers[first - 1] if first else "^"
    following = "#" if succeeding == "number" else lowers[last] if last < len(kinds) else "$"
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
        f"kinds{side}{preceding}_{succeeding}",
        f"subject={_subject(place, first, last)}",
    ]
    if high - low <= 6:
        features.append(f"s{side}{shape(sentence, low, high)}")
    if first == 0 or (first == 1 and kinds[0] == "function"):
        features.append(f"start{side}{min(numbers, 2)}")
    return features
