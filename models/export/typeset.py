"""Tables for people: Markdown as GitHub and pandoc read it, and LaTeX with booktabs.

A name from an abstract comes out as the characters that it has, and is never markup: every character that could be is
escaped, Unicode is kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa

from models.export.cells import address, cell, folded

_MARKDOWN = re.compile(r"[\\`*_\[\]<>&|~$]")
"""What can be markup inside a cell (CommonMark, and GitHub's tables, strikethrough and mathematics).

A backslash before any ASCII punctuation makes it plain (CommonMark, 2.4).
"""

_LATEX_TABLE = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts \{ as an open brace.
        "{": r"\ensuremath{\lbrace}",
        "}": r"\ensuremath{\rbrace}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        # In the font encoding that LaTeX begins with, these three are other characters.
        "<": r"\ensuremath{<}",
        ">": r"\ensuremath{>}",
        "|": r"\ensuremath{|}",
        **{character: f"\\{character}" for character in "$&%#_"},
    }
)

_LIGATURE = re.compile(r"(?<=-)-|(?<=[`?!])`|(?<=')'|(?<=,),")
"""The second half of what TeX sets as one other character: -- as a dash, ?` as an inverted question mark."""

_LONG = frozenset({"abstract", "evidence", "reason", "title"})
"""Columns whose text is broken into lines."""


def latex_text(text: str) -> str:
    """Return a text as LaTeX that sets these characters."""
    return _LIGATURE.sub(lambda match: f"{{}}{match[0]}", folded(text).translate(_LATEX_TABLE))


def write_markdown(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a table of Markdown."""
    schema = reader.schema
    rule = ["---:" if _is_number(field.type) else "---" for field in schema]
    _write_lines(file, [_markdown_row(_headings(schema, _markdown_text)), _markdown_row(rule)])
    for batch in reader:
        _write_lines(file, map(_markdown_row, _rows(batch, _markdown_text, _markdown_url)))


def write_latex(reader: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a `tabular` of LaTeX, to be read with input where booktabs is loaded."""
    columns = "".join(
        "r" if _is_number(field.type) else r"p{0.25\linewidth}" if field.name in _LONG else "l"
        for field in reader.schema
    )
    heading = _latex_row(_headings(reader.schema, latex_text))
    start = ["% \\usepackage{booktabs}", f"\\begin{{tabular}}{{{columns}}}", r"\toprule", heading, r"\midrule"]
    _write_lines(file, start)
    for batch in reader:
        _write_lines(file, map(_latex_row, _rows(batch, latex_text, latex_text)))
    _write_lines(file, [r"\bottomrule", r"\end{tabular}"])


def _rows(batch: pa.RecordBatch, escape: Callable[[str], str], url: Callable[[str], str]) -> Iterator[list[str]]:
    names = batch.schema.names
    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield [(url if name == "url" else escape)(cell(value)) for name, value in zip(names, values, strict=True)]


def _headings(schema: pa.Schema, escape: Callable[[str], str]) -> list[str]:
    return [escape(name.replace("_", " ")) for name in schema.names]


def _markdown_text(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", folded(text))


def _markdown_url(url: str) -> str:
    link = address(url)
    return f"<{link}>" if link else _markdown_text(url)


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _latex_row(cells: Iterable[str]) -> str:
    line = " & ".join(cells)
    # The row before ends in a command that would take [ or * for its own.
    return ("{}" if line.startswith(("[", "*")) else "") + line + r" \\"


def _is_number(type_: pa.DataType) -> bool:
    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))


def _write_lines(file: BinaryIO, lines: Iterable[str]) -> None:
    file.writelines(f"{line}\n".encode() for line in lines)
