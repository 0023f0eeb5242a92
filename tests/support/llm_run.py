"""One run of the LLM extractor over a source, for tests that kill the process it runs in."""

from pathlib import Path

from extract.llm.extractor import LlmExtractor
from extract.pipeline import Pipeline
from models.store import Store


def run(database: str, source: str, base_url: str, concurrency: int) -> None:
    """Read a source into a database, keeping replies beside it until they are stored."""
    extractor = LlmExtractor(
        "openai/scripted",
        base_url=base_url,
        api_key="any",
        concurrency=concurrency,
        journal=Path(f"{database}.replies"),
    )
    Pipeline(Store(database), extractor).run([source])
