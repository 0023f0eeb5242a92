"""Names that would like to be more than names: in every export they are text, and the text that they were."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from command_line import run_command
from hostile_names import NAMES
from markdown_it import MarkdownIt

from models.claim import Reading, ground
from models.mention import Mention
from models.paper import Entry
from models.run import Outcome, Run
from models.store import Store

ABSTRACT = "84% in all: "
FORMATS = ["csv", "jsonl", "parquet", "markdown", "latex", "bibtex", "html", "pwc", "gold"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose claims.duckdb has, for each name, a paper that is called so and claims something of it."""
    folder = tmp_path_factory.mktemp("hostile")
    store = Store(folder / "claims.duckdb")
    papers = store.add_entries(
        Entry(
            location=f"{name}.txt",
            line=1,
            title=f"{name} no. {number}",
            abstract=ABSTRACT + name,
            authors=(name, "Ada Quokka"),
            url=name,
        )
        for number, name in enumerate(NAMES)
    )
    run = Run(
        run_id="r", extractor="rules", fingerprint="f", sources=("l",), started_at=datetime(2026, 1, 2, tzinfo=UTC)
    )
    mention = Mention(start=0, end=3, text="84%", value=84, unit="%")
    outcomes = []
    for paper, name in zip(papers, NAMES, strict=True):
        reading = Reading(kind="score", metric="accuracy", model=name, benchmark="Foo", baseline=name, setting=name)
        named = Reading(kind="ratio", metric=name, model=name, benchmark=name)
        spans = (0, len(paper.abstract))
        claims = tuple(ground(paper, mention, each, spans, place) for place, each in enumerate((reading, named)))
        outcomes.append(Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=claims))
    store.commit(run, outcomes)
    return folder


def exported(folder: Path, format: str, *options: str) -> Path:
    target = folder / f"out.{format}"
    done = run_command(folder, "export", "--format", format, "-o", str(target), *options)
    assert done.returncode == 0, done.stderr
    return target


def rows(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        Store(folder / "claims.duckdb").query("FROM claims ORDER BY paper_position, claim_position").to_pylist()
    )
    return found


def folded(text: str) -> str:
    """Return what is left of a text where an end of line or a control character would mean something."""
    return " ".join("".join(ch for ch in text if ch.isspace() or ch >= " ").split())


def test_there_are_two_hundred_of_them(folder: Path) -> None:
    assert len(NAMES) >= 200
    assert len(rows(folder)) == 2 * len(NAMES)


def test_no_cell_of_csv_runs_and_each_reads_back_as_it_was(folder: Path, tmp_path: Path) -> None:
    target = exported(folder, "csv")
    with target.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    for cells, row in zip(table, rows(folder), strict=True):
        assert float(cells["value"]) == row["value"]
        for column in ("title", "model", "metric", "benchmark", "baseline", "setting", "evidence", "url"):
            cell = cells[column]
            assert not re.match(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]", cell), cell
            original = cell[1:] if re.match(r"''*[\s\ufeff\u200b]*[=+\-@＝＋－＠]|''*\s*[\t\r\n]", cell) else cell
            assert original == (row[column] or "")
    # What a spreadsheet itself makes of it, where there is one.
    if office := shutil.which("soffice"):
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), str(target)]
        subprocess.run(command, check=True, capture_output=True)
        assert "table:formula=" not in (tmp_path / "out.fods").read_text("utf-8")


def test_json_lines_and_parquet_hold_them_as_they_are(folder: Path) -> None:
    lines = exported(folder, "jsonl").read_text("utf-8").split("\n")[:-1]
    assert [json.loads(line) for line in lines] == rows(folder)
    assert pyarrow.parquet.read_table(exported(folder, "parquet")).to_pylist() == rows(folder)


