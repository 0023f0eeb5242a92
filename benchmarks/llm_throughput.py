"""How much the LLM extractor adds to the wire: the whole pipeline against bare clients, side by side in one run.

    python benchmarks/llm_throughput.py compare --papers 2000 --delay 0.2 --concurrency 64

A scripted server on loopback, in a process of its own, answers every call after the same delay. The ideal is
papers x delay / concurrency; each row is a multiple of it. Every competitor starts as a fresh process, whose imports
are not counted, nor is the loading of our embedded extractor. What that then does is: ours includes reading the source
file, the number grammar, the draft of the embedded extractor, validation, grounding and the database. Bare openai and
instructor are given our finished questions, one for each abstract, and langextract asks its own. `report.py` takes
several delays and concurrencies, and puts all of it on a page.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from inputs import PEERS, ROOT, version_of

sys.path.insert(0, str(ROOT / "tests" / "support"))

COMPETITORS = ("claimboard", "openai", "instructor", "langextract")


def run_claimboard(base_url: str, papers: int, concurrency: int, folder: Path) -> float:
    """Run the real pipeline: JSON lines in, a DuckDB file out."""
    from extract.llm.extractor import LlmExtractor  # noqa: PLC0415
    from extract.pipeline import Pipeline  # noqa: PLC0415
    from models.store import Store  # noqa: PLC0415

    source = str(folder / "papers.jsonl")
    database = folder / "claims.duckdb"
    extractor = LlmExtractor("openai/scripted", base_url=base_url, api_key="none", concurrency=concurrency)
    # What is loaded at first use is loaded here: a client, the draft's network, what DuckDB wants for a bulk insert.
    questions(1)
    assert extractor.server.address  # noqa: S101
    with Store(folder / "imports.duckdb").write():
        pass
    pipeline = Pipeline(Store(database), extractor)
    began = time.perf_counter()
    result = pipeline.run([source])
    seconds = time.perf_counter() - began
    assert (result.extracted, result.failed) == (papers, 0), result  # noqa: S101
    return seconds


def questions(papers: int) -> list[str]:
    """Return what our extractor would ask of the same abstracts."""
    from made_abstracts import made_papers  # noqa: PLC0415

    from extract.llm.marked import MarkedPaper  # noqa: PLC0415

    return [question.text for paper in made_papers(papers) for question in MarkedPaper(paper).questions]


def read_questions(folder: Path) -> list[str]:
    """Return the questions that `compare_once` has written down: to make them is no part of a bare client's work."""
    asked: list[str] = json.loads((folder / "questions.json").read_text())
    return asked


def run_openai(base_url: str, papers: int, concurrency: int, folder: Path) -> float:
    """Loop over AsyncOpenAI with the same prompt and schema, which only counts the replies."""
    from openai import AsyncOpenAI  # noqa: PLC0415

    from extract.llm.prompt import instructions  # noqa: PLC0415
    from extract.llm.reply import Reply  # noqa: PLC0415

    asked = read_questions(folder)
    schema = Reply.model_json_schema()

    async def loop() -> float:
        client, gate = AsyncOpenAI(base_url=base_url, api_key="none"), asyncio.Semaphore(concurrency)
        assert client.chat.completions  # noqa: S101 — imported at first use

        async def one(text: str) -> str | None:
            async with gate:
                reply = await client.chat.completions.create(
                    model="scripted",
                    messages=[{"role": "system", "content": instructions()}, {"role": "user", "content": text}],
                    response_format={"type": "json_schema", "json_schema": {"name": "Reply", "schema": schema}},
                )
            return reply.choices[0].message.content

        began = time.perf_counter()
        replies = await asyncio.gather(*(one(question) for question in asked))
        assert all(json.loads(reply or "") for reply in replies)  # noqa: S101
        return time.perf_counter() - began

    return asyncio.run(loop())


def run_instructor(base_url: str, papers: int, concurrency: int, folder: Path) -> float:
    """Loop over instructor as its documentation has it, with our response model."""
    import instructor  # noqa: PLC0415
    import openai  # noqa: PLC0415

    from extract.llm.prompt import instructions  # noqa: PLC0415
    from extract.llm.reply import Reply  # noqa: PLC0415

    asked = read_questions(folder)

    async def loop() -> float:
        assert openai.AsyncOpenAI(api_key="none").chat.completions  # noqa: S101 — imported at first use
        client = instructor.from_provider(
            "openai/scripted", async_client=True, base_url=base_url, api_key="none", mode=instructor.Mode.JSON_SCHEMA
        )
        gate = asyncio.Semaphore(concurrency)

        async def one(text: str) -> None:
            async with gate:
                await client.create(
                    response_model=Reply,
                    messages=[{"role": "system", "content": instructions()}, {"role": "user", "content": text}],
                )

        began = time.perf_counter()
        await asyncio.gather(*(one(question) for question in asked))
        return time.perf_counter() - began

    return asyncio.run(loop())


