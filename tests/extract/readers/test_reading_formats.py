"""The same three papers through every format and place, which must give the same entries."""

import bz2
import csv
import gzip
import io
import json
import lzma
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from extract.readers import Entry, Refusal, read

RECORDS: list[dict[str, Any]] = [
    {
        "id": "2401.00001",
        "title": "Otter: Sparse Routing",
        "abstract": "We route tokens, sparsely.\nIt is 2x faster.",
        "authors": "Ada Brook, Wei Lake",
        "url": "https://arxiv.org/abs/2401.00001",
        "published": "2024-01-05",
    },
    {
        "id": "pond-2",
        "title": 'The "Heron" Test',
        "abstract": "Nine models reach 12%; ours, 97%.",
        "authors": "Jo van Dam",
        "url": "https://pond.example/2",
        "published": "2024-02-29",
    },
    {
        "id": "3",
        "title": "φ-Logs",
        "abstract": "A store — 2.4× faster.",
        "authors": "Li Wu and Ada Brook",
        "url": "https://pond.example/3",
        "published": "2023-12-01",
    },
]


def table(delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(RECORDS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(RECORDS)
    return text.getvalue()


LINES = "\n".join(json.dumps(record) for record in RECORDS)
TEXTS = {
    "json lines": LINES,
    "json lines with blank lines": f"\n{LINES}\n\n".replace("}\n{", "}\n\n{"),
    "array": json.dumps(RECORDS),
    "indented array": json.dumps(RECORDS, indent=2),
    "object with a list inside": json.dumps({"count": 3, "about": {"by": ["x"]}, "papers": RECORDS}),
    "indented object with a list inside": json.dumps({"count": 3, "papers": RECORDS, "next": None}, indent=1),
    "csv": table(","),
    "tsv": table("\t"),
    "semicolons": table(";"),
    "csv with other headings": table(",").replace("id,title,abstract,authors", "Paper, TITLE ,Abstract Note,Author", 1),
}


def facts(items: list[Entry | Refusal]) -> list[tuple[object, ...]]:
    assert [str(item) for item in items if isinstance(item, Refusal)] == []
    return [(e.given_id, e.title, e.abstract, e.authors, e.url, e.published) for e in items if isinstance(e, Entry)]


EXPECTED = [
    (
        record["id"],
        record["title"],
        record["abstract"],
        tuple(record["authors"].replace(" and ", ", ").split(", ")),
        record["url"],
        date.fromisoformat(record["published"]),
    )
    for record in RECORDS
]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_each_text_format_is_told_by_content_in_a_file_and_on_standard_input(tmp_path: Path, text: str) -> None:
    path = tmp_path / "export.txt"
    path.write_text(text, encoding="utf-8")
    assert facts(list(read([str(path)]))) == EXPECTED
    assert facts(list(read(["-"], stdin=io.BytesIO(text.encode())))) == EXPECTED


def test_parquet_is_read_from_a_file_with_any_name_and_from_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "dump [1] *.data"
    rows = pa.Table.from_pylist(RECORDS)
    with duckdb.connect() as connection:
        connection.register("papers", rows)
        connection.execute(
            f"COPY (SELECT * REPLACE (published::DATE AS published) FROM papers) TO '{path}' (FORMAT parquet)"
        )
    assert facts(list(read([str(path)]))) == EXPECTED
    assert facts(list(read(["-"], stdin=io.BytesIO(path.read_bytes())))) == EXPECTED


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, lambda data: pa.compress(data, codec="zstd", asbytes=True)],
    ids=["gzip", "bzip2", "xz", "zstandard"],
)
def test_packed_files_are_read_whatever_they_are_called(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "dump"
    path.write_bytes(pack(LINES.encode()))
    assert facts(list(read([str(path)]))) == EXPECTED


def test_folders_are_read_at_any_depth_sorted_and_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name, record in (("b/1.jsonl", RECORDS[1]), ("a.jsonl", RECORDS[0]), ("b/2.json", RECORDS[2])):
        (tmp_path / name).write_text(json.dumps(record), encoding="utf-8")
    for hidden in (".hidden.jsonl", ".git/x.jsonl"):
        (tmp_path / hidden).write_text("no", encoding="utf-8")
    assert facts(list(read([str(tmp_path)]))) == EXPECTED
    assert facts(list(read([str(tmp_path / "*.jsonl"), str(tmp_path / "b" / "*")]))) == EXPECTED
    assert facts(list(read([str(tmp_path / "**" / "*.json*")]))) == EXPECTED


def test_a_name_that_looks_like_a_pattern_is_the_file_of_that_name(tmp_path: Path) -> None:
    path = tmp_path / "page[1].jsonl"
    path.write_text(LINES, encoding="utf-8")
    assert facts(list(read([str(path)]))) == EXPECTED


def test_authors_may_be_names_or_objects_and_a_paper_may_be_nested(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    nested = {"paper": {"id": "7", "title": "T one", "summary": "We win.", "authors": [{"name": "Ada Brook"}, "Li Wu"]}}
    path.write_text(json.dumps([nested]), encoding="utf-8")
    assert facts(list(read([str(path)]))) == [("7", "T one", "We win.", ("Ada Brook", "Li Wu"), None, None)]


def test_an_arxiv_id_and_a_doi_are_kept_beside_the_id_that_a_table_gives(tmp_path: Path) -> None:
    path = tmp_path / "works.csv"
    path.write_text(
        "paper,title,abstract,doi,arxiv_id\n"
        "https://works.example/W7,Otter,We win.,https://doi.org/10.1000/Otter.7,2401.00007v2\n"
        "https://works.example/W8,Heron,We lose.,10.48550/arXiv.2401.00008,\n"
        "https://works.example/W9,Newt,We draw.,n/a,none\n"
    )
    entries = [item for item in read([str(path)]) if isinstance(item, Entry)]
    assert [(entry.paper_id[-2:], entry.arxiv_id, entry.doi) for entry in entries] == [
        ("W7", "2401.00007", "10.1000/otter.7"),
        ("W8", "2401.00008", "10.48550/arxiv.2401.00008"),
        ("W9", None, None),
    ]


def test_gaps_of_a_table_are_missing_values_and_whole_numbers_are_ids(tmp_path: Path) -> None:
    """A column of numbers with gaps is one of floats, and a gap in it NaN, where pandas wrote the file."""
    path = tmp_path / "works.parquet"
    duckdb.execute(
        f"""
        COPY (SELECT * FROM (VALUES (7::DOUBLE, 'Otter', 'We win.', 'NaN'::DOUBLE, 2024::DOUBLE),
            ('NaN', 'Heron', 'We lose.', 'NaN', 'NaN')) AS works(id, title, abstract, url, year)) TO '{path}'
        """
    )
    entries = [item for item in read([str(path)]) if isinstance(item, Entry)]
    assert [(entry.given_id, entry.url, entry.date_printed) for entry in entries] == [
        ("7", None, "2024"),
        (None, None, None),
    ]


def test_an_incomplete_date_stays_as_printed(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"title": "T", "abstract": "A.", "published": "2024"}', encoding="utf-8")
    (entry,) = read([str(path)])
    assert isinstance(entry, Entry)
    assert (entry.published, entry.date_printed) == (None, "2024")


def test_white_space_and_control_characters_do_not_get_into_titles_and_abstracts(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"title": " A\n  title\x1b ", "abstract": "\ufeff One.\r\n\r\nTwo\0.\ud800 "}))
    (entry,) = read([str(path)])
    assert isinstance(entry, Entry)
    assert (entry.title, entry.abstract) == ("A title", "One.\nTwo .\ufffd")


def test_entries_are_given_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f'{{"title": "T{number}", "abstract": "A."}}\n' for number in range(50_000))
    stream = path.open("rb")
    items = read(["-"], stdin=stream)
    first = next(items)
    assert isinstance(first, Entry)
    assert first.title == "T0"
    assert stream.tell() < path.stat().st_size // 2
    assert sum(1 for _ in items) == 49_999
    stream.close()
