"""Extractors by the name that users give them. Only the one asked for is imported."""

from importlib import import_module
from typing import Any, cast

from extract.extractor import Extractor
from models.errors import ClaimboardError

_EXTRACTORS = {"rules": "extract.rules:RulesExtractor", "llm": "extract.llm.extractor:LlmExtractor"}
"""Name -> module and class."""

NAMES = tuple(_EXTRACTORS)


def make_extractor(name: str, **options: Any) -> Extractor:
    """Return the extractor of this name, made with these options. Raises ClaimboardError where there is none."""
    if name not in _EXTRACTORS:
        raise ClaimboardError(f"there is no extractor {name!r}: choose {' or '.join(NAMES)}")
    module, _, attribute = _EXTRACTORS[name].partition(":")
    return cast(Extractor, getattr(import_module(module), attribute)(**options))
