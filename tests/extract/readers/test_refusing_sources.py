"""What cannot be understood: one clear line with file and line, the rest read, never a traceback, never silence."""

import gzip
import json
import os
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.readers import Entry, Refusal, read
from models.errors import ClaimboardError

GOOD = '{"title": "Otter", "abstract": "We are 2x faster."}'


def refusals(path: Path | str) -> tuple[int, list[str]]:
    """Return how many entries came, and the text of the refusals."""
    items = list(read([str(path)]))
    told = [str(item) for item in items if isinstance(item, ClaimboardError)]
    assert all("\n" not in text and text.startswith(str(path)) for text in told)
    return sum(isinstance(item, Entry) for item in items), [text.removeprefix(str(path)) for text in told]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\n\t\n", "white space"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"PK\x03\x04\x14\0\0\0", "unpack"),
        (b"MZ\x90\0\x03\0\0\0", "Windows program"),
        (b"%PDF-1.7\n", "PDF"),
        (b"Otter".ljust(300, b"\0"), "binary"),
        ("Otter".encode("utf-16-le"), "byte order mark"),
        (b"<!DOCTYPE html>\n<html>", "HTML"),
        (b"@article{otter,\n title = {Otter}\n}", "export it as CSV"),
        (b"new\n\nSubscribe\n\nMar 11\n", "no title followed by an abstract"),
        (b"One Title Without Abstract\nAnother Title Without Abstract\n", "no title followed by an abstract"),
        (b"[]", "holds no record"),
        (b"{}", ":1: the record has no title"),
        (gzip.compress(GOOD.encode(), mtime=0)[:30], "cut off"),
        (b"\x1f\x8bnot gzip at all", "damaged"),
        (b"PAR1" + bytes(40), "damaged Parquet"),
        (b"[" * 100_000, "nested too deeply"),
        (GOOD[:-9].encode(), ":1: not JSON"),
    ],
)
def test_a_source_that_is_not_understood_is_named_with_what_to_do(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "source"
    path.write_bytes(content)
    count, (text,) = refusals(path)
    assert count == 0
    assert told in text
    assert ";" in text, "the message says what to do"


def test_a_missing_file_a_pattern_without_match_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    assert refusals(tmp_path / "nothing.txt") == (0, [": no such file; check the name"])
    assert "no file matches" in refusals(tmp_path / "*.txt")[1][0]
    assert "holds no files" in refusals(tmp_path)[1][0]


def test_an_address_is_not_fetched() -> None:
    (refusal,) = read(["https://example.org/papers"])
    assert (
        str(refusal) == "https://example.org/papers: addresses are not fetched; save the page as text and give the file"
    )


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.jsonl"
    path.write_text(GOOD, encoding="utf-8")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # root may read anything: read as somebody else
        os.seteuid(65534)
    try:
        told = refusals(path)
    finally:
        os.seteuid(user)
    assert told == (0, [": may not be read; check its permissions"])


def test_a_duckdb_file_is_not_taken_for_a_source(tmp_path: Path) -> None:
    path = tmp_path / "claims.duckdb"
    duckdb.connect(str(path)).close()
    assert "is a DuckDB database" in refusals(path)[1][0]


def test_one_bad_source_does_not_stop_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.jsonl"
    good.write_text(GOOD, encoding="utf-8")
    kinds = [type(item) for item in read([str(good), str(tmp_path / "gone"), str(good)])]
    assert kinds == [Entry, Refusal, Entry]


def test_a_broken_json_line_costs_that_line_only(tmp_path: Path) -> None:
    lines = [GOOD] * 20
    lines[16] = GOOD[:25]
    path = tmp_path / "dump.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    count, (text,) = refusals(path)
    assert count == 19
    assert text.startswith(":17: not JSON")


def test_a_broken_first_line_does_not_hide_what_the_file_is(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text(f'{{"title": \n{GOOD}\n{GOOD}', encoding="utf-8")
    count, (text,) = refusals(path)
    assert count == 2
    assert text.startswith(":1: not JSON")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"title": 5, "abstract": "We win."}, "title is 5, not text"),
        ({"title": "Otter", "abstract": ["We win."]}, "abstract is ['We win.'], not text"),
        ({"title": "Otter"}, "no abstract"),
        ({"abstract": "We win."}, "no title"),
        ({"title": "Otter", "abstract": " \n"}, "abstract is blank"),
        ({"title": "Otter", "abstract": "We win.", "authors": 3}, "authors is 3"),
        ({"title": "Otter", "abstract": "We win.", "id": True}, "id is True, not text; write it as text or leave it"),
        ({"title": "Otter", "abstract": "We win.", "id": 7.5}, "id is 7.5, not text; write it as text or leave it out"),
        ({"title": "Otter", "abstract": "We win.", "doi": ["x"]}, "doi is ['x'], not text; write it as text"),
        ({"title": "Otter", "abstract": "We win.", "url": 5}, "url is 5, not text; write it as text or leave it out"),
        ({"title": float("nan"), "abstract": "We win."}, "no title"),
        ({"title": "Otter", "abstract": "x" * 1_000_001}, "1,000,001 characters"),
        (["Otter"], "no record"),
        (None, "no record"),
    ],
)
def test_a_record_that_is_no_paper_is_named_by_its_line(tmp_path: Path, record: object, told: str) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text("\n".join([GOOD, json.dumps(record), GOOD]), encoding="utf-8")
    count, (text,) = refusals(path)
    assert count == 2
    assert text.startswith(":2: ")
    assert told in text


