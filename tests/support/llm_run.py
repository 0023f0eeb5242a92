"""One run of the LLM extractor over a source, as a process of its own: for tests that kill it.

    python tests/support/llm_run.py DATABASE SOURCE BASE_URL [CONCURRENCY]
"""

import sys
from pathlib import Path

from extract.llm import LlmExtractor
from extract.pipeline import Pipeline
from models.store import Store


def main() -> None:
    database, source, base_url, *concurrency = sys.argv[1:]
    extractor = LlmExtractor(
        "openai/scripted",
        base_url=base_url,
        api_key="any",
        concurrency=int(concurrency[0]) if concurrency else 16,
        journal=Path(f"{database}.replies"),
    )
    Pipeline(Store(database), extractor).run([source])


if __name__ == "__main__":
    main()
