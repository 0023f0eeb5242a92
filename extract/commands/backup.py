"""The commands `claimboard backup` and `claimboard restore`: all that cannot be made again, to a folder and back."""

from pathlib import Path
from typing import Annotated

import typer

from extract import terminal
from extract.options import Db, Json
from models.backup import Manifest, back_up
from models.backup import restore as restore_backup
from models.store import DEFAULT_DATABASE, Store

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the backup.", show_default=False)]


def backup(folder: Folder, db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Copy papers, claims, verdicts and aliases into a new folder, also while an extraction runs.

    Parquet files and a manifest with their checksums; claimboard restore makes a database of them.
    """
    _say(back_up(Store(db), folder), [("backup", str(folder))], as_json=as_json)


def restore(folder: Folder, db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Make a new database of a backup, after a look at every checksum."""
    _say(restore_backup(folder, db), [("database", str(db))], as_json=as_json)


def _say(manifest: Manifest, place: list[tuple[str, str]], *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(manifest.model_dump())
        return
    counts = [(table, f"{manifest.tables[table].rows:,}") for table in ("papers", "claims", "verdicts")]
    made = ("made", f"{manifest.made_at} by claimboard {manifest.claimboard}")
    terminal.output_console().print(terminal.facts([*counts, made, *place]))
