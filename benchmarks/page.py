"""The page `docs/benchmarks.md`, made of what was measured: no figure and no sentence about one is written by hand.

What was measured and how is told in `page.toml`.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from growth import growth
from results import Row, Section

_WORDS = Path(__file__).with_suffix(".toml")

_NOTHING = "–"


def page(sections: Mapping[str, Section], pictured: bool) -> str:
    """Return the page in Markdown; `pictured` says whether there is a plot to show."""
    words = tomllib.loads(_WORDS.read_text("utf-8"))
    parts = [words["introduction"], *([words["picture"]] if pictured else [])]
    for name, section in sections.items():
        parts += [f"## {words[name]['title']}", words[name]["text"], _circumstances(section)]
        parts += _SHOWN[name](section.rows)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _circumstances(section: Section) -> str:
    machine = section.machine
    versions = ", ".join(f"{name} {version}" for name, version in section.versions.items())
    commit = f" (commit `{section.commit}`)" if section.commit else ""
    return (
        f"```sh\n{section.command}\n```\n\n"
        f"Begun {section.date} UTC{commit}, at a load average of {section.load:g}, on {machine['cores']} cores of "
        f"{machine['processor']}, {machine['memory']} of memory, {machine['system']}.\n"
        f"Versions: {versions}."
    )


def _extraction(rows: Sequence[Row]) -> Iterator[str]:
    yield _table(
        ("reader", "abstracts", "cores", "seconds", "abstracts a second", "peak MB"),
        (
            (
                row["reader"],
                f"{row['papers']:,}",
                str(row["cores"]),
                f"{row['seconds']:,.1f}",
                f"{row['papers'] / row['seconds']:,.1f}",
                f"{row['peak_bytes'] / 1e6:,.0f}",
            )
            for row in rows
        ),
    )
    for cores in sorted({row["cores"] for row in rows}):
        ours = [row for row in rows if row["reader"] == "claimboard" and row["cores"] == cores]
        time = growth((row["papers"], row["seconds"]) for row in ours)
        memory = growth((row["papers"], row["peak_bytes"]) for row in ours)
        if time is not None and memory is not None:
            sizes = [row["papers"] for row in ours]
            yield (
                f"On {cores} {'core' if cores == 1 else 'cores'}, from {min(sizes):,} to {max(sizes):,} abstracts, "
                f"the slope of the time is {time:.2f} and that of the memory {memory:.2f}: ten times as many take "
                f"{10**time:.1f} times as long and {10**memory:.1f} times the memory."
            )


def _llm(rows: Sequence[Row]) -> Iterator[str]:
    names = list(dict.fromkeys(row["competitor"] for row in rows))
    combinations: dict[tuple[float, int], dict[str, Row]] = {}
    for row in rows:
        combinations.setdefault((row["delay"], row["concurrency"]), {})[row["competitor"]] = row
    yield _table(
        ("a reply takes, ms", "at once", "abstracts", "ideal, s", *names),
        (
            (
                f"{delay * 1000:,.0f}",
                str(concurrency),
                f"{row['papers']:,}",
                f"{row['ideal']:.2f}",
                *(_multiple(of.get(name)) for name in names),
            )
            for (delay, concurrency), of in combinations.items()
            for row in [next(iter(of.values()))]
        ),
    )
    yield "Each cell is a multiple of the ideal, and the abstracts a second."


def _multiple(row: Row | None) -> str:
    if row is None:
        return _NOTHING
    if row["seconds"] is None:
        return "failed"
    return f"{row['seconds'] / row['ideal']:.2f} ({row['papers'] / row['seconds']:,.0f}/s)"


def _views(rows: Sequence[Row]) -> Iterator[str]:
    sizes = {row["size"]: row["claims"] for row in rows}
    asked: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        asked.setdefault((row["asked"], row["unit"]), {})[row["size"]] = row
    yield _table(
        ("", *(f"{claims:,} claims" for claims in sizes.values()), "slope"),
        (
            (f"{what}, {unit}", *(_answered(of.get(size)) for size in sizes), _slope(of.values()))
            for (what, unit), of in asked.items()
        ),
    )
    yield "After a slash: the same of hand-written SQL over one flat table. The slope is that of the views."


def _answered(row: Row | None) -> str:
    if row is None:
        return _NOTHING
    digits = 1 if row["unit"] == "s" else 0
    by_hand = "" if row["by_hand"] is None else f" / {row['by_hand']:,.{digits}f}"
    return f"{row['views']:,.{digits}f}{by_hand}"


def _slope(rows: Iterable[Row]) -> str:
    found = growth((row["claims"], row["views"]) for row in rows)
    return _NOTHING if found is None else f"{found:.2f}"


def _dashboard(rows: Sequence[Row]) -> Iterator[str]:
    sizes = sorted({row["claims"] for row in rows})
    drawn: dict[str, dict[int, Row]] = {}
    for row in rows:
        drawn.setdefault(row["what"], {})[row["claims"]] = row
    yield _table(
        ("seconds", *(f"{claims:,} claims" for claims in sizes)),
        ((what, *(_painted(of.get(claims)) for claims in sizes)) for what, of in drawn.items()),
    )
    yield (
        "Before the slash: when the server has kept nothing of the page; after it: opened again. A single number is "
        "the time from a key or click to the last change."
    )
    for claims in sizes:
        of_size = [row for row in rows if row["claims"] == claims]
        slowest = max((row for row in of_size if row["is_page"]), key=lambda row: row["paint"])
        peak = max(row["peak_bytes"] for row in of_size)
        yield (
            f"Over {claims:,} claims, the slowest page takes {slowest['paint']:.2f} s ({slowest['what']}), and the "
            f"server has held {peak / 1e6:,.0f} MB at most."
        )


def _painted(row: Row | None) -> str:
    if row is None:
        return _NOTHING
    return f"{row['paint']:.2f} / {row['paint_again']:.2f}" if row["is_page"] else f"{row['done']:.2f}"


def _quality(rows: Sequence[Row]) -> Iterator[str]:
    yield _table(
        ("labelled abstracts", "SHA-256 begins with", "claims", "", "precision", "recall", "F1"),
        (
            (
                f"`{row['file']}`, {row['abstracts']:,}",
                f"`{row['sha256'][:16]}`",
                f"{row['claims']:,}",
                row["strictness"],
                f"{row['precision']:.3f}",
                f"{row['recall']:.3f}",
                f"{row['f1']:.3f} ({row['f1_least']:.2f}–{row['f1_most']:.2f})",
            )
            for row in rows
        ),
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


_SHOWN: Mapping[str, Callable[[Sequence[Row]], Iterator[str]]] = {
    "extraction": _extraction,
    "llm": _llm,
    "views": _views,
    "dashboard": _dashboard,
    "quality": _quality,
}
