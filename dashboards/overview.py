"""The page that the dashboard opens on: what the database holds, the leaderboard, and the claims."""

from dashboards.database import Database
from dashboards.markup import element, heading, show
from models.notation import counted


def overview(database: Database) -> None:
    """Draw the page. Raises ClaimboardError where the database cannot be read."""
    counts = database.row(
        """
        SELECT (SELECT count(*) FROM papers) AS papers,
            (SELECT count(*) FROM claims) AS claims,
            (SELECT count(DISTINCT benchmark_key) FROM leaderboard) AS benchmarks,
            (SELECT count(*) FROM papers WHERE unread) AS unread
        """
    )
    heading("What the abstracts claim", "Every number, each with the words it came from.")
    show(
        element(
            "dl",
            *(
                element("div", element("dd", f"{counts[name]:,}"), element("dt", name))
                for name in ("papers", "claims", "benchmarks")
            ),
            style_class="facts",
        )
    )
    if counts["unread"]:
        message = f"{counted(counts['unread'], 'paper')} not read yet, or not readable: claimboard status tells."
        show(element("p", message, style_class="notice"))
