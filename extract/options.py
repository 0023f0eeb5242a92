"""Options that several commands share, each with its words of help."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_ASKED = "Asking a model"
_PAID = "What it may cost"
_MANY = "Past one machine"


class ReplyForm(StrEnum):
    """How the schema of a reply is sent."""

    JSON_SCHEMA = "json_schema"
    TOOLS = "tools"
    JSON = "json"


class Cluster(StrEnum):
    """What runs on many machines."""

    RAY = "ray"


Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Listing pages, JSON, JSON Lines, CSV or Parquet: files, folders, patterns, or - for standard input.",
        show_default=False,
    ),
]
Db = Annotated[
    Path,
    typer.Option("--db", envvar="CLAIMBOARD_DB", metavar="FILE", help="The DuckDB file with papers and claims."),
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Read only the first N papers of the sources.")]
Force = Annotated[bool, typer.Option("--force", help="Read also papers that were read before, or are in a batch.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Read also papers that failed before.")]

Model = Annotated[
    str | None,
    typer.Option(
        envvar="CLAIMBOARD_MODEL",
        metavar="PROVIDER/NAME",
        rich_help_panel=_ASKED,
        help="Have this model read, such as openai/gpt-5-mini, ollama/qwen3 or llamacpp/PATH.gguf.",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        rich_help_panel=_ASKED,
        help="A server that speaks OpenAI's protocol, else OPENAI_BASE_URL. Keys come from OPENAI_API_KEY or the "
        "provider's own variable, also in a file .env; a server on this machine needs none.",
    ),
]
Form = Annotated[
    ReplyForm | None,
    typer.Option(
        rich_help_panel=_ASKED,
        help="How the schema of the reply is sent. Without this, the first of these that the server takes.",
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(min=1, max=2_000, metavar="N", rich_help_panel=_ASKED, help="Most calls at once; 16 without this."),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        min=0.1, metavar="SECONDS", rich_help_panel=_ASKED, help="Longest wait for one reply; 120 without this."
    ),
]
KeepReplies = Annotated[
    bool, typer.Option("--keep-replies", rich_help_panel=_ASKED, help="Keep what the model replies, in store.replies.")
]
BudgetUsd = Annotated[
    float | None,
    typer.Option(
        min=0, metavar="DOLLARS", rich_help_panel=_PAID, help="Stop before this run costs more than so many US dollars."
    ),
]
BudgetTokens = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="N",
        rich_help_panel=_PAID,
        help="Stop before this run takes more tokens, of prompts and replies.",
    ),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=_PAID,
        help="Prices in TOML, over those that come with claimboard: a table for each provider, and in it for each "
        "model US dollars per million tokens of prompt, cached prompt and reply.",
    ),
]

On = Annotated[
    Cluster | None,
    typer.Option(
        rich_help_panel=_MANY,
        help="Read on the nodes of a Ray cluster, into --parts and no database; claimboard load takes these in. "
        "--concurrency and budgets are for all nodes together. "
        "RAY_ADDRESS names the cluster; without one, Ray runs on this machine.",
    ),
]
Parts = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        rich_help_panel=_MANY,
        help="Where the nodes write what they read: a folder that all of them see, or an address such as "
        "s3://bucket/parts.",
    ),
]
PartSize = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=100_000,
        metavar="N",
        rich_help_panel=_MANY,
        help="Abstracts in a part; 1000 without this, 100 with a model.",
    ),
]
