"""The document on quality: figures, the most frequent causes of error, and what was tried, in Markdown.

It quotes no labelled abstract: examples are those of `causes.toml`, which are invented.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extract.evaluation.agreement import Comparison
from extract.evaluation.catalogue import Catalogue, Cause, Tried
from extract.evaluation.figures import Figures, Quality, figures
from extract.evaluation.reliability import Reliability
from models.notation import bounded, counted

MOST_CAUSES = 20
"""Causes that are told in full; the others are only counted."""

_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Source:
    """A gold file."""

    name: str
    sha256: str
    abstracts: int


@dataclass(frozen=True, slots=True)
class Measured:
    """How one extractor read the gold files."""

    extractor: str
    """'rules' or 'llm'."""
    fingerprint: str
    model: str | None
    """The model that was asked."""
    comparisons: Mapping[str, Sequence[Comparison]]
    """Name of a gold file -> its abstracts."""
    errors: Sequence[tuple[str, str]]
    """Field and cause of each error, over all files."""


def document(
    catalogue: Catalogue, measured: Sequence[Measured], sources: Sequence[Source], *, command: str, version: str
) -> str:
    """Return the whole document."""
    text = catalogue.text
    parts = [f"# {text.title}", text.introduction.strip(), _made(sources, command, version)]
    for reading in measured:
        parts += _reading(catalogue, reading)
    parts += ["## What was tried", text.tried.strip(), _tried(catalogue.tried)]
    return "\n\n".join(parts) + "\n"


def _tried(tried: Sequence[Tried]) -> str:
    if not tried:
        return "None is written down yet."
    return _table(
        ("extractor", "variant", "found", "tuple", "full", "note"),
        (
            (row.extractor, row.variant, *(_share(value) for value in (row.found, row.tuple, row.full)), row.note)
            for row in tried
        ),
    )


def _made(sources: Sequence[Source], command: str, version: str) -> str:
    rows = ((f"`{source.name}`", f"{source.abstracts:,}", f"`{source.sha256[:16]}`") for source in sources)
    files = _table(("labelled abstracts", "number", "SHA-256 begins with"), rows)
    return f"Made by claimboard {version} with\n\n```sh\n{command}\n```\n\nfrom these files:\n\n{files}"


def _reading(catalogue: Catalogue, reading: Measured) -> Iterator[str]:
    heading = catalogue.text.extractors[reading.extractor]
    yield f"## {heading}" + (f": {reading.model}" if reading.model else "")
    yield f"Version: `{reading.fingerprint}`."
    yield "### Figures"
    yield catalogue.text.figures.strip()
    yield from _figures(reading.comparisons)
    yield "### Causes of error"
    yield catalogue.text.causes.strip()
    yield from _causes(catalogue, reading)


def _figures(comparisons: Mapping[str, Sequence[Comparison]]) -> Iterator[str]:
    named = {f"`{name}`": figures(part) for name, part in comparisons.items()}
    every = figures([comparison for part in comparisons.values() for comparison in part])
    if len(named) > 1:
        named["all"] = every
    for measure in ("precision", "recall", "f1"):
        yield _table(
            (measure if measure != "f1" else "F1", "claims", "found", "tuple", "full"),
            (
                (
                    name,
                    f"{one.gold_claims:,}",
                    *(_with_interval(part, measure) for part in (one.found, one.tuple, one.full)),
                )
                for name, one in named.items()
            ),
        )
    yield "Share of the found claims with a field right:"
    yield _fields(named)
    if every.reliability is not None:
        yield "### Confidence"
        yield "Where it was fitted to these claims, as `models/calibration.toml` says, it will be less exact on others."
        yield _reliability(every.reliability)


def _with_interval(quality: Quality, measure: str) -> str:
    low, high = getattr(quality, f"{measure}_95")
    return f"{getattr(quality, measure):.3f} ({low:.2f}–{high:.2f})"


def _fields(named: Mapping[str, Figures]) -> str:
    first = next(iter(named.values()))
    return _table(
        ("", *first.fields), ((name, *(_share(share) for share in one.fields.values())) for name, one in named.items())
    )


def _reliability(reliability: Reliability) -> str:
    rows = (
        (f"{part.low:.1f}–{part.high:.1f}", f"{part.count:,}", f"{part.confidence:.3f}", f"{part.right:.3f}")
        for part in reliability.bins
    )
    table = _table(("confidence", "claims", "mean", "tuples right"), rows)
    return f"{table}\n\nExpected calibration error: {reliability.expected_calibration_error:.3f}."


def _causes(catalogue: Catalogue, reading: Measured) -> Iterator[str]:
    counts = Counter(cause for _, cause in reading.errors)
    total = sum(counts.values())
    if not total:
        yield "No errors."
        return
    # Ties go by id, so that the document does not depend on the order of the abstracts.
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told = [(catalogue.of(cause), count) for cause, count in ranked if cause != "other"][:MOST_CAUSES]
    yield _table(
        ("", "cause", "wrong", "errors", "share"),
        (
            (str(rank), cause.title, _wrong(cause), f"{count:,}", f"{count / total:.1%}")
            for rank, (cause, count) in enumerate(told, start=1)
        ),
    )
    rest = total - sum(count for _, count in told) - counts["other"]
    others = len(counts) - len(told) - ("other" in counts)
    yield (
        f"{counted(total, 'error')} in all; {rest:,} have {counted(others, 'other cause')}, each less frequent, and "
        f"{counts['other']:,} ({counts['other'] / total:.1%}) none that is known."
    )
    for rank, (cause, count) in enumerate(told, start=1):
        yield f"#### {rank}. {cause.title}"
        yield _story(cause, reading.extractor, count, total)


def _wrong(cause: Cause) -> str:
    return cause.id.partition(".")[0].replace("_", " ")


def _story(cause: Cause, extractor: str, count: int, total: int) -> str:
    title = f"*{cause.paper}*: " if cause.paper else ""
    labelled, read = _shown(cause)
    return (
        f"{counted(count, 'error')}, {count / total:.1%}. For example (invented):\n\n"
        f"> {title}{cause.example.strip()}\n\n"
        f"Labelled: {labelled}. Read: {read}.\n\n{cause.remedy_of(extractor).strip()}"
    )


def _shown(cause: Cause) -> tuple[str, str]:
    """Return what is labelled and what is read in the example."""
    field = _wrong(cause)
    labelled, read = cause.labelled, cause.labelled | cause.read
    if field == "missed":
        return _amount(labelled), _NOTHING
    if field == "not a claim":
        return _NOTHING, _amount(read)
    number = _amount(labelled)
    return f"{number}, {field} {_value(labelled, field)}", f"{field} {_value(read, field)}"


def _amount(claim: Mapping[str, Any]) -> str:
    return bounded(claim["value"], claim.get("value_high"), claim.get("unit"), claim.get("bound", "exact"))


def _value(claim: Mapping[str, Any], field: str) -> str:
    value = claim.get(field) or ("exact" if field == "bound" else None)
    first = value[0] if isinstance(value, list) else value
    return f"“{first}”" if first else _NOTHING


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
