"""What a number is: a claim or not, a score, a delta or a ratio, up or down: the answers, and what speaks for each."""

from typing import Literal, get_args

from extract.rules.context import Place, bucket, neighbours, shape
from extract.rules.lexicon import LEXICON
from models.claim import Basis, Kind
from models.vocabulary import vocabulary

CLAIM = ("no", "yes")
KIND: tuple[Kind, ...] = get_args(Kind)
Turn = Literal["none", "increase", "decrease"]
DIRECTION: tuple[Turn, ...] = get_args(Turn)


def describe(place: Place, sentences: int) -> list[str]:
    """Features of a mention in its sentence, before anything is known of what it means.

    `sentences` is the number of sentences of the abstract.
    """
    mention, sentence, at = place.mention, place.sentence, place.position
    tokens = sentence.tokens
    words = neighbours(place)
    unit = mention.unit or "bare"
    features = ["any", *(f"w{offset}={word}" for offset, word in words.items())]
    features += [
        f"unit={unit}",
        f"size={_size(mention.value, mention.text)}",
        f"unit_size={unit}_{_size(mention.value, mention.text)}",
        f"bound={mention.bound}_{unit}",
        f"sign={mention.sign}_{unit}",
        f"range={mention.value_high is not None}_{unit}",
        f"w-2-1={words['-2']}_{words['-1']}",
        f"w+1+2={words['+1']}_{words['+2']}",
        f"w-1+1={words['-1']}_{words['+1']}",
        f"u-1={unit}_{words['-1']}",
        f"u+1={unit}_{words['+1']}",
        f"u-2-1={unit}_{words['-2']}_{words['-1']}",
        f"verb-_u={words['verb-']}_{unit}",
        f"verb+_u={words['verb+']}_{unit}",
        f"place={min(4, 5 * sentence.index // max(1, sentences))}_{unit}",
        f"last={sentence.index == sentences - 1}",
        f"depth={min(1, sentence.depth[at])}_{unit}",
        f"many={min(place.count, 4)}_{unit}",
        f"series={place.series.size if place.series else 1}_{unit}",
        f"shape-={shape(sentence, max(0, at - 3), at)}",
        f"shape+={shape(sentence, at + 1, at + 4)}",
        f"form={_form(mention.text)}",
    ]
    lowers = [token.lower for token in tokens]
    metric_words = vocabulary().metric_words
    window = lowers[max(0, at - 8) : at + 8]
    features.append(f"metric_near={any(word in metric_words for word in window)}_{unit}")
    for name, cue in (
        ("inc", LEXICON.increase),
        ("dec", LEXICON.decrease),
        ("chg", LEXICON.changes),
        ("cmp", LEXICON.comparing),
    ):
        nearest = _nearest(lowers, at, cue)
        if nearest:
            features += [f"{name}{nearest}", f"{name}{nearest}_{unit}"]
    features += [f"in={lower}" for lower in dict.fromkeys(window) if lower.isalpha()]
    features += [f"we={bool({'we', 'our'} & set(lowers))}_{unit}", f"start={lowers[0]}" if lowers else "start="]
    for step in (1, 2, 3):
        if at + step < len(tokens) and tokens[at + step].kind in ("word", "name"):
            chunk_end = at + step
            while chunk_end + 1 < len(tokens) and tokens[chunk_end + 1].kind in ("word", "name"):
                chunk_end += 1
            features += [f"head+={tokens[chunk_end].lower}", f"head+_u={unit}_{tokens[chunk_end].lower}_{step}"]
            break
    return features


def _nearest(lowers: list[str], at: int, cue: frozenset[str]) -> str | None:
    for distance in range(1, 11):
        if at - distance >= 0 and lowers[at - distance] in cue:
            return f"<{bucket(distance)}"
        if at + distance < len(lowers) and lowers[at + distance] in cue:
            return f">{bucket(distance)}"
    return None


def _size(value: float, text: str) -> str:
    if "." in text and 0 <= abs(value) <= 1:
        return "fraction"
    if value == int(value):
        whole = int(value)
        if 1950 <= whole <= 2035:
            return "year"
        if whole <= 10:
            return "few"
        if whole <= 100:
            return "percent"
        return "hundreds" if whole < 1000 else "thousands"
    return "decimal100" if abs(value) <= 100 else "decimal"


def _form(text: str) -> str:
    return "".join("9" if ch.isdigit() else "a" if ch.isalpha() else ch for ch in text)[:12]


def known_answers(kind: str, metric: str | None) -> tuple[str, ...]:
    """Features of what is decided before the direction is asked."""
    head = metric.lower().split()[-1] if metric else "-"
    return (f"kind={kind}", f"metric={head}")


_ABSOLUTE = frozenset({"absolute", "absolutely", "points", "pp"})
_RELATIVE = frozenset({"relative", "relatively"})


def basis_of(place: Place, kind: Kind) -> Basis | None:
    """Return 'absolute' or 'relative' where the text beside a delta in percent says so."""
    if kind != "delta" or place.mention.unit != "%":
        return None
    at = place.position
    around = [token.lower for token in place.sentence.tokens[max(0, at - 3) : at + 4]]
    for word in around:
        if word in _ABSOLUTE:
            return "absolute"
        if word in _RELATIVE and "to" not in around[around.index(word) : around.index(word) + 2]:
            return "relative"
    return None