class Document(HTMLParser):
    """The elements of HTML with their attributes, and the text of each `bdi` or cell of a table."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag in ("bdi", "td"):
            self._open.append(tag)
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("bdi", "td"):
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def test_a_report_has_no_element_attribute_or_link_that_a_name_made(folder: Path) -> None:
    document = Document(exported(folder, "html").read_text("utf-8"))
    assert set(document.elements) == {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article"),
        *("h1", "h2", "h3", "p", "a", "bdi", "span", "blockquote", "mark", "ul", "li", "div"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert document.attributes == {
        *("lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "scope"),
    }
    assert (document.elements["style"], document.elements["title"]) == (1, 1)
    assert document.elements["mark"] == document.elements["li"] == 2 * len(NAMES)
    assert all(link.startswith("#c-") for link in document.links)
    shown = {folded(text) for text in document.texts}
    for row in rows(folder):
        assert {folded(row["title"]), folded(row["model"]), folded(row["evidence"])} <= shown


def test_a_table_of_markdown_shows_them_and_nothing_else(folder: Path) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    text = exported(folder, "markdown", "--columns", "title,model,metric,benchmark,value").read_text("utf-8")
    document = Document(reader.render(text))
    assert set(document.elements) == {"table", "thead", "tbody", "tr", "th", "td"}
    expected = [
        folded(str(row[name]).removesuffix(".0"))
        for row in rows(folder)
        for name in ("title", "model", "metric", "benchmark", "value")
    ]
    assert document.texts == expected


COMMANDS = {
    **{f"\\{character}": character for character in "$&%#_"},
    **{f"\\ensuremath{{{character}}}": character for character in "<>|"},
    r"\ensuremath{\lbrace}": "{",
    r"\ensuremath{\rbrace}": "}",
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    "{}": "",
    " & ": "\0",
}
"""Each with what TeX sets for it; for the sign between two cells, a character that no name has."""


def latex_cells(line: str) -> list[str]:
    """Read a row of `tabular` as TeX does: nothing but escaped characters, cells, and the end of the row."""
    rest = line.removesuffix(r" \\")
    assert rest != line
    assert not re.match(r"[\[*]", rest)
    text = ""
    while rest:
        command = next((command for command in COMMANDS if rest.startswith(command)), "")
        assert command or not re.match(r"[\\{}$&%#_~^<>|\x00-\x1f]|--|``|''|,,|[?!]`", rest), rest
        text += COMMANDS[command] if command else rest[0]
        rest = rest[len(command) or 1 :]
    return text.split("\0")


def test_a_table_of_latex_sets_their_characters_and_has_no_command_of_theirs(folder: Path) -> None:
    text = exported(folder, "latex", "--columns", "title,model,metric,value").read_text("utf-8")
    lines = text.removesuffix("\n").split("\n")
    head = [r"% \usepackage{booktabs}", r"\begin{tabular}{p{0.25\linewidth}llr}", r"\toprule"]
    assert lines[:5] == [*head, r"title & model & metric & value \\", r"\midrule"]
    assert lines[-2:] == [r"\bottomrule", r"\end{tabular}"]
    expected = [[folded(row["title"]), folded(row["model"]), folded(row["metric"]), "84"] for row in rows(folder)]
    assert list(map(latex_cells, lines[5:-2])) == expected


def test_bibtex_reads_back_with_the_same_titles_and_a_key_for_each(folder: Path) -> None:
    text = exported(folder, "bibtex").read_text("utf-8")
    library = parse_string(text)
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries) == len(NAMES)
    # TeX counts braces also after a backslash.
    for entry in library.entries:
        for field in entry.fields:
            depths = [sum({"{": 1, "}": -1}.get(ch, 0) for ch in field.value[:end]) for end in range(len(field.value))]
            assert min(depths, default=0) >= 0
            assert field.value.count("{") == field.value.count("}")
    decoded = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    titles = [entry["title"] for entry in decoded.entries]
    # The decoder takes \textasciicircum for the accent alone.
    assert titles == [folded(row["title"]).replace("^", "ˆ") for row in rows(folder)[::2]]
    assert all(re.fullmatch(r"[a-z0-9]+-[a-z0-9]+-[a-z0-9]+(-\d+)?", entry.key) for entry in library.entries)


def test_evaluation_tables_hold_them_as_they_are(folder: Path) -> None:
    tasks = json.loads(exported(folder, "pwc").read_text("utf-8"))
    [foo] = [dataset for task in tasks for dataset in task["datasets"] if dataset["dataset"] == "Foo"]
    best = Store(folder / "claims.duckdb").query("SELECT model, title FROM leaderboard").to_pylist()
    shown = [(row["model_name"], row["paper_title"]) for row in foo["sota"]["rows"]]
    assert sorted(shown) == sorted((row["model"], row["title"]) for row in best)
    assert {row["paper_url"] for row in foo["sota"]["rows"]} == {""}


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_claims_give_the_same_bytes(folder: Path, format: str) -> None:
    before = exported(folder, format).read_bytes()
    assert exported(folder, format).read_bytes() == before != b""