def test_a_json_array_is_read_up_to_the_line_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(f'[\n{GOOD},\n{GOOD},\n{{"title": oops}},\n{GOOD}\n]', encoding="utf-8")
    count, (text,) = refusals(path)
    assert count == 2
    assert text.startswith(":4: not JSON")


@pytest.mark.parametrize(
    ("name", "heading", "missing"),
    [("a.csv", "id,title", "abstract"), ("a.csv", "id;abstract", "title"), ("a.tsv", "name\ttext", "title")],
)
def test_a_table_without_a_column_that_is_needed_says_which(
    tmp_path: Path, name: str, heading: str, missing: str
) -> None:
    path = tmp_path / name
    path.write_text(f"{heading}\n", encoding="utf-8")
    columns = ", ".join(heading.replace(";", ",").replace("\t", ",").split(","))
    told = f":1: no column '{missing}' among {columns}; name one so in the heading line"
    assert refusals(path) == (0, [told])


def test_ragged_rows_are_named_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('title,abstract\nA,We win.\nB\nC,"two\nlines"\nD,x,y\nE,We win.\n', encoding="utf-8")
    count, told = refusals(path)
    assert count == 3
    assert [text.split(";")[0] for text in told] == [
        ":3: the row has 1 cells, the heading 2",
        ":6: the row has 3 cells, the heading 2",
    ]


def test_a_quote_that_is_never_closed_is_named_by_the_row_that_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('title,abstract\nA,We win.\nB,"We lose.\nC,We win.\n', encoding="utf-8")
    count, (text,) = refusals(path)
    assert count == 1
    assert text.startswith(":3: a cell in quotes that is never closed")


def test_a_parquet_file_without_the_columns_or_with_numbers_for_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dump.parquet"
    duckdb.execute(f"COPY (SELECT 'Otter' AS title, 1 AS votes) TO '{path}'")
    assert refusals(path) == (0, [": no column 'abstract' among title, votes; name one so"])
    duckdb.execute(f"COPY (SELECT 5 AS title, 'We win.' AS abstract) TO '{path}'")
    assert refusals(path)[1][0].startswith(":1: title is 5, not text")


def test_latin_1_is_named_by_line_and_byte_with_the_command_that_converts_it(tmp_path: Path) -> None:
    path = tmp_path / "old page.txt"
    path.write_bytes("Otter\n\nWe drink at the café, 2x faster than before.\n".encode("latin-1"))
    count, (text,) = refusals(path)
    assert count == 0
    assert text.startswith(":3: byte 20 of the line (0xe9) is not UTF-8;")
    assert f"iconv -f latin1 -t utf-8 '{path}'" in text


def test_a_json_line_that_is_not_utf_8_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(b"\n".join([GOOD.encode(), b'{"title": "caf\xe9", "abstract": "x"}', GOOD.encode()]))
    count, (text,) = refusals(path)
    assert count == 2
    assert text.startswith(":2: byte 15")


@pytest.mark.parametrize(
    "content",
    [
        "Otter\n" + "word " * 1_000_000,
        "\n" * 100_000,
        "Some Heading of a Page\n" * 50_000,
        "Otter\nWe win and say so.\n" + "We go on and on.\n" * 100_000,
        '{"title": "' + "x" * 5_000_000,
        "title,abstract\n" + '"x\n' * 50_000,
        "·" * 1_000_000,
    ],
    ids=["long line", "blank lines", "headings", "endless abstract", "endless string", "quotes", "separators"],
)
def test_hostile_files_are_refused_and_do_not_hang(tmp_path: Path, content: str) -> None:
    path = tmp_path / "hostile"
    path.write_text(content, encoding="utf-8")
    count, told = refusals(path)
    assert count == 0
    assert told


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.text(st.sampled_from("aB. \n\"'{}[],:;|·-\t<@1é"), max_size=200).map(str.encode)
    | st.binary(max_size=40).map(gzip.compress)
)
def test_any_bytes_give_entries_or_refusals_and_never_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    items = list(read([str(path)]))
    assert items
    assert all(isinstance(item, Entry | Refusal) for item in items)
    assert all("\n" not in str(item) for item in items if isinstance(item, Refusal))