def run_langextract(base_url: str, papers: int, concurrency: int, folder: Path) -> float:
    """Run langextract over the same abstracts, with its own prompt and alignment."""
    import langextract  # noqa: PLC0415
    from langextract.providers.openai import OpenAILanguageModel  # noqa: PLC0415

    lines = (folder / "papers.jsonl").read_text().splitlines()
    documents = [langextract.data.Document(text=json.loads(line)["abstract"]) for line in lines]
    example = langextract.data.ExampleData(
        text="FooNet reaches 84% accuracy.",
        extractions=[langextract.data.Extraction("claim", "84% accuracy", attributes={"model": "FooNet"})],
    )
    model = OpenAILanguageModel(model_id="scripted", api_key="none", base_url=base_url, max_workers=concurrency)
    began = time.perf_counter()
    results = list(
        langextract.extract(
            text_or_documents=documents,
            prompt_description="Extract every claim.",
            examples=[example],
            model=model,
            batch_length=concurrency,
            max_workers=concurrency,
            show_progress=False,
            fence_output=False,
        )
    )
    seconds = time.perf_counter() - began
    assert len(results) == papers  # noqa: S101
    return seconds


def respond_to_langextract(request: dict[str, object]) -> str:
    """Answer as langextract expects it."""
    return json.dumps({"extractions": [{"claim": "accuracy", "claim_attributes": {"model": "Foonet"}}]})


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Calls:
    """How long one competitor took over so many abstracts; times in seconds."""

    competitor: str
    version: str | None
    papers: int
    delay: float
    """From a call's arrival to its reply."""
    concurrency: int
    ideal: float
    seconds: float | None
    """None where it failed."""


HEADER = f"{'':12} {'version':>9} {'papers':>7} {'ms':>6} {'at once':>8} {'ideal':>8} {'seconds':>8} {'x ideal':>8}"


def line(row: Calls) -> str:
    """Return what is printed of a competitor."""
    took = f"{row.seconds:8.2f} {row.seconds / row.ideal:8.2f}" if row.seconds is not None else f"{'failed':>8}"
    asked = f"{row.papers:7,} {row.delay * 1000:6,.0f} {row.concurrency:8}"
    return f"{row.competitor:12} {row.version:>9} {asked} {row.ideal:8.2f} {took}"


@app.command()
def compare(
    papers: Annotated[int, typer.Option(help="Abstracts, each with numbers.")] = 2000,
    delay: Annotated[float, typer.Option(help="Seconds that the server takes for a reply.")] = 0.2,
    concurrency: Annotated[int, typer.Option(help="Calls under way.")] = 64,
    rounds: Annotated[int, typer.Option(help="Runs of each; the best counts.")] = 2,
) -> None:
    """Run every competitor that is installed against the same server, in turn."""
    typer.echo(HEADER)
    for row in measure(questions(papers), delay, concurrency, rounds):
        typer.echo(line(row))


def measure(asked: Sequence[str], delay: float, concurrency: int, rounds: int) -> Iterator[Calls]:
    """Run every competitor over as many abstracts as questions are given: those of `questions`."""
    best: dict[str, float] = {}
    names = [name for name in COMPETITORS if python_of(name).exists()]
    for _ in range(rounds):
        for name in names:
            seconds = compare_once(name, asked, delay, concurrency)
            if seconds is not None:
                best[name] = min(best.get(name, seconds), seconds)
    ideal = len(asked) * delay / concurrency
    for name in names:
        yield Calls(name, version_of(name), len(asked), delay, concurrency, ideal, best.get(name))


def compare_once(name: str, asked: Sequence[str], delay: float, concurrency: int) -> float | None:
    """Return the seconds that a competitor takes in a process of its own; None, and a line, where it fails."""
    from made_abstracts import write_papers  # noqa: PLC0415
    from model_server import running_server  # noqa: PLC0415

    responder = f"{__file__}:respond_to_langextract" if name == "langextract" else "claim_responder:respond"
    with running_server(responder=responder, delay=delay) as server, tempfile.TemporaryDirectory() as folder:
        write_papers(Path(folder) / "papers.jsonl", len(asked))
        (Path(folder) / "questions.json").write_text(json.dumps(asked))
        options = [name, server.base_url, str(len(asked)), str(concurrency), folder]
        done = subprocess.run([python_of(name), __file__, "one", *options], capture_output=True, text=True, check=False)
    if done.returncode:
        typer.echo(f"{name}: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}", err=True)
        return None
    return float(done.stdout.split()[-1])


def python_of(name: str) -> Path:
    """Return the interpreter that has the competitor: langextract has an environment of its own."""
    return PEERS if name == "langextract" else Path(sys.executable)


@app.command(hidden=True)
def one(name: str, base_url: str, papers: int, concurrency: int, folder: Path) -> None:
    """Run one competitor and print its seconds."""
    run = {
        "claimboard": run_claimboard,
        "openai": run_openai,
        "instructor": run_instructor,
        "langextract": run_langextract,
    }[name]
    typer.echo(run(base_url, papers, concurrency, folder))


if __name__ == "__main__":
    app()
