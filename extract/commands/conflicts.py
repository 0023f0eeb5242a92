"""The command `claimboard conflicts`: where papers print different numbers for one thing."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from extract import queries, terminal
from extract.options import Db, Json
from extract.printable import clean
from models.notation import amount, counted, measured
from models.store import DEFAULT_DATABASE, Store


def conflicts(
    db: Db = DEFAULT_DATABASE,
    benchmark: Annotated[str | None, typer.Option(metavar="NAME", help="Only on this benchmark.")] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this model.")] = None,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most so many; 0 for all.")] = 10,
    as_json: Json = False,
) -> None:
    """List where different numbers are printed for one model, benchmark, metric and setting.

    Those come first that most papers take part in. Differences that rounding explains are none. Whether a conflict is
    an error, another version of the model or another way to measure, its quotes tell.
    """
    found, count = queries.conflicts(Store(db), benchmark=benchmark, model=model, limit=limit or None)
    if as_json:
        terminal.print_json(found)
        return
    console = terminal.output_console()
    for conflict in found:
        console.print(_conflict(conflict))
    more = "; --limit 0 lists all" if len(found) < count else ""
    console.print(Text(f"{len(found):,} of {counted(count, 'conflict')}{more}", "dim"))


def _conflict(conflict: dict[str, Any]) -> RenderableType:
    title = Text.assemble(
        (clean(conflict["model"]), "bold"),
        " · ",
        (clean(conflict["benchmark"]), "bold cyan"),
        f" · {clean(measured(conflict['metric']))}",
        f" · {clean(conflict['setting_key'])}" if conflict["setting_key"] else "",
    )
    where = "in one paper" if conflict["within_one_paper"] else f"in {counted(conflict['paper_count'], 'paper')}"
    spread = clean(amount(conflict["lowest"], conflict["highest"], conflict["unit"]))
    table = terminal.grid("bold yellow")
    for together in terminal.by_sentence(conflict["claims"]):
        settings = [terminal.marked(Text(clean(claim["setting"] or "")), claim) for claim in together]
        numbers = Text("\n").join(terminal.printed(claim) for claim in together)
        told = [Text("\n").join(settings)] if any(settings) else []
        table.add_row(numbers, Group(*told, terminal.quotation(together), terminal.paper(together[0])))
    return Group(terminal.Heading(title), Text(f"{spread} {where}", "dim"), table, Text(""))
