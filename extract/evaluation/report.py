"""Figures for people at a terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extract.evaluation.breakdown import FieldFigures, KindFigures
from extract.evaluation.figures import MISSED, NOT_A_CLAIM, Figures, Interval
from extract.evaluation.reliability import Reliability
from extract.printable import clean
from models.claim import Kind
from models.notation import counted


def summary(figures: Figures) -> RenderableType:
    """Return the figures of all abstracts together."""
    parts: list[RenderableType] = [Text(_counts(figures)), Text(), _qualities(figures), Text(), _fields(figures)]
    parts += [Text(), _kinds(figures)]
    if figures.reliability is not None:
        parts += [Text(), by_confidence(figures.reliability)]
    return Group(*parts)


def _counts(figures: Figures) -> str:
    parts = (
        counted(figures.abstracts, "abstract"),
        counted(figures.gold_claims, "labelled claim"),
        f"{figures.predicted_claims:,} extracted",
    )
    return ", ".join(parts)


def _qualities(figures: Figures) -> RenderableType:
    qualities = (("found", figures.found), ("tuple", figures.tuple), ("full", figures.full))
    return _table(
        "share that is right, with its 95% interval",
        ("", "precision", "recall", "F1"),
        (
            (
                name,
                _with_interval(quality.precision, quality.precision_95),
                _with_interval(quality.recall, quality.recall_95),
                _with_interval(quality.f1, quality.f1_95),
            )
            for name, quality in qualities
        ),
    )


def _with_interval(value: float, interval: Interval) -> Text:
    return Text.assemble((f"{value:.3f}", "bold"), (f" {interval[0]:.2f}–{interval[1]:.2f}", "dim"))


def _fields(figures: Figures) -> RenderableType:
    shares = ["–" if share is None else f"{share:.3f}" for share in figures.fields.values()]
    return _table("share of the found claims with a field right", tuple(figures.fields), [shares])


def _kinds(figures: Figures) -> RenderableType:
    """Return how many claims of each labelled kind were extracted as each kind."""
    extracted = list(figures.kinds[NOT_A_CLAIM])

    def cell(kind: str, name: str) -> Text:
        is_possible = (kind, name) != (NOT_A_CLAIM, MISSED)
        return Text(f"{figures.kinds[kind][name]:,}" if is_possible else "", "bold" if kind == name else "")

    rows = ([Text(kind), *(cell(kind, name) for name in extracted)] for kind in figures.kinds)
    return _table("claims by labelled kind (left) and extracted kind (above)", ("", *extracted), rows)


def by_confidence(reliability: Reliability) -> RenderableType:
    """Return confidence against the share of claims whose tuple is right."""
    return _table(
        f"confidence against tuples that are right; expected calibration error "
        f"{reliability.expected_calibration_error:.3f}",
        ("confidence", "claims", "mean", "right"),
        (
            (f"{part.low:.1f}–{part.high:.1f}", f"{part.count:,}", f"{part.confidence:.3f}", f"{part.right:.3f}")
            for part in reliability.bins
        ),
    )


def by_field(fields: Mapping[str, FieldFigures]) -> RenderableType:
    """Return what goes wrong in each field."""
    return _table(
        "found claims by field (for bound, exact is null)",
        ("field", "right", "null for a value", "value for null", "another value"),
        (
            (
                name,
                f"{figures.right / figures.found:.3f}" if figures.found else "–",
                f"{figures.left_out:,}",
                f"{figures.added:,}",
                f"{figures.other:,}",
            )
            for name, figures in fields.items()
        ),
    )


def by_kind(kinds: Mapping[Kind, KindFigures]) -> RenderableType:
    """Return how the labelled claims of each kind came out."""
    return _table(
        "share of the labelled claims of a kind that is right",
        ("kind", "labelled", "found", "tuple", "full"),
        (
            (
                kind,
                f"{figures.gold_claims:,}",
                *(f"{share:.3f}" for share in (figures.found, figures.tuple, figures.full)),
            )
            for kind, figures in kinds.items()
        ),
    )


def by_source(sources: Mapping[str, Figures]) -> RenderableType:
    """Return the F1 of each source, with its interval."""
    return _table(
        "F1 by source, with its 95% interval",
        ("source", "abstracts", "labelled", "found", "tuple", "full"),
        (
            (
                clean(source),
                f"{figures.abstracts:,}",
                f"{figures.gold_claims:,}",
                *(
                    _with_interval(quality.f1, quality.f1_95)
                    for quality in (figures.found, figures.tuple, figures.full)
                ),
            )
            for source, figures in sources.items()
        ),
    )


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> RenderableType:
    """Return a table, the first column to the left; strings in it are text, not markup."""
    table = Table(show_edge=False, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for index, heading in enumerate(headings):
        table.add_column(Text(clean(heading)), justify="left" if index == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return Group(Text(title, "italic"), table)
