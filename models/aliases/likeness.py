"""Which names look as if they meant one thing, and why: for a person to confirm, never to act on.

Names resolve only exactly (`models.vocabulary`); here they are compared by likeness, in the few ways in which papers
print one thing twice: with an idle word more, in full and in short, in another order, with a slip. Whatever holds a
digit must be equal on both sides, and so must every word that could tell variants apart: MATH and MATH-500, pass@1 and
pass@10, "large" and "base", "supervised" and "unsupervised" are never a pair.

Names are put into blocks that a pair must share, so that 100,000 names take seconds and not five thousand million
comparisons.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal, TypeVar

from rapidfuzz.distance import OSA

from models.vocabulary import NameKind, is_distinctive, normal_form

Reason = Literal["idle word", "in short", "order of words", "spelling"]


@dataclass(frozen=True)
class Named:
    """Something that claims name: what it is compared by, under which name it is shown, and in how many claims."""

    key: str
    name: str
    claims: int
    known: bool = False
    """Whether the vocabulary knows it: no two that it knows are one."""


@dataclass(frozen=True)
class Pair:
    """Two names that may be one: the one that would become an alias, what of, and in what they differ."""

    printed: Named
    name: Named
    reason: Reason


_PIECES = re.compile(r"[\s\-‐-―_/,:;()\[\]~]+")
_BOTH = re.compile(r"(?P<long>.+?)\s*\((?P<short>[^()]+)\)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*[a-z]*|[@+*#]")

_IDLE: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("idle.toml").read_text("utf-8"))
_BEFORE, _AFTER = ({kind: frozenset(words) for kind, words in _IDLE[where].items()} for where in ("before", "after"))
_MAKERS = re.compile(rf"(?:{'|'.join(_IDLE['models']['makers'])})(?:['’]s)? ", re.IGNORECASE)
_KINDS_OF_MODEL = frozenset(_IDLE["models"]["kinds"])
_LEFT_OUT = frozenset(_IDLE["initials"]["left_out"])

_ACRONYMS = re.compile(r"[A-Z]{2,}s")
"""Several of what capitals stand for."""

_LONG_ENOUGH = 7
"""Letters. Of two shorter words that differ in one letter, both may be right."""

_SHORT_NAME = 3
"""Letters. What is shorter means too many things: EM is exact match, and expectation maximisation."""


def likely_pairs(kind: NameKind, names: Iterable[Named], defined: Iterable[tuple[str, str]] = ()) -> list[Pair]:
    """Return pairs of names that are probably one, those first that would join most claims; each pair once.

    The name in fewer claims would become an alias, if the vocabulary does not know it. `defined` are names in full with
    the short ones that texts give for them: ("word error rate", "WER").
    """
    spelt = [_Spelt.of(kind, name) for name in names]
    found: dict[tuple[str, str], Pair] = {}
    for one, other, reason in (*_in_short(spelt, defined), *_same_words(spelt), *_misspelt(spelt)):
        both_known = one.named.known and other.named.known
        if one.named.key != other.named.key and one.numbers == other.numbers and not both_known:
            printed, name = sorted((one.named, other.named), key=_standing)
            found.setdefault((printed.key, name.key), Pair(printed, name, reason))
    return sorted(found.values(), key=lambda pair: (-pair.printed.claims, -pair.name.claims, pair.printed.name))


def abbreviates(short: str, words: Sequence[str]) -> bool:
    """Return whether the letters of a short name are the first ones of the words, small words counted or not."""
    letters = [letter.lower() for letter in short.removesuffix("s") if letter.isalnum()]
    whole = [word[0].lower() for word in words]
    telling = [word[0].lower() for word in words if word.lower() not in _LEFT_OUT]
    return len(letters) > 1 and letters in (whole, telling)


def _standing(named: Named) -> tuple[bool, int, int, str]:
    """Return what orders names by how much they are the one to keep: a known one, in more claims, the shorter."""
    return named.known, named.claims, -len(named.name), named.name


@dataclass(frozen=True)
class _Spelt:
    """A name as the words that it is compared by, in normal form."""

    named: Named
    words: tuple[str, ...]
    bare: tuple[str, ...]
    """Without the idle words around it."""
    plain: bool
    """Whether it consists of ordinary words, in which a letter may be a slip."""
    numbers: tuple[str, ...]
    """Everything with a digit, and the signs that tell names apart, in order."""

    @classmethod
    def of(cls, kind: NameKind, named: Named) -> "_Spelt":
        words = _words(named.name)
        name = _MAKERS.sub("", named.name, count=1) if kind == "model" else named.name
        bare = _words(name)
        while len(bare) > 1 and bare[0] in _BEFORE[kind]:
            bare = bare[1:]
        while len(bare) > 1 and bare[-1] in _AFTER[kind]:
            bare = bare[:-1]
        pieces = [piece for piece in _PIECES.split(name) if piece]
        # "Google Gemini", but not "OpenAI models".
        made = name != named.name and name[:1].isupper() and bare[0] not in _KINDS_OF_MODEL
        proper = made or any(is_distinctive(piece) and normal_form(piece) not in _KINDS_OF_MODEL for piece in pieces)
        if not any(len(word) > 1 for word in bare) or (kind == "model" and not proper):
            bare = words
        plain = not proper and (kind == "metric" or name.islower())
        return cls(named, words, bare, plain, tuple(_NUMBERS.findall(" ".join(words))))


def _words(name: str) -> tuple[str, ...]:
    pieces = [piece for piece in _PIECES.split(name) if piece]
    return tuple(normal_form(piece[:-1] if _ACRONYMS.fullmatch(piece) else piece) for piece in pieces) or (name,)


Likely = tuple[_Spelt, _Spelt, Reason]


def _in_short(names: Sequence[_Spelt], defined: Iterable[tuple[str, str]]) -> Iterator[Likely]:
    """Yield names in full with those in short, where a short one stands for no second name."""
    by_form = {normal_form(name.named.name): name for name in names}
    by_name = {name.named.name: name for name in names}
    meanings: dict[str, set[str]] = defaultdict(set)
    for long, short in defined:
        if normal_form(long) in by_form and len(short) >= _SHORT_NAME:
            meanings[short].add(normal_form(long))
    for short, longs in meanings.items():
        if short in by_name and len(longs) == 1:
            yield by_name[short], by_form[longs.pop()], "in short"
    for name in names:
        if (both := _BOTH.fullmatch(name.named.name)) and abbreviates(
            both["short"], both["long"].replace("-", " ").split()
        ):
            for part in (by_form.get(normal_form(both["long"])), by_name.get(both["short"])):
                if part is not None:
                    yield name, part, "in short"


def _same_words(names: Sequence[_Spelt]) -> Iterator[Likely]:
    """Yield names of the same words: one of them bare, or in another order."""
    for block in _blocks((name.bare, name) for name in names):
        for one, other in combinations(block, 2):
            if one.words == other.words:
                yield one, other, "spelling"
            elif one.bare in (one.words, other.words):
                yield one, other, "idle word"
    for block in _blocks((tuple(sorted(name.words)), name) for name in names if len(name.words) > 1):
        for one, other in combinations(block, 2):
            yield one, other, "order of words"


def _misspelt(names: Sequence[_Spelt]) -> Iterator[Likely]:
    """Yield names of which one word differs by a slip: after its first letter, and before or behind its middle."""
    placed = (
        ((name.words[:place], name.words[place + 1 :], part), (name, place))
        for name in names
        for place, word in enumerate(name.words)
        if len(word) >= _LONG_ENOUGH - 1 and word.isalpha()
        for part in ((0, word[:3]), (word[0], word[-3:]))
    )
    for block in _blocks(placed):
        for (one, place), (other, _) in combinations(block, 2):
            if _is_slip(one.words[place], other.words[place], plain=one.plain and other.plain):
                yield one, other, "spelling"


def _is_slip(one: str, other: str, *, plain: bool) -> bool:
    """Return whether two words differ by one letter; in a name, only by two letters that have changed places."""
    return (
        max(len(one), len(other)) >= _LONG_ENOUGH
        and OSA.distance(one, other, score_cutoff=1) == 1
        and (plain or sorted(one) == sorted(other))
    )


ItemT = TypeVar("ItemT")


def _blocks(placed: Iterable[tuple[Hashable, ItemT]]) -> Iterator[list[ItemT]]:
    """Yield the items that have a key in common, where there are several."""
    blocks: dict[Hashable, list[ItemT]] = defaultdict(list)
    for key, item in placed:
        blocks[key].append(item)
    yield from (block for block in blocks.values() if len(block) > 1)
