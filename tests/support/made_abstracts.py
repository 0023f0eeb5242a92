"""Abstracts made from templates, each with numbers: as many as a test needs, all different."""

import json
from collections.abc import Iterator
from pathlib import Path

from models.paper import Paper

_TEMPLATES = (
    "We present {name}, which decodes long contexts. {name} reaches {high}.{last}% accuracy on GSM8K, "
    "up from {low}% for BarLib.",
    "Tiled kernels waste bandwidth. {name} is {factor}.{last}x faster than BarLib at equal accuracy, on {many} models.",
    "On the retrieval test set, {name} needs {low}% less memory and loses only {factor}.{last} points of accuracy.",
    "{name} cuts the latency of serving by a factor of {factor}.{last}. Its accuracy stays at {high}.{last}%.",
)


def titles_and_abstracts(count: int) -> Iterator[tuple[str, str]]:
    """Yield so many different titles and abstracts."""
    for index in range(count):
        name = f"Foonet{index}"
        numbers = {"high": 50 + index % 49, "low": 10 + index % 39, "factor": 2 + index % 7, "last": index % 10}
        yield f"{name}: tiled decoding", _TEMPLATES[index % 4].format(name=name, many=3 + index % 9, **numbers)


def made_papers(count: int) -> list[Paper]:
    """Return so many papers."""
    return [
        Paper(paper_id=f"p{index}", title=title, abstract=abstract)
        for index, (title, abstract) in enumerate(titles_and_abstracts(count))
    ]


def write_papers(path: Path, count: int) -> str:
    """Write so many papers as JSON lines, and return the name of the file."""
    lines = (json.dumps({"title": title, "abstract": abstract}) for title, abstract in titles_and_abstracts(count))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)
