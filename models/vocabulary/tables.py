"""The vocabulary as tables of the store, so that views can compare the names that different papers print.

What was printed stays as it is: beside it, `store.names` gives its normal form, `store.aliases` what that is a name of.
A later vocabulary is loaded by the first writer that has it, and acts on all claims at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import get_args

import duckdb
import pyarrow as pa

from models.claim import Claim
from models.connection import registered
from models.paper import digest
from models.vocabulary import Benchmark, Metric, ModelFamily, NameKind, Vocabulary, normal_form, vocabulary
from models.vocabulary.generic import is_generic
from models.vocabulary.units import units
from models.vocabulary.words import Sense, sense_of, senses_after_numbers

NAME_KINDS: tuple[NameKind, ...] = get_args(NameKind)

NAMED_IN: dict[str, NameKind] = {**{kind: kind for kind in NAME_KINDS}, "baseline": "model"}
"""What kind of thing a field of claims or verdicts names: most baselines are models."""

_ALIASES = pa.schema(
    [
        *((name, pa.string()) for name in ("kind", "form", "target", "target_form")),
        ("added_at", pa.timestamp("us")),
    ]
)
_NAMES = pa.schema(
    [*((name, pa.string()) for name in ("kind", "printed", "form", *Sense._fields)), ("generic", pa.bool_())]
)


@lru_cache(maxsize=1)
def vocabulary_digest() -> str:
    """Return what changes whenever the vocabulary does, its entries or how names are reduced, without loading it."""
    sources = sorted(
        (file.name, file.read_text("utf-8"))
        for file in files("models.vocabulary").iterdir()
        if file.name in ("__init__.py", "words.py", "generic.py", "tables.py") or file.name.endswith((".toml", ".sql"))
    )
    return digest(*(text for _, text in sources))


def add_names(connection: duckdb.DuckDBPyConnection, claims: Iterable[Claim]) -> None:
    """Store the normal forms of the names that claims print, where they are new, inside the caller's transaction."""
    add_printed(connection, ((kind, getattr(claim, field)) for claim in claims for field, kind in NAMED_IN.items()))


def add_printed(connection: duckdb.DuckDBPyConnection, printed: Iterable[tuple[NameKind, str | None]]) -> None:
    """Store what printed names are names of, where they are new, inside the caller's transaction."""
    with registered(connection, _names_table(printed, _called(connection))):
        connection.execute(
            """
            INSERT INTO store.names BY NAME
            SELECT batch.kind, batch.printed, batch.form, coalesce(aliases.key, batch.form) AS key, aliases.name,
                coalesce(metrics.family, batch.family) AS family,
                coalesce(metrics.direction, batch.direction) AS direction,
                coalesce(metrics.scale, batch.scale) AS scale,
                coalesce(metrics.measures, batch.measures) AS measures,
                batch.generic AND aliases.key IS NULL AS generic,
                benchmarks.task, benchmarks.area
            FROM batch
            ANTI JOIN store.names USING (kind, printed)
            LEFT JOIN store.current_aliases AS aliases ON aliases.kind = batch.kind AND aliases.form = batch.form
            LEFT JOIN store.metrics ON batch.kind = 'metric' AND metrics.metric_key = aliases.key
            LEFT JOIN store.benchmarks ON batch.kind = 'benchmark' AND benchmarks.benchmark_key = aliases.key
            """
        )


def load_vocabulary(connection: duckdb.DuckDBPyConnection) -> None:
    """Store the shipped vocabulary in place of another, and what every name that claims print is a name of by it."""
    for table, rows in _vocabulary_tables(vocabulary()):
        connection.execute(f"DELETE FROM store.{table}")  # noqa: S608 — our own names
        with registered(connection, rows):
            connection.execute(f"INSERT INTO store.{table} BY NAME FROM batch")
    resolve_names(connection)


def resolve_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Find out anew what every name is a name of that a claim prints or a person wrote, by the stored vocabulary."""
    resolve_aliases(connection)
    printed = connection.execute(
        " UNION ".join(
            f"SELECT '{kind}', {field} FROM store.{table}"  # noqa: S608
            for field, kind in NAMED_IN.items()
            for table in ("claims", "verdicts")
        )
    ).fetchall()
    connection.execute("DELETE FROM store.names")
    add_printed(connection, printed)


def resolve_aliases(connection: duckdb.DuckDBPyConnection) -> None:
    """Find out anew what names are names of, by the stored vocabulary and the aliases of the user's.

    What claims print is left as it was: names have to be added again.
    """
    words = vocabulary()
    given = connection.execute("SELECT kind, printed, name, added_at FROM store.user_aliases").fetchall()
    rows = [
        {
            "kind": kind,
            "form": words.form(kind, printed),
            "target": name,
            "target_form": words.form(kind, name),
            "added_at": added_at,
        }
        for kind, printed, name, added_at in given
    ]
    with registered(connection, pa.Table.from_pylist(rows, schema=_ALIASES)):
        connection.execute((files("models.vocabulary") / "aliases.sql").read_text("utf-8"))


def _vocabulary_tables(words: Vocabulary) -> Iterator[tuple[str, pa.Table]]:
    entries: dict[NameKind, Mapping[str, Benchmark | Metric | ModelFamily]] = {
        "benchmark": words.benchmarks,
        "metric": words.metrics,
        "model": words.models,
    }
    aliases = [
        {"kind": kind, "form": form, "key": normal_form(entry.name), "name": entry.name}
        for kind, index in entries.items()
        for form, entry in index.items()
    ]
    yield "aliases", pa.Table.from_pylist(aliases)
    for kind, index in entries.items():
        distinct = {entry.name: entry for entry in index.values()}
        rows = [{f"{kind}_key": normal_form(name), **_columns(entry)} for name, entry in distinct.items()]
        yield f"{kind}s", pa.Table.from_pylist(rows)
    yield "units", pa.Table.from_pylist([unit._asdict() for unit in units()])
    said = [{"word": word, **sense._asdict()} for word, sense in senses_after_numbers().items()]
    yield "words_after_numbers", pa.Table.from_pylist(said).drop_columns("scale")


def _columns(entry: Benchmark | Metric | ModelFamily) -> dict[str, str | None]:
    columns: dict[str, str | None] = entry.model_dump(exclude={"aliases", "metric"})
    if isinstance(entry, Benchmark):
        columns["metric_key"] = normal_form(entry.metric) if entry.metric else None
    return columns


def _called(connection: duckdb.DuckDBPyConnection) -> dict[tuple[NameKind, str], str]:
    """Return what the user calls names, by their kind and form."""
    rows = connection.execute("SELECT kind, form, name FROM store.current_aliases WHERE by_user").fetchall()
    return {(kind, form): name for kind, form, name in rows}


def _names_table(
    printed: Iterable[tuple[NameKind, str | None]], called: Mapping[tuple[NameKind, str], str]
) -> pa.Table:
    words = vocabulary()
    rows = [
        {
            "kind": kind,
            "printed": name,
            "form": words.form(kind, name),
            "generic": kind == "model" and is_generic(name),
            # Of names that the user makes one, the one that they are called says what they mean.
            **_sense(kind, called.get((kind, words.form(kind, name)), name)),
        }
        for kind, name in dict.fromkeys(printed)
        if name is not None
    ]
    return pa.Table.from_pylist(rows, schema=_NAMES)


def _sense(kind: NameKind, name: str) -> dict[str, str]:
    sense = sense_of(name) if kind == "metric" else None
    return dict(sense._asdict()) if sense else {}
