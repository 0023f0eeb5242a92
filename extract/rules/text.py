"""An abstract as the grammar sees it: sentences of tokens, each token of one class, and noun chunks.

A part-of-speech tagger would be the field's tool here, but every one that is good enough needs a model download and
reads tens of abstracts a second. Closed word lists (`lexicon.toml`) and capital letters are enough for the short,
formulaic sentences in which results are reported.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import accumulate
from typing import Literal, NamedTuple

from extract.rules.lexicon import LEXICON
from models.mention import Mention
from models.vocabulary import FORMATTING

TokenClass = Literal["word", "name", "number", "function", "verb", "break", "open", "close"]
"""`name`: with a capital or digit inside a sentence. `break`: punctuation that ends a clause or joins a list."""

_TOKEN = re.compile(
    r"""
    \\[a-zA-Z]+                                  # LaTeX command
  | [^\W_]+ (?: [-\u2010\u2011.+'\u2019/@:&_^*]+ [^\W_]+ | [_^]\{[^\W_]+\} )* \+*   # word, GPT-4o, pass@1, F_{1}, Foo++
  | --+ | \S                                     # dash, or any other single character
    """,
    re.VERBOSE,
)

_SENTENCE_END = re.compile(r"[.!?][\"'\u201d)\]}]*(?=\s+(?:\\[a-z]+\{|[\"'\u201c(\[$\\])*[^\W_a-z])|\n+")
"""A full stop, question or exclamation mark before white space and, in LaTeX or not, something other than a lower-case
letter."""

_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|al|fig|eq|sec|resp|approx|ca|no|dr|st|w\.r\.t|a\.k\.a|u\.s|[a-z])\.$", re.IGNORECASE
)
"""What a full stop may follow without ending a sentence."""


class Token(NamedTuple):
    """One word, number or mark. `start` and `end` count characters in the text."""

    start: int
    end: int
    text: str
    lower: str
    kind: TokenClass


_token: Callable[[tuple[int, int, str, str, TokenClass]], Token] = partial(tuple.__new__, Token)
"""What `Token` does, in half of the time: an abstract has hundreds."""


class Span(NamedTuple):
    """Tokens `first` to `last` (exclusive) of a sentence."""

    sentence: int
    first: int
    last: int


_CLAUSE_MARKS = frozenset({",", ";", ":", "--", "\u2014"})


class Sentence:
    """The characters between two full stops; cut into tokens when they are asked for, since most never are."""

    def __init__(self, index: int, text: str, start: int, end: int, mentions: dict[int, Mention]) -> None:
        self.index = index
        self.mentions = mentions
        """Those inside it, by their number in the text."""
        self._text = text
        self._start = start
        self._end = end

    @cached_property
    def tokens(self) -> list[Token]:
        """Words, numbers and marks in order; a mention is one token of class `number`."""
        tokens: list[Token] = []
        position = self._start
        for mention in self.mentions.values():
            _add_words(tokens, self._text, position, mention.start)
            tokens.append(Token(mention.start, mention.end, mention.text, mention.text.lower(), "number"))
            position = mention.end
        _add_words(tokens, self._text, position, self._end)
        ambiguous = LEXICON.ambiguous
        for position, token in enumerate(tokens):
            if token.lower in ambiguous and _is_verb(tokens, position):
                tokens[position] = token._replace(kind="verb")
        return tokens

    @cached_property
    def lowers(self) -> list[str]:
        """The tokens in lower case."""
        return [token.lower for token in self.tokens]

    @cached_property
    def kinds(self) -> list[TokenClass]:
        """The classes of the tokens."""
        return [token.kind for token in self.tokens]

    @cached_property
    def chunks(self) -> list[Span]:
        """Maximal runs of `word` and `name` tokens: what stands between verbs, function words and marks."""
        found, first = [], -1
        for position, kind in enumerate(self.kinds):
            if kind in ("word", "name"):
                if first < 0:
                    first = position
            elif first >= 0:
                found.append(Span(self.index, first, position))
                first = -1
        if first >= 0:
            found.append(Span(self.index, first, len(self.tokens)))
        return found

    @cached_property
    def verbs(self) -> list[int]:
        """How many verbs stand before each token and, last, in all."""
        return [*accumulate((kind == "verb" for kind in self.kinds), initial=0)]

    @cached_property
    def numbers(self) -> list[int]:
        """How many numbers do."""
        return [*accumulate((kind == "number" for kind in self.kinds), initial=0)]

    @cached_property
    def clause_marks(self) -> list[int]:
        """How many marks between clauses do."""
        return [*accumulate((lower in _CLAUSE_MARKS for lower in self.lowers), initial=0)]

    @cached_property
    def depth(self) -> list[int]:
        """How many brackets are open at each token."""
        depth, depths = 0, []
        for kind in self.kinds:
            if kind == "close":
                depth = max(0, depth - 1)
            depths.append(depth)
            if kind == "open":
                depth += 1
        return depths


@dataclass(frozen=True)
class Text:
    """An abstract, cut into sentences."""

    text: str
    sentences: list[Sentence]


def read_text(text: str, mentions: Sequence[Mention]) -> Text:
    """Cut a text into sentences. Mentions must be in order and must not overlap."""
    sentences: list[Sentence] = []
    upcoming = 0
    for start, end in _sentence_spans(text, mentions):
        inside: dict[int, Mention] = {}
        while upcoming < len(mentions) and mentions[upcoming].start < end:
            inside[upcoming] = mentions[upcoming]
            upcoming += 1
        sentences.append(Sentence(len(sentences), text, start, end, inside))
    return Text(text, sentences)


def words_of(text: str) -> list[str]:
    """Cut a short text, such as a title, into words and marks."""
    return [word for word in _TOKEN.findall(text) if not _is_formatting(word)]


def _sentence_spans(text: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """Cut at full stops, but never inside a number or after an abbreviation."""
    spans: list[tuple[int, int]] = []
    start = upcoming = 0
    for match in _SENTENCE_END.finditer(text):
        cut = match.end()
        while upcoming < len(mentions) and mentions[upcoming].end < cut:
            upcoming += 1
        inside = upcoming < len(mentions) and mentions[upcoming].start < cut < mentions[upcoming].end
        if inside or (match[0][0] == "." and _ABBREVIATION.search(text, max(start, cut - 12), cut)):
            continue
        if text[start:cut].strip():
            spans.append((start, cut))
        start = cut
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _add_words(tokens: list[Token], text: str, start: int, end: int) -> None:
    first = all(token.kind not in _SAID for token in tokens)
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        at, beyond = match.span()
        lower, kind = _classify(word, first)
        if kind is None:
            continue
        if first and kind in _SAID:
            first = False
        tokens.append(_token((at, beyond, word, lower, kind)))


def _is_verb(tokens: list[Token], position: int) -> bool:
    """Tell 'PaLM scores 56%' from 'BLEU scores of 28'."""
    if not position or position + 1 == len(tokens):
        return False
    before, after = tokens[position - 1], tokens[position + 1]
    subject = before.kind == "name" or before.lower in _SUBJECTS or before.text[0].isdigit()
    return subject and (after.kind == "number" or after.lower in _AFTER_VERBS)


_SUBJECTS = frozenset({"it", "they", "we", "which", "that", "and", "model", "models", "method", "system", ")", "also"})
_AFTER_VERBS = frozenset(
    {
        "the",
        "a",
        "an",
        "from",
        "to",
        "by",
        "at",
        "only",
        "about",
        "up",
        "over",
        "below",
        "above",
        "near",
        "nearly",
        "less",
    }
    | {
        "more",
        "first",
        "second",
        "best",
        "better",
        "highest",
        "lowest",
        "no",
        "as",
        "well",
        "roughly",
        "around",
        "just",
    }
)


_SAID = frozenset({"word", "name", "function", "verb"})


@lru_cache(maxsize=1 << 14)
def _classify(word: str, first: bool) -> tuple[str, TokenClass | None]:
    """Return a word in lower case, and its class: None for no word. `first`: none of the sentence came before it."""
    if _is_formatting(word):
        return word, None
    lower = word.lower()
    if "{" in lower:
        lower = lower.replace("{", "").replace("}", "")
    return lower, _class_of(word, lower, first)


def _is_formatting(word: str) -> bool:
    r"""Whether it is no word but LaTeX that changes how words look: `\textsc`, and the braces around them."""
    return word in ("{", "}") or (word[0] == "\\" and FORMATTING.fullmatch(word) is not None)


def _class_of(word: str, lower: str, first: bool) -> TokenClass:
    if not word[0].isalnum():
        if word in ("(", "["):
            return "open"
        if word in (")", "]"):
            return "close"
        return "word" if word.startswith("\\") and len(word) > 1 and word[1:] in LEXICON.greek else "break"
    if lower in LEXICON.function_words:
        return "function"
    inner_capital = any(ch.isupper() for ch in word[1:])
    has_digit = any(ch.isdigit() for ch in word)
    if inner_capital or (has_digit and any(ch.isalpha() for ch in word)):
        return "name"
    # At the start of a sentence, a capital means nothing.
    if word[0].isupper() and not first:
        return "name"
    if lower in LEXICON.verbs:
        return "verb"
    return "word"
