"""The command `claimboard status`: what a file holds, and what failed."""

from extract import queries, terminal
from extract.options import Db, Json
from models.store import DEFAULT_DATABASE, Store


def status(db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Say what the file holds, and what failed.

    Papers, claims, how the reading of each extractor went, why papers failed, and the last run.
    """
    store = Store(db)
    summary, kinds, failures = store.status(), queries.kinds(store), queries.failures(store, 1_000 if as_json else 10)
    if as_json:
        terminal.print_json({**summary.model_dump(), "kinds": kinds, "failures": failures})
        return
    terminal.output_console().print(terminal.status(db, summary, kinds, failures))
