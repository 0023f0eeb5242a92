r"""The field's shared names: one entry per benchmark, metric and model, under every name that papers print for it.

Papers write `GSM8K`, `GSM-8K` and `Grade School Math 8K`; a leaderboard needs one. The names are data, in the TOML
files beside this module. A printed name resolves only where it stands there, or differs from one that does in mark-up,
case, spacing, hyphens or plural. Nothing is matched by likeness: `MATH` and `MATH-500` are as far apart as any two.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from models.errors import ClaimboardError

Family = Literal["quality", "speed", "memory", "energy", "compute", "size", "cost"]
"""What a metric is about. Metrics of one family answer one question, such as "what does it cost to run?"."""

NameKind = Literal["benchmark", "metric", "model"]
"""What a printed name may name; one spelling may be a benchmark and a model."""

Better = Literal["higher", "lower"]

Scale = Literal["percent", "fraction", "unit"]
"""percent: 0..1 and 0..100% are one scale (accuracy). fraction: -1..1 (a correlation). unit: units of its own (ms)."""

Measures = Literal["level", "ratio", "saving", "overhead"]
"""level: how much there is (latency). ratio: a multiple (speedup). saving, overhead: the share gone or added."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="The name to show, spelt as its authors do")
    aliases: tuple[str, ...] = Field(default=(), description="Other names that papers print for it")

    @property
    def names(self) -> tuple[str, ...]:
        """The name, then its aliases."""
        return (self.name, *self.aliases)


class Benchmark(_Entry):
    """A dataset, test set, suite or environment that results are reported on."""

    task: str = Field(min_length=1, description="What a system is asked to do on it: 'Question answering'")
    area: str = Field(min_length=1, description="The part of the field: 'Computer Vision'")
    metric: str | None = Field(default=None, description="What a score on it is, where nothing else is reported on it")


class Metric(_Entry):
    """Something that is measured, and how two of its values compare."""

    family: Family
    direction: Better = Field(description="Which values are better")
    scale: Scale
    measures: Measures = "level"


class ModelFamily(_Entry):
    """A model, or the models of several sizes that were published under one name and version."""

    organisation: str | None = Field(default=None, description="Who published it, where that is one name")


EntryT = TypeVar("EntryT", Benchmark, Metric, ModelFamily)


FORMATTING = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|up|md|normal|superscript|subscript)?|math(?:bf|it|rm|cal|sf|tt|bb|frak|scr)"
    r"|emph|underline|mbox|bf|it|sc|tt|rm|em|boldsymbol|operatorname|ensuremath|xspace"
    r"|dagger|ddagger|uparrow|downarrow)(?![a-z])\s*"
)
"""LaTeX commands that change how a name looks, or stand beside it; every other command is read as its own name."""

_MARKUP = str.maketrans(dict.fromkeys("${}\\"))
_ACCENTS = re.compile("[\u0300-\u036f]+")

_GREEK = {
    chr(code): unicodedata.name(chr(code)).removeprefix("GREEK SMALL LETTER ").replace("LAMDA", "LAMBDA").lower()
    for code in range(ord("α"), ord("ω") + 1)
    if chr(code) != "ς"
}
_GREEK_TABLE = str.maketrans(_GREEK)

