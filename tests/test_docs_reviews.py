"""docs/reviews.md says what is so: its commands run one after the other, and its columns are those of a sheet."""

import csv
import json
import re
import shlex
from pathlib import Path

from documents import ROOT, run

from models.reviews.sheet import COLUMNS
from models.reviews.sheet_rows import VERDICT_WORDS

TEXT = (ROOT / "docs" / "reviews.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```(\w+)\n(.*?)^ *```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line.strip() for language, text in BLOCKS if language == "sh" for line in text.splitlines()]
STATEMENTS = [text for language, text in BLOCKS if language == "sql"]


def fill_in(sheet: Path) -> None:
    """Accept the first claim of a sheet, reject the second and correct the third."""
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["verdict"], rows[1]["verdict"], rows[2]["verdict"] = "accept", "reject", "correct"
    rows[2]["corrected_model"] = "Wombat"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def test_the_commands_run_one_after_the_other_and_the_verdicts_are_there(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for line in COMMANDS:
        if " review import review.csv" in line:
            fill_in(tmp_path / "review.csv")
        run(tmp_path, line)
    assert {shlex.split(line)[2] for line in COMMANDS if " review " in line} == {"export", "import", "status"}
    counted = [json.loads(run(tmp_path, f"claimboard sql --json {shlex.quote(text)}")) for text in STATEMENTS]
    assert counted == [
        [{"reviewer": "Ada", "verdict": word, "verdicts": 1} for word in ("accept", "correct", "reject")]
    ]


def test_the_columns_are_those_of_a_sheet() -> None:
    part = TEXT.partition("\n## The columns\n")[2].partition("\n## ")[0]
    table = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)[2:]
    named = set(re.findall(r"`([a-z_]+)`", "".join(column + words for column, words in table)))
    assert {column for column in COLUMNS if not column.startswith("corrected_")} <= named
    assert {column for column in named if column.startswith("corrected_")} <= set(COLUMNS)


def test_every_verdict_is_explained() -> None:
    part = TEXT.partition("\n## The columns\n")[0]
    assert set(re.findall(r"^ *\| `(\w+)` \|", part, re.MULTILINE)) == set(VERDICT_WORDS.values())
