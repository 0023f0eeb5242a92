"""What lands in a file, and that it is whole."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest
from made import MakeClaim, MakeEntry, MakeOutcome, MakeRun, Read

from models.errors import ClaimboardError
from models.export import Format, export, write_csv
from models.paper import Entry
from models.store import Store

ROOT = Path(__file__).parents[2]

TO_STANDARD_OUTPUT = """
import sys
from models.export import export
from models.store import Store
export(Store(sys.argv[1]), "csv", sys.argv[2])
"""


@pytest.fixture
def filled(
    store: Store,
    make_entry: MakeEntry,
    make_run: MakeRun,
    make_outcome: MakeOutcome,
    make_claim: MakeClaim,
) -> Store:
    """Two papers with claims, the second known under two ids, and one without."""
    first, second, third = store.add_entries(
        [
            make_entry("One", given_id="a"),
            make_entry('Two, "quoted"\nand — folded', given_id="b"),
            make_entry('Two, "quoted"\nand — folded', given_id="c", line=2),
            make_entry("Three"),
        ]
    )
    store.commit(
        make_run(),
        [
            make_outcome(
                second, make_claim(second, 0.5, None, model="=HYPERLINK(1)", flags=("ungrounded_metric", "misread"))
            ),
            make_outcome(first, make_claim(first, -3, metric="@SUM", setting="+1"), make_claim(first, 84, ordinal=1)),
            make_outcome(third, status="skipped"),
        ],
    )
    return store


def exported(store: Store, form: Format, tmp_path: Path) -> Path:
    destination = tmp_path / f"out.{form}"
    export(store, form, destination)
    return destination


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_the_claims_in_the_order_of_their_papers(filled: Store, tmp_path: Path) -> None:
    rows = table(exported(filled, "csv", tmp_path))
    assert [(row["paper_id"], row["value"]) for row in rows] == [("a", "-3"), ("a", "84"), ("b", "0.5")]
    assert list(rows[0]) == filled.query("FROM claims").column_names
    assert rows[2]["title"] == 'Two, "quoted"\nand — folded'
    assert rows[2]["flags"] == "ungrounded_metric; misread"


def test_csv_is_utf_8_with_the_line_ends_of_rfc_4180(filled: Store, tmp_path: Path) -> None:
    content = exported(filled, "csv", tmp_path).read_bytes()
    assert content.startswith(b"paper_id,title,")
    assert content.count(b"\r\n") == 4
    assert "— folded" in content.decode("utf-8")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_csv_hands_a_spreadsheet_no_formula_from_an_abstract(
    text: str, filled: Store, tmp_path: Path, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = filled.add_entries([Entry(location="x", line=1, title="Four", abstract="Some words.")])
    read(paper, make_claim(paper, -1, model=text))
    row = table(exported(filled, "csv", tmp_path))[-1]
    assert (row["model"], row["value"]) == (f"'{text}", "-1")


def test_jsonl_has_one_claim_a_line_with_the_columns_of_the_view(filled: Store, tmp_path: Path) -> None:
    lines = exported(filled, "jsonl", tmp_path).read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == filled.query(
        "FROM claims ORDER BY paper_position, claim_position"
    ).to_pylist()


def test_parquet_has_the_rows_and_types_of_the_view(filled: Store, tmp_path: Path) -> None:
    rows = pyarrow.parquet.read_table(exported(filled, "parquet", tmp_path))
    assert rows.to_pylist() == filled.query("FROM claims ORDER BY paper_position, claim_position").to_pylist()
    assert str(rows.schema.field("value").type) == "double"


def test_gold_has_a_line_for_each_id_that_a_source_gives_and_for_papers_without_claims(
    filled: Store, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in exported(filled, "gold", tmp_path).read_text("utf-8").splitlines()]
    [three] = filled.query("SELECT paper_id FROM papers WHERE title = 'Three'").column("paper_id").to_pylist()
    assert [line["paper"] for line in lines] == ["a", "b", "c", three]
    assert [[claim["value"] for claim in line["claims"]] for line in lines] == [[-3, 84], [0.5], [0.5], []]
    assert list(lines[0]["claims"][0]) == [
        "value", "value_high", "unit", "kind", "bound", "direction", "basis", "metric", "model", "benchmark",
        "baseline", "setting", "evidence",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "gold"])
def test_the_same_claims_give_the_same_bytes_also_after_they_were_read_again(
    form: Format, filled: Store, tmp_path: Path, make_entry: MakeEntry, read: Read
) -> None:
    before = exported(filled, form, tmp_path).read_bytes()
    [paper] = filled.add_entries([make_entry("Three")])
    read(paper, status="skipped", run_id="again")
    assert exported(filled, form, tmp_path).read_bytes() == before


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "gold"])
def test_an_export_of_no_claims_is_a_file_that_can_be_read(
    form: Format, store: Store, tmp_path: Path, make_entry: MakeEntry
) -> None:
    store.add_entries([make_entry()])
    destination = exported(store, form, tmp_path)
    if form == "csv":
        assert table(destination) == []
    elif form == "parquet":
        assert pyarrow.parquet.read_table(destination).num_rows == 0
    else:
        assert len(destination.read_text().splitlines()) == (form == "gold")


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_nothing(filled: Store, tmp_path: Path) -> None:
    for destination in (tmp_path, tmp_path / "nowhere" / "out.csv", Path("/dev/full")):
        with pytest.raises(ClaimboardError) as error:
            export(filled, "csv", destination)
        assert str(destination) in str(error.value)
        assert "\n" not in str(error.value)


def test_an_export_that_fails_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    destination = tmp_path / "out.csv"
    destination.write_text("mine")
    with pytest.raises(ClaimboardError):
        export(Store(tmp_path / "missing.duckdb"), "csv", destination)
    assert destination.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [destination]


def test_a_link_to_a_file_stays_a_link(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    export(filled, "csv", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert len(table(tmp_path / "target.csv")) == 3


@pytest.mark.parametrize("destination", ["-", "/dev/stdout"])
def test_standard_output_gets_the_same_bytes_as_a_file(filled: Store, tmp_path: Path, destination: str) -> None:
    command = [sys.executable, "-c", TO_STANDARD_OUTPUT, str(filled.path), destination]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert result.stdout == exported(filled, "csv", tmp_path).read_bytes()


@pytest.mark.parametrize("name", ["claims.duckdb", "claims.duckdb.wal", "./here/../claims.duckdb", "link", "hard link"])
def test_the_database_is_not_replaced_by_its_own_export(filled: Store, path: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "hard link").hardlink_to(path)
    with pytest.raises(ClaimboardError, match="is the database itself"):
        export(filled, "csv", tmp_path / name)
    assert filled.status().claims == 3


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("[1, 2]", "[1, 2]"),
        ("['a', NULL]", '["a", null]'),
        ("['a', 'b']", "a; b"),
        ("['=1+1', 'b']", "'=1+1; b"),
        ("{'a': 'b', 'c': 'NaN'::DOUBLE}", '{"a": "b", "c": null}'),
        ("-1.5::DECIMAL(4, 1)", "-1.5"),
        ("true", "true"),
        ("'-inf'::DOUBLE", ""),
    ],
)
def test_lists_and_structs_of_any_query_are_cells_that_no_spreadsheet_runs(
    store: Store, make_entry: MakeEntry, cell: str, written: str
) -> None:
    store.add_entries([make_entry()])
    file = io.BytesIO()
    write_csv(store.query(f'SELECT {cell} AS "=cell"').to_reader(), file)
    [row] = csv.DictReader(io.StringIO(file.getvalue().decode(), newline=""))
    assert row == {"'=cell": written}


def test_what_is_no_number_is_null_in_json(filled: Store, tmp_path: Path, make_claim: MakeClaim, read: Read) -> None:
    [paper] = filled.add_entries([Entry(location="x", line=1, title="Four", abstract="Some words.")])
    read(paper, make_claim(paper, float("inf"), value_high=float("nan")))
    last = exported(filled, "jsonl", tmp_path).read_text("utf-8").splitlines()[-1]
    row = json.loads(last, parse_constant=pytest.fail)
    assert (row["value"], row["value_high"]) == (None, None)
