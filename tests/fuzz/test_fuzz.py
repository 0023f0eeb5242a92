"""Whatever a file, a page or a model says, the answer is a value or one line: no other exception, no endless wait."""

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from fuzzing import eight_times, eight_times_in_json, fuzz, text_of
from pydantic import ValidationError

from extract.gold import read_gold
from extract.llm.draft import draft_of
from extract.llm.grounding import Grounding
from extract.llm.reply import Reply, UngroundedNames, check_names, readings
from extract.mentions import find_mentions
from extract.readers import Refusal, read
from extract.rules.extractor import read_paper
from models.aliases import read_aliases
from models.backup.manifest import Manifest, TableFile
from models.errors import ClaimboardError
from models.paper import Entry, Paper
from models.reviews.sheet import COLUMNS
from models.reviews.sheet_rows import Problem, SheetRow, read_rows

EXAMPLES = Path(__file__).parents[2] / "examples"
ABSTRACT = (
    "We present FooNet-7B. It reaches 84.1% (±0.3) accuracy on GSM-8K and $17\\times$ the speed of BarLM, i.e. between "
    "1.7x-1.8x and two orders of magnitude less memory, 1{,}024 tokens at 10^{-3} s, up from 60--65\\%, twice as fast."
)
RECORD = {"title": "FooNet-7B: fast decoding", "abstract": ABSTRACT, "url": "https://foo.example/1", "authors": ["A B"]}
JSON_LINE = json.dumps(RECORD).encode() + b"\n"
CSV_FILE = b'title,abstract,url\n"FooNet, a model","It reaches 84%, ""so they say""",https://foo.example/1\n'


def parquet_file() -> bytes:
    file = io.BytesIO()
    pa.parquet.write_table(pa.Table.from_pylist([RECORD]), file)
    return file.getvalue()


def pages() -> list[bytes]:
    return [file.read_bytes()[:3_000] for file in sorted(EXAMPLES.glob("*.txt"))]


FORMATS: dict[str, list[bytes]] = {
    "pages": pages(),
    "JSON": [JSON_LINE * 2, b"[" + JSON_LINE + b"," + JSON_LINE + b"]", b'{"papers": [' + JSON_LINE + b"]}"],
    "tables": [CSV_FILE, CSV_FILE.replace(b",", b"\t"), CSV_FILE.decode().encode("utf-16")],
    "Parquet": [parquet_file()],
    "packed": [pack(JSON_LINE) for pack in (gzip.compress, bz2.compress, lzma.compress)]
    + [pa.compress(JSON_LINE, "zstd", asbytes=True)],
}


@pytest.mark.parametrize("format", FORMATS)
def test_a_source_gives_entries_and_refusals(format: str, tmp_path: Path) -> None:
    file = tmp_path / "source"

    def check(data: bytes) -> None:
        for items in (read(["-"], stdin=io.BytesIO(data)), read([written(file, data)])):
            found = list(items)
            assert found
            for item in found:
                assert isinstance(item, Entry | Refusal)
                assert not isinstance(item, Refusal) or "\n" not in str(item)

    assert fuzz(check, *FORMATS[format])


def test_numbers_of_any_text_are_found_where_they_stand() -> None:
    def check(data: bytes) -> None:
        text = text_of(data)
        for mention in find_mentions(text):
            assert text[mention.start : mention.end] == mention.text

    assert fuzz(check, ABSTRACT.encode(), "⅔ of 3×10⁻³, ١٢٪, ＋１．５％ and 1–2×".encode())


def test_any_abstract_is_read_by_the_rules() -> None:
    def check(data: bytes) -> None:
        text = text_of(data).encode("utf-8", "replace").decode()
        if not text.strip():
            return
        outcome = read_paper(Paper(paper_id="p", title="FooNet-7B: fast decoding", abstract=text))
        for claim in outcome.claims:
            assert text[claim.evidence_start : claim.evidence_end] == claim.evidence

    assert fuzz(
        check,
        ABSTRACT.encode(),
        b"On GSM8K and MATH, Foo scores 84% and 91%, respectively; vs. 2x.",
        # One sentence of many numbers and marks: what is counted between each two must not be counted anew.
        b"Foo scores 84%, 1{,}024 tokens, up from 60--65" + b"[" * 120,
        longest=1_500,
    )


def test_a_reply_of_a_model_is_readings_or_a_reason_to_ask_again() -> None:
    paper = Paper(paper_id="p", title=RECORD["title"], abstract=ABSTRACT)
    drafted = list(draft_of(paper, find_mentions(ABSTRACT)).values())
    ground = Grounding(paper)

    def check(data: bytes) -> None:
        try:
            reply = Reply.model_validate_json(data)
        except ValidationError:
            return
        with suppress(UngroundedNames):
            check_names(reply, drafted, ground)
        assert len(readings(reply, drafted, ground, lambda: None)) == len(drafted)

    lines = ["1 is score; of accuracy; by FooNet-7B; on GSM-8K", "2 is no", "3 goes up; vs BarLM; when 1,024 tokens"]
    sample = json.dumps({"changes": lines}).encode()
    assert Reply.model_validate_json(eight_times_in_json(sample)).changes == lines * 8
    assert fuzz(check, sample, b'{"changes": []}', longer=eight_times_in_json)


def test_a_filled_in_sheet_is_rows_and_problems() -> None:
    heading = ",".join(COLUMNS)
    row = ",".join(
        {"claim_id": "0190ee09dc29fb69", "verdict": "accept", "value": "84"}.get(name, "") for name in COLUMNS
    )
    few = b'claim_id;verdict;corrected_value;note\n0190ee09dc29fb69;correct;84,5;"a\nb"\n'

    def check(data: bytes) -> None:
        try:
            items = list(read_rows(io.BytesIO(data), "sheet.csv"))
        except ClaimboardError as error:
            assert "\n" not in str(error)
            return
        for item in items:
            assert isinstance(item, SheetRow) or (isinstance(item, Problem) and "\n" not in item.reason)

    assert fuzz(check, f"{heading}\r\n{row}\r\n".encode(), few)


def written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


PAPERS = TableFile(rows=1, bytes=1, sha256="0" * 64)
MANIFEST = Manifest(claimboard="1", schema_version=1, made_at="", tables={"papers": PAPERS})
FILES: dict[str, tuple[str, Callable[[Path], object], list[bytes]]] = {
    "gold": ("gold.jsonl", lambda path: list(read_gold(path)), [(EXAMPLES / "gold.jsonl").read_bytes()[:3_000]]),
    "aliases in CSV": ("a.csv", read_aliases, [b"kind,printed,name\nbenchmark,GSM-8k,GSM8K\nmodel,'=Foo,Foo\n"]),
    "aliases in TOML": ("a.toml", read_aliases, [b'[benchmark]\n"GSM-8k" = "GSM8K"\n[model]\nFoo = "Foo 7B"\n']),
    "manifest": (
        "manifest.json",
        lambda path: Manifest.read(path.parent),
        [MANIFEST.sealed().model_dump_json().encode()],
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_read_or_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    name, reader, samples = FILES[kind]

    def check(data: bytes) -> None:
        try:
            reader(Path(written(tmp_path / name, data)))
        except ClaimboardError as error:
            assert "\n" not in str(error)

    assert fuzz(check, *samples, longer=eight_times_in_json if kind == "manifest" else eight_times)


def test_a_longer_manifest_is_one_of_more_tables() -> None:
    longer = Manifest.model_validate_json(eight_times_in_json(MANIFEST.model_dump_json().encode()))
    assert list(longer.tables) == ["papers", *(f"papers{number}" for number in range(1, 8))]
