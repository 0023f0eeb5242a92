"""The command `claimboard dashboard`: the pages in a browser."""

from typing import Annotated

import typer

from extract import dashboard as dashboards
from extract import terminal
from extract.options import Db
from models.store import DEFAULT_DATABASE, Store


def dashboard(
    db: Db = DEFAULT_DATABASE,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Port to listen on.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser on it.")] = True,
) -> None:
    """Serve the dashboard until Ctrl-C."""
    Store(db).status()
    console = terminal.error_console()
    code = dashboards.serve(
        db,
        host,
        port,
        browser=browser and dashboards.has_display(),
        say=lambda address: console.print(f"claimboard dashboard: {address} (Ctrl-C stops it)", soft_wrap=True),
    )
    raise typer.Exit(code)
