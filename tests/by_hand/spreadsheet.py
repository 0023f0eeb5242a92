"""What LibreOffice makes of files that are meant for spreadsheets: `make spreadsheet`.

It is too much to install for every run of the tests. A review sheet and an export with two hundred hostile names are
opened and saved in several dialects; what came back is counted.
"""

import csv
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from models.claim import Reading, ground
from models.export import export
from models.mention import Mention
from models.paper import Entry
from models.reviews import Verdict, record
from models.reviews.intake import take_in
from models.reviews.sheet import write_sheet
from models.run import Outcome, Run
from models.store import Store

sys.path.append(str(Path(__file__).parents[1] / "support"))
from hostile_names import NAMES

CSV = "csv:Text - txt - csv (StarCalc)"
DIALECTS = {
    "as it is": [CSV + ":44,34,76,1"],
    "semicolons, every cell in quotes": [CSV + ":59,34,76,1,,0,true"],
    "tabs": [CSV + ":9,34,76,1"],
    "German, with decimal commas": [CSV + ":59,34,76,1,,1031"],
    "through a workbook of Excel": ["xlsx", CSV + ":44,34,76,1"],
    "through a workbook of its own": ["ods", CSV + ":44,34,76,1"],
}
"""Each with the formats that it goes through; the last is what is imported."""


def converted(file: Path, form: str) -> Path:
    """Let LibreOffice open a file and save it in another form, in a folder of its own."""
    folder = file.parent / f"{file.stem}-to-{form.partition(':')[0]}"
    folder.mkdir()
    profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
    opened = ["--infilter=CSV:44,34,76,1"] if file.suffix == ".csv" else []
    command = ["soffice", profile, "--headless", *opened, "--convert-to", form, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{file.stem}.{form.partition(':')[0]}"


def make_store(file: Path) -> Store:
    """Make a store of papers with arXiv ids that end in 0, each with a claim of a hostile name."""
    store = Store(file)
    papers = store.add_entries(
        Entry(
            location="list",
            line=1,
            title=f"{name} no. {number}",
            abstract=f"84% of {name}",
            given_id=f"2401.{number:04}0",
        )
        for number, name in enumerate(NAMES)
    )
    mention = Mention(start=0, end=3, text="84%", value=84, unit="%")
    outcomes = []
    for paper, name in zip(papers, NAMES, strict=True):
        reading = Reading(kind="score", metric="accuracy", model=name, benchmark=name, baseline=name, setting=name)
        claim = ground(paper, mention, reading, (0, len(paper.abstract)))
        outcomes.append(Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=(claim,)))
    store.commit(Run.begin("rules", "by-hand", ["list"]), outcomes)
    return store


def decide(store: Store) -> None:
    """Correct each claim to other hostile names, with one as its note."""
    rows = store.query("SELECT paper_id, claim_id FROM claims ORDER BY paper_position").to_pylist()
    names = [name.strip() or "Quokka" for name in NAMES]
    record(
        store,
        [
            Verdict(
                **row,
                verdict="correct",
                corrections={"model": f"{name} 7B", "metric": name, "unit": name, "value": place / 8 - 3},
                note=name,
                reviewer=name,
            )
            for place, (row, name) in enumerate(zip(rows, names, strict=True))
        ],
    )


def standing(store: Store) -> list[tuple[object, ...]]:
    """Return what was decided, in order."""
    table = store.query(
        "SELECT model, metric, unit, value, note, reviewer, verdict FROM claims ORDER BY paper_position"
    )
    return [tuple(row.values()) for row in table.to_pylist()]


def check_sheets(folder: Path) -> bool:
    """Send a review sheet through each dialect, into the store that it is from and into one without verdicts."""
    empty = make_store(folder / "empty.duckdb")
    decided = folder / "decided.duckdb"
    shutil.copy(empty.path, decided)
    decide(Store(decided))
    expected = standing(Store(decided))
    good = True
    for name, forms in DIALECTS.items():
        file = folder / re.sub(r"\W+", "-", name) / "sheet.csv"
        file.parent.mkdir()
        write_sheet(Store(decided), file, unreviewed=False)
        for form in forms:
            file = converted(file, form)
        same = take_in(Store(shutil.copy(decided, file.with_name("same.duckdb"))), file)
        copy = Store(shutil.copy(empty.path, file.with_name("copy.duckdb")))
        other = take_in(copy, file)
        found = standing(copy)
        equal = sum(one == two for one, two in zip(expected, found, strict=True))
        print(
            f"{name}: of {len(NAMES)} verdicts {same.results['unchanged']} unchanged, {len(same.errors)} errors, "
            f"{len(same.conflicts)} conflicts; into a store without any {other.results['corrected']} taken in, "
            f"{equal} equal in every cell"
        )
        for problem in (*same.errors, *same.conflicts, *other.errors)[:5]:
            print(f"    row {problem.row}, {problem.column}: {problem.reason}")
        for one, two in list(zip(expected, found, strict=True)):
            if one != two:
                print(f"    {one} came back as {two}")
        good &= same.results["unchanged"] == other.results["corrected"] == equal == len(NAMES)
    return good


def check_exports(folder: Path) -> bool:
    """Count the formulas that LibreOffice sees in an export, and in the same names as they were printed."""
    store = make_store(folder / "export.duckdb")
    export(store, "csv", folder / "export.csv")
    with (folder / "printed.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([name] for name in NAMES)
    counts = {}
    for name in ("export", "printed"):
        flat = converted(folder / f"{name}.csv", "fods").read_text("utf-8")
        with zipfile.ZipFile(converted(folder / f"{name}.csv", "xlsx")) as book:
            cells = book.read("xl/worksheets/sheet1.xml").decode()
        counts[name] = (
            flat.count("<table:table-cell"),
            flat.count("table:formula="),
            len(re.findall(r"<f[ >]", cells)),
        )
        print(f"{name}: {counts[name][0]} cells, formulas: {counts[name][1]} (fods), {counts[name][2]} (xlsx)")
    return counts["export"][1:] == (0, 0) and counts["printed"][1] > 0


def main() -> int:
    """Check both; 0 where all is well."""
    if not shutil.which("soffice"):
        print("LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc", file=sys.stderr)
        return 2
    with TemporaryDirectory() as name:
        results = [check_sheets(Path(name)), check_exports(Path(name))]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
