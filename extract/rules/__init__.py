"""The embedded extractor: a grammar proposes, trained linear weights choose."""

from extract.rules.extractor import RulesExtractor

__all__ = ["RulesExtractor"]