_TOKEN = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|[@+*#]")
"""Numbers, runs of letters, and the signs that tell names apart: pass@1, HumanEval+, A*, C#."""

_TAIL = frozenset(
    {
        *("benchmark", "benchmarks", "dataset", "datasets", "corpus", "corpora", "suite", "suites"),
        *("score", "scores", "value", "values"),
    }
)
_POSSESSIVE = re.compile(r"(?<=[^\W_])['’]s?\s*$")
_SET = frozenset({"set", "sets", "split", "splits"})
_KIND_OF_SET = frozenset({"data", "test", "testing", "validation", "val", "dev", "development", "evaluation", "eval"})


@lru_cache(maxsize=1 << 15)
def normal_form(name: str) -> str:
    r"""Reduce a printed name to what its spellings have in common; the form of a form is the form itself.

    Folded: LaTeX mark-up, Unicode compatibility forms, accents, case, spacing, hyphens, Greek letters (`$\tau$` and `τ`
    are `tau`), a leading "the", a plural, a possessive at the end, a trailing "benchmark", "dataset", "corpus",
    "suite", "score", "value" or "test set".
    Kept: every digit, the borders between numbers (`Llama-3-8B` is not `Llama-38B`), and the signs @ + * #.
    """
    form = _fold(name)
    while (again := _singular(form) if _is_word(form) else _fold(form)) != form:
        form = again
    return form


def _is_word(text: str) -> bool:
    """Whether a form is but one token, of plain letters: most are, and folding them again can only make a singular."""
    return text.isascii() and text.isalpha()


def _fold(text: str) -> str:
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFKC", text).casefold().translate(_GREEK_TABLE)
    text = text.casefold()
    if "'" in text or "’" in text:
        text = _POSSESSIVE.sub("", text)
    if "\\" in text:
        text = FORMATTING.sub("", text)
    tokens = [token for word in text.split() for token in _tokens(word)]
    if not tokens:
        return text.strip()
    _drop_tail(tokens)
    tokens[-1] = _singular(tokens[-1])
    return _joined(tokens)


@lru_cache(maxsize=1 << 14)
def _tokens(word: str) -> tuple[str, ...]:
    """Cut a run without white space; papers share their words more than their phrases."""
    return tuple(_TOKEN.findall(word.translate(_MARKUP)))


def _drop_tail(tokens: list[str]) -> None:
    """Drop, in place, words around the name that do not tell it from another; at least one token stays."""
    while len(tokens) > 1:
        if tokens[-1] in _TAIL:
            del tokens[-1]
        elif len(tokens) > 2 and tokens[-1] in _SET and tokens[-2] in _KIND_OF_SET:
            del tokens[-2:]
        elif tokens[0] == "the":
            del tokens[0]
        else:
            break


def _singular(word: str) -> str:
    # Up to four letters are an acronym as a rule (FPS, VITS); the endings are those of names (loss, Opus, MOSES).
    if len(word) < 5 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ses")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def _joined(tokens: list[str]) -> str:
    """Join the tokens, with a hyphen where two would run together into another name."""
    if sum(token[0].isdecimal() for token in tokens) > 1:
        for position in range(len(tokens) - 1, 0, -1):
            if tokens[position][0].isdecimal() and tokens[position - 1][-1].isdecimal():
                tokens[position] = f"-{tokens[position]}"
    # Swin-S is a small Swin, not several.
    if tokens[-1] == "s" and len(tokens) > 1 and tokens[-2].isalpha():
        tokens[-1] = "-s"
    return "".join(tokens)


@dataclass(frozen=True)
class Vocabulary:
    """Every entry, by the normal forms of its names. Build it with `of`; `vocabulary()` is the one that is shipped."""

    benchmarks: Mapping[str, Benchmark]
    metrics: Mapping[str, Metric]
    models: Mapping[str, ModelFamily]

    @classmethod
    def of(
        cls, benchmarks: Iterable[Benchmark], metrics: Iterable[Metric], models: Iterable[ModelFamily]
    ) -> "Vocabulary":
        """Index the entries. Raises ClaimboardError where two entries of one kind share a name."""
        return cls(_index(benchmarks), _index(metrics), _index(models))

    def benchmark(self, name: str) -> Benchmark | None:
        """Return the benchmark that papers print as `name`, or None for one that the vocabulary does not know."""
        return _resolve(self.benchmarks, name)

    def metric(self, name: str) -> Metric | None:
        """Return the metric that papers print as `name`, or None for one that the vocabulary does not know."""
        return _resolve(self.metrics, name)

    def model(self, name: str) -> ModelFamily | None:
        """Return the model that papers print as `name`, or None for one that the vocabulary does not know."""
        return _resolve(self.models, name)

    def form(self, kind: NameKind, name: str) -> str:
        """Return the normal form of a printed name, of one in full and in short ("word error rate (WER)") the full one.

        A form of the vocabulary it is where the vocabulary knows the name. "ResNet-50 model" is ResNet-50, while the
        student model is no student.
        """
        if kind == "model":
            words = name.split()
            if len(words) == 2 and normal_form(words[1]) == "model" and is_distinctive(words[0]):
                name = words[0]
        return _form(self._entries(kind), name)

    def key(self, kind: NameKind, name: str) -> str:
        """Return what a printed name is compared by: the normal form of the name to show, or of a strange name."""
        form = self.form(kind, name)
        entry = self._entries(kind).get(form)
        return form if entry is None else normal_form(entry.name)

    def _entries(self, kind: NameKind) -> Mapping[str, Benchmark | Metric | ModelFamily]:
        match kind:
            case "benchmark":
                return self.benchmarks
            case "metric":
                return self.metrics
            case "model":
                return self.models

    @cached_property
    def benchmark_names(self) -> Mapping[str, Benchmark]:
        """Names, spelt as shipped, that in running text can hardly be anything else: GSM8K, but not Traffic or Go."""
        return _distinctive(self.benchmarks.values())

    @cached_property
    def model_names(self) -> Mapping[str, ModelFamily]:
        """The same for models: GPT-4o, but not Quest or Lion."""
        return _distinctive(self.models.values())

    @cached_property
    def metric_words(self) -> frozenset[str]:
        """Single lower-case words that are metrics, or end the names of several: accuracy, f1, latency, rate.

        A cheap first look at running text: a phrase that ends in one may be looked up with `metric`.
        """
        by_word: dict[str, set[str]] = {}
        whole = set()
        for metric in self.metrics.values():
            for words in (name.lower().split() for name in metric.names):
                if len(words) == 1:
                    whole.add(words[0])
                elif not _PREPOSITIONS.intersection(words):
                    by_word.setdefault(words[-1], set()).add(metric.name)
        whole.update(word for word, metrics in by_word.items() if len(metrics) >= _METRICS_OF_A_HEAD)
        words_of_text = {word for word in whole - _PLAIN_WORDS if _WORD.fullmatch(word)}
        return frozenset(words_of_text | {plural for word in words_of_text for plural in _plural(word)})


_PREPOSITIONS = frozenset({"per", "of", "to", "under", "in", "at", "from", "on", "by", "between"})
"""Words after which a phrase no longer ends in its head: "frames per second" is not a kind of second."""

_METRICS_OF_A_HEAD = 3
"""How many metrics must end in a word before it stands for a metric by itself: "rate" does, "humans" does not."""

_PLAIN_WORDS = frozenset({"is", "far", "ate", "per", "use", "ex", "es", "pa", "sim", "secs", "spider"})
"""Abbreviations and names of metrics that in running text are, more often, something else."""

_WORD = re.compile(r"[a-z#][a-z0-9@.+/-]+")


def _plural(word: str) -> Iterator[str]:
    """Yield the plural of an ordinary word; abbreviations are short, and -s is one already."""
    if word.isalpha() and len(word) > 3 and not word.endswith("s"):
        yield re.sub(r"(?<![aeo])y$", "ie", word) + "s"


_EXPANDED = re.compile(r"(?P<long>.+?)\s*\((?P<short>[^()]+)\)")
"""A name given in full and in short: "word error rate (WER)"."""


def is_distinctive(name: str) -> bool:
    """Whether a name can hardly be a plain word: it has a digit, or a capital after its first letter."""
    letters = (ch for ch in name if ch.isalpha())
    next(letters, None)
    return any(ch.isdigit() for ch in name) or any("A" <= ch <= "Z" for ch in letters)


def _resolve(index: Mapping[str, EntryT], name: str) -> EntryT | None:
    return index.get(_form(index, name))


def _form(index: Mapping[str, object], name: str) -> str:
    form = normal_form(name)
    if form not in index and (match := _EXPANDED.fullmatch(name.strip())):
        long, short = normal_form(match["long"]), normal_form(match["short"])
        # "BERT (frozen)" is not BERT.
        if long in index and index[long] is index.get(short):
            return long
    return form


def _distinctive(entries: Iterable[EntryT]) -> Mapping[str, EntryT]:
    return MappingProxyType(
        {name: entry for entry in entries for name in entry.names if is_distinctive(name) and "\\" not in name}
    )


def _index(entries: Iterable[EntryT]) -> Mapping[str, EntryT]:
    index: dict[str, EntryT] = {}
    for entry in entries:
        for name in entry.names:
            known = index.setdefault(normal_form(name), entry)
            if known is not entry:
                raise ClaimboardError(
                    f"vocabulary: {name!r} names both {known.name!r} and {entry.name!r}: remove one of the aliases"
                )
    return MappingProxyType(index)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary, read once. Raises ClaimboardError where a file of it is damaged."""
    return Vocabulary.of(
        _read("benchmarks", Benchmark),
        _read("metrics", Metric),
        _read("models", ModelFamily),
    )


def _read(kind: str, entry: type[EntryT]) -> list[EntryT]:
    source = files(__name__) / f"{kind}.toml"
    try:
        return TypeAdapter(list[entry]).validate_python(tomllib.loads(source.read_text("utf-8"))[kind])  # type: ignore[valid-type]
    except (KeyError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ClaimboardError(f"{source}: {str(error).splitlines()[0]}: reinstall claimboard") from error
